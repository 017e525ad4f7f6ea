"""Reads for one conversation: its messages page by page, what stands between them, and what is on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.conversations.models import Conversation, Message, MessageAttachment, Note
from app.db import reading
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.errors import NotFound
from app.workspaces.models import User

PAGE_SIZE = 50
ON_EITHER_SIDE = 25
"""Of a message that was searched for, so many older and newer ones are shown."""
MOST_NOTES = 200
MOST_REFRESHED = 200
MOST_DISPATCHES = 50
OPEN_STATES = (DispatchState.WAITING, DispatchState.SENDING, DispatchState.REFUSED, DispatchState.UNCONFIRMED)


@dataclass(frozen=True)
class Thread:
    """A part of a conversation, oldest first."""

    messages: Sequence[Message]
    notes: Sequence[Note]
    """Those written in the time that the messages span."""
    dispatches: Sequence[Dispatch]
    """Messages of ours that Instagram has not shown back yet; only with the newest part."""
    older: int | None
    """The message before which the next older part lies; None at the beginning."""
    newer: int | None
    """The message after which newer ones follow; None in the newest part."""


def newest_part(conversation: Conversation, limit: int = PAGE_SIZE) -> Thread:
    """Return the newest messages of a conversation, with what is on its way."""
    with reading() as session:
        found = _before(session, conversation.id, None, limit + 1)
        return _part(session, conversation, found[:limit], has_older=len(found) > limit, newer=None)


def part_before(conversation: Conversation, message_id: int, limit: int = PAGE_SIZE) -> Thread:
    """Return the messages before one, nearest ones. Raises NotFound when it is not of this conversation."""
    with reading() as session:
        mark = _get_message(session, conversation.id, message_id)
        found = _before(session, conversation.id, mark, limit + 1)
        newer = found[0].id if found else mark.id
        return _part(session, conversation, found[:limit], has_older=len(found) > limit, newer=newer)


def part_around(conversation: Conversation, message_id: int, each: int = ON_EITHER_SIDE) -> Thread:
    """Return a message with those around it. Raises NotFound when it is not of this conversation."""
    with reading() as session:
        mark = _get_message(session, conversation.id, message_id)
        older = _before(session, conversation.id, mark, each + 1)
        newer = _after(session, conversation.id, mark, each + 1)
        found = [*reversed(newer[:each]), mark, *older[:each]]
        more = newer[each - 1].id if len(newer) > each else None
        return _part(session, conversation, found, has_older=len(older) > each, newer=more)


def part_after(conversation: Conversation, message_id: int, limit: int = PAGE_SIZE) -> Thread:
    """Return the messages after one, oldest ones. Raises NotFound when it is not of this conversation."""
    with reading() as session:
        mark = _get_message(session, conversation.id, message_id)
        found = _after(session, conversation.id, mark, limit + 1)
        more = found[limit - 1].id if len(found) > limit else None
        return _part(session, conversation, found[:limit][::-1], has_older=False, newer=more)


def part_from(conversation: Conversation, message_id: int, limit: int = MOST_REFRESHED) -> Thread:
    """Return a message and all after it, with what is on its way: a shown newest part as it is by now.

    When more than `limit` have come since, the newest of them. Raises NotFound when it is not of this conversation.
    """
    with reading() as session:
        mark = _get_message(session, conversation.id, message_id)
        newest = _before(session, conversation.id, None, limit)
        shown = [message for message in newest if (message.sent_at, message.id) >= (mark.sent_at, mark.id)]
        return _part(session, conversation, shown, has_older=True, newer=None)


def get_message(message_id: int) -> Message:
    """Return a message of the current workspace, its conversation and account at hand. Raises NotFound."""
    with reading() as session:
        message = session.scalar(
            select(Message)
            .where(Message.id == message_id)
            .options(selectinload(Message.attachments), selectinload(Message.reactions))
        )
    if message is None:
        raise NotFound(f"message {message_id}")
    return message


def get_message_of(conversation: Conversation, message_id: int) -> Message:
    """Return a message of a conversation. Raises NotFound when it is not of this one."""
    with reading() as session:
        return _get_message(session, conversation.id, message_id)


def get_dispatch(conversation_id: int, dispatch_id: int) -> Dispatch:
    """Return a message of ours that belongs to a conversation. Raises NotFound when it is not of this one."""
    query = select(Dispatch).where(
        Dispatch.id == dispatch_id,
        Dispatch.conversation_id == conversation_id,
        Dispatch.kind == DispatchKind.MESSAGE,
    )
    with reading() as session:
        dispatch = session.scalar(query)
    if dispatch is None:
        raise NotFound(f"dispatch {dispatch_id}")
    return dispatch


def get_attachment(attachment_id: int) -> tuple[MessageAttachment, Message]:
    """Return an attachment of the current workspace and its message. Raises NotFound, also for one taken back."""
    with reading() as session:
        row = session.execute(
            select(MessageAttachment, Message)
            .join(Message, Message.id == MessageAttachment.message_id)
            .where(MessageAttachment.id == attachment_id, Message.unsent_at.is_(None))
        ).one_or_none()
    if row is None:
        raise NotFound(f"attachment {attachment_id}")
    return row[0], row[1]


def list_notes(conversation_id: int, limit: int = MOST_NOTES) -> Sequence[Note]:
    """Return a conversation's newest notes, newest first."""
    query = select(Note).where(Note.conversation_id == conversation_id)
    with reading() as session:
        return session.scalars(query.order_by(Note.written_at.desc(), Note.id.desc()).limit(limit)).all()


def find_names(user_ids: set[int]) -> dict[int, str]:
    """Return the names of users, by their ids."""
    if not user_ids:
        return {}
    with reading() as session:
        return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))}


def find_answered(conversation: Conversation, mids: set[str]) -> dict[str, Message]:
    """Return those messages of the conversation that others answer, by Instagram's ids."""
    if not mids:
        return {}
    query = select(Message).where(Message.account_id == conversation.account_id, Message.mid.in_(mids))
    with reading() as session:
        found = session.scalars(query.options(selectinload(Message.attachments)))
        return {message.mid: message for message in found if message.conversation_id == conversation.id}


def _get_message(session: Session, conversation_id: int, message_id: int) -> Message:
    query = select(Message).where(Message.id == message_id, Message.conversation_id == conversation_id)
    message = session.scalar(query.options(selectinload(Message.attachments), selectinload(Message.reactions)))
    if message is None:
        raise NotFound(f"message {message_id}")
    return message


def _before(session: Session, conversation_id: int, mark: Message | None, limit: int) -> list[Message]:
    """Return messages newest first."""
    query = select(Message).where(Message.conversation_id == conversation_id)
    if mark is not None:
        earlier = or_(Message.sent_at < mark.sent_at, Message.id < mark.id)
        query = query.where(Message.sent_at <= mark.sent_at, earlier)
    query = query.order_by(Message.sent_at.desc(), Message.id.desc()).limit(limit)
    return list(session.scalars(query.options(selectinload(Message.attachments), selectinload(Message.reactions))))


def _after(session: Session, conversation_id: int, mark: Message, limit: int) -> list[Message]:
    """Return messages oldest first."""
    later = or_(Message.sent_at > mark.sent_at, Message.id > mark.id)
    query = select(Message).where(Message.conversation_id == conversation_id, Message.sent_at >= mark.sent_at, later)
    query = query.order_by(Message.sent_at, Message.id).limit(limit)
    return list(session.scalars(query.options(selectinload(Message.attachments), selectinload(Message.reactions))))


def _part(
    session: Session, conversation: Conversation, found: list[Message], *, has_older: bool, newer: int | None
) -> Thread:
    """Put a part together from its messages, newest first."""
    messages = found[::-1]
    since = messages[0].sent_at if messages and has_older else None
    until = messages[-1].sent_at if messages and newer is not None else None
    return Thread(
        messages=messages,
        notes=_notes_between(session, conversation.id, since, until),
        dispatches=_open_dispatches(session, conversation.id, since) if newer is None else [],
        older=messages[0].id if has_older else None,
        newer=newer,
    )


def _notes_between(
    session: Session, conversation_id: int, since: datetime | None, until: datetime | None
) -> Sequence[Note]:
    query = select(Note).where(Note.conversation_id == conversation_id)
    if since is not None:
        query = query.where(Note.written_at >= since)
    if until is not None:
        query = query.where(Note.written_at < until)
    found = session.scalars(query.order_by(Note.written_at.desc(), Note.id.desc()).limit(MOST_NOTES)).all()
    return found[::-1]


def _open_dispatches(session: Session, conversation_id: int, since: datetime | None) -> Sequence[Dispatch]:
    """Return what of ours is on its way, needs somebody, or was sent a moment ago and has not come back yet."""
    query = (
        select(Dispatch)
        .where(Dispatch.conversation_id == conversation_id, Dispatch.kind == DispatchKind.MESSAGE, _is_shown())
        .order_by(Dispatch.id.desc())
        .limit(MOST_DISPATCHES)
        .options(joinedload(Dispatch.account))
    )
    if since is not None:
        query = query.where(or_(Dispatch.created_at >= since, Dispatch.state.in_(OPEN_STATES)))
    return session.scalars(query).all()[::-1]


def _is_shown() -> ColumnElement[bool]:
    is_bound = exists().where(Message.dispatch_id == Dispatch.id)
    is_echoed = exists().where(Message.account_id == Dispatch.account_id, Message.mid == Dispatch.result_id)
    return or_(Dispatch.state.in_(OPEN_STATES), and_(Dispatch.state == DispatchState.SENT, ~is_bound, ~is_echoed))
