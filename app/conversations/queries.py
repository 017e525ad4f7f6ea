"""Reads for the list of conversations. Each costs the same with a thousand messages as with a million.

Every list is one range of an index, read in its order: see the indexes of `Conversation`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from app.accounts.models import Account
from app.conversations.models import Conversation, ConversationLabel, ConversationState, Message
from app.db import current_workspace_id, reading
from app.errors import NotFound
from app.index_hints import read_along
from app.workspaces.models import Membership, User

PAGE_SIZE = 30
COUNT_AT_MOST = 100
LARGEST_ID = 2**31
NEAR = 1000
"""So many conversations are looked at one by one for a label, before all that carry it are gathered."""
UNASSIGNED = 0
"""Instead of a user's id: conversations that nobody has taken on."""


class Order(StrEnum):
    """How a list is sorted."""

    NEWEST = "newest"
    WAITING = "waiting"
    """Whoever has waited longest for an answer first; only those who wait."""
    CLOSING = "closing"
    """Whose 24 hours end next first; only those who wait and can still be answered."""


@dataclass(frozen=True)
class Wanted:
    """Which conversations to list, and how."""

    state: ConversationState = ConversationState.OPEN
    order: Order = Order.NEWEST
    unread: bool = False
    unanswered: bool = False
    assigned_to: int | None = None
    """A user's id, UNASSIGNED, or None for anybody's."""
    label_id: int | None = None
    account_id: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether some of the state's conversations are left out."""
        return self.unanswered or self.has_own_index

    @property
    def has_own_index(self) -> bool:
        """Whether something else than the state and the order tells where the list is found quickest."""
        chosen = (self.assigned_to, self.label_id, self.account_id)
        return self.unread or any(value is not None for value in chosen)


@dataclass(frozen=True)
class ConversationPage:
    """A page of conversations and the cursor of the next one, if there is one."""

    conversations: Sequence[Conversation]
    next_cursor: str | None


Column = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


def list_conversations(
    wanted: Wanted, *, now: datetime, cursor: str | None = None, limit: int = PAGE_SIZE
) -> ConversationPage:
    """Return a page of a list. A broken cursor is the first page."""
    after = read_cursor(cursor)
    with reading() as session:
        found = _find_near(session, wanted, now, after, limit) if wanted.label_id is not None else []
        if len(found) <= limit:
            found = session.execute(_in_order(wanted, now, after).limit(limit + 1)).all()
        page = found[:limit]
        loaded = _load(session, [row[0] for row in page])
    return ConversationPage(loaded, write_cursor(*page[-1]) if len(found) > limit else None)


def find_next(wanted: Wanted, *, now: datetime, after: Conversation) -> int | None:
    """Return the id of the conversation that follows one in a list, else of the list's first other one."""
    column, _newest_first = _sorting(wanted)
    at = getattr(after, column.key)
    cursor = write_cursor(after.id, at) if at is not None else None
    for start in (cursor, None):
        page = list_conversations(wanted, now=now, cursor=start, limit=2)
        others = [found.id for found in page.conversations if found.id != after.id]
        if others:
            return others[0]
    return None


def list_by_id(conversation_ids: Sequence[int]) -> Sequence[Conversation]:
    """Return those of the conversations that there are in the current workspace, in the order asked for."""
    with reading() as session:
        return _load(session, conversation_ids)


def get_conversation(conversation_id: int) -> Conversation:
    """Return a conversation of the current workspace, with all that its row shows. Raises NotFound."""
    with reading() as session:
        found = _load(session, [conversation_id])
    if not found:
        raise NotFound(f"conversation {conversation_id}")
    return found[0]


def count_conversations(*wanted: Wanted, now: datetime) -> list[int]:
    """Return how many conversations each list holds, each counted up to COUNT_AT_MOST, in one query."""
    with reading() as session:
        row = session.execute(select(*(_counted(each, now) for each in wanted))).one()
    return [min(COUNT_AT_MOST, count) for count in row]


def list_members() -> Sequence[User]:
    """Return the people of the current workspace, by name: to whom a conversation may be given."""
    is_member = Membership.user_id == User.id
    here = Membership.workspace_id == current_workspace_id()
    with reading() as session:
        return session.scalars(select(User).join(Membership, is_member).where(here).order_by(User.name, User.id)).all()


def _in_order(wanted: Wanted, now: datetime, after: tuple[datetime, int] | None) -> Select[int, Any]:
    """Return a query for what follows a cursor in a list: ids, and the instants that sort them."""
    column, newest_first = _sorting(wanted)
    query = select(Conversation.id, column.label("at")).where(*_conditions(wanted, now))
    if not wanted.has_own_index:
        query = read_along(query, Conversation, f"ix_conversations_workspace_id_state_{column.key}")
    if after is not None:
        query = query.where(is_beyond(column, Conversation.id, after, newest_first=newest_first))
    order = (column.desc(), Conversation.id.desc()) if newest_first else (column.asc(), Conversation.id.asc())
    return query.order_by(*order)


def _find_near(
    session: Session, wanted: Wanted, now: datetime, after: tuple[datetime, int] | None, limit: int
) -> Sequence[Row[int, Any]]:
    """Return those with the label among the conversations next in order: a page if it is a common one.

    Of a rare label all conversations are quick to gather and to sort; of a common one they are not.
    """
    _column, newest_first = _sorting(wanted)
    near = _in_order(replace(wanted, label_id=None), now, after).limit(NEAR).subquery()
    is_labelled = exists(_labelled(wanted.label_id).where(ConversationLabel.conversation_id == near.c.id))
    found = select(near.c.id, near.c.at).where(is_labelled)
    order = (near.c.at.desc(), near.c.id.desc()) if newest_first else (near.c.at.asc(), near.c.id.asc())
    return session.execute(found.order_by(*order).limit(limit + 1)).all()


def _counted(wanted: Wanted, now: datetime) -> ColumnElement[int]:
    some = select(Conversation.id).where(*_conditions(wanted, now)).limit(COUNT_AT_MOST).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _sorting(wanted: Wanted) -> tuple[Column, bool]:
    """Return the column that a list is sorted by, and whether its largest comes first.

    Newest first among those who wait is by the time of their oldest open question: that is the order of an index.
    """
    if wanted.order is Order.WAITING:
        return Conversation.waiting_since, False
    if wanted.order is Order.CLOSING:
        return Conversation.window_ends_at, False
    return (Conversation.waiting_since, True) if wanted.unanswered else (Conversation.latest_at, True)


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    conditions = [Conversation.workspace_id == current_workspace_id(), Conversation.state == wanted.state]
    if wanted.unanswered or wanted.order in {Order.WAITING, Order.CLOSING}:
        conditions.append(Conversation.waiting_since.is_not(None))
    if wanted.order is Order.CLOSING:
        conditions.append(Conversation.window_ends_at > now)
    if wanted.unread:
        conditions.append(Conversation.is_unread == True)  # noqa: E712 - `= 1` lets MariaDB use the index, `IS 1` not
    if wanted.assigned_to is not None:
        owner = wanted.assigned_to or None
        conditions.append(Conversation.assigned_to_id == owner)
    if wanted.account_id is not None:
        conditions.append(Conversation.account_id == wanted.account_id)
    if wanted.label_id is not None:
        conditions.append(Conversation.id.in_(_labelled(wanted.label_id)))
    return conditions


def _labelled(label_id: int | None) -> Select[int]:
    return select(ConversationLabel.conversation_id).where(ConversationLabel.label_id == label_id)


def _load(session: Session, ids: Sequence[int]) -> list[Conversation]:
    if not ids:
        return []
    found = session.scalars(
        select(Conversation)
        .where(Conversation.id.in_(ids))
        .options(
            joinedload(Conversation.contact),
            joinedload(Conversation.account).load_only(Account.username, Account.state),
            joinedload(Conversation.latest_message).selectinload(Message.attachments),
            selectinload(Conversation.label_links).joinedload(ConversationLabel.label),
        )
    )
    by_id = {conversation.id: conversation for conversation in found}
    return [by_id[conversation_id] for conversation_id in ids if conversation_id in by_id]


def is_beyond(
    column: ColumnElement[Any] | Column,
    row_id: ColumnElement[int] | InstrumentedAttribute[int],
    after: tuple[datetime, int],
    *,
    newest_first: bool,
) -> ColumnElement[bool]:
    """Return what makes a row follow a cursor's in a list that is sorted by an instant, then by the id."""
    at, number = after
    if newest_first:
        return and_(column <= at, or_(column < at, row_id < number))
    return and_(column >= at, or_(column > at, row_id > number))


def write_cursor(row_id: int, at: datetime | None) -> str:
    """Return the cursor of what follows a row."""
    return f"{at.isoformat() if at else ''}~{row_id}"


def read_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """Return the instant and id of a cursor; None for one that is none."""
    at, _tilde, row_id = (cursor or "").partition("~")
    try:
        moment, number = datetime.fromisoformat(at), int(row_id)
    except ValueError:
        return None
    return None if number > LARGEST_ID or moment.tzinfo is None else (moment, number)
