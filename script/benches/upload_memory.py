"""How much the web server grows while a video of the largest size is uploaded: a real gunicorn, real connections."""

import base64
import http.client
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from itsdangerous import URLSafeTimedSerializer

from app import create_app, db
from app.clock import SystemClock
from app.config import PROJECT_DIR, Config
from app.schema import upgrade
from app.web.signed_in import LOGIN_KEY
from app.workspaces.logins import begin_login
from app.workspaces.models import Membership, Role, User, Workspace

FILE_BYTES = 300_000_000
CHUNK_BYTES = 8 * 1024 * 1024
LIMIT_MEGABYTES = 20
WARM_UP_BYTES = 20_000_000
CSRF_SECRET = "0" * 40


def run() -> dict[str, Any]:
    """Return by how many megabytes the server's processes grew at most, from after a small upload on."""
    with tempfile.TemporaryDirectory(prefix="upload-memory-") as folder:
        environ = _environ(Path(folder))
        headers = _sign_in(environ)
        with _server(environ) as server:
            client = _Client(int(environ["PORT"]), headers)
            client.upload(WARM_UP_BYTES)
            before = _megabytes(server.pid)
            with _Peak(server.pid) as peak:
                began = time.monotonic()
                client.upload(FILE_BYTES)
                seconds = time.monotonic() - began
    grown = round(peak.megabytes - before, 1)
    return {
        "name": "upload_memory",
        "value": grown,
        "unit": "MB",
        "limit": LIMIT_MEGABYTES,
        "ok": grown < LIMIT_MEGABYTES,
        "before_megabytes": round(before, 1),
        "megabytes_per_second": round(FILE_BYTES / seconds / 1e6, 1),
    }


def _environ(folder: Path) -> dict[str, str]:
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": f"k1:{key}",
        "PASSWORD_PEPPER": secrets.token_urlsafe(48),
        "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "MEDIA_DIR": str(folder / "media"),
        "PORT": str(20_000 + secrets.randbelow(10_000)),
        "WEB_WORKERS": "1",
    }


def _sign_in(environ: dict[str, str]) -> dict[str, str]:
    """Make a user and return the headers that their browser's scripts send."""
    config = Config.from_environment(environ)
    app = create_app(config)
    upgrade(db.engine())
    now = SystemClock().now()
    with db.transaction() as session:
        workspace = Workspace(name="Bench", timezone="Asia/Almaty", created_at=now)
        user = User(email="bench@example.kz", name="Bench", password_hash="!", created_at=now)
        session.add_all([workspace, user])
        session.flush()
        user.memberships.append(Membership(workspace_id=workspace.id, role=Role.OWNER, created_at=now))
    values = {LOGIN_KEY: begin_login(user.id, workspace.id, "bench", now), "csrf_token": CSRF_SECRET}
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    token = URLSafeTimedSerializer(config.secret_key, salt="wtf-csrf-token").dumps(CSRF_SECRET)
    db.disconnect()
    return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(values)}", "X-CSRFToken": token}


@contextmanager
def _server(environ: dict[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
    process = subprocess.Popen(
        command, env=environ, cwd=PROJECT_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(int(environ["PORT"]))
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


class _Client:
    """Sends a file as the browser does: in chunks, over one connection."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers | {"Tus-Resumable": "1.0.0"}

    def upload(self, size: int) -> None:
        created = self._call("POST", "/uploads", 201, b"", {"Upload-Length": str(size)})
        address, chunk = created.headers["Location"], os.urandom(CHUNK_BYTES)
        for offset in range(0, size, CHUNK_BYTES):
            given = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            self._call("PATCH", address, 204, chunk[: size - offset], given)

    def _call(
        self, method: str, path: str, expected: int, body: bytes, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        self.connection.request(method, path, body, self.headers | headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != expected:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:200]!r}")
        return answer


class _Peak:
    """Watches the memory of a process and its children until told to end."""

    def __init__(self, pid: int) -> None:
        self.pid, self.megabytes, self._is_over = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.05):
            self.megabytes = max(self.megabytes, _megabytes(self.pid))


def _megabytes(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(_resident(each) for each in [str(pid), *children])


def _resident(pid: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6
