"""The desk that the engine's tests work at."""

from collections.abc import Iterator

import pytest

from app.config import Config
from app.crypto import KeyRing
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.dispatches.desk import Desk, open_desk
from tests.file_server import FileServer
from tests.media_files import MediaFiles
from tests.sandbox_server import SandboxServer


@pytest.fixture(scope="session")
def file_server(media_files: MediaFiles) -> Iterator[FileServer]:
    """Serves a video and a picture to Instagram."""
    server = FileServer({"mp4": media_files.reel(), "jpg": media_files.picture()})
    yield server
    server.close()


@pytest.fixture
def desk(
    database: Database,
    config: Config,
    keys: KeyRing,
    clock: FrozenClock,
    sandbox: SandboxServer,
    file_server: FileServer,
) -> Desk:
    """A workspace whose account is connected to the sandbox, and the engine at work on it."""
    return open_desk(config, keys, clock, sandbox, file_server)
