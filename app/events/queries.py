"""What the page about webhooks shows. Every event is looked for through the workspace's own accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.db import reading
from app.errors import NotFound
from app.events.models import Event, EventState
from app.instagram.facts import UpdateKind
from app.instagram.webhook import TEST_ID

PAGE = 30


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The newest event of a kind for an account."""

    account_id: int
    kind: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class EventCounts:
    """How many of an account's events wait to be processed, and how many could not be."""

    waiting: int = 0
    failed: int = 0


def list_last_events(account_ids: Collection[int]) -> list[LastEvent]:
    """Return the newest event of each kind for each of the accounts, as far as events are kept."""
    newest = (
        select(Event.account_id, Event.kind, func.max(Event.received_at).label("received_at"))
        .join(Account, Account.id == Event.account_id)
        .where(Event.account_id.in_(account_ids))
        .group_by(Event.account_id, Event.kind)
        .order_by(Event.account_id, Event.kind)
    )
    with reading() as session:
        return [LastEvent(row.account_id, row.kind, row.received_at) for row in session.execute(newest)]


def count_events(account_ids: Collection[int]) -> dict[int, EventCounts]:
    """Return the counts of each account that has events waiting or failed."""
    known = select(Account.id, Account.claimed_ig_user_id).where(Account.id.in_(account_ids))
    with reading() as session:
        id_by_name = {row.claimed_ig_user_id: row.id for row in session.execute(known)}
        waiting = _counted(session, Event.ig_user_id, EventState.WAITING, [name for name in id_by_name if name])
        failed = _counted(session, Event.account_id, EventState.FAILED, list(id_by_name.values()))
    by_id = {id_by_name[name]: count for name, count in waiting.items()}
    return {one: EventCounts(by_id.get(one, 0), failed.get(one, 0)) for one in by_id.keys() | failed.keys()}


def list_failed_events(*, before_id: int | None = None, limit: int = PAGE) -> list[Event]:
    """Return failed events of the workspace's accounts, the newest first; `before_id` continues a list."""
    failed = _of_workspace().where(Event.state == EventState.FAILED).order_by(Event.id.desc()).limit(limit)
    if before_id is not None:
        failed = failed.where(Event.id < before_id)
    with reading() as session:
        return list(session.scalars(failed))


def get_event(event_id: int) -> Event:
    """Return an event of one of the workspace's accounts. Raises NotFound."""
    with reading() as session:
        event = session.scalars(_of_workspace().where(Event.id == event_id)).one_or_none()
    if event is None:
        raise NotFound
    return event


def find_last_test() -> datetime | None:
    """Return when the «Test» button of the app's dashboard was last pressed. It belongs to no account."""
    with reading() as session:
        return session.scalar(
            select(func.max(Event.received_at)).where(Event.ig_user_id == TEST_ID, Event.kind == UpdateKind.TEST)
        )


def _counted(session: Session, by: Any, state: EventState, values: list[Any]) -> dict[Any, int]:
    counts = select(by, func.count()).where(Event.state == state, by.in_(values)).group_by(by)
    return {value: count for value, count in session.execute(counts)}  # noqa: C416 - dict() takes a result for a map


def _of_workspace() -> Select[Event]:
    return select(Event).join(Account, Account.id == Event.account_id)
