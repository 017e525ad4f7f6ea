"""A workspace, its member, and a scheduler that leads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import db
from app.scheduler.models import Lease
from tests.clocks import DEFAULT_NOW
from tests.conftest import Database
from tests.factories import Cast, make_cast

FENCE = 7


@pytest.fixture
def cast(database: Database) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def inside(cast: Cast) -> Iterator[Cast]:
    """Everybody, and the test stands in the first workspace."""
    with db.workspace_scope(cast.workspace.id):
        yield cast


@pytest.fixture
def media_dir(tmp_path: Path) -> Path:
    """An empty media folder."""
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
def fence(database: Database) -> int:
    """The number of the scheduler that leads."""
    lead(FENCE)
    return FENCE


def lead(number: int) -> None:
    """Make the scheduler with this number the one that leads."""
    with db.transaction() as session:
        session.merge(Lease(name="scheduler", holder="test", fence=number, beat=0, heartbeat_at=DEFAULT_NOW))


def files_in(media_dir: Path) -> list[str]:
    """Return every file under the media folder."""
    return sorted(path.relative_to(media_dir).as_posix() for path in media_dir.rglob("*") if path.is_file())
