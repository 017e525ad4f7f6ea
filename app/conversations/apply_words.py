"""Write down what is said of messages: reactions, edits, being read, being taken back; and who came by a link.

All of these run inside the caller's transaction and workspace, may be repeated, and may come before the message that
they are about.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.contacts.find_contact import find_or_add_contact
from app.contacts.models import Contact
from app.conversations.early_words import WordKind, keep_early_word, take_early_words
from app.conversations.find_conversation import (
    find_message,
    lock_conversation,
    lock_conversation_by_id,
    lock_or_add_conversation,
)
from app.conversations.message_contents import erase, set_text
from app.conversations.models import Conversation, Message
from app.conversations.reactions import set_reaction
from app.conversations.recount import is_among_unread, note_opening, recount
from app.db import transaction
from app.instagram.facts import ReactionFacts
from app.live.add_hint import add_hint
from app.live.models import HintKind


def apply_reaction(account: Account, facts: ReactionFacts, *, now: datetime) -> Message | None:
    """Put an emoji on a message, or take it back ("" does); return the message if that changed it."""
    at, is_own = facts.at or now, facts.from_id == account.ig_user_id
    with transaction() as session:
        conversation, message = _lock_both(session, account, facts.mid)
        if conversation is None or message is None:
            word = {"is_own": is_own, "emoji": facts.emoji}
            keep_early_word(session, account, facts.mid, WordKind.REACTION, at=at, **word)
            return None
        if not _react(message, is_own=is_own, emoji=facts.emoji, at=at):
            return None
        return _tell(session, conversation, message, now)


def apply_edit(account: Account, mid: str, text: str, number: int, *, at: datetime, now: datetime) -> Message | None:
    """Give a message the text of its edit `number` (from 1 on); return the message if that changed it."""
    with transaction() as session:
        conversation, message = _lock_both(session, account, mid)
        if conversation is None or message is None:
            keep_early_word(session, account, mid, WordKind.EDIT, at=at, text=text, number=number)
            return None
        if not _edit(message, text, number):
            return None
        return _tell(session, conversation, message, now)


def apply_unsend(account: Account, mid: str, *, at: datetime, now: datetime) -> Message | None:
    """Erase a message that its writer took back; return it if that was news."""
    with transaction() as session:
        conversation, message = _lock_both(session, account, mid)
        if conversation is None or message is None:
            keep_early_word(session, account, mid, WordKind.UNSEND, at=at)
            return None
        is_news = message.unsent_at is None
        _unsend(session, conversation, message, at)
        if not is_news:
            return None
        recount(session, conversation)
        return _tell(session, conversation, message, now)


def apply_seen(
    account: Account, person_id: str, mid: str | None, *, at: datetime, now: datetime
) -> Conversation | None:
    """Note that a person has read what was written to them until `at`; return the conversation if that was news.

    `mid` is the message they read, as far as it is told.
    """
    with transaction() as session:
        conversation = _find(session, account, person_id)
        if conversation is None:
            if mid:
                keep_early_word(session, account, mid, WordKind.SEEN, at=at)
            return None
        if not _see(conversation, at):
            return None
        add_hint(session, account.workspace_id, HintKind.CONVERSATION, conversation.id, now)
        return conversation


def apply_referral(
    account: Account, person_id: str, referral: Mapping[str, object], *, at: datetime, now: datetime
) -> Conversation:
    """Note that a person came to the conversation by a link of ours: that opens the window.

    Source: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
    """
    with transaction() as session:
        contact = find_or_add_contact(session, account, person_id, username=None, now=now)
        conversation = lock_or_add_conversation(session, account, contact.id, latest_at=at, now=now)
        note_opening(conversation, at)
        add_hint(session, account.workspace_id, HintKind.CONVERSATION, conversation.id, now)
        return conversation


def say_early_words(session: Session, account: Account, message: Message, conversation: Conversation) -> None:
    """Apply to a message what was said of it before it came."""
    for early in take_early_words(session, account, message.mid):
        if early.kind == WordKind.UNSEND:
            _unsend(session, conversation, message, early.at)
        elif early.kind == WordKind.EDIT:
            _edit(message, early.word["text"], early.word["number"])
        elif early.kind == WordKind.SEEN:
            _see(conversation, early.at)
        else:
            _react(message, is_own=early.word["is_own"], emoji=early.word["emoji"], at=early.at)


def _lock_both(session: Session, account: Account, mid: str) -> tuple[Conversation | None, Message | None]:
    """Return a message with its conversation, which nobody else changes until the transaction ends."""
    message = find_message(session, account, mid)
    if message is None:
        return None, None
    conversation = lock_conversation_by_id(session, message.conversation_id)
    session.refresh(message)
    return conversation, message


def _react(message: Message, *, is_own: bool, emoji: str, at: datetime) -> bool:
    return message.unsent_at is None and set_reaction(message, is_own=is_own, emoji=emoji, at=at)


def _edit(message: Message, text: str, number: int) -> bool:
    if message.unsent_at is not None or number <= message.edits:
        return False
    message.edits = number
    set_text(message, text)
    return True


def _unsend(session: Session, conversation: Conversation, message: Message, at: datetime) -> None:
    session.flush()
    if message.unsent_at is None and not message.is_own and is_among_unread(session, conversation, message):
        conversation.unread_count -= 1
    erase(message, at)


def _see(conversation: Conversation, at: datetime) -> bool:
    if conversation.seen_by_person_at is not None and at <= conversation.seen_by_person_at:
        return False
    conversation.seen_by_person_at = at
    return True


def _find(session: Session, account: Account, person_id: str) -> Conversation | None:
    contact_id = session.scalar(
        select(Contact.id).where(Contact.account_id == account.id, Contact.ig_scoped_id == person_id)
    )
    return lock_conversation(session, account, contact_id) if contact_id is not None else None


def _tell(session: Session, conversation: Conversation, message: Message, now: datetime) -> Message:
    add_hint(session, message.workspace_id, HintKind.CONVERSATION, conversation.id, now)
    session.flush()
    return message
