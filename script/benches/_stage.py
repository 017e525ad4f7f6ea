"""What the benchmarks stand on: a migrated database, the local Instagram, files to publish, a real scheduler.

All of it on 127.0.0.1, in a folder of its own, and gone at the end.
"""

import base64
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app import db, schema
from app.clock import SystemClock
from app.config import PROJECT_DIR, Config
from app.crypto import KeyRing
from app.publishing.claims import SCHEDULER_LEASE
from app.scheduler.models import Lease
from tests.file_server import FileServer
from tests.mariadb import MariaDB
from tests.media_files import MediaFiles
from tests.processes import end_with_parent
from tests.sandbox_server import SandboxServer

BACKENDS = ("mariadb", "sqlite")
START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True)
class Stage:
    """Everything that publishing needs but the scheduler."""

    folder: Path
    environ: dict[str, str]
    sandbox: SandboxServer
    files: FileServer
    reel: Path
    picture: Path
    clock = SystemClock()

    @property
    def config(self) -> Config:
        """The settings that the processes run with."""
        return Config.from_environment(self.environ)

    @property
    def keys(self) -> KeyRing:
        """The keys that tokens are encrypted with."""
        return KeyRing(self.config.encryption_keys)


@contextmanager
def open_stage(backend: str) -> Iterator[Stage]:
    """Start a sandbox, a file server and, for `mariadb`, a MariaDB; `app.db` is connected to the empty database."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        url = opened.enter_context(open_database(backend, folder))
        sandbox = SandboxServer(folder / "sandbox.log")
        opened.callback(sandbox.stop)
        sandbox.start()
        drawn = MediaFiles(folder / "drawn")
        reel, picture = drawn.reel(), drawn.picture()
        files = FileServer({"mp4": reel, "jpg": picture})
        opened.callback(files.close)
        environ = make_environ(folder, url, sandbox.url) | {"PUBLIC_URL": files.origin}
        yield Stage(folder, environ, sandbox, files, reel, picture)


@contextmanager
def open_database(backend: str, folder: Path) -> Iterator[str]:
    """Give the address of a migrated, empty database that `app.db` is connected to; its server ends with the block."""
    with ExitStack() as opened:
        if backend == "mariadb":
            server = MariaDB()
            opened.callback(server.stop)
            server.start()
            url = server.make_database("bench")
        else:
            url = f"sqlite:///{folder / 'bench.db'}"
        db.connect(url)
        opened.callback(db.disconnect)
        schema.upgrade(db.engine())
        yield url


def make_environ(folder: Path, database_url: str, sandbox_url: str) -> dict[str, str]:
    """Return the settings of a server whose Instagram is the sandbox."""
    (folder / "media").mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": "k1:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PASSWORD_PEPPER": secrets.token_urlsafe(48),
        "PASSWORD_ROUNDS": "4",
        "DATABASE_URL": database_url,
        "MEDIA_DIR": str(folder / "media"),
        "INSTAGRAM_APP_ID": "990011223344556",
        "INSTAGRAM_APP_SECRET": secrets.token_hex(16),
        "INSTAGRAM_VERIFY_TOKEN": secrets.token_urlsafe(24),
        **{f"INSTAGRAM_{name}_URL": sandbox_url for name in ("GRAPH", "TOKEN", "LOGIN", "UPLOAD")},
    }


class Place(Protocol):
    """Where processes run: their folder and their settings."""

    @property
    def folder(self) -> Path:
        """Where their logs go."""

    @property
    def environ(self) -> dict[str, str]:
        """The settings, which name the database that `app.db` is connected to."""


@contextmanager
def run_scheduler(stage: Place) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `python -m app.scheduler` for the length of the block, from the moment on when it leads."""
    log = stage.folder / "scheduler.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [*end_with_parent(), sys.executable, "-m", "app.scheduler"],
            cwd=PROJECT_DIR,
            env=stage.environ,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    try:
        wait_until(lambda: process.poll() is not None or _is_leading(process.pid), START_SECONDS, "the scheduler leads")
        if process.poll() is not None:
            raise RuntimeError(f"the scheduler ended:\n{log.read_text(errors='replace')[-3000:]}")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_leading(pid: int) -> bool:
    try:
        with db.reading() as session:
            holder = session.scalar(select(Lease.holder).where(Lease.name == SCHEDULER_LEASE))
    except SQLAlchemyError:
        return False
    return bool(holder) and f":{pid}:" in str(holder)


def wait_until(is_true: Callable[[], object], seconds: float, what: str, every: float = 0.1) -> None:
    """Return as soon as `is_true()` is true. Raises TimeoutError."""
    give_up_at = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(every)


def percentile(values: list[float], percent: float) -> float:
    """Return the smallest of `values` that at least `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100).__int__() - 1)]


def result(name: str, value: float, unit: str, limit: float | None, *, ok: bool, **more: Any) -> dict[str, Any]:
    """Return a result as `script/bench` prints it; `machine` says what else was going on."""
    load = round(os.getloadavg()[0], 2)
    return {"name": name, "value": value, "unit": unit, "limit": limit, "ok": ok, **more, "load_average": load}


def has_mariadb() -> bool:
    """Whether MariaDB is installed here."""
    return shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") is not None
