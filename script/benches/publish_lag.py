"""How long after its due time `media_publish` of a staged Reel arrives at Instagram: p99 of 500 within 1 s.

The scheduler is a process of its own; so is the sandbox, which answers every call 0.2 s late. The Reels fall due at
random instants of two minutes, over ten accounts; each still has its snapshot to take, ten seconds before. What is
measured is the sandbox's own time of arrival minus the due time. `early` would be calls before it.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from script.benches._posts import Container, add_staged, make_containers, open_shop
from script.benches._stage import BACKENDS, Stage, open_stage, percentile, result, run_scheduler, wait_until

POSTS = 500
ACCOUNTS = 10
SPREAD = timedelta(minutes=2)
FIRST_IN = timedelta(seconds=20)
LATENCY_SECONDS = 0.2
LIMIT_SECONDS = 1.0
PATIENCE_SECONDS = 60


def run() -> Iterator[dict[str, Any]]:
    """Yield the p99 in seconds, on MariaDB and on SQLite; `p50` and `worst` beside it."""
    for backend in BACKENDS:
        with open_stage(backend) as stage:
            lags = sorted(_measure(stage))
        p99 = round(percentile(lags, 99), 3)
        yield result(
            "publish_lag" if backend == "mariadb" else f"publish_lag_{backend}",
            p99,
            "s (p99)",
            LIMIT_SECONDS,
            ok=p99 <= LIMIT_SECONDS and len(lags) == POSTS,
            p50=round(percentile(lags, 50), 3),
            worst=round(lags[-1], 3),
            early=sum(lag < 0 for lag in lags),
            posts=len(lags),
        )


def _measure(stage: Stage) -> list[float]:
    """Publish them all and return each one's lag in seconds."""
    shop = open_shop(stage, ACCOUNTS)
    containers = make_containers(stage, shop, POSTS)
    stage.sandbox.settings(latency_s=LATENCY_SECONDS)
    with run_scheduler(stage):
        now = stage.clock.now()
        chance = random.Random(1)
        due_at = [now + FIRST_IN + SPREAD * chance.random() for _ in containers]
        add_staged(shop, containers, due_at, now)
        seconds = (FIRST_IN + SPREAD).total_seconds() + PATIENCE_SECONDS
        wait_until(lambda: len(stage.sandbox.published()) == POSTS, seconds, "all are published", every=2)
    return arrivals(stage, containers, due_at)


def arrivals(stage: Stage, containers: list[Container], due_at: list[datetime]) -> list[float]:
    """Return by how many seconds each `media_publish` came after the due time of its post."""
    due_of = {made.ig_container_id: due for made, due in zip(containers, due_at, strict=True)}
    return [
        (datetime.fromisoformat(call["at"]) - due_of[call["params"]["creation_id"]]).total_seconds()
        for call in stage.sandbox.journal()
        if call["path"].endswith("/media_publish") and call["params"]["creation_id"] in due_of
    ]
