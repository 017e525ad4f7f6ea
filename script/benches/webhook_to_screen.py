"""From Instagram's POST to what the person wrote being a message here, with a web server and a scheduler at rest.

This is the server's half: until the row is committed, with its hint for open pages. What a browser adds to it (the
hint's way to the page, and the page's own update) is measured where a browser is: give `measure` another `is_shown`.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from app import db
from app.conversations.models import Message
from script.benches._stage import BACKENDS, percentile, result, run_scheduler
from script.benches._webhooks import Poster, Server, body_of, message_item, open_server

POSTS, PAUSE_SECONDS, EVERY_SECONDS = 100, 0.1, 0.005
LIMIT_SECONDS = 2.0
PATIENCE_SECONDS = 30.0


def run() -> Iterator[dict[str, Any]]:
    """Yield the p95 of the server's half on each database."""
    for backend in BACKENDS:
        with open_server(backend) as server, run_scheduler(server):
            seconds = measure(server, lambda mid, _text: _is_written(server, mid))
        p95 = round(percentile(seconds, 95), 3)
        name = "webhook_to_screen_server" if backend == "mariadb" else f"webhook_to_screen_server_{backend}"
        yield result(
            name, p95, "s (p95)", LIMIT_SECONDS, ok=p95 <= LIMIT_SECONDS, median=round(percentile(seconds, 50), 3)
        )


def measure(server: Server, is_shown: Callable[[str, str], bool]) -> list[float]:
    """Return for each message the seconds from the beginning of its POST until `is_shown(mid, text)`."""
    poster = Poster(server)
    return [_seconds(server, poster, number, is_shown) for number in range(POSTS)]


def _seconds(server: Server, poster: Poster, number: int, is_shown: Callable[[str, str], bool]) -> float:
    time.sleep(PAUSE_SECONDS)
    mid, text, name = f"aWdfc2NyZWVu{number:07d}", f"Экранға {number}", server.account.ig_user_id
    item = message_item(name, f"16666392845{number % 20:05d}", mid, text, round(time.time() * 1000))
    began = time.perf_counter()
    if poster.post(body_of(name, [item])) != 200:
        raise RuntimeError("not acknowledged")
    while not is_shown(mid, text):
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise TimeoutError(f"{mid} never came")
        time.sleep(EVERY_SECONDS)
    return time.perf_counter() - began


def _is_written(server: Server, mid: str) -> bool:
    with db.workspace_scope(server.workspace.id), db.reading() as session:
        return session.scalar(select(Message.id).where(Message.mid == mid)) is not None
