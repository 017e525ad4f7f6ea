"""Giving a refused file another go, when the reason was ours and not the file's."""

from sqlalchemy import update

from app.assets.models import Asset, AssetState
from app.clock import Clock
from app.db import changed_rows, deadlock_safe, transaction
from app.errors import NotFound
from app.publishing.release_queue import release_file

OUR_REASONS = ("examine_failed", "examine_disk_full")


@deadlock_safe
def examine_again(asset_id: int, *, clock: Clock) -> None:
    """Let the scheduler examine the file anew; posts that waited for it move again.

    Raises NotFound when it was not refused for a reason of ours.
    """
    with transaction() as session:
        changed = session.execute(
            update(Asset)
            .where(Asset.id == asset_id, Asset.state == AssetState.REFUSED, Asset.refusal.in_(OUR_REASONS))
            .values(
                state=AssetState.CHECKING,
                failures=0,
                progress_percent=0,
                refusal=None,
                refusal_values=None,
                next_try_at=clock.now(),
                lease_until=None,
            )
            .execution_options(synchronize_session=False)
        )
        if changed_rows(changed) != 1:
            raise NotFound(f"asset {asset_id}")
        release_file(asset_id, clock.now())
