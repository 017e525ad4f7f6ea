"""Taking hold of an asset to work on it, and writing under that hold: conditional UPDATEs, as with posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update

from app.assets.limits import EXAMINE_LEASE
from app.assets.models import Asset, AssetState
from app.db import changed_rows, deadlock_safe, reading, transaction
from app.scheduler.models import Lease

SCHEDULER_LEASE = "scheduler"
WORK = (AssetState.CHECKING, AssetState.CONVERTING)


class Fenced(Exception):
    """The asset is gone, or another scheduler has it; whatever was learned must not be written."""


@dataclass(frozen=True)
class Hold:
    """Our hold on an asset. `starts` says how often work on it was begun, this time included."""

    asset_id: int
    workspace_id: int
    fence: int
    starts: int


def find_due_asset(now: datetime, fence: int) -> int | None:
    """Return the asset that has waited longest for us, or None."""
    with reading() as session:
        return session.scalar(
            select(Asset.id)
            .where(Asset.state.in_(WORK), Asset.original_path.is_not(None), _is_due(now), _is_free(now, fence))
            .order_by(Asset.next_try_at, Asset.id)
            .limit(1)
        )


@deadlock_safe
def claim_asset(asset_id: int, *, fence: int, now: datetime) -> Hold | None:
    """Take hold of an asset that is due; None when it is not ours to work on now.

    The start is counted here, before anything is opened: also a file that brings the whole machine down is
    begun only so many times.
    """
    with transaction() as session:
        taken = session.execute(
            update(Asset)
            .where(Asset.id == asset_id, Asset.state.in_(WORK), _is_due(now), _is_free(now, fence), _is_leading(fence))
            .values(fence=fence, lease_until=now + EXAMINE_LEASE, failures=Asset.failures + 1)
            .execution_options(synchronize_session=False)
        )
        if changed_rows(taken) != 1:
            return None
        row = session.execute(select(Asset.workspace_id, Asset.failures).where(Asset.id == asset_id)).one()
        return Hold(asset_id, row.workspace_id, fence, row.failures)


@deadlock_safe
def record(hold: Hold, now: datetime, *, keep: bool = False, **values: Any) -> None:
    """Write what was learned under a hold, and let go of the asset unless `keep`. Raises Fenced."""
    with transaction() as session:
        written = session.execute(
            update(Asset)
            .where(
                Asset.id == hold.asset_id,
                Asset.fence == hold.fence,
                Asset.lease_until.is_not(None),
                Asset.state.in_(WORK),
                _is_leading(hold.fence),
            )
            .values(lease_until=now + EXAMINE_LEASE if keep else None, **values)
            .execution_options(synchronize_session=False)
        )
        if changed_rows(written) != 1:
            raise Fenced(f"asset {hold.asset_id}")


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(Asset.next_try_at.is_(None), Asset.next_try_at <= now)


def _is_free(now: datetime, fence: int) -> ColumnElement[bool]:
    """No lease, one that ran out, one of a scheduler that was replaced, or one from a clock that has jumped back."""
    return or_(
        Asset.lease_until.is_(None),
        Asset.lease_until < now,
        Asset.fence < fence,
        Asset.lease_until > now + 2 * EXAMINE_LEASE,
    )


def _is_leading(fence: int) -> ColumnElement[bool]:
    return exists().where(Lease.name == SCHEDULER_LEASE, Lease.fence == fence)
