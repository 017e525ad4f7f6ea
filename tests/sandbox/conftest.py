"""A driven sandbox, and a web server with media files for it to fetch."""

import http.server
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.media_files import MediaFiles
from tests.sandbox.driver import Driver, User
from tests.sandbox.receiver import Receiver, serve_receiver
from tests.sandbox_server import SandboxServer


@pytest.fixture
def driver(sandbox_server: SandboxServer) -> Driver:
    """A sandbox as new that processes without delay."""
    driver = Driver(sandbox_server.url)
    driver.control("reset", {"seed": 7})
    driver.control("settings", {"processing_s": 0})
    return driver


@pytest.fixture
def user(driver: Driver) -> User:
    """A professional account with every scope."""
    return driver.add_account()


@pytest.fixture
def receiver(driver: Driver) -> Iterator[Receiver]:
    """The app's webhook endpoint, known to the sandbox."""
    with serve_receiver() as receiver:
        driver.control("settings", {"webhook_url": receiver.url, "verify_token": receiver.token})
        yield receiver
        driver.control("reset", {})


class MediaHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files; `/redirect/N/…` redirects N times, `/missing` is 404, `/slow` takes its time."""

    def do_GET(self) -> None:
        """Serve a file or one of the special paths."""
        parts = self.path.split("/")
        if parts[1] == "redirect":
            left = int(parts[2]) - 1
            target = f"/redirect/{left}/{parts[3]}" if left else f"/{parts[3]}"
            self.send_response(302)
            self.send_header("Location", target)
            self.end_headers()
        elif parts[1] == "slow":
            self.send_response(200)
            self.end_headers()
            time.sleep(1.5)
        else:
            super().do_GET()

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@dataclass
class MediaServer:
    """A web server and the files in it."""

    url: str
    files: MediaFiles

    def address(self, path: Path) -> str:
        """Return where a file is served."""
        return f"{self.url}/{path.name}"

    @property
    def reel(self) -> str:
        """The address of a good reel of 3 s."""
        return self.address(self.files.reel())

    @property
    def picture(self) -> str:
        """The address of a good 4:5 picture."""
        return self.address(self.files.picture())


@pytest.fixture(scope="session")
def media(media_files: MediaFiles) -> Iterator[MediaServer]:
    """Good and bad media files behind HTTP."""
    handler = partial(MediaHandler, directory=str(media_files.folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield MediaServer(f"http://127.0.0.1:{server.server_port}", media_files)
    server.shutdown()
    server.server_close()
