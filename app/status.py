"""How the server is: database, migrations, scheduler, media folder, disk. For pages, probes and the doctor."""

import os
import platform
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import db, schema
from app.config import Config
from app.scheduler.models import Incident, Lease

HEARTBEAT_FRESH = timedelta(seconds=30)
DISK_LOW_BYTES = 2_000_000_000
# What a row that was acknowledged needs to survive a power cut.
DURABLE = {"innodb_flush_log_at_trx_commit": "1", "innodb_doublewrite": "ON"}


@dataclass(frozen=True)
class DatabaseStatus:
    """What the database is and whether it keeps its promises."""

    kind: str
    version: str
    is_migrated: bool
    problems: list[str] = field(default_factory=list)
    """Settings that make it lose acknowledged rows, as `name = value, should be value`."""


@dataclass(frozen=True)
class DiskStatus:
    """Room on the disk that holds the media folder."""

    total_bytes: int
    free_bytes: int
    is_writable: bool

    @property
    def is_low(self) -> bool:
        """Whether so little is left that uploads may fail soon."""
        return self.free_bytes < DISK_LOW_BYTES


def readiness(config: Config, now: datetime) -> dict[str, bool]:
    """Return what works, by name. Never raises: what cannot be asked does not work."""
    checks = {"database": False, "migrations": False, "scheduler": False, "media": is_writable(config.media_dir)}
    try:
        with db.reading() as session:
            session.execute(text("SELECT 1"))
            checks["database"] = True
            checks["migrations"] = schema.is_current(session.connection())
        beat = last_heartbeat()
        checks["scheduler"] = beat is not None and now - beat < HEARTBEAT_FRESH
    except SQLAlchemyError:
        pass
    return checks


def last_heartbeat() -> datetime | None:
    """Return when the scheduler last said that it is alive, or None when it never did."""
    with db.reading() as session:
        return session.scalar(select(Lease.heartbeat_at).order_by(Lease.heartbeat_at.desc()).limit(1))


def list_incidents(limit: int = 50) -> list[Incident]:
    """Return what went wrong in the scheduler itself, the newest first."""
    with db.reading() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id.desc()).limit(limit)))


def database_status(config: Config) -> DatabaseStatus:
    """Return what the database is. Raises SQLAlchemyError when it is away."""
    is_sqlite = make_url(config.database_url).get_backend_name() == "sqlite"
    with db.reading() as session:
        is_migrated = schema.is_current(session.connection())
        if is_sqlite:
            version = str(session.scalar(text("SELECT sqlite_version()")))
            return DatabaseStatus("SQLite", version, is_migrated, _sqlite_problems(session))
        version = str(session.scalar(text("SELECT VERSION()")))
        return DatabaseStatus("MariaDB", version, is_migrated, _mariadb_problems(session))


def _sqlite_problems(session: Session) -> list[str]:
    wanted = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
    found = {name: str(session.scalar(text(f"PRAGMA {name}"))) for name in wanted}
    return [f"{name} = {found[name]}, should be {value}" for name, value in wanted.items() if found[name] != value]


def _mariadb_problems(session: Session) -> list[str]:
    rows = session.execute(text("SHOW GLOBAL VARIABLES LIKE 'innodb%'")).all()
    found = {str(row[0]): str(row[1]) for row in rows}
    return [
        f"{name} = {found.get(name, '?')}, should be {value}"
        for name, value in DURABLE.items()
        if found.get(name) != value
    ]


def disk_status(media_dir: Path) -> DiskStatus:
    """Return how much room there is for media. Raises OSError when the folder does not exist."""
    usage = shutil.disk_usage(media_dir)
    return DiskStatus(usage.total, usage.free, is_writable(media_dir))


def is_writable(folder: Path) -> bool:
    """Whether files can be made in the folder."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def versions() -> dict[str, str]:
    """Return what this server runs on, by name."""
    names = ("flask", "sqlalchemy", "apscheduler", "tzdata")
    return {"Python": platform.python_version()} | {name: version(name) for name in names}
