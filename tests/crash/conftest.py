"""The rig, on whichever database the test takes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.crash.rig import Rig, open_rig
from tests.media_files import MediaFiles
from tests.sandbox_server import SandboxServer


@pytest.fixture
def rig(
    database: Database,
    environ: dict[str, str],
    config: object,
    sandbox: SandboxServer,
    media_files: MediaFiles,
    tmp_path: Path,
) -> Iterator[Rig]:
    """Real schedulers on this test's database, against the sandbox."""
    with open_rig(tmp_path, environ, sandbox, media_files.reel(), media_files.picture()) as rig:
        yield rig
