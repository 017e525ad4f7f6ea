"""10,000 updates that came while the scheduler was down: done within 60 s, in order, and pages hardly notice.

Nine in ten are messages of 200 people, the others comments. A real scheduler starts with all of them waiting; until
the last is done, a page is asked for again and again, as it was before. `drain_page` compares the p95 of both. Order:
within each conversation the messages were written in the order in which they had come.
"""

import itertools
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from app import db
from app.clock import SystemClock
from app.comments.models import Comment
from app.conversations.models import Conversation, Message
from app.events.models import Event, EventState
from app.events.store_updates import store_updates
from app.instagram.webhook import read_updates
from script.benches._stage import BACKENDS, percentile, result, run_scheduler
from script.benches._webhooks import Poster, Server, message_item, open_server

UPDATES, PEOPLE, AT_ONCE = 10_000, 200, 1_000
LIMIT_SECONDS, LIMIT_TIMES = 60.0, 2.0
PATIENCE_SECONDS = 600
PAGE, IDLE_LOOKS = "/", 200
PAUSE_SECONDS = 0.02


def run() -> Iterator[dict[str, Any]]:
    """Yield how long the drain took and what it did to the page, on each database."""
    for backend in BACKENDS:
        with open_server(backend) as server:
            _seed(server)
            look = _Looks(server)
            idle = [look.seconds() for _ in range(IDLE_LOOKS)]
            began = time.monotonic()
            with run_scheduler(server):
                meanwhile = list(_look_until_done(look, began))
                took = round(time.monotonic() - began, 1)
            _check()
        suffix = "" if backend == "mariadb" else f"_{backend}"
        yield result(f"drain{suffix}", took, "s", LIMIT_SECONDS, ok=took <= LIMIT_SECONDS, updates=UPDATES)
        p95 = percentile(idle, 95) * 1000, percentile(meanwhile, 95) * 1000
        times = round(p95[1] / p95[0], 2)
        more = {"idle_p95_ms": round(p95[0], 1), "drain_p95_ms": round(p95[1], 1), "looks": len(meanwhile)}
        yield result(f"drain_page{suffix}", times, "× idle", LIMIT_TIMES, ok=times <= LIMIT_TIMES, **more)


class _Looks:
    """Somebody who is signed in and opens a page."""

    def __init__(self, server: Server) -> None:
        self._poster, self._cookie = Poster(server), server.sign_in()

    def seconds(self) -> float:
        """Return how long the page took; wait a moment first, as people do."""
        time.sleep(PAUSE_SECONDS)
        began = time.perf_counter()
        status = self._poster.get(PAGE, self._cookie)
        if status != 200:
            raise RuntimeError(f"the page was answered with {status}")
        return time.perf_counter() - began


def _seed(server: Server) -> None:
    items = [_item(server.account.ig_user_id, number) for number in range(UPDATES)]
    for start in range(0, UPDATES, AT_ONCE):
        entries = [
            {"id": server.account.ig_user_id, "time": 1_783_880_292, name: [item]}
            for name, item in items[start : start + AT_ONCE]
        ]
        store_updates(read_updates({"entry": entries}), body_bytes=0, now=SystemClock().now())


def _item(ig_user_id: str, number: int) -> tuple[str, dict[str, Any]]:
    person = f"16666392845{number % PEOPLE:05d}"
    if number % 10:
        mid = f"aWdfZAG1faXRlbToxOk1lc3NhZA2VJRDpt{number:07d}"
        return "messaging", message_item(ig_user_id, person, mid, f"Сұрақ {number}", 1_783_880_292_117 + number)
    media = {"id": f"178597199914{number % 30:05d}", "media_product_type": "REELS"}
    author = {"id": person, "username": f"person{number % PEOPLE}"}
    value = {"from": author, "media": media, "id": f"180097644{number:08d}", "text": f"Баға? {number}"}
    return "changes", {"field": "comments", "value": value}


def _look_until_done(look: _Looks, began: float) -> Iterator[float]:
    for number in itertools.count():
        yield look.seconds()
        if number % 10 == 0 and _count_waiting() == 0:
            return
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError(f"{_count_waiting()} still wait")


def _count_waiting() -> int:
    with db.reading() as session:
        waiting = select(func.count()).select_from(Event).where(Event.state == EventState.WAITING)
        return session.scalar(waiting) or 0


def _check() -> None:
    """Raise when an effect is missing or doubled, or a conversation was written in another order."""
    comments = UPDATES // 10
    with db.every_workspace(), db.reading() as session:
        found = (
            session.scalar(select(func.count()).select_from(Message)),
            session.scalar(select(func.count()).select_from(Comment)),
            session.scalar(select(func.count()).select_from(Conversation)),
        )
        if found[:2] != (UPDATES - comments, comments):
            raise RuntimeError(f"messages, comments and conversations: {found}")
        written = session.execute(select(Message.conversation_id, Message.mid).order_by(Message.id)).all()
    by_conversation: dict[int, list[str]] = {}
    for row in written:
        by_conversation.setdefault(row.conversation_id, []).append(row.mid)
    if any(mids != sorted(mids) for mids in by_conversation.values()):
        raise RuntimeError("a conversation was written in another order than it came")
