"""Do what the stored updates ask for: oldest first, a few at a time, each once.

An event is marked as done in the very transaction that holds its effects, and only while it is waiting: whatever
dies in between, and however many processes try, its effects happen once.
"""

import traceback
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.clock import Clock
from app.config import PROJECT_DIR
from app.db import changed_rows, deadlock_safe, every_workspace, is_away, reading, transaction, workspace_scope
from app.events.apply_update import apply_update
from app.events.models import Event, EventState
from app.events.note_account import note_account
from app.events.stored import update_in
from app.events.strays import set_aside
from app.instagram.webhook import TEST_ID

log = structlog.get_logger()

AT_A_LOOK = 200
TOGETHER = 25
"""Events in one transaction: a commit for each would cost more than its effects; many would keep pages waiting."""
ERROR_CHARACTERS = 200
_OURS = str(PROJECT_DIR / "app")
AccountOf = tuple[int, int]
"""An account's id and its workspace's."""


class _TakenMeanwhile(Exception):
    """Somebody else has processed one of the events."""


def process_events(
    *, clock: Clock, may_act: Callable[[], bool] = lambda: True, is_over: Callable[[], bool] = lambda: False
) -> bool:
    """Process the oldest events that wait; return whether there were any.

    `may_act` is asked before each transaction. Raises what SQLAlchemy raises when the database is away; what else goes
    wrong is the event's own: it is marked as FAILED, and the others go on.
    """
    waiting = _list_waiting()
    accounts = _find_accounts({event.ig_user_id for event in waiting})
    for ig_user_id, events in _by_account(waiting).items():
        for start in range(0, len(events), TOGETHER):
            if is_over() or not may_act():
                return False
            _process(accounts.get(ig_user_id), events[start : start + TOGETHER], clock.now(), may_act)
    return bool(waiting)


def _list_waiting() -> Sequence[Event]:
    with reading() as session:
        oldest = select(Event).where(Event.state == EventState.WAITING).order_by(Event.id)
        return session.scalars(oldest.limit(AT_A_LOOK)).all()


def _find_accounts(ig_user_ids: set[str]) -> dict[str, AccountOf]:
    """Return those of the accounts that are connected here."""
    with every_workspace(), reading() as session:
        rows = session.execute(
            select(Account.claimed_ig_user_id, Account.id, Account.workspace_id).where(
                Account.claimed_ig_user_id.in_(ig_user_ids)
            )
        )
        return {str(row.claimed_ig_user_id): (row.id, row.workspace_id) for row in rows}


def _by_account(events: Sequence[Event]) -> dict[str, list[Event]]:
    """Conversations belong to one account: the order of its events is kept, that between accounts tells nothing."""
    sorted_out = defaultdict(list)
    for event in events:
        sorted_out[event.ig_user_id].append(event)
    return sorted_out


def _process(account: AccountOf | None, events: list[Event], now: datetime, may_act: Callable[[], bool]) -> None:
    if account is None:
        is_test = events[0].ig_user_id == TEST_ID
        set_aside([event.id for event in events], EventState.DONE if is_test else EventState.STRAY, now)
        return
    try:
        _process_together(account, events, now)
    except Exception as error:
        _rise_if_away(error)
        for event in events:
            if may_act():
                _process_alone(account, event, now)


def _process_alone(account: AccountOf, event: Event, now: datetime) -> None:
    try:
        _process_together(account, [event], now)
    except _TakenMeanwhile:
        log.info("event_taken_meanwhile", event_id=event.id)
    except Exception as error:
        _rise_if_away(error)
        log.error("event_failed", event_id=event.id, kind=event.kind, error=what_broke(error))
        _mark_failed(account, event.id, what_broke(error), now)


@deadlock_safe
def _process_together(account: AccountOf, events: list[Event], now: datetime) -> None:
    account_id, workspace_id = account
    with workspace_scope(workspace_id), transaction() as session:
        if _mark(session, events, EventState.DONE, account_id, now) != len(events):
            raise _TakenMeanwhile
        owner = session.get_one(Account, account_id)
        for event in events:
            told = update_in(event)
            at = told.at or event.received_at
            apply_update(owner, replace(told, at=at), at=at, now=now)
        note_account(session, account_id, last_event_at=max(event.received_at for event in events))


@deadlock_safe
def _mark_failed(account: AccountOf, event_id: int, error: str, now: datetime) -> None:
    with transaction() as session:
        session.execute(
            update(Event)
            .where(Event.id == event_id, Event.state == EventState.WAITING)
            .values(
                state=EventState.FAILED, account_id=account[0], processed_at=now, tries=Event.tries + 1, error=error
            )
        )


def _mark(session: Session, events: list[Event], state: EventState, account_id: int, now: datetime) -> int:
    marked = session.execute(
        update(Event)
        .where(Event.id.in_([event.id for event in events]), Event.state == EventState.WAITING)
        .values(state=state, account_id=account_id, processed_at=now, tries=Event.tries + 1, error=None)
        .execution_options(synchronize_session=False)
    )
    return changed_rows(marked)


def _rise_if_away(error: Exception) -> None:
    """Let what is not the event's fault rise: it is tried again when the database is back."""
    if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and is_away(error)):
        raise error


def what_broke(error: Exception) -> str:
    """Return the kind of an error and where it rose, and nothing that it says: that may hold what people wrote."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(_OURS)]
    place = f" ({Path(frames[-1].filename).stem}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{place}"[:ERROR_CHARACTERS]
