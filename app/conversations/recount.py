"""What a conversation says about its messages, counted anew from them: the order in which they come does not matter."""

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
    since, waiting = session.execute(
        select(func.min(Message.sent_at), func.count()).where(*_is_unanswered(session, conversation.id))
    ).one()
    conversation.waiting_since = since
    conversation.unread_count = min(conversation.unread_count, waiting)
    _find_latest(session, conversation)


def take_in_newest(conversation: Conversation, message: Message) -> None:
    """Let a conversation show a new message as its latest, if it is that."""
    if conversation.latest_message_id is None or message.sent_at >= conversation.latest_at:
        conversation.latest_at, conversation.latest_message_id = message.sent_at, message.id


def is_answered(session: Session, message: Message) -> bool:
    """Whether we have written after a message of theirs, or in the same instant."""
    answered_at = _answered_at(session, message.conversation_id)
    return answered_at is not None and answered_at >= message.sent_at


def note_opening(conversation: Conversation, at: datetime) -> None:
    """Note that the person did at `at` what opens the window."""
    if conversation.last_inbound_at is None or at > conversation.last_inbound_at:
        conversation.last_inbound_at = at
        conversation.window_ends_at = at + WINDOW


def is_among_unread(session: Session, conversation: Conversation, message: Message) -> bool:
    """Whether a message of theirs is one that nobody here has read: of the unanswered ones, those that came last."""
    if conversation.unread_count == 0:
        return False
    newest = (
        select(Message.id)
        .where(*_is_unanswered(session, conversation.id))
        .order_by(Message.id.desc())
        .limit(conversation.unread_count)
    )
    return message.id in session.scalars(newest).all()


def _is_unanswered(session: Session, conversation_id: int) -> list[ColumnElement[bool]]:
    """Return the conditions for messages of theirs after the last of ours."""
    theirs = [
        Message.conversation_id == conversation_id,
        Message.unsent_at.is_(None),
        Message.is_own.is_(False),
    ]
    answered_at = _answered_at(session, conversation_id)
    return [*theirs, Message.sent_at > answered_at] if answered_at else theirs


def _answered_at(session: Session, conversation_id: int) -> datetime | None:
    """Return when we last wrote."""
    return session.scalar(
        select(Message.sent_at)
        .where(Message.conversation_id == conversation_id, Message.is_own.is_(True), Message.unsent_at.is_(None))
        .order_by(Message.sent_at.desc())
        .limit(1)
    )


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
