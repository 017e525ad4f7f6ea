"""The sandbox's state: one SQLite database, in memory or in a file, shared by all threads."""

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

Value: TypeAlias = str | int | float | bytes | None

SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
SCHEMA_MARK = zlib.crc32(SCHEMA.encode()) & 0x7FFF_FFFF
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def _columns(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return the columns of every table, in order, with their types and constraints."""
    names = [str(row[0]) for row in connection.execute(TABLES).fetchall()]
    return {name: [tuple(row) for row in connection.execute(f"PRAGMA table_info({name})")] for name in names}


class Store:
    """A single connection behind a lock; every statement takes some tens of microseconds."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        # A demo may lose its last second when the machine dies; it must not lose speed.
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
        self._forget_other_schema()
        self._connection.executescript(SCHEMA)
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_MARK}")
        self._tables = [str(row["name"]) for row in self._connection.execute(TABLES)]

    def _forget_other_schema(self) -> None:
        """Drop what an older sandbox left in the file if it does not fit: a demo starts over rather than not at all.

        Tables that are only missing are added, and what is there stays.
        """
        if self._connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_MARK:
            return
        wanted = sqlite3.connect(":memory:")
        wanted.executescript(SCHEMA)
        fitting = _columns(wanted)
        wanted.close()
        found = _columns(self._connection)
        if any(fitting.get(name) != columns for name, columns in found.items()):
            for name in found:
                self._connection.execute(f"DROP TABLE {name}")

    def one(self, sql: str, values: Sequence[Value] = ()) -> sqlite3.Row | None:
        """Return the first row, or None."""
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def all(self, sql: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """Return every row."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Execute one statement and return how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Execute one statement for many rows."""
        with self._lock:
            self._connection.executemany(sql, rows)

    def insert(self, table: str, row: dict[str, Value]) -> None:
        """Add one row; the names come from our own code, never from a request."""
        marks = ", ".join("?" * len(row))
        self.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))  # noqa: S608

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the database alone; all statements inside take effect together or not at all."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def clear(self) -> None:
        """Delete every row of every table."""
        with self.transaction():
            for table in self._tables:
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608
