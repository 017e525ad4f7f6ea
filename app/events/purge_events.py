"""What is kept of events, and for how long."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, null, select, update
from sqlalchemy.orm import Session

from app.db import deadlock_safe, reading, transaction
from app.events.models import Event, EventState
from app.events.strays import TAKEN_UP

CONTENTS_KEPT = timedelta(days=7)
"""What was told is in the comments and messages by then; the raw words need not lie about longer."""
KEPT = timedelta(days=30)
AT_ONCE = 500


def purge_events(now: datetime) -> None:
    """Let go of the contents of what is done, of strays that nobody will take up any more, and of old events whole."""
    is_done = Event.state == EventState.DONE
    is_stray = Event.state == EventState.STRAY
    has_contents = Event.payload.is_not(null())
    _in_parts(_let_go, is_done, Event.received_at < now - CONTENTS_KEPT, has_contents)
    _in_parts(_delete, is_stray, Event.received_at < now - TAKEN_UP)
    _in_parts(_delete, Event.received_at < now - KEPT, Event.state != EventState.WAITING)


def delete_events_of(session: Session, ig_user_ids: Collection[str]) -> None:
    """Delete every event that is about these professional accounts, processed or not, in the caller's transaction."""
    session.execute(delete(Event).where(Event.ig_user_id.in_(ig_user_ids)).execution_options(synchronize_session=False))


def _in_parts(work: Callable[[Collection[int]], None], *conditions: ColumnElement[bool]) -> None:
    """Limited batches: no transaction over a month of events."""
    last_id = 0
    while ids := _list_ids(last_id, conditions):
        work(ids)
        last_id = ids[-1]


def _list_ids(after_id: int, conditions: Collection[ColumnElement[bool]]) -> list[int]:
    with reading() as session:
        oldest = select(Event.id).where(Event.id > after_id, *conditions).order_by(Event.id)
        return list(session.scalars(oldest.limit(AT_ONCE)))


@deadlock_safe
def _let_go(ids: Collection[int]) -> None:
    with transaction() as session:
        session.execute(
            update(Event).where(Event.id.in_(ids)).values(payload=null()).execution_options(synchronize_session=False)
        )


@deadlock_safe
def _delete(ids: Collection[int]) -> None:
    with transaction() as session:
        session.execute(delete(Event).where(Event.id.in_(ids)).execution_options(synchronize_session=False))
