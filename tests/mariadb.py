"""A private MariaDB server, started for real for the length of a test run."""

import getpass
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pymysql

from tests.processes import end_with_parent, free_port

START_SECONDS = 60
STOP_SECONDS = 30
USER = "tests"

SETTINGS = """
[mariadbd]
bind-address = 127.0.0.1
skip-name-resolve
datadir = {folder}/data
# Its own: a server that starts removes every temporary table it finds there, also another server's.
tmpdir = {folder}/tmp
socket = {folder}/mariadbd.sock
pid-file = {folder}/mariadbd.pid
log-error = {folder}/mariadbd.log
init-file = {folder}/init.sql
port = {port}
character-set-server = utf8mb4
innodb_flush_log_at_trx_commit = 1
innodb_buffer_pool_size = 64M
innodb_log_file_size = 32M
innodb_lock_wait_timeout = 20
performance_schema = OFF
max_connections = 400
"""

INIT = """
CREATE USER IF NOT EXISTS '{user}'@'127.0.0.1' IDENTIFIED BY '{password}';
GRANT ALL ON *.* TO '{user}'@'127.0.0.1';
"""


class MariaDBMissing(Exception):
    """MariaDB is not installed here."""


class MariaDB:
    """One private server with its files under a folder of its own. `kill` and `start` again to try a crash.

    Given a port and a password, it stands for a server that another process started.
    """

    def __init__(self, port: int = 0, password: str = "") -> None:
        self.port = port
        self.password = password or secrets.token_hex(16)
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """Where the server keeps its files; made, with an empty server in it, when it is first asked for."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="socialflow-mariadb-"))
            self._make_data_folder()
        return self._folder

    @property
    def pid(self) -> int | None:
        """The server's process, while it runs and is our own."""
        return self._process.pid if self._process else None

    def url(self, database: str = "") -> str:
        """Return the address of one database on this server."""
        return f"mysql+pymysql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers; the port stays the same when it is started again."""
        for _ in range(5):
            self.port = self.port or free_port()
            (self.folder / "my.cnf").write_text(SETTINGS.format(folder=self.folder, port=self.port))
            self._process = subprocess.Popen(
                [*end_with_parent(), _program("mariadbd"), f"--defaults-file={self.folder}/my.cnf", *_run_as()],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if self._is_answering():
                return
            self.port = 0  # somebody else took the port in between
        raise RuntimeError(f"MariaDB did not start:\n{self._log_end()}")

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the server and remove its files."""
        self._end(signal.SIGTERM)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def make_database(self, name: str) -> str:
        """Create an empty database (anew, if there is one of that name) and return its address."""
        with pymysql.connect(host="127.0.0.1", port=self.port, user=USER, password=self.password) as connection:
            cursor = connection.cursor()
            cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
            cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci")
        return self.url(name)

    def _make_data_folder(self) -> None:
        (self.folder / "tmp").mkdir(mode=0o700)
        init = self.folder / "init.sql"
        init.touch(mode=0o600)
        init.write_text(INIT.format(user=USER, password=self.password))
        made = subprocess.run(
            [
                _program("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={self.folder}/data",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-log-file-size=32M",
                *_run_as(),
            ],
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise RuntimeError(f"mariadb-install-db failed:\n{made.stdout}\n{made.stderr}")

    def _is_answering(self) -> bool:
        assert self._process is not None
        give_up_at = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < give_up_at:
            try:
                pymysql.connect(host="127.0.0.1", port=self.port, user=USER, password=self.password).close()
            except pymysql.err.OperationalError:
                time.sleep(0.05)
            else:
                return True
        self._end(signal.SIGKILL)
        return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _log_end(self) -> str:
        log = self.folder / "mariadbd.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else "(it wrote no log)"


def _program(name: str) -> str:
    """Return where a program of MariaDB is; Debian keeps the server outside a plain user's PATH."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))
    if found is None:
        raise MariaDBMissing(f"{name} is not installed: run script/test once, or apt-get install mariadb-server")
    return found


def _run_as() -> list[str]:
    """The server refuses to run as root unless told so; it is private to this run, so that does no harm."""
    return [f"--user={getpass.getuser()}"]
