"""While the database is away the site says so plainly, and it comes back by itself."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from app import db, schema
from tests.mariadb import MariaDB
from tests.processes import end_with_parent, free_port
from tests.sandbox_server import PROJECT_DIR
from tests.waiting import wait_until

ROUNDS = 5


@pytest.fixture
def killed_server() -> Iterator[MariaDB]:
    """A MariaDB of this test's own, to be killed."""
    server = MariaDB()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def web(killed_server: MariaDB, environ: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The web process as in production, on that database."""
    url = killed_server.make_database("web")
    db.connect(url)
    schema.upgrade(db.engine())
    db.disconnect()
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
    process = subprocess.Popen(
        [*end_with_parent(), *command],
        cwd=PROJECT_DIR,
        env=environ
        | {"DATABASE_URL": url, "PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}", "PATH": "/usr/bin:/bin"},
        stderr=(tmp_path / "web.log").open("wb"),
    )
    origin = f"http://127.0.0.1:{port}"
    wait_until(lambda: status(f"{origin}/healthz") == 200, seconds=60)
    yield origin
    process.terminate()
    process.wait(20)


def status(url: str) -> int | None:
    """Return the status an address answers, None when nobody does."""
    try:
        return requests.get(url, timeout=10, allow_redirects=False).status_code
    except requests.RequestException:
        return None


def test_a_killed_database_gives_a_plain_503_and_the_site_recovers_by_itself(
    killed_server: MariaDB, web: str, tell: Callable[[str], None]
) -> None:
    slowest = 0.0
    for _ in range(ROUNDS):
        assert status(f"{web}/welcome") == 200
        killed_server.kill()
        began = time.monotonic()
        answer = requests.get(f"{web}/welcome", timeout=10, headers={"Accept": "text/html"})
        slowest = max(slowest, time.monotonic() - began)
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        assert "Traceback" not in answer.text
        assert status(f"{web}/healthz") == 200
        assert status(f"{web}/readyz") == 503
        killed_server.start()
        wait_until(lambda: status(f"{web}/welcome") == 200)
    tell(f"database killed {ROUNDS} times: a plain 503 each time (slowest in {slowest:.2f} s), and back by itself")
