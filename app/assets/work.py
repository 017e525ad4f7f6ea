"""What the scheduler does about assets: one file at a time, for a conversion takes the whole machine."""

from collections.abc import Callable
from pathlib import Path

from app.assets.claims import find_due_asset
from app.assets.examine_asset import examine_asset
from app.clock import Clock
from app.db import every_workspace


def work_on_assets(media_dir: Path, *, clock: Clock, fence: int, is_over: Callable[[], bool] = lambda: False) -> int:
    """Examine what waits for it, one after another, until nothing does or `is_over`. Returns how many were examined."""
    examined = 0
    with every_workspace():
        while not is_over():
            asset_id = find_due_asset(clock.now(), fence)
            if asset_id is None:
                break
            if not examine_asset(asset_id, media_dir=media_dir, clock=clock, fence=fence, is_over=is_over):
                break
            examined += 1
    return examined
