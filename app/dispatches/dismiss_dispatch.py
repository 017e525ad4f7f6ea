"""Giving up what Instagram refused."""

from datetime import datetime

from sqlalchemy import select, update

from app.db import changed_rows, deadlock_safe, transaction
from app.dispatches.models import Dispatch, DispatchState
from app.dispatches.new_dispatch import tell_pages
from app.errors import NotFound, RuleError


@deadlock_safe
def dismiss_dispatch(dispatch_id: int, *, now: datetime) -> Dispatch:
    """Let what was refused rest, so that no page shows it any more. It can still be sent again.

    Raises NotFound, and RuleError `dispatch_moved_on` for what was not refused.
    """
    with transaction() as session:
        refused = (Dispatch.id == dispatch_id, Dispatch.state == DispatchState.REFUSED)
        resting = {"state": DispatchState.CANCELLED, "claim": Dispatch.claim + 1}
        is_taken = changed_rows(session.execute(update(Dispatch).where(*refused).values(resting))) == 1
        dispatch = session.scalar(select(Dispatch).where(Dispatch.id == dispatch_id))
        if dispatch is None:
            raise NotFound(f"dispatch {dispatch_id}")
        if not is_taken:
            raise RuleError("dispatch_moved_on", state=dispatch.state)
        tell_pages(session, dispatch, now)
        return dispatch
