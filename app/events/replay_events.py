"""Have events that could not be processed tried again."""

from collections.abc import Collection

from sqlalchemy import select, update

from app.accounts.models import Account
from app.db import changed_rows, deadlock_safe, transaction
from app.events.models import Event, EventState
from app.events.queries import get_event


@deadlock_safe
def replay_event(event_id: int) -> bool:
    """Let a failed event wait to be processed again; return False when it was no longer failed. Raises NotFound."""
    return _wait_again([get_event(event_id).id]) == 1


@deadlock_safe
def replay_failed(account_ids: Collection[int]) -> int:
    """Let all failed events of these accounts, as far as they are the workspace's, wait again; return how many."""
    with transaction() as session:
        failed = select(Event.id).join(Account, Account.id == Event.account_id)
        failed = failed.where(Event.state == EventState.FAILED, Event.account_id.in_(account_ids))
        return _wait_again(session.scalars(failed).all())


def _wait_again(event_ids: Collection[int]) -> int:
    with transaction() as session:
        moved = session.execute(
            update(Event)
            .where(Event.id.in_(event_ids), Event.state == EventState.FAILED, Event.payload.is_not(None))
            .values(state=EventState.WAITING, error=None, processed_at=None)
            .execution_options(synchronize_session=False)
        )
        return changed_rows(moved)
