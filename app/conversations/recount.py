"""What a conversation says about its messages, counted anew from them: the order in which they come does not matter."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.conversations.models import Conversation, Message
from app.conversations.reply_window import WINDOW


def recount(session: Session, conversation: Conversation) -> None:
    """Set what is latest, what waits for an answer, and how much of it is unread. The conversation must be locked.

    Whatever we wrote, from here or from the phone, answers all that came before it.
    """
    session.flush()
    ours = find_ours(session, conversation.id)
    since, waiting = session.execute(
        select(func.min(Message.sent_at), func.count()).where(*_theirs_after(conversation.id, ours.answered_at))
    ).one()
    conversation.waiting_since = since
    if ours.written_at != ours.answered_at:
        after = _theirs_after(conversation.id, ours.written_at)
        waiting = session.scalar(select(func.count()).select_from(Message).where(*after)) or 0
    conversation.unread_count = min(conversation.unread_count, waiting)
    _find_latest(session, conversation)


def take_in_newest(conversation: Conversation, message: Message) -> None:
    """Let a conversation show a new message as its latest, if it is that."""
    if conversation.latest_message_id is None or message.sent_at >= conversation.latest_at:
        conversation.latest_at, conversation.latest_message_id = message.sent_at, message.id


@dataclass(frozen=True, slots=True)
class Ours:
    """When we last wrote, and when we last wrote what was not taken back.

    Whoever wrote had read all that came before, even if they took it back; but taken back it answers nothing.
    """

    written_at: datetime | None
    answered_at: datetime | None

    def has_read(self, message: Message) -> bool:
        """Whether we have written after a message of theirs, or in the same instant."""
        return self.written_at is not None and self.written_at >= message.sent_at

    def has_answered(self, message: Message) -> bool:
        """Whether that still stands."""
        return self.answered_at is not None and self.answered_at >= message.sent_at


def find_ours(session: Session, conversation_id: int) -> Ours:
    """Return when we last wrote in a conversation."""
    own = (
        select(Message.sent_at, Message.unsent_at)
        .where(Message.conversation_id == conversation_id, Message.is_own.is_(True))
        .order_by(Message.sent_at.desc())
        .limit(1)
    )
    last = session.execute(own).one_or_none()
    if last is None:
        return Ours(None, None)
    if last.unsent_at is None:
        return Ours(last.sent_at, last.sent_at)
    standing = session.execute(own.where(Message.unsent_at.is_(None))).one_or_none()
    return Ours(last.sent_at, standing.sent_at if standing else None)


def note_opening(conversation: Conversation, at: datetime) -> None:
    """Note that the person did at `at` what opens the window."""
    if conversation.last_inbound_at is None or at > conversation.last_inbound_at:
        conversation.last_inbound_at = at
        conversation.window_ends_at = at + WINDOW


def is_among_unread(session: Session, conversation: Conversation, message: Message) -> bool:
    """Whether a message of theirs is one that nobody here has read: of those after our last, the newest ones."""
    if conversation.unread_count == 0:
        return False
    newest = (
        select(Message.id)
        .where(*_theirs_after(conversation.id, find_ours(session, conversation.id).written_at))
        .order_by(Message.id.desc())
        .limit(conversation.unread_count)
    )
    return message.id in session.scalars(newest).all()


def _theirs_after(conversation_id: int, at: datetime | None) -> list[ColumnElement[bool]]:
    """Return the conditions for messages of theirs after an instant."""
    theirs = [
        Message.conversation_id == conversation_id,
        Message.unsent_at.is_(None),
        Message.is_own.is_(False),
    ]
    return [*theirs, Message.sent_at > at] if at else theirs


def _find_latest(session: Session, conversation: Conversation) -> None:
    latest = session.execute(
        select(Message.id, Message.sent_at)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(1)
    ).one_or_none()
    conversation.latest_message_id = latest.id if latest else None
    if latest:
        conversation.latest_at = latest.sent_at
