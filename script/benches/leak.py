"""The scheduler's memory after 2,000 published Reels beside that after 200: it grows by a tenth at most.

A real scheduler process, on MariaDB; each Reel goes its whole way, from scheduled over its container, the snapshot and
`media_publish` to the link. The sandbox processes at once. They come in batches; memory is read when a batch is done
and nothing is left to do. It is the proportional share (PSS) where /proc tells it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app import db
from app.publishing.models import Post
from script.benches._posts import add_scheduled, open_shop
from script.benches._stage import Stage, open_stage, result, run_scheduler, wait_until

EARLY, LATE = 200, 2_000
BATCH = 200
ACCOUNTS = 20
LIMIT = 1.10
DUE_IN = timedelta(seconds=15)
BATCH_SECONDS = 300


def run() -> dict[str, Any]:
    """Return the ratio; `megabytes` holds what was read after each batch."""
    with open_stage("mariadb") as stage:
        megabytes = _measure(stage)
    ratio = round(megabytes[-1] / megabytes[EARLY // BATCH - 1], 3)
    return result(
        "leak", ratio, f"memory after {LATE} publishes / {EARLY}", LIMIT, ok=ratio <= LIMIT, megabytes=megabytes
    )


def _measure(stage: Stage) -> list[float]:
    shop = open_shop(stage, ACCOUNTS)
    megabytes = []
    with run_scheduler(stage) as scheduler:
        for published in range(BATCH, LATE + 1, BATCH):
            now = stage.clock.now()
            add_scheduled(shop, [now + DUE_IN] * BATCH, now)
            wait_until(lambda: _at_rest() == published, BATCH_SECONDS, f"{published} are published", every=0.5)  # noqa: B023
            megabytes.append(_memory(scheduler.pid))
    if len(stage.sandbox.published()) != LATE:
        raise RuntimeError("not every post was published exactly once")
    return megabytes


def _at_rest() -> int:
    """Return how many posts are published, with their link read."""
    with db.every_workspace(), db.reading() as session:
        return session.scalar(select(func.count()).where(Post.permalink.is_not(None), Post.next_step_at.is_(None))) or 0


def _memory(pid: int) -> float:
    """Return a process's memory in megabytes."""
    rollup, status = Path(f"/proc/{pid}/smaps_rollup"), Path(f"/proc/{pid}/status")
    found = rollup.read_text().partition("Pss:")[2] if rollup.exists() else status.read_text().partition("VmRSS:")[2]
    return round(int(found.split()[0]) * 1024 / 1e6, 1)
