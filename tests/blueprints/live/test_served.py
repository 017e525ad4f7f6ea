"""Streams as gunicorn serves them: each keeps a thread, so that places must come free and a stop must not wait."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse

import pytest

from app import create_app
from app.clock import SystemClock
from app.config import PROJECT_DIR, Config
from tests.conftest import SECRETS
from tests.factories import Cast
from tests.live.hints import hint_at
from tests.processes import end_with_parent, free_port
from tests.waiting import LONGEST_SECONDS, wait_until
from tests.web_client import Browser


class Served:
    """One gunicorn worker with two places for streams, and somebody who is signed in."""

    def __init__(self, config: Config, cast: Cast) -> None:
        self.port = free_port()
        self.cookie = cookie_of(config, cast)
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
        settings = {"PORT": str(self.port), "WEB_WORKERS": "1", "WEB_THREADS": "4", "PATH": os.environ["PATH"]}
        places = {"DATABASE_URL": config.database_url, "MEDIA_DIR": str(config.media_dir)}
        self.process = subprocess.Popen(
            [*end_with_parent(), *command], cwd=PROJECT_DIR, env=SECRETS | settings | places, stderr=subprocess.DEVNULL
        )
        wait_until(self._answers)

    def open(self, path: str = "/live?after=0") -> tuple[HTTPConnection, HTTPResponse]:
        """Return a connection and the answer's head."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_SECONDS)
        connection.request("GET", path, headers={"Cookie": self.cookie, "Sec-Fetch-Mode": "cors"})
        return connection, connection.getresponse()

    def status(self, path: str = "/live?after=0") -> int:
        """Return the answer's status, and leave."""
        connection, answer = self.open(path)
        with closing(connection):
            return answer.status

    def _answers(self) -> bool:
        try:
            return self.status("/healthz") == 200
        except OSError:
            return False


def cookie_of(config: Config, cast: Cast) -> str:
    """Return the session cookie of a signed-in member, by the real clock."""
    clock = SystemClock()
    browser = Browser(create_app(config, clock=clock), clock, cast.member, cast.workspace)
    browser.get("/")
    name = browser.app.config["SESSION_COOKIE_NAME"]
    cookie = browser.client.get_cookie(name, domain="127.0.0.1")
    assert cookie is not None
    return f"{name}={cookie.value}"


@pytest.fixture
def served(config: Config, cast: Cast) -> Iterator[Served]:
    """A server of its own."""
    served = Served(config, cast)
    yield served
    served.process.kill()
    served.process.wait()


def test_streams_tell_at_once_free_their_place_when_left_and_do_not_hold_up_a_stop(served: Served, cast: Cast) -> None:
    (first, told), (second, _answer) = served.open(), served.open()
    hint_at(cast.workspace, 5)
    wait_until(lambda: b":conversation:5" in told.readline())
    assert served.status() == 503
    second.close()
    wait_until(lambda: served.status() == 200, seconds=8)  # the next beat, which would find out too, is later
    served.process.terminate()
    assert served.process.wait(timeout=10) == 0  # gunicorn itself would wait 15 s for whoever is still served
    first.close()
