"""When the last of 100 Reels that are due in the same second reaches Instagram: within 3 s.

They belong to 20 accounts; the sandbox answers every call 0.5 s late. Real processes; the worst of three rounds.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from script.benches._posts import add_staged, make_containers, open_shop
from script.benches._stage import BACKENDS, Stage, open_stage, result, run_scheduler, wait_until
from script.benches.publish_lag import arrivals

POSTS = 100
ACCOUNTS = 20
ROUNDS = 3
DUE_IN = timedelta(seconds=20)
LATENCY_SECONDS = 0.5
LIMIT_SECONDS = 3.0
PATIENCE_SECONDS = 60


def run() -> Iterator[dict[str, Any]]:
    """Yield the seconds from the due time to the last arrival, on MariaDB and on SQLite."""
    for backend in BACKENDS:
        with open_stage(backend) as stage:
            rounds = [round(lag, 3) for lag in _measure(stage)]
        yield result(
            "publish_burst" if backend == "mariadb" else f"publish_burst_{backend}",
            max(rounds),
            "s",
            LIMIT_SECONDS,
            ok=max(rounds) <= LIMIT_SECONDS,
            rounds=rounds,
        )


def _measure(stage: Stage) -> Iterator[float]:
    """Yield the last arrival of each round."""
    shop = open_shop(stage, ACCOUNTS)
    for number in range(1, ROUNDS + 1):
        stage.sandbox.settings(latency_s=0)
        containers = make_containers(stage, shop, POSTS)
        stage.sandbox.settings(latency_s=LATENCY_SECONDS)
        with run_scheduler(stage):
            now = stage.clock.now()
            due_at = [(now + DUE_IN).replace(microsecond=0)] * POSTS
            add_staged(shop, containers, due_at, now)
            wait_until(lambda: len(stage.sandbox.published()) == POSTS * number, PATIENCE_SECONDS, "all are published")  # noqa: B023
        yield max(arrivals(stage, containers, due_at))
