"""Hints are of use for some minutes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from app.db import changed_rows, deadlock_safe, transaction
from app.live.models import Hint

KEPT = timedelta(minutes=10)
BATCH = 2000


def forget_old_hints(now: datetime) -> int:
    """Delete hints that no open page still waits for; return how many. The newest stays: pages stand at it."""
    deleted = 0
    while batch := _delete_some(now - KEPT):
        deleted += batch
    return deleted


@deadlock_safe
def _delete_some(before: datetime) -> int:
    with transaction() as session:
        newest = session.scalar(select(func.max(Hint.id))) or 0
        old = select(Hint.id).where(Hint.at < before, Hint.id != newest).limit(BATCH)
        ids = list(session.scalars(old))
        return changed_rows(session.execute(delete(Hint).where(Hint.id.in_(ids)))) if ids else 0
