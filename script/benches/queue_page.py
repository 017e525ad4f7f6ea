"""The queue's tabs with 50,000 posts beside the same with 500: the server's time for a page grows by half at most.

Each size has a database of its own, with the same shares of states, waits and refused files. The pages are asked for
through Flask's test client, in rounds that alternate between the sizes after a warm-up. What is compared is the median
of the processor time of the whole request, ours and the database server's: unlike the time on the clock, which is told
beside it, it hardly moves when the machine is busy. Each tab is one result, on MariaDB and on SQLite.
"""

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from app import create_app, db, schema
from app.assets.models import Asset, AssetKind, AssetState
from app.clock import SystemClock
from app.config import Config
from app.crypto import KeyRing
from app.publishing.models import AssetRole, Post, PostAsset, PostKind, PostState, Wait
from app.publishing.queries import Tab
from app.web.signed_in import LOGIN_KEY
from app.workspaces.logins import begin_login
from app.workspaces.models import Role, User, Workspace
from script.benches._stage import BACKENDS, make_environ, result
from tests.factories import make_account, make_user, make_workspace
from tests.mariadb import MariaDB

SMALL, LARGE = 500, 50_000
LIMIT = 1.5
ROUNDS = 5
PAGES_A_ROUND = 12
WARM_UP = 4
BATCH = 5_000
HEALTHY = {"wait": None, "is_refused": False}
"""Beyond the first SMALL posts no planned one is in trouble: among many thousands, a few have to be found."""

# Of each hundred posts. Every tab has more than a page of them even with 500.
SHARES: tuple[tuple[int, dict[str, Any]], ...] = (
    (50, {"state": PostState.PUBLISHED}),
    (16, {"state": PostState.SCHEDULED}),
    (2, {"state": PostState.SCHEDULED, "wait": Wait.LATE}),
    (2, {"state": PostState.SCHEDULED, "is_refused": True}),
    (10, {"state": PostState.DRAFT}),
    (8, {"state": PostState.FAILED, "reason": "unknown_error"}),
    (2, {"state": PostState.UNCONFIRMED, "reason": "unconfirmed", "reason_values": {"fitting": []}}),
    (10, {"state": PostState.CANCELLED}),
)


def run() -> Iterator[dict[str, Any]]:
    """Yield, for each tab, the time of a page with LARGE posts over that with SMALL."""
    for backend in BACKENDS:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, _databases(backend, Path(folder)) as sites:
            for site in sites.values():
                site.fill()
            costs = _measure(sites)
        for tab in Tab:
            yield _compare(tab, backend, costs[tab, SMALL], costs[tab, LARGE])


@dataclass(frozen=True)
class _Cost:
    """What a page took, in milliseconds."""

    cpu: float
    wall: float


def _compare(tab: Tab, backend: str, small: list[_Cost], large: list[_Cost]) -> dict[str, Any]:
    cpu = [statistics.median(cost.cpu for cost in costs) for costs in (small, large)]
    wall = [round(statistics.median(cost.wall for cost in costs), 1) for costs in (small, large)]
    ratio = round(cpu[1] / cpu[0], 2)
    return result(
        f"queue_page_{tab}" if backend == "mariadb" else f"queue_page_{tab}_{backend}",
        ratio,
        f"time with {LARGE} posts / {SMALL}",
        LIMIT,
        ok=ratio <= LIMIT,
        cpu_ms=[round(each, 1) for each in cpu],
        wall_ms=wall,
    )


def _measure(sites: dict[int, "_Site"]) -> dict[tuple[Tab, int], list[_Cost]]:
    """Return what every page took, by tab and size."""
    costs: dict[tuple[Tab, int], list[_Cost]] = defaultdict(list)
    for _ in range(ROUNDS):
        for size, site in sites.items():
            browser = site.open()
            for tab in Tab:
                for number in range(WARM_UP + PAGES_A_ROUND):
                    cost = _cost(browser, tab, site.server)
                    if number >= WARM_UP:
                        costs[tab, size].append(cost)
    return costs


def _cost(browser: FlaskClient, tab: Tab, server: MariaDB | None) -> _Cost:
    """Ask for a page."""
    of_database = _cpu_of(server)
    cpu, began = time.process_time(), time.perf_counter()
    answer = browser.get("/posts", query_string={"tab": tab})
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    of_database = _cpu_of(server) - of_database
    if answer.status_code != 200 or "cursor=" not in answer.text:  # the link to a second page
        raise RuntimeError(f"{tab}: {answer.status_code}, not a full page")
    return _Cost((cpu + of_database) * 1000, wall * 1000)


def _cpu_of(server: MariaDB | None) -> float:
    """Return the processor seconds of a database server's threads so far, to the nanosecond; 0 without one."""
    if server is None:
        return 0.0
    pid = (server.folder / "mariadbd.pid").read_text().strip()
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


@contextmanager
def _databases(backend: str, folder: Path) -> Iterator[dict[int, "_Site"]]:
    with ExitStack() as opened:
        opened.callback(db.disconnect)
        if backend == "mariadb":
            server = MariaDB()
            opened.callback(server.stop)
            server.start()
            urls = {size: server.make_database(f"bench_{size}") for size in (SMALL, LARGE)}
            yield {size: _Site(folder, url, size, server) for size, url in urls.items()}
        else:
            yield {size: _Site(folder, f"sqlite:///{folder / f'{size}.db'}", size, None) for size in (SMALL, LARGE)}


class _Site:
    """One installation with so many posts."""

    def __init__(self, folder: Path, url: str, posts: int, server: MariaDB | None) -> None:
        environ = make_environ(folder, url, "http://127.0.0.1:1") | {"LOG_LEVEL": "WARNING"}
        self.config = Config.from_environment(environ)
        self.posts, self.server = posts, server
        self.now = SystemClock().now()
        self.workspace: Workspace
        self.user: User

    def open(self) -> FlaskClient:
        """Return a browser that is signed in."""
        browser: FlaskClient = create_app(self.config).test_client()
        with browser.session_transaction() as session:
            session[LOGIN_KEY] = begin_login(self.user.id, self.workspace.id, "bench", self.now)
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return browser

    def fill(self) -> None:
        """Write the posts, each with a file."""
        db.connect(self.config.database_url)
        schema.upgrade(db.engine())
        self.workspace = make_workspace(now=self.now)
        self.user = make_user("owner@bench.example", self.workspace, Role.OWNER, now=self.now)
        account = make_account(self.workspace, KeyRing(self.config.encryption_keys), now=self.now)
        for first in range(0, self.posts, BATCH):
            rows = [self._post(account.id, number) for number in range(first, min(first + BATCH, self.posts))]
            self._write(rows)
        with db.every_workspace(), db.reading() as session:
            if session.scalar(select(func.count()).select_from(Post)) != self.posts:
                raise RuntimeError("not all posts were written")
        if not db.engine().url.drivername.startswith("sqlite"):
            with db.engine().connect() as connection:
                connection.exec_driver_sql("ANALYZE TABLE posts, post_assets, assets")

    def _post(self, account_id: int, number: int) -> dict[str, Any]:
        """Return a post; states follow one another so that each is spread over all times."""
        share = number * 37 % 100  # 37 and 100 have no common divisor: every hundred posts has every share
        ends = accumulate(percent for percent, _ in SHARES)
        given = next(values for end, (_, values) in zip(ends, SHARES, strict=True) if share < end)
        return self._row(account_id, number) | given | (HEALTHY if number >= SMALL else {})

    def _row(self, account_id: int, number: int) -> dict[str, Any]:
        past, coming = self._moment(number), self.now + timedelta(minutes=30 + number)
        row: dict[str, Any] = dict.fromkeys(("wait", "reason", "reason_values", "published_at", "permalink"))
        return row | {
            "workspace_id": self.workspace.id,
            "account_id": account_id,
            "kind": PostKind.REEL,
            "caption": f"Новый сезон: раф с облепихой, №{number}",
            "due_at": coming,
            "due_wall": coming.replace(tzinfo=None, microsecond=0),
            "due_zone": "Asia/Almaty",
            "published_at": past,
            "permalink": f"https://www.instagram.com/reel/{number}/",
            "created_at": past,
            "updated_at": past,
            "is_refused": False,
        }

    def _moment(self, number: int) -> datetime:
        return self.now - timedelta(minutes=number)

    def _write(self, rows: list[dict[str, Any]]) -> None:
        """Write posts, each with a file of its own."""
        files = [self._file(is_refused=row.pop("is_refused")) for row in rows]
        with db.workspace_scope(self.workspace.id), db.transaction() as session:
            ids = session.scalars(insert(Post).returning(Post.id, sort_by_parameter_order=True), rows).all()
            asset_ids = session.scalars(insert(Asset).returning(Asset.id, sort_by_parameter_order=True), files).all()
            links = [
                {"workspace_id": self.workspace.id, "post_id": post_id, "asset_id": asset_id, "role": AssetRole.MEDIA}
                for post_id, asset_id in zip(ids, asset_ids, strict=True)
            ]
            session.execute(insert(PostAsset), links)

    def _file(self, *, is_refused: bool) -> dict[str, Any]:
        return {
            "workspace_id": self.workspace.id,
            "kind": AssetKind.VIDEO,
            "state": AssetState.REFUSED if is_refused else AssetState.READY,
            "refusal": "reel_too_short" if is_refused else None,
            "refusal_values": {"seconds": 1.0, "least_seconds": 3} if is_refused else None,
            "filename": "reel.mp4",
            "size_bytes": 1_000_000,
            "facts": {"duration_seconds": 14.0, "width": 1080, "height": 1920},
            "created_at": self.now,
            "ready_at": self.now,
        }
