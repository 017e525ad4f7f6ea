"""A web server that Instagram posts to: real gunicorn, signed bodies, and what all of it uses of the processor."""

import hashlib
import hmac
import http.client
import itertools
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from app import db, schema
from app.accounts.models import Account
from app.clock import SystemClock
from app.config import PROJECT_DIR, Config
from app.crypto import KeyRing
from app.web.flask_settings import cookie_name
from app.web.signed_in import LOGIN_KEY
from app.workspaces.logins import begin_login
from app.workspaces.models import Role, Workspace
from script.benches._stage import START_SECONDS, STOP_SECONDS, make_environ, wait_until
from tests.factories import make_account, make_user, make_workspace
from tests.mariadb import MariaDB
from tests.processes import end_with_parent, free_port

PATH = "/webhooks/instagram"
NOWHERE = "http://127.0.0.1:9"
"""Where nobody answers: these benchmarks ask Instagram nothing."""


CSRF_SECRET = "0" * 40


@dataclass
class Server:
    """Web processes on a database of their own, and one connected account."""

    folder: Path
    environ: dict[str, str]
    database: MariaDB | None
    workspace: Workspace
    account: Account
    web: "subprocess.Popen[bytes]"
    people: Iterator[int] = field(default_factory=itertools.count)

    @property
    def port(self) -> int:
        """Where the web server listens."""
        return int(self.environ["PORT"])

    def sign_in(self) -> str:
        """Return the cookie of somebody who is signed in, as a header's value."""
        config = Config.from_environment(self.environ)
        app = Flask("bench")
        app.secret_key = config.secret_key
        now = SystemClock().now()
        user = make_user("bench@example.kz", self.workspace, Role.OWNER, password_hash="!", now=now)
        values = {LOGIN_KEY: begin_login(user.id, self.workspace.id, "bench", now), "csrf_token": CSRF_SECRET}
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer is not None
        return f"{cookie_name(config)}={serializer.dumps(values)}"

    def cpu_seconds(self) -> float:
        """Return the CPU time that the web server and the database have used so far."""
        database = [self.database.pid] if self.database and self.database.pid else []
        return sum(map(_cpu_seconds, [*_family(self.web.pid), *database]))


@contextmanager
def open_server(backend: str, *, workers: int = 2, level: str = "INFO") -> Iterator[Server]:
    """Start a database and gunicorn; `app.db` is connected to it."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        database = MariaDB() if backend == "mariadb" else None
        if database:
            opened.callback(database.stop)
            database.start()
        url = database.make_database("bench") if database else f"sqlite:///{folder / 'bench.db'}"
        db.connect(url)
        opened.callback(db.disconnect)
        schema.upgrade(db.engine())
        environ = make_environ(folder, url, NOWHERE) | {"LOG_LEVEL": level, "WEB_WORKERS": str(workers)}
        environ |= {"PORT": str(port := free_port()), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        workspace = make_workspace()
        account = make_account(workspace, KeyRing(Config.from_environment(environ).encryption_keys))
        web = opened.enter_context(run_web(environ, folder))
        yield Server(folder, environ, database, workspace, account, web)


@contextmanager
def run_web(environ: dict[str, str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run gunicorn as `script/server` does, from the moment on when it answers."""
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
    path = folder / "web.log"
    with path.open("ab") as log:
        process = subprocess.Popen([*end_with_parent(), *command], cwd=PROJECT_DIR, env=environ, stderr=log)
    try:
        is_up = lambda: process.poll() is not None or _answers(int(environ["PORT"]))  # noqa: E731
        wait_until(is_up, START_SECONDS, "the web server answers")
        if process.poll() is not None:
            raise RuntimeError(f"the web server ended:\n{path.read_text(errors='replace')[-3000:]}")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Poster:
    """One kept connection to the web server. A request goes out in one piece, as Traefik sends small ones on."""

    def __init__(self, server: Server) -> None:
        self._secret = server.environ["INSTAGRAM_APP_SECRET"].encode()
        self._host = f"127.0.0.1:{server.port}"
        self._socket = socket.create_connection(("127.0.0.1", server.port), 30)

    def post(self, body: bytes) -> int:
        """Post a signed body and return the status."""
        signature = hmac.digest(self._secret, body, hashlib.sha256).hex()
        headers = f"Content-Type: application/json\r\nX-Hub-Signature-256: sha256={signature}\r\n"
        return self._ask(f"POST {PATH}", f"{headers}Content-Length: {len(body)}\r\n", body)

    def get(self, path: str, cookie: str = "") -> int:
        """Ask for a page and return the status."""
        return self._ask(f"GET {path}", f"Cookie: {cookie}\r\n" if cookie else "", b"")

    def _ask(self, what: str, headers: str, body: bytes) -> int:
        self._socket.sendall(f"{what} HTTP/1.1\r\nHost: {self._host}\r\n{headers}\r\n".encode() + body)
        answer = http.client.HTTPResponse(self._socket)
        answer.begin()
        answer.read()
        return answer.status


def message_item(ig_user_id: str, person: str, mid: str, text: str, at_ms: int) -> dict[str, Any]:
    """Return a message as Instagram tells of it."""
    sides = {"sender": {"id": person}, "recipient": {"id": ig_user_id}}
    return {**sides, "timestamp": at_ms, "message": {"mid": mid, "text": text}}


def body_of(ig_user_id: str, items: Sequence[dict[str, Any]]) -> bytes:
    """Return the bytes of a body with these messaging items: everything but ASCII escaped, slashes too."""
    entry = {"time": round(time.time() * 1000), "id": ig_user_id, "messaging": list(items)}
    body = {"object": "instagram", "entry": [entry]}
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time of all threads of a process, which the kernel counts in nanoseconds."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
