"""Two installations, one with a thousand comments and messages and one with a million, and what their pages cost.

They are filled once for all benchmarks of a run that look at them, which takes some minutes for each database.
DESK_ROWS is how many rows the large one has, for trying out.
"""

import atexit
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pymysql
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app import create_app, db, schema
from app.clock import SystemClock
from app.config import Config
from app.crypto import KeyRing
from app.search.folding import fold
from app.web.signed_in import LOGIN_KEY
from app.workspaces.logins import begin_login
from app.workspaces.models import Role
from script.benches._desk_comments import CommentRows
from script.benches._desk_messages import MessageRows
from script.benches._desk_rows import Company, Ledger
from script.benches._desk_shape import OTHERS, Talks, Threads
from script.benches._desk_texts import RARE
from script.benches._stage import BACKENDS, make_environ, result
from tests.factories import make_account, make_user, make_workspace
from tests.mariadb import USER, MariaDB

SMALL = 1_000
LARGE = int(os.environ.get("DESK_ROWS", "1_000_000"))
SEARCHED = ("comments", "messages")
MB = 1 << 20
FILLING, RUNNING = 1024 * MB, 256 * MB
"""InnoDB's pool: while the rows are written, and as docker-compose.yml has it."""
ROUNDS, PAGES_A_ROUND, WARM_UP = 4, 6, 2
SLOW_SECONDS = 0.5
"""Pages that take longer are asked for once a round."""


@dataclass(frozen=True)
class Marks:
    """What pages are asked for: ids of rows that were written. Rare things are as many however many rows there are."""

    user: int
    workspace: int
    colleague: int
    account: int
    rare_account: int
    conversation: int
    message: int
    """One from the middle of the longest conversation."""
    thread: int
    halfway: str
    """The cursor of what was written when half of everything had been."""
    small_workspace: int
    small_user: int
    label: int = 1
    rare_label: int = 2
    media: int = 1
    rare_media: int = 2
    contact: int = 1
    rare_contact: int = 2
    longest_thread: int = 1
    longest_conversation: int = 1


@dataclass
class Site:
    """One installation, filled."""

    config: Config
    marks: Marks
    server_pid: int | None
    """Of its database server; None for SQLite."""

    def open(self, *, is_small_workspace: bool = False) -> FlaskClient:
        """Return a browser that is signed in to the workspace with most rows, or to one of those with few."""
        browser: FlaskClient = create_app(self.config).test_client()
        marks = self.marks
        whose = (marks.small_user, marks.small_workspace) if is_small_workspace else (marks.user, marks.workspace)
        with browser.session_transaction() as session:
            session[LOGIN_KEY] = begin_login(*whose, "bench", SystemClock().now())
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return browser

    def database_cpu(self) -> float:
        """Return the processor seconds of the database server so far, to the nanosecond; 0 without one."""
        # As clock_getcpuclockid(3) has it: unlike the sum over its threads it counts those that have ended.
        return 0.0 if self.server_pid is None else time.clock_gettime(~self.server_pid << 3 | 2)


@dataclass(frozen=True)
class Case:
    """A page, and what its time may grow by."""

    name: str
    address: Callable[[Marks], str]
    """The path and query."""
    limit: float = 1.5
    needs: str = "cursor="
    """What stands in a full page: both must be full, or they could not be compared."""
    is_part: bool = False
    """Whether htmx asks for it."""
    in_small_workspace: bool = False


Costs = dict[str, tuple[float, float]]
"""Of each case: milliseconds of the processor for one page, ours and the database's, and on the clock; the best."""


def compare(bench: str, cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    """Yield for each case and database the time of a page with LARGE rows over that with SMALL."""
    for backend in BACKENDS:
        small, large = (measure(site, cases) for site in open_sites(backend).values())
        for case in cases:
            ratio = round(large[case.name][0] / small[case.name][0], 2)
            name = f"{bench}_{case.name}" if backend == "mariadb" else f"{bench}_{case.name}_{backend}"
            detail = {
                "cpu_ms": [round(each[case.name][0], 1) for each in (small, large)],
                "wall_ms": [round(each[case.name][1], 1) for each in (small, large)],
            }
            unit = f"time with {LARGE} rows / {SMALL}"
            yield result(name, ratio, unit, case.limit, ok=ratio <= case.limit, detail=detail)


def measure(site: Site, cases: Sequence[Case]) -> Costs:
    """Return what each page costs at its best: a busy neighbour makes every instruction dearer, never cheaper."""
    best: Costs = {}
    for _ in range(ROUNDS):
        browsers = {is_small: site.open(is_small_workspace=is_small) for is_small in (False, True)}
        for case in cases:
            browser = browsers[case.in_small_workspace]
            for number in range(WARM_UP + PAGES_A_ROUND):
                cost = _cost(browser, case, site)
                known = best.get(case.name, cost)
                best[case.name] = min(known[0], cost[0]), min(known[1], cost[1])
                if number == WARM_UP - 1 and cost[1] > SLOW_SECONDS * 1000:
                    break
    return best


def _cost(browser: FlaskClient, case: Case, site: Site) -> tuple[float, float]:
    """Ask for a page."""
    headers = {"HX-Request": "true"} if case.is_part else {}
    of_database, cpu, began = site.database_cpu(), time.process_time(), time.perf_counter()
    answer = browser.get(case.address(site.marks), headers=headers)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    of_database = site.database_cpu() - of_database
    if answer.status_code != 200 or case.needs not in answer.text:
        raise RuntimeError(f"{case.name}: {answer.status_code}, not a full page")
    return (cpu + of_database) * 1000, wall * 1000


@cache
def open_sites(backend: str) -> Mapping[int, Site]:
    """Return the two installations on a database, by their size; they last until this process ends."""
    opened = ExitStack()
    atexit.register(opened.close)
    folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    opened.callback(db.disconnect)
    if backend != "mariadb":
        return {size: _fill(folder, f"sqlite:///{folder / f'{size}.db'}", size, None) for size in (SMALL, LARGE)}
    server = MariaDB()
    opened.callback(server.stop)
    server.start()
    _tune(server, buffer_pool_size=FILLING, log_file_size=FILLING, flush_log_at_trx_commit=0)
    sites = {size: _fill(folder, server.make_database(f"desk_{size}"), size, server.pid) for size in (SMALL, LARGE)}
    _tune(server, buffer_pool_size=RUNNING, flush_log_at_trx_commit=1)
    return sites


def _tune(server: MariaDB, **settings: int) -> None:
    """Give InnoDB so many bytes for its pages, and how it is to write."""
    with pymysql.connect(host="127.0.0.1", port=server.port, user=USER, password=server.password) as connection:
        for name, value in settings.items():
            connection.cursor().execute(f"SET GLOBAL innodb_{name} = {value}")


def _fill(folder: Path, url: str, rows: int, server_pid: int | None) -> Site:
    environ = make_environ(folder, url, "http://127.0.0.1:1") | {"LOG_LEVEL": "WARNING"}
    config = Config.from_environment(environ)
    db.connect(url)
    schema.upgrade(db.engine())
    company = _found_company(KeyRing(config.encryption_keys))
    with db.engine().connect() as connection:
        _before(connection)
        ledger = Ledger(connection, company, rows, SystemClock().now())
        threads, talks = CommentRows(ledger).write(), MessageRows(ledger).write()
        _after(connection)
    return Site(config, _marks(ledger, threads, talks), server_pid)


def _found_company(keys: KeyRing) -> Company:
    now = SystemClock().now()
    workspaces = [make_workspace(f"Company {number}", now=now) for number in range(OTHERS + 1)]
    user = make_user("owner@bench.example", workspaces[0], Role.OWNER, now=now)
    colleague = make_user("colleague@bench.example", workspaces[0], Role.MEMBER, now=now)
    neighbour = make_user("neighbour@bench.example", workspaces[1], Role.OWNER, now=now)
    accounts = [
        [
            make_account(workspace, keys, ig_user_id=f"1784140{workspace.id}{number}", username=f"s{number}", now=now)
            for number in range(3 if workspace is workspaces[0] else 1)
        ]
        for workspace in workspaces
    ]
    return Company(workspaces, accounts, user, colleague, neighbour)


def _before(connection: Connection) -> None:
    """Let the rows come in fast: InnoDB indexes words far quicker when they all are there."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size = -500000")
        return
    connection.exec_driver_sql("SET foreign_key_checks = 0")
    for table in SEARCHED:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP INDEX ix_{table}_folded")
        # Built anew, for MariaDB finds nothing by an index of words that is made once more on the same table.
        connection.exec_driver_sql(f"ALTER TABLE {table} FORCE")


def _after(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        return
    for table in SEARCHED:
        connection.exec_driver_sql(f"CREATE FULLTEXT INDEX ix_{table}_folded ON {table} (folded)")
        found = f"SELECT count(*) FROM {table} WHERE MATCH (folded) AGAINST ('{fold(RARE)}' IN BOOLEAN MODE)"
        if not connection.exec_driver_sql(found).scalar():
            raise RuntimeError(f"the words of {table} are not indexed")
    tables = ", ".join(db.Base.metadata.tables)
    connection.exec_driver_sql(f"ANALYZE TABLE {tables}")


def _marks(ledger: Ledger, threads: Threads, talks: Talks) -> Marks:
    company, middle = ledger.company, ledger.rows // 2
    longest = [number for number, talk in enumerate(talks.conversation) if talk == 0]
    here = [talk for talk in range(1, len(talks.workspace)) if talks.workspace[talk] == 0 and talks.unread[talk] == 2]
    tops = (number for number in range(middle, ledger.rows) if threads.waiting[number] is not None)
    return Marks(
        user=company.user.id,
        workspace=company.workspaces[0].id,
        small_workspace=company.workspaces[1].id,
        small_user=company.neighbour.id,
        colleague=company.colleague.id,
        account=company.accounts[0][0].id,
        rare_account=company.accounts[0][2].id,
        conversation=here[len(here) // 2] + 1,
        message=longest[len(longest) // 2] + 1,
        thread=next(number for number in tops if threads.workspace[number] == 0) + 1,
        halfway=f"{ledger.at(middle).isoformat()}~{middle}",
    )
