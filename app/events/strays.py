"""Events for accounts that are connected nowhere here: kept, and taken up when such an account is connected."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.accounts.models import Account
from app.db import changed_rows, deadlock_safe, every_workspace, reading, transaction
from app.events.models import Event, EventState

TAKEN_UP = timedelta(hours=36)
"""For so long Instagram itself repeats what nobody took (webhooks page)."""


def set_aside(event_ids: Sequence[int], state: EventState, now: datetime) -> None:
    """Give waiting events of no account of ours their state: STRAY, or DONE when they are only a test.

    An account that was connected at that very moment has its own back at once: it may have looked for strays already.
    """
    _move(event_ids, EventState.WAITING, state, now)
    if state is EventState.STRAY and _are_claimed(event_ids):
        _move(event_ids, EventState.STRAY, EventState.WAITING, None)


@deadlock_safe
def take_up_strays(ig_user_id: str, now: datetime) -> int:
    """Let what came for an account before it was connected be processed; return how many events that were."""
    with transaction() as session:
        taken = session.execute(
            update(Event)
            .where(
                Event.state == EventState.STRAY,
                Event.ig_user_id == ig_user_id,
                Event.received_at > now - TAKEN_UP,
                Event.payload.is_not(None),
            )
            .values(state=EventState.WAITING, processed_at=None)
            .execution_options(synchronize_session=False)
        )
        return changed_rows(taken)


@deadlock_safe
def _move(event_ids: Sequence[int], before: EventState, after: EventState, at: datetime | None) -> None:
    with transaction() as session:
        session.execute(
            update(Event)
            .where(Event.id.in_(event_ids), Event.state == before)
            .values(state=after, processed_at=at)
            .execution_options(synchronize_session=False)
        )


def _are_claimed(event_ids: Sequence[int]) -> bool:
    """Whether the account of these events, which is one, is connected by now."""
    with every_workspace(), reading() as session:
        ig_user_id = session.scalar(select(Event.ig_user_id).where(Event.id.in_(event_ids)).limit(1))
        return session.scalar(select(Account.id).where(Account.claimed_ig_user_id == ig_user_id)) is not None
