"""The database: engine, sessions, and the one mechanism that keeps each workspace's rows apart.

Reads run outside any transaction (each statement on its own), so that no page and no remote call ever holds one
open; writes run in short `transaction()` blocks that commit at their end.
"""

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    Dialect,
    Engine,
    ForeignKey,
    MetaData,
    Result,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.pool import NullPool

from app import workspace_limit
from app.column_types import UtcDateTime as UtcDateTime
from app.column_types import WallTime as WallTime
from app.column_types import enum_type as enum_type
from app.column_types import ig_id_type as ig_id_type
from app.engines import MARIADB_CONNECTION, SQLITE_BUSY_SECONDS, STORE_SECONDS, make_engine, make_store_engine

P = ParamSpec("P")
R = TypeVar("R")

# 1213 deadlock, 1205 lock wait, 1020 changed since last read (Galera and snapshot isolation), 1047 node not ready yet.
RETRYABLE_MARIADB_CODES = {1213, 1205, 1020, 1047}
# 1040 too many connections, 1053 shutting down, 1927 connection killed, 2002 to 2014 the network's; 1021 disk full.
AWAY_MARIADB_CODES = {1021, 1040, 1053, 1317, 1927, 2002, 2003, 2006, 2013, 2014}
AWAY_SQLITE_WORDS = ("unable to open database file", "disk is full", "disk I/O error", "readonly database")
DEADLOCK_TRIES = 6
MARIADB_TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_520_ci"}


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}
    __table_args__: Any = MARIADB_TABLE


_owned_tables: set[str] = set()


class WorkspaceOwned:
    """Mixed into every table of user data: its rows are seen only inside their workspace's scope."""

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        _owned_tables.add(cls.__dict__["__tablename__"])

    @declared_attr
    def workspace_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)


class NoWorkspace(Exception):
    """User data was asked for outside any workspace. A bug: it must never reach the user."""


class ReadOnly(Exception):
    """Something tried to write outside `transaction()`. A bug."""


_every_workspace = object()
_scope: ContextVar[int | object | None] = ContextVar("workspace_scope", default=None)
_ambient: ContextVar[Session | None] = ContextVar("session", default=None)
_flushing: ContextVar[bool] = ContextVar("flushing", default=False)
_LIMITED = {"socialflow_limited": True}
"""Marks connections of sessions, as opposed to those of migrations."""
_KNOWN_ROW = {"socialflow_known_row": True}
"""Marks the second look at a row that a session holds already."""


@contextmanager
def workspace_scope(workspace_id: int) -> Iterator[None]:
    """Limit every query inside to the rows of one workspace, and give new rows to it."""
    token = _scope.set(workspace_id)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def every_workspace() -> Iterator[None]:
    """Lift the limit, for the scheduler's scans and the operator's commands. Never used by a page."""
    token = _scope.set(_every_workspace)
    try:
        yield
    finally:
        _scope.reset(token)


def enter_workspace(workspace_id: int) -> None:
    """Limit the rest of this context (a web request) to one workspace."""
    _scope.set(workspace_id)
    session = _ambient.get()
    if session is not None:
        session.info["scope"] = workspace_id


def leave_workspace() -> None:
    """End what `enter_workspace` began."""
    _scope.set(None)


def current_workspace_id() -> int:
    """Return the workspace that this context is limited to. Raises NoWorkspace when there is none."""
    scope = _scope.get()
    if not isinstance(scope, int):
        raise NoWorkspace
    return scope


class _Database:
    """The two engines of a process: one for transactions, one for plain reads."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        # SQLite has one writer at a time. Queueing here is fair and wakes at once, where its busy handler polls.
        self.write_lock = threading.Lock() if self.is_sqlite else None
        self.write_engine = make_engine(url, writing=True)
        self.read_engine = make_engine(url, writing=False)
        limited = self.write_engine.execution_options(**_LIMITED), self.read_engine.execution_options(**_LIMITED)
        self.store_engine = self.write_engine if self.is_sqlite else make_store_engine(url)
        self.write_sessions = sessionmaker(limited[0], expire_on_commit=False, info={"writing": True})
        self.read_sessions = sessionmaker(limited[1], autoflush=False, info={"writing": False})

    def dispose(self) -> None:
        for engine in (self.write_engine, self.read_engine, self.store_engine):
            engine.dispose()


_database: _Database | None = None


def connect(url: str) -> None:
    """Use the database at `url` from now on, in this process."""
    global _database
    disconnect()
    _database = _Database(url)


def let_go() -> None:
    """Close the connections at hand; new ones are made when they are needed."""
    _get().dispose()


def disconnect() -> None:
    """Close every connection of this process."""
    global _database
    if _database is not None:
        _database.dispose()
    _database = None


def engine() -> Engine:
    """Return the engine that transactions run on."""
    return _get().write_engine


def patient_engine() -> Engine:
    """Return an engine of its own for migrations, which may rebuild a large table for minutes."""
    url = engine().url
    if url.get_backend_name() == "sqlite":
        return engine()
    return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=MARIADB_CONNECTION)


def _get() -> _Database:
    if _database is None:
        raise RuntimeError("connect() has not been called")
    return _database


@contextmanager
def transaction() -> Iterator[Session]:
    """A write transaction: commits at the end, rolls back on an error. A nested one joins the outer."""
    outer = _ambient.get()
    if outer is not None and outer.info["writing"]:
        yield outer
        return
    database = _get()
    with _as_the_one_writer(database.write_lock), database.write_sessions() as session:
        token = _ambient.set(session)
        try:
            with session.begin():
                yield session
        finally:
            _ambient.reset(token)
    if outer is not None:
        outer.expire_all()


@contextmanager
def _as_the_one_writer(lock: "threading.Lock | None", seconds: float = SQLITE_BUSY_SECONDS) -> Iterator[None]:
    """Wait, but not for ever, until nobody else in this process writes to SQLite."""
    if lock is None:
        yield
        return
    if not lock.acquire(timeout=seconds):
        raise TimeoutError("somebody else has been writing for too long")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def storing() -> Iterator[tuple[Any, Dialect]]:
    """Give the driver's own cursor and its dialect; what it does is committed at the end. For `app.store_new`."""
    database = _get()
    with _as_the_one_writer(database.write_lock, STORE_SECONDS):
        connection = database.store_engine.raw_connection()
        try:
            cursor = connection.cursor()
            if database.is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            yield cursor, database.store_engine.dialect
            if database.is_sqlite:
                cursor.execute("COMMIT")
        except Exception:
            connection.invalidate()
            database.store_engine.dispose()  # the others have died with it
            raise
        finally:
            connection.close()


@contextmanager
def reading() -> Iterator[Session]:
    """A session to read with: the one at hand, or a new one for this block. Holds no transaction open.

    Under another limit it is a new one too: rows that a session has seen already, it gives without asking again.
    """
    outer = _ambient.get()
    if outer is not None and (outer.info["writing"] or outer.info["scope"] == _scope.get()):
        yield outer
        return
    with _get().read_sessions() as session:
        session.info["scope"] = _scope.get()
        token = _ambient.set(session)
        try:
            yield session
        finally:
            _ambient.reset(token)


def open_request_session() -> Session:
    """Begin a web request's reading session, which `reading()` gives from now on in this context."""
    session = _get().read_sessions()
    session.info["scope"] = _scope.get()
    _ambient.set(session)
    return session


def close_request_session(session: Session) -> None:
    """End a web request's reading session."""
    _ambient.set(None)
    session.close()


def deadlock_safe(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` again when the database chose its transaction to lose a deadlock.

    The function must hold its own `transaction()` and do nothing outside the database, so that running it twice
    is running it once.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for left in range(DEADLOCK_TRIES - 1, -1, -1):
            try:
                return function(*args, **kwargs)
            except DBAPIError as error:
                if left == 0 or not is_retryable(error):
                    raise
                time.sleep(0.02 * (DEADLOCK_TRIES - left))
        raise AssertionError("unreachable")

    return run


def changed_rows(result: Result[Any]) -> int:
    """Return how many rows an UPDATE or DELETE met: of a claim, whether it was won."""
    assert isinstance(result, CursorResult)
    return result.rowcount


def is_retryable(error: DBAPIError) -> bool:
    """Whether the same transaction would pass if it were run again."""
    args = getattr(error.orig, "args", ())
    if args and args[0] in RETRYABLE_MARIADB_CODES:
        return True
    return "database is locked" in str(error.orig)


def is_away(error: DBAPIError) -> bool:
    """Whether the database could not be reached or cannot work now, whatever the statement was."""
    args = getattr(error.orig, "args", ())
    if args and args[0] in AWAY_MARIADB_CODES:
        return True
    told = str(error.orig)
    return error.connection_invalidated or is_retryable(error) or any(words in told for words in AWAY_SQLITE_WORDS)


@event.listens_for(Session, "do_orm_execute")
def _limit_to_workspace(state: ORMExecuteState) -> None:
    """Add the workspace to every statement on user data, wherever in the statement the table stands."""
    scope = _scope.get()
    if state.is_column_load:
        state.update_execution_options(**_KNOWN_ROW)
    elif isinstance(scope, int):
        state.statement = state.statement.options(
            with_loader_criteria(WorkspaceOwned, lambda cls: cls.workspace_id == scope, include_aliases=True)
        )


@event.listens_for(Engine, "before_cursor_execute")
def _refuse_what_is_not_limited(
    connection: Connection, _cursor: Any, sql: str, _parameters: Any, context: Any, _many: bool
) -> None:
    """Refuse a session's statement that touches user data outside any workspace, or without its limit."""
    scope, options = _scope.get(), context.execution_options
    if scope is _every_workspace or _flushing.get() or _KNOWN_ROW.keys() <= options.keys():
        return
    if not _LIMITED.keys() <= options.keys():
        return
    owned = frozenset(_owned_tables)
    if not workspace_limit.tables_in(sql, owned):
        return
    rows = getattr(context, "compiled_parameters", None) or []  # SQL handed to the driver as it is has none
    if not (
        isinstance(scope, int)
        and workspace_limit.is_limited(sql, owned)
        and workspace_limit.is_inserted_into(sql, rows, scope)
    ):
        raise NoWorkspace(sql)


@event.listens_for(Session, "before_flush")
def _own_new_rows(session: Session, _context: Any, _instances: Any) -> None:
    """Give new rows to the workspace in scope, and refuse rows that belong to another or change hands."""
    if not session.info["writing"]:
        raise ReadOnly("write inside transaction()")
    scope = _scope.get()
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, WorkspaceOwned) or scope is _every_workspace:
            continue
        if not isinstance(scope, int):
            raise NoWorkspace(f"{row!r}")
        if row.workspace_id is None and row in session.new:
            row.workspace_id = scope
        is_given = row not in session.new and inspect(row).attrs.workspace_id.history.has_changes()
        if row.workspace_id != scope or is_given:
            raise NoWorkspace(f"{row!r} belongs to another workspace")
    _flushing.set(True)


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_soft_rollback")
def _flush_is_over(_session: Session, _context: Any) -> None:
    """From here on statements are looked at again; what a flush writes was judged row by row."""
    _flushing.set(False)
