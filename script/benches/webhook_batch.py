"""A body of 1,000 updates, which is as many as Instagram sends at once: 200 within 1.5 s, and all of them are kept.

`webhook_batch_over_one` compares it with a body of one update: what belongs to the request and not to its updates is
paid once, so it may take 60 times as long at most. The best of some rounds each, so that neighbours do not count.
"""

import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from app import db
from app.events.models import Event
from script.benches._stage import BACKENDS, result
from script.benches._webhooks import Poster, Server, body_of, message_item, open_server

UPDATES, ROUNDS, SINGLES = 1_000, 7, 30
LIMIT_SECONDS, LIMIT_TIMES = 1.5, 60.0


def run() -> Iterator[dict[str, Any]]:
    """Yield the seconds of a large body, and how many times as long it takes as a small one, on each database."""
    for backend in BACKENDS:
        with open_server(backend) as server:
            poster = Poster(server)
            small = [_seconds(poster, _body(server, 1)) for _ in range(SINGLES)]
            large = [_seconds(poster, _body(server, UPDATES)) for _ in range(ROUNDS)]
            with db.reading() as session:
                kept = session.scalar(select(func.count()).select_from(Event))
        if kept != SINGLES + ROUNDS * UPDATES:
            raise RuntimeError(f"{kept} updates were kept")
        suffix = "" if backend == "mariadb" else f"_{backend}"
        worst, times = round(max(large), 3), round(min(large) / min(small), 1)
        yield result(f"webhook_batch{suffix}", worst, "s", LIMIT_SECONDS, ok=worst <= LIMIT_SECONDS)
        yield result(f"webhook_batch_over_one{suffix}", times, "×", LIMIT_TIMES, ok=times <= LIMIT_TIMES)


def _body(server: Server, count: int) -> bytes:
    name = server.account.ig_user_id
    numbers = [next(server.people) for _ in range(count)]
    items = [
        message_item(name, f"16666392845{number % 50:05d}", f"aWdfZAG1fm{number:07d}", "Сәлем 🙂", 1_783_880_292_117)
        for number in numbers
    ]
    return body_of(name, items)


def _seconds(poster: Poster, body: bytes) -> float:
    began = time.perf_counter()
    status = poster.post(body)
    if status != 200:
        raise RuntimeError(f"answered with {status}")
    return time.perf_counter() - began
