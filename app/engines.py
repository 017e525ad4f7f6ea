"""How each database is connected to, for each purpose."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

SQLITE_BUSY_SECONDS = 30
MARIADB_CONNECTION = {"charset": "utf8mb4", "connect_timeout": 2}
STORE_SECONDS = 4
"""Whoever posts to us gives up after five."""
STORE_CONNECTIONS = 8
STORE_PATIENCE_SECONDS = 0.25


def make_engine(url: str, *, writing: bool) -> Engine:
    """Return an engine for transactions, or for reads that each stand alone."""
    if make_url(url).get_backend_name() == "sqlite":
        made = create_engine(
            url, hide_parameters=True, connect_args={"timeout": SQLITE_BUSY_SECONDS, "check_same_thread": False}
        )
        event.listen(made, "connect", _prepare_sqlite)
        if writing:
            event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return made
    # Hidden, because captions and addresses of people would stand in logged errors.
    return create_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED" if writing else "AUTOCOMMIT",
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_size=10,
        max_overflow=30,
        pool_timeout=5,
        connect_args=MARIADB_CONNECTION | {"read_timeout": 30 if writing else 10, "write_timeout": 10},
    )


def make_store_engine(url: str) -> Engine:
    """For `store`: no round trip but the statement's own, and nobody waits longer than who posted it would."""
    return create_engine(
        url,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_recycle=1800,
        pool_size=STORE_CONNECTIONS,
        max_overflow=0,
        pool_timeout=STORE_PATIENCE_SECONDS,
        connect_args=MARIADB_CONNECTION | {"read_timeout": STORE_SECONDS, "write_timeout": STORE_SECONDS},
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; the "begin" event does
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
