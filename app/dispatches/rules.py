"""What may be asked of Instagram for the desk, from values alone: texts, files, windows, permissions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.accounts.models import Account, AccountState
from app.assets.models import Asset, AssetKind, AssetState
from app.comments.models import Comment
from app.conversations.models import Conversation
from app.conversations.reply_window import ReplyWindow, WindowState, reply_window
from app.dispatches.models import DispatchKind
from app.errors import RuleError
from app.instagram.limits import (
    COMMENT_CHARACTERS,
    MESSAGE_PICTURES,
    MESSAGE_TEXT_BYTES,
    PRIVATE_REPLY_WINDOW_SECONDS,
)

TAKE_BACK = timedelta(seconds=8)
"""Deleting waits so long for «undo»."""
SIGN_LIFE = timedelta(minutes=1)
"""A sign of reading or typing that is older than this is not worth giving any more."""
SIGNS = frozenset({DispatchKind.SEEN, DispatchKind.TYPING})
COMMENTS_SCOPE = "instagram_business_manage_comments"
MESSAGES_SCOPE = "instagram_business_manage_messages"
PRIVATE_REPLY_WINDOW = timedelta(seconds=PRIVATE_REPLY_WINDOW_SECONDS)
EMOJI_CHARACTERS = 32
ATTACHMENT_KINDS = {
    AssetKind.IMAGE: "image",
    AssetKind.VIDEO: "video",
    AssetKind.AUDIO: "audio",
    AssetKind.FILE: "file",
}
"""What Instagram calls our kinds of files."""


def checked_comment_text(text: str) -> str:
    """Return a public reply's text without space around it. Raises RuleError when it is empty or too long."""
    text = _not_empty(text)
    if len(text) > COMMENT_CHARACTERS:
        raise RuleError("comment_too_long", field="text", found=len(text), most=COMMENT_CHARACTERS)
    return text


def checked_message_text(text: str) -> str:
    """Return a message's text without space around it. Raises RuleError when it is empty or too long, in bytes."""
    text = _not_empty(text)
    found = len(text.encode("utf-8", "replace"))
    if found > MESSAGE_TEXT_BYTES:
        raise RuleError("message_too_long", field="text", found_bytes=found, most_bytes=MESSAGE_TEXT_BYTES)
    return text


def checked_emoji(emoji: str) -> str:
    """Return an emoji for a reaction; "" takes one back. Raises RuleError for what cannot be one."""
    emoji = emoji.strip()
    if len(emoji) > EMOJI_CHARACTERS or (emoji and emoji.isascii()):
        raise RuleError("emoji_unknown", field="emoji")
    return emoji


def check_files(assets: Sequence[Asset]) -> None:
    """Raise RuleError unless these files can be one message: up to 10 pictures, or one file of another kind."""
    kinds = {asset.kind for asset in assets}
    if len(assets) > 1 and kinds != {AssetKind.IMAGE}:
        raise RuleError("files_do_not_mix", field="files", most=MESSAGE_PICTURES)
    if len(assets) > MESSAGE_PICTURES:
        raise RuleError("too_many_pictures", field="files", most=MESSAGE_PICTURES, found=len(assets))
    for asset in assets:
        if asset.state is AssetState.REFUSED:
            raise RuleError("message_file_refused", field="files", filename=asset.filename)
        if asset.state is not AssetState.READY:
            raise RuleError("message_file_not_ready", field="files", filename=asset.filename)


def check_account(account: Account, scope: str) -> None:
    """Raise RuleError unless the account was connected with this permission. A login that has ended may be renewed:
    until then what is asked for waits."""
    if account.state is AccountState.DISCONNECTED:
        raise RuleError("account_disconnected", username=account.username)
    if account.scopes and scope not in account.scopes:
        raise RuleError("desk_permission_missing", username=account.username)


def check_comment(comment: Comment) -> None:
    """Raise RuleError when nothing can be done with a comment any more, because it is gone."""
    if comment.gone_at is not None:
        raise RuleError("comment_gone")


def check_public_reply(comment: Comment) -> None:
    """Raise RuleError unless a comment can be answered in its thread."""
    check_comment(comment)
    check_not_live(comment)
    top = comment.parent or comment
    if comment.hidden or top.hidden:
        raise RuleError("comment_hidden")


def check_private_reply(comment: Comment, now: datetime) -> None:
    """Raise RuleError unless a comment's writer can be answered in private: within 7 days."""
    check_comment(comment)
    check_others(comment)
    if now - comment.posted_at >= PRIVATE_REPLY_WINDOW:
        raise RuleError("private_reply_too_late", ended_at=comment.posted_at + PRIVATE_REPLY_WINDOW)


def check_not_live(comment: Comment) -> None:
    """Raise RuleError for a comment of a live broadcast, where only private replies are possible."""
    if comment.is_live:
        raise RuleError("comment_live")


def check_others(comment: Comment) -> None:
    """Raise RuleError for a comment of our own."""
    if comment.is_own:
        raise RuleError("comment_own")


def check_window_for_person(conversation: Conversation, now: datetime) -> ReplyWindow:
    """Return the window in which a person of the team may write now. Raises RuleError when it is closed."""
    window = reply_window(conversation.last_inbound_at, now)
    if not window.is_open_to_a_person:
        raise _closed(window, window.human_agent_ends_at)
    return window


def check_window_for_rule(conversation: Conversation, now: datetime) -> None:
    """Raise RuleError unless the 24 hours are open, in which alone something automatic may write."""
    window = reply_window(conversation.last_inbound_at, now)
    if window.state not in {WindowState.OPEN, WindowState.CLOSING}:
        raise _closed(window, window.ends_at)


def check_planned(conversation: Conversation, due_at: datetime, now: datetime) -> None:
    """Raise RuleError unless a message may be planned for then: ahead of now and inside the 24 hours."""
    window = reply_window(conversation.last_inbound_at, now)
    if window.ends_at is None or window.ends_at <= now:
        raise _closed(window, window.ends_at)
    if due_at <= now:
        raise RuleError("message_due_in_past", field="due_at")
    if due_at >= window.ends_at:
        raise RuleError("message_due_too_late", field="due_at", ends_at=window.ends_at)


def _closed(window: ReplyWindow, ended_at: datetime | None) -> RuleError:
    if window.state is WindowState.NEVER_OPENED:
        return RuleError("window_never_opened")
    return RuleError("window_closed", ended_at=ended_at)


def _not_empty(text: str) -> str:
    text = text.strip()
    if not text:
        raise RuleError("dispatch_text_empty", field="text")
    return text
