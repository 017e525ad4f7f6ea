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
    is_there = [Message.conversation_id == conversation_id, Message.unsent_at.is_(None)]
    answered_at = session.scalar(
        select(Message.sent_at).where(*is_there, Message.is_own.is_(True)).order_by(Message.sent_at.desc()).limit(1)
    )
    theirs = [*is_there, Message.is_own.is_(False)]
    return [*theirs, Message.sent_at > answered_at] if answered_at else theirs


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
