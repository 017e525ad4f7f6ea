"""Fixtures that every test may use: both databases, the settings, a clock, keys and the local Instagram."""

import base64
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from app import db, schema
from app.config import Config
from app.crypto import KeyRing
from tests.clocks import FrozenClock
from tests.mariadb import MariaDB
from tests.media_files import MediaFiles
from tests.sandbox_server import SandboxServer

pytest_plugins = ["tests.web_client"]

TOLD = "told"
BACKENDS = ("sqlite", "mariadb")
SECRETS = {
    "SECRET_KEY": "test-secret-key-" + "s" * 32,
    "ENCRYPTION_KEYS": "k1:" + base64.urlsafe_b64encode(bytes(range(32))).decode(),
    "PASSWORD_PEPPER": "test-pepper-" + "p" * 32,
    "PASSWORD_ROUNDS": "4",
    "INSTAGRAM_APP_ID": "990011223344556",
    "INSTAGRAM_APP_SECRET": "test-app-secret-0123456789abcdef",
    "INSTAGRAM_VERIFY_TOKEN": "test-verify-token",
}
_controller_server = pytest.StashKey[MariaDB]()


@dataclass(frozen=True)
class Database:
    """A migrated, empty database that `app.db` is connected to."""

    backend: str
    url: str


def pytest_configure(config: pytest.Config) -> None:
    """With pytest-xdist, start one MariaDB for all workers, in the process that outlives them."""
    is_controller = not hasattr(config, "workerinput") and getattr(config.option, "dist", "no") != "no"
    if is_controller and not config.option.collectonly:
        config.stash[_controller_server] = server = MariaDB()
        server.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End it."""
    if server := config.stash.get(_controller_server, None):
        server.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of pytest-xdist where MariaDB is."""
    server = node.config.stash[_controller_server]  # type: ignore[attr-defined]
    node.workerinput["mariadb"] = (server.port, server.password)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def mariadb(request: pytest.FixtureRequest) -> Iterator[MariaDB]:
    """The test run's own MariaDB server. Never stop it: make a `MariaDB()` of your own for that."""
    workerinput = getattr(request.config, "workerinput", None)
    if workerinput is not None:
        yield MariaDB(*workerinput["mariadb"])
        return
    server = MariaDB()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """`gw0`, `gw1`, … under pytest-xdist, else `main`."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_mariadb(mariadb: MariaDB, worker_id: str) -> str:
    """The address of a migrated database of this worker's own."""
    url = mariadb.make_database(f"socialflow_{worker_id}")
    _migrate(url)
    return url


def _migrate(url: str) -> None:
    db.connect(url)
    try:
        schema.upgrade(db.engine())
    finally:
        db.disconnect()


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database; a test that takes it runs once on SQLite and once on MariaDB."""
    if request.param == "sqlite":
        path = tmp_path / "socialflow.db"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        url = f"sqlite:///{path}"
        db.connect(url)
    else:
        url = request.getfixturevalue("migrated_mariadb")
        db.connect(url)
        _empty_all_tables()
    try:
        yield Database(request.param, url)
    finally:
        db.leave_workspace()
        db.disconnect()


def _empty_all_tables() -> None:
    """Delete every row. Cheaper than TRUNCATE, which rebuilds each table's file."""
    with db.engine().begin() as connection:
        tables = connection.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
        )
        connection.execute(text("SET SESSION foreign_key_checks = 0"))
        for table in tables.all():
            if table != "alembic_version":
                connection.execute(text(f"DELETE FROM `{table}`"))
        connection.execute(text("SET SESSION foreign_key_checks = 1"))


@pytest.fixture(params=BACKENDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> str:
    """The address of a database without a single table, on each backend."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: MariaDB = request.getfixturevalue("mariadb")
    return server.make_database(f"empty_{worker_id}")


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Print a line at the end of the test run: what was counted."""
    return lambda line: record_property(TOLD, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the lines that tests told."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, line in getattr(report, "user_properties", ()):
                if name == TOLD and report.when == "call":
                    terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {line}")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment that `config` is read from; change it in a test that takes both."""
    return SECRETS | {"MEDIA_DIR": str(tmp_path / "media"), "DATABASE_URL": f"sqlite:///{tmp_path / 'socialflow.db'}"}


@pytest.fixture
def config(environ: dict[str, str], request: pytest.FixtureRequest) -> Config:
    """Settings for a test: its database if it takes one, its sandbox if it takes one, its own media folder."""
    if "database" in request.fixturenames:
        environ["DATABASE_URL"] = request.getfixturevalue("database").url
    if "sandbox" in request.fixturenames:
        url = request.getfixturevalue("sandbox").url
        environ |= {f"INSTAGRAM_{name}_URL": url for name in ("GRAPH", "TOKEN", "LOGIN", "UPLOAD")}
    made = Config.from_environment(environ)
    made.media_dir.mkdir(parents=True, exist_ok=True)
    return made


@pytest.fixture
def keys(config: Config) -> KeyRing:
    """The keys that tokens are encrypted with."""
    return KeyRing(config.encryption_keys)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands still at 09:00 in Almaty until the test moves it."""
    return FrozenClock()


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    """This worker's own local Instagram."""
    server = SandboxServer(tmp_path_factory.mktemp("sandbox") / "sandbox.log")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def sandbox(sandbox_server: SandboxServer) -> SandboxServer:
    """The local Instagram, as new. It knows our app's id, secret and verify token."""
    sandbox_server.reset()
    sandbox_server.settings(
        app_id=SECRETS["INSTAGRAM_APP_ID"],
        app_secret=SECRETS["INSTAGRAM_APP_SECRET"],
        verify_token=SECRETS["INSTAGRAM_VERIFY_TOKEN"],
    )
    return sandbox_server


@pytest.fixture(scope="session")
def media_files(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> MediaFiles:
    """Small real videos and pictures, shared by all workers."""
    base = tmp_path_factory.getbasetemp()
    return MediaFiles((base if worker_id == "main" else base.parent) / "media-files")
