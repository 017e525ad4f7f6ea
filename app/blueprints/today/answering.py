"""Who waits for an answer, as the first page shows it: windows that close soon, and whoever has waited longest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from app.comments.models import Comment
from app.comments.queries import Order as CommentOrder
from app.comments.queries import Tab, list_threads
from app.comments.queries import Wanted as WantedComments
from app.comments.threads import get_comment
from app.conversations.models import Conversation
from app.conversations.queries import Order, Wanted, list_conversations
from app.conversations.reply_window import CLOSING_SOON
from app.web import formats
from app.web.i18n import page_locale

CLOSING_SHOWN = 3


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits: who, why it matters, and where to answer."""

    name: str
    text: str
    url: str
    icon: str
    tone: str


def who_waits(now: datetime) -> Sequence[Waiting]:
    """Return the conversations whose reply windows close soon, then the oldest unanswered message and comment."""
    closing = [
        found
        for found in list_conversations(Wanted(order=Order.CLOSING), now=now, limit=CLOSING_SHOWN).conversations
        if found.window_ends_at is not None and found.window_ends_at - now <= CLOSING_SOON
    ]
    oldest = list_conversations(Wanted(order=Order.WAITING), now=now, limit=1).conversations
    rest = [_oldest_message(found, now) for found in oldest if found.id not in {row.id for row in closing}]
    return [*(_closing(found, now) for found in closing), *rest, *_oldest_comments(now)]


def _closing(conversation: Conversation, now: datetime) -> Waiting:
    assert conversation.window_ends_at is not None
    left = formats.span_in_words(conversation.window_ends_at - now, page_locale())
    return Waiting(
        name=conversation.contact.shown_name,
        text=_("The reply window closes in %(left)s.", left=left),
        url=url_for("inbox.show_thread", conversation_id=conversation.id, order=Order.CLOSING.value),
        icon="clock-exclamation",
        tone="warn",
    )


def _oldest_message(conversation: Conversation, now: datetime) -> Waiting:
    return Waiting(
        name=conversation.contact.shown_name,
        text=_("Oldest unanswered message, waiting for %(span)s.", span=_span(conversation.waiting_since, now)),
        url=url_for("inbox.show_thread", conversation_id=conversation.id, order=Order.WAITING.value),
        icon="message-circle",
        tone="muted",
    )


def _oldest_comments(now: datetime) -> list[Waiting]:
    found = list_threads(WantedComments(Tab.UNANSWERED, CommentOrder.WAITING), limit=1).threads
    return [_oldest_comment(get_comment(thread.top_id), now) for thread in found]


def _oldest_comment(comment: Comment, now: datetime) -> Waiting:
    return Waiting(
        name=f"@{comment.username}" if comment.username else str(_("A comment")),
        text=_("Oldest unanswered comment, waiting for %(span)s.", span=_span(comment.waiting_since, now)),
        url=url_for("comments.show_comment", comment_id=comment.id),
        icon="messages",
        tone="muted",
    )


def _span(since: datetime | None, now: datetime) -> str:
    return formats.span_in_words(now - since, page_locale()) if since else formats.MISSING
