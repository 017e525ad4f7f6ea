"""Every route, called by everybody, with their own and another workspace's ids. Nothing may leak or change.

A new route needs a line in `tests/access_routes.py`: how to call it. Each call happens in a fresh copy of two
workspaces that hold the same things, so that what one call deletes is there for the next. After each the other
workspace's rows must be untouched, nothing may point from one workspace into another, and no word of the other may
stand in the answer.
"""

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from werkzeug.test import TestResponse

from app import create_app, db
from app.config import Config
from app.live.watcher import Pace
from app.tables import metadata
from app.web.access import UndeclaredRoute, access_of, check_every_route_is_declared
from app.web.live import watcher_of
from app.workspaces.models import Role
from tests.access_routes import ROUTES, Call
from tests.access_world import Side, Stage, Visitor, build_stage
from tests.clocks import FrozenClock
from tests.waiting import wait_until
from tests.web_client import Browser

VISITORS = ("nobody", "member", "admin", "owner", "outsider")


@dataclass(frozen=True)
class Case:
    """One call: a route, how, and whose things it names."""

    endpoint: str
    method: str
    names: str
    """`own` or `foreign`, or `-` when the call names nothing."""
    where: str
    """Where foreign things stand: `path`, or the name of one field, beside everything else that is the caller's own."""


@pytest.fixture
def walk_config(config: Config, tmp_path: Path, migrated_sqlite: Path) -> Config:
    """Settings with a SQLite file of the walk's own, which is copied anew for each call."""
    shutil.copyfile(migrated_sqlite, tmp_path / "world.db")
    return replace(config, database_url=f"sqlite:///{tmp_path / 'world.db'}", development=True, log_level="CRITICAL")


@pytest.fixture
def stage(walk_config: Config, clock: FrozenClock) -> Iterator[Stage]:
    """Two workspaces that hold the same things, and a login for everybody."""
    db.connect(walk_config.database_url)
    yield build_stage(walk_config, clock.now())
    db.disconnect()


@pytest.fixture
def walked_app(stage: Stage, walk_config: Config, clock: FrozenClock) -> Flask:
    """The application, on the stage's database."""
    app = create_app(walk_config, clock=clock)
    watcher = watcher_of(app)
    watcher.pace, watcher.look_seconds = Pace(longest=0), 0.01  # a stream says what it has to say and ends
    return app


def test_every_route_says_how_it_is_called_here(walked_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in walked_app.url_map.iter_rules()}
    assert sorted(endpoints - set(ROUTES)) == [], "routes without a line in ROUTES"
    assert sorted(set(ROUTES) - endpoints) == [], "lines in ROUTES without a route"


def test_every_variable_part_of_a_path_is_named(walked_app: Flask) -> None:
    wrong = [
        rule.endpoint
        for rule in walked_app.url_map.iter_rules()
        if rule.endpoint in ROUTES
        and not rule.arguments <= set(ROUTES[rule.endpoint].path) | set(ROUTES[rule.endpoint].fixed)
    ]
    assert wrong == []


def test_a_route_that_declares_nothing_stops_the_start(walked_app: Flask) -> None:
    walked_app.view_functions["forgotten"] = lambda: "secret"
    walked_app.url_map.add(walked_app.url_rule_class("/forgotten", endpoint="forgotten"))
    with pytest.raises(UndeclaredRoute, match="forgotten"):
        check_every_route_is_declared(walked_app)
    for visitor in (None, Role.OWNER):
        browser = Browser(walked_app, FrozenClock())
        answer = browser.get("/forgotten")
        assert answer.status_code == 403, visitor
        assert "secret" not in answer.text


@pytest.mark.parametrize("name", VISITORS)
def test_nobody_reaches_what_is_not_theirs(
    walked_app: Flask, stage: Stage, clock: FrozenClock, tmp_path: Path, name: str, tell: Callable[[str], None]
) -> None:
    matrix: Counter[tuple[str, str]] = Counter()
    problems: list[str] = []
    db.disconnect()
    source, copy = tmp_path / "world.db", tmp_path / "copy.db"
    visitor = stage.visitors[name]
    other = stage.other_side(visitor)
    db.connect(f"sqlite:///{copy}")  # once: each engine would have to learn all of the queries anew
    _make_fresh(copy, source)
    before = rows_of(other)
    for case in cases(walked_app):
        _make_fresh(copy, source)
        answer = call(walked_app, case, visitor, stage, clock)
        verdict = judge(walked_app, case, visitor, answer)
        verdict += leaks(answer, other)
        if rows_of(other) != before:
            verdict.append("changed another workspace's rows")
        verdict += crossing_references()
        problems += [f"{case}: {problem} (answered {answer.status_code})" for problem in verdict]
        outcome = "let in" if answer.status_code < 400 and not is_sent_to_login(answer) else "turned away"
        matrix[(case.names, outcome)] += 1
    tell(describe(matrix, len(problems)))
    assert problems == []
    assert matrix.total() > 100


def cases(app: Flask) -> Iterator[Case]:
    """Yield every call of every route."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        call_of = ROUTES.get(rule.endpoint, Call())
        for method in sorted(_methods(rule.methods or set(), rule.endpoint)):
            yield Case(rule.endpoint, method, "own" if call_of.names_something else "-", "path")
            if call_of.path:
                yield Case(rule.endpoint, method, "foreign", "path")
            for name in (*call_of.fields, *call_of.query):
                yield Case(rule.endpoint, method, "foreign", name)


def _methods(methods: set[str], endpoint: str) -> set[str]:
    if endpoint == "uploads.describe_server":
        return {"OPTIONS"}
    return (methods - {"OPTIONS", "HEAD"}) or methods - {"OPTIONS"}


def call(app: Flask, case: Case, visitor: Visitor, stage: Stage, clock: FrozenClock) -> TestResponse:
    """Call the route as the case says."""
    browser = Browser(app, clock)
    if visitor.token:
        browser.sign_in(visitor.token)
    call_of = ROUTES[case.endpoint]
    own, foreign = stage.side_of(visitor).things(visitor), stage.other_side(visitor).things(visitor)

    def thing(name: str, where: str) -> Any:
        return (foreign if case.names == "foreign" and case.where == where else own)[name]

    values = {part: thing(name, "path") for part, name in call_of.path.items()}
    adapter = app.url_map.bind("127.0.0.1:8000")
    rule_values = {**call_of.fixed, **values}
    arguments = next(iter(app.url_map.iter_rules(case.endpoint))).arguments
    path = adapter.build(case.endpoint, {k: v for k, v in rule_values.items() if k in arguments}, method=case.method)
    form = {field_name: str(thing(name, field_name)) for field_name, name in call_of.fields.items()}
    query = {field_name: str(thing(name, field_name)) for field_name, name in call_of.query.items()}
    sent = {name: value for name, value in call_of.fixed.items() if name not in arguments} | form
    if call_of.by_script or case.method not in {"GET", "POST"}:
        return browser.fetch(
            case.method, path, headers=call_of.headers, data=b"x" * 10 if case.method == "PATCH" else None
        )
    if case.method == "POST":
        return browser.post(path, sent, query_string=query)
    return browser.get(path, query_string=sent | query)


def judge(app: Flask, case: Case, visitor: Visitor, answer: TestResponse) -> list[str]:
    """Return what is wrong about letting in or turning away."""
    access = access_of(app, case.endpoint)
    assert access is not None
    if answer.status_code >= 500 and case.endpoint != "health.readyz":
        return ["broke"]
    if access.role is None:
        return []
    if visitor.role is None:
        return [] if is_sent_to_login(answer) else ["let in somebody who is not signed in"]
    if not visitor.role.includes(access.role):
        return [] if answer.status_code == 403 else ["let in a role that is too low"]
    if case.names == "foreign" and case.where == "path":
        return [] if answer.status_code == 404 else ["did not say that there is no such thing"]
    if case.names == "foreign":
        return [] if answer.status_code in {200, 404, 422} else ["took another workspace's thing"]
    is_in = answer.status_code not in {401, 403} and not is_sent_to_login(answer)
    return [] if is_in or case.endpoint in {"auth.logout", "settings.end_device"} else ["turned away who may enter"]


def is_sent_to_login(answer: TestResponse) -> bool:
    if answer.status_code == 401:
        return answer.headers["HX-Redirect"].startswith("/login")
    return answer.status_code == 303 and answer.location.startswith("/login")


def leaks(answer: TestResponse, other: Side) -> list[str]:
    """Return the words of the other workspace that stand in the answer."""
    shown = answer.get_data(as_text=True) + str(answer.headers)
    return [f"shows {word!r}" for word in other.canaries if word in shown]


def rows_of(side: Side) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that belongs to a workspace or its people, by table."""
    people = ", ".join(map(str, side.user_ids))
    belongs = {"workspaces": f"id = {side.workspace_id}", "users": f"id IN ({people})"}
    found = {}
    with db.engine().connect() as connection:
        for table in metadata.sorted_tables:
            owned = f"workspace_id = {side.workspace_id}" if "workspace_id" in table.c else None
            condition = belongs.get(table.name, owned)
            if condition is not None:
                rows = connection.exec_driver_sql(f"SELECT * FROM {table.name} WHERE {condition}")
                found[table.name] = [tuple(row) for row in rows]
    return found


def crossing_references() -> list[str]:
    """Return the foreign keys that lead from one workspace's row to another's."""
    with db.engine().connect() as connection:
        return [
            f"{name} points into another workspace"
            for name, query in _crossing_queries().items()
            if connection.exec_driver_sql(query).first()
        ]


@cache
def _crossing_queries() -> dict[str, str]:
    """Return for each foreign key between owned tables the query that finds it crossing."""
    queries = {}
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column.table
            if "workspace_id" in table.c and "workspace_id" in target.c:
                aimed = target.alias("aimed")
                query = select(table.c.workspace_id).join_from(table, aimed, key.parent == aimed.c[key.column.name])
                crossing = query.where(table.c.workspace_id != aimed.c.workspace_id).limit(1)
                compiled = crossing.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
                queries[f"{table.name}.{key.parent.name}"] = str(compiled)
    return queries


def describe(matrix: Counter[tuple[str, str]], problems: int) -> str:
    """Return how many calls were tried, naming whose things, and how many were let in."""
    parts = [
        f"{names}: {matrix[(names, 'let in')]} let in, {matrix[(names, 'turned away')]} turned away"
        for names in ("-", "own", "foreign")
    ]
    return f"{matrix.total()} calls, {problems} leaks ({'; '.join(parts)})"


def _make_fresh(copy: Path, source: Path) -> None:
    """Put the database that the walk is connected to back to what it was."""
    wait_until(lambda: "live" not in {thread.name for thread in threading.enumerate()})
    db.let_go()
    for suffix in ("-wal", "-shm"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(source, copy)


def test_every_changing_route_refuses_a_request_without_a_token_or_from_another_site(
    walked_app: Flask, stage: Stage, clock: FrozenClock, tell: Callable[[str], None]
) -> None:
    owner, tried = stage.visitors["owner"], 0
    assert owner.token is not None
    for rule in walked_app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            if ROUTES[rule.endpoint].is_callback:
                continue
            browser = Browser(walked_app, clock)
            browser.sign_in(owner.token)
            things = stage.side_of(owner).things(owner)
            values = {name: things[thing] for name, thing in ROUTES[rule.endpoint].path.items()}
            path = walked_app.url_map.bind("127.0.0.1:8000").build(rule.endpoint, values, method=method)
            before = rows_of(stage.side_of(owner))
            without = browser.client.open(path, method=method, base_url=browser.base_url)
            foreign = browser.fetch(method, path, headers={"Sec-Fetch-Site": "cross-site"})
            assert (without.status_code, foreign.status_code) == (400, 400), f"{method} {path}"
            assert rows_of(stage.side_of(owner)) == before, f"{method} {path}"
            tried += 1
    tell(f"{tried} changing routes, 0 let a forged request in")
    assert tried > 20
