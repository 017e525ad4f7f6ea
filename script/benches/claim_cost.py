"""What our engine costs beside a bare claim loop that does the least correct work: half as many posts a second.

Both bring out the same number of posts, one after another in one thread, in alternating rounds of one run:
- ours: `advance_post` on staged posts whose snapshot is fresh. It loads the post with its account and files, opens
  the token, claims with the intention logged and committed, calls `media_publish`, and commits the outcome.
- bare: SELECT the due ids; for each, through the plain database driver, a conditional UPDATE that claims, COMMIT, the
  same call by requests on a kept connection, an UPDATE that says done, COMMIT. No log, no snapshot, no fence, no
  encryption, no workspaces, nothing to know a duplicate by after a crash.
`claim_cost` calls the sandbox, which answers at once; `claim_cost_db` leaves the call out of both, so that nothing
but Python and the database is compared (no goal is set for it).
"""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pymysql
import requests
from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import make_url

from app import db
from app.accounts.instagram_for import instagram_for
from app.accounts.models import Account
from app.clock import SystemClock
from app.instagram.client import Instagram, Observer
from app.instagram_app import instagram_app_from
from app.publishing.advance_post import advance_post
from app.publishing.claims import SCHEDULER_LEASE
from app.publishing.due_posts import list_due_posts
from app.publishing.models import Post, PostState
from app.publishing.publisher import Publisher
from app.publishing.witnesses import Snapshot
from app.scheduler.models import Lease
from script.benches._posts import Container, Shop, add_staged, make_containers, open_shop
from script.benches._stage import BACKENDS, Stage, open_stage, result

POSTS = 2_000
ROUNDS = 5
ACCOUNTS = 20
LIMIT = 0.5
FENCE = 1

SELECT_DUE = """
SELECT posts.id, ig_container_id, ig_user_id FROM posts JOIN accounts ON accounts.id = account_id
WHERE posts.state = 'staged' AND next_step_at <= {0} ORDER BY next_step_at"""
CLAIM = "UPDATE posts SET state = 'publishing', claim = claim + 1 WHERE id = {0} AND state = 'staged' AND claim = 0"
DONE = "UPDATE posts SET state = 'published', ig_media_id = {0}, next_step_at = NULL WHERE id = {0} AND claim = 1"


def run() -> Iterator[dict[str, Any]]:
    """Yield how many posts a second ours brings out for each one of the bare loop, with and without the call."""
    for backend in BACKENDS:
        with open_stage(backend) as stage:
            track = _Track(stage, backend)
            for calls in (True, False):
                rounds = [track.run_round(number, calls=calls) for number in range(ROUNDS + 1)][1:]  # one to warm up
                yield _compare(backend, rounds, calls=calls)


@dataclass(frozen=True)
class _Cost:
    """What a loop took for one post."""

    ms: float
    cpu_ms: float


@dataclass(frozen=True)
class _Round:
    ours: _Cost
    bare: _Cost


def _compare(backend: str, rounds: Sequence[_Round], *, calls: bool) -> dict[str, Any]:
    ratios = [each.bare.ms / each.ours.ms for each in rounds]
    ratio = round(statistics.median(ratios), 3)
    name = "claim_cost" if calls else "claim_cost_db"
    return result(
        name if backend == "mariadb" else f"{name}_{backend}",
        ratio,
        "posts of ours per post of the bare loop",
        LIMIT if calls else None,
        ok=ratio >= LIMIT or not calls,
        rounds=[round(each, 3) for each in ratios],
        ours_ms=round(statistics.median(each.ours.ms for each in rounds), 2),
        bare_ms=round(statistics.median(each.bare.ms for each in rounds), 2),
        ours_cpu_ms=round(statistics.median(each.ours.cpu_ms for each in rounds), 2),
        bare_cpu_ms=round(statistics.median(each.bare.cpu_ms for each in rounds), 2),
        ours_does="load post, account, files; open token; claim + intention; media_publish; outcome + log",
        bare_does="select ids; claim; media_publish; done",
    )


class _Track:
    """Where both loops run."""

    def __init__(self, stage: Stage, backend: str) -> None:
        self.stage, self.backend = stage, backend
        self.shop = open_shop(stage, ACCOUNTS)
        self.http = requests.Session()
        app = instagram_app_from(stage.config)
        self.graph = f"{stage.sandbox.url}/{app.api_version}"
        self.app = app
        with db.transaction() as session:
            now = stage.clock.now()
            session.execute(
                insert(Lease).values(name=SCHEDULER_LEASE, holder="bench", fence=FENCE, beat=0, heartbeat_at=now)
            )

    def run_round(self, number: int, *, calls: bool) -> _Round:
        """Bring out a share of the posts by each loop; they take turns in going first."""
        share = POSTS // ROUNDS
        containers = make_containers(self.stage, self.shop, 2 * share) if calls else _made_up(self.shop, 2 * share)
        halves = containers[:share], containers[share:]
        if number % 2:
            return _Round(ours=self._time(self._ours, halves[0], calls), bare=self._time(self._bare, halves[1], calls))
        bare = self._time(self._bare, halves[0], calls)
        return _Round(ours=self._time(self._ours, halves[1], calls), bare=bare)

    def _time(self, loop: Callable[[bool], None], containers: Sequence[Container], calls: bool) -> _Cost:
        """Write staged posts, let the loop bring them out, check that it did, and return what each took."""
        with db.every_workspace(), db.transaction() as session:
            session.execute(delete(Post))
        now = self.stage.clock.now()
        snapshot = Snapshot(now, frozenset(), 0).as_json()
        add_staged(self.shop, containers, [now] * len(containers), now, next_step_at=now, snapshot=snapshot)
        cpu, began = time.process_time(), time.perf_counter()
        loop(calls)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        with db.every_workspace(), db.reading() as session:
            done = session.scalar(select(func.count()).where(Post.state == PostState.PUBLISHED))
        if done != len(containers):
            raise RuntimeError(f"{done} of {len(containers)} posts were brought out")
        return _Cost(took * 1000 / len(containers), cpu * 1000 / len(containers))

    def _ours(self, calls: bool) -> None:
        def connect(account: Account, observe: Observer) -> Instagram:
            made = instagram_for(account, app=self.app, keys=keys, clock=self.stage.clock, observe=observe)
            return made if calls else _Silent(self.app, "", account.ig_user_id, observe=observe)

        keys = self.stage.keys
        publisher = Publisher(
            clock=self.stage.clock, fence=FENCE, may_act=lambda: True, connect=connect, link_to=lambda *_: ""
        )
        for due in list_due_posts(self.stage.clock.now()):
            advance_post(due.post_id, publisher)

    def _bare(self, calls: bool) -> None:
        tokens = {account.ig_user_id: self.shop.tokens[account.id] for account in self.shop.accounts}
        with closing(_connect(self.stage.config.database_url)) as connection:
            mark = "?" if self.backend == "sqlite" else "%s"
            begin = "BEGIN IMMEDIATE" if self.backend == "sqlite" else "BEGIN"
            claim, done = CLAIM.format(mark), DONE.replace("{0}", mark)
            cursor = connection.cursor()
            cursor.execute(SELECT_DUE.format(mark), (self.stage.clock.now().replace(tzinfo=None),))
            for post_id, container_id, ig_user_id in cursor.fetchall():
                cursor.execute(begin)
                cursor.execute(claim, (post_id,))
                won = cursor.rowcount == 1
                cursor.execute("COMMIT")
                if not won:
                    continue
                media_id = self._publish(ig_user_id, container_id, tokens[ig_user_id]) if calls else container_id
                cursor.execute(begin)
                cursor.execute(done, (media_id, post_id))
                cursor.execute("COMMIT")

    def _publish(self, ig_user_id: str, container_id: str, token: str) -> str:
        answer = self.http.post(
            f"{self.graph}/{ig_user_id}/media_publish",
            {"creation_id": container_id},
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        answer.raise_for_status()
        return str(answer.json()["id"])


class _Silent(Instagram):
    """Publishes without calling anybody."""

    def publish_container(self, container_id: str) -> str:
        """Return an id at once."""
        return container_id


def _made_up(shop: Shop, count: int) -> list[Container]:
    """Return containers that nobody will be asked about."""
    accounts = shop.accounts
    now = SystemClock().now()
    return [Container(f"17{number:015d}", accounts[number % len(accounts)], now) for number in range(count)]


def _connect(url: str) -> Any:
    """Open a plain connection that commits when told, as durable as ours."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(parts.database), isolation_level=None, timeout=30)
        connection.execute("PRAGMA synchronous=FULL")
        return connection
    return pymysql.connect(
        host=parts.host,
        port=parts.port or 3306,
        user=parts.username,
        password=str(parts.password),
        database=parts.database,
        autocommit=True,
        charset="utf8mb4",
    )
