"""The scheduler's part: from all bytes here to a file that Instagram takes, through every kind of mishap."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import db
from app.assets.claims import claim_asset
from app.assets.examine_again import examine_again
from app.assets.examine_asset import examine_asset
from app.assets.limits import EXAMINE_LEASE
from app.assets.models import Asset, AssetKind, AssetState
from app.assets.queries import get_asset
from app.assets.sweep_files import sweep_files
from app.assets.work import work_on_assets
from app.errors import NotFound
from tests.assets.conftest import FENCE, files_in, lead
from tests.assets.hostile import picture
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import Cast, make_asset
from tests.media_files import MediaFiles
from tests.waiting import wait_until

SMALL: dict[str, Any] = {"width": 96, "height": 160, "seconds": 4.0}


class Desk:
    """Puts files where uploads would, and lets the scheduler work."""

    def __init__(self, cast: Cast, media_dir: Path, clock: FrozenClock, fence: int) -> None:
        self.cast, self.media_dir, self.clock, self.fence = cast, media_dir, clock, fence

    def put(self, file: Path, **values: Any) -> int:
        """Write an asset whose bytes are all here."""
        path = f"{self.cast.workspace.id}/originals/{file.name}"
        values = {"state": AssetState.CHECKING, "ready_at": None, "next_try_at": self.clock.now()} | values
        return make_asset(self.cast.workspace, file, media_dir=self.media_dir, original_path=path, **values).id

    def work(self, **values: Any) -> int:
        return work_on_assets(self.media_dir, clock=self.clock, fence=self.fence, **values)


@pytest.fixture
def desk(inside: Cast, media_dir: Path, clock: FrozenClock, fence: int) -> Desk:
    return Desk(inside, media_dir, clock, fence)


def test_a_film_that_needs_nothing_becomes_ready_as_it_is(desk: Desk, media_files: MediaFiles) -> None:
    asset_id = desk.put(media_files.reel(**SMALL))
    assert desk.work() == 1
    asset = get_asset(asset_id)
    assert asset.state is AssetState.READY
    assert asset.rendition_path is None and asset.publishable_path == asset.original_path
    assert asset.ready_at == desk.clock.now() and asset.lease_until is None and asset.failures == 0
    assert asset.facts is not None and asset.facts["duration_seconds"] > 3.9
    assert asset.poster_path is not None
    assert files_in(desk.media_dir) == sorted([asset.original_path or "", asset.poster_path])


def test_a_film_that_needs_a_copy_keeps_its_original(desk: Desk, media_files: MediaFiles) -> None:
    source = media_files.reel(**SMALL, pixel_format="yuv422p")
    asset_id = desk.put(source)
    desk.work()
    asset = get_asset(asset_id)
    assert asset.state is AssetState.READY
    assert asset.fixes == ["chroma"]
    assert asset.publishable_path == asset.rendition_path != asset.original_path
    assert asset.original_path is not None
    assert (desk.media_dir / asset.original_path).read_bytes() == source.read_bytes()
    assert len(files_in(desk.media_dir)) == 3


def test_a_film_that_instagram_would_refuse_is_refused_with_what_was_measured(
    desk: Desk, media_files: MediaFiles
) -> None:
    asset_id = desk.put(media_files.reel(**SMALL | {"seconds": 1.0}))
    desk.work()
    asset = get_asset(asset_id)
    assert (asset.state, asset.refusal) == (AssetState.REFUSED, "reel_too_short")
    assert asset.refusal_values is not None and asset.refusal_values["least_seconds"] == 3
    assert asset.publishable_path is None


def test_a_picture_is_told_by_its_bytes_and_encoded_anew(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "cover.mp4"
    file.write_bytes(picture("PNG"))
    asset_id = desk.put(file, kind=AssetKind.VIDEO)
    desk.work()
    asset = get_asset(asset_id)
    assert (asset.state, asset.kind) == (AssetState.READY, AssetKind.IMAGE)
    assert asset.publishable_path is not None and asset.publishable_path.endswith(".jpg")
    assert (desk.media_dir / asset.publishable_path).read_bytes()[:3] == b"\xff\xd8\xff"


def test_what_is_no_media_is_refused(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "video.mp4"
    file.write_bytes(b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n")
    asset_id = desk.put(file)
    desk.work()
    assert get_asset(asset_id).refusal == "file_playlist"


def test_an_asset_is_examined_by_one_scheduler_at_a_time(desk: Desk, media_files: MediaFiles) -> None:
    asset_id = desk.put(media_files.reel(**SMALL))
    holds: list[object] = []

    def race() -> None:
        with db.every_workspace():
            holds.append(claim_asset(asset_id, fence=desk.fence, now=desk.clock.now()))

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(hold is not None for hold in holds) == 1
    assert desk.work() == 0
    desk.clock.advance(EXAMINE_LEASE.total_seconds() + 1)
    assert desk.work() == 1


def test_a_scheduler_that_leads_takes_over_at_once_and_the_old_one_writes_no_more(
    desk: Desk, media_files: MediaFiles
) -> None:
    asset_id = desk.put(media_files.reel(**SMALL))

    def is_over() -> bool:
        lead(FENCE + 1)  # the other one takes over while we examine
        return False

    with db.every_workspace():
        assert examine_asset(asset_id, media_dir=desk.media_dir, clock=desk.clock, fence=FENCE, is_over=is_over)
    assert get_asset(asset_id).state is AssetState.READY or work_of(desk, FENCE + 1) == 1
    assert get_asset(asset_id).state is AssetState.READY
    assert work_of(desk, FENCE) == 0


def work_of(desk: Desk, fence: int) -> int:
    return work_on_assets(desk.media_dir, clock=desk.clock, fence=fence)


def test_a_scheduler_that_was_replaced_claims_nothing(desk: Desk, media_files: MediaFiles) -> None:
    desk.put(media_files.reel(**SMALL))
    lead(FENCE + 1)
    assert desk.work() == 0


def test_work_that_is_told_to_end_gives_the_asset_back_uncounted(desk: Desk, media_files: MediaFiles) -> None:
    asset_id = desk.put(media_files.reel(width=540, height=960, seconds=8.0, pixel_format="yuv422p"))
    is_converting = threading.Event()

    def is_over() -> bool:
        with db.reading() as session:
            row = session.get_one(Asset, asset_id, populate_existing=True)
        if row.state is AssetState.CONVERTING:
            is_converting.set()
        return is_converting.is_set()

    desk.work(is_over=is_over)
    assert is_converting.is_set()
    asset = get_asset(asset_id)
    assert (asset.state, asset.failures, asset.lease_until) == (AssetState.CHECKING, 0, None)
    desk.work()
    assert get_asset(asset_id).state is AssetState.READY


def test_a_file_that_breaks_its_process_each_time_is_refused_in_the_end_and_may_be_tried_again(
    desk: Desk, media_files: MediaFiles
) -> None:
    asset_id = desk.put(media_files.reel(**SMALL))
    (desk.media_dir / "scratch").write_text("a file where the folder should be: nothing can be made there")
    desk.work()
    assert (get_asset(asset_id).state, get_asset(asset_id).failures) == (AssetState.CHECKING, 1)
    assert desk.work() == 0  # it rests before it is tried again
    for _ in range(2):
        desk.clock.advance(minutes=5)
        desk.work()
    assert (get_asset(asset_id).state, get_asset(asset_id).refusal) == (AssetState.REFUSED, "examine_failed")
    (desk.media_dir / "scratch").unlink()
    examine_again(asset_id, clock=desk.clock)
    desk.work()
    assert get_asset(asset_id).state is AssetState.READY
    with pytest.raises(NotFound):
        examine_again(asset_id, clock=desk.clock)


def test_a_file_whose_scheduler_dies_each_time_is_not_begun_for_ever(desk: Desk, media_files: MediaFiles) -> None:
    asset_id = desk.put(media_files.reel(**SMALL), failures=6)
    desk.work()
    assert get_asset(asset_id).refusal == "examine_failed"


def test_an_original_that_was_lost_is_said_to_be(desk: Desk, media_files: MediaFiles) -> None:
    asset_id = desk.put(media_files.reel(**SMALL))
    (desk.media_dir / (get_asset(asset_id).original_path or "")).unlink()
    desk.work()
    assert get_asset(asset_id).refusal == "file_lost"


KILLED = """
import sys
from pathlib import Path
from datetime import datetime, UTC
from app import db
from app.assets.work import work_on_assets
from app.clock import SystemClock
db.connect(sys.argv[1])
work_on_assets(Path(sys.argv[2]), clock=SystemClock(), fence=int(sys.argv[3]))
"""


def test_a_scheduler_killed_while_converting_leaves_no_process_and_no_orphan_and_the_next_begins_anew(
    desk: Desk, media_files: MediaFiles, database: Database
) -> None:
    asset_id = desk.put(media_files.reel(width=540, height=960, seconds=8.0, pixel_format="yuv422p"))
    arguments = [sys.executable, "-c", KILLED, database.url, str(desk.media_dir), str(FENCE)]
    killed = subprocess.Popen(arguments, cwd=Path(__file__).parents[2])
    try:
        wait_until(lambda: state_of(asset_id) is AssetState.CONVERTING)
        wait_until(lambda: len(files_in(desk.media_dir)) >= len(("original", "poster", "half a copy")))
        worker = child_of(killed.pid)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        wait_until(lambda: not is_running(worker))
    finally:
        killed.kill()
    lead(FENCE + 1)
    assert work_of(desk, FENCE + 1) == 1
    asset = get_asset(asset_id)
    assert (asset.state, asset.failures) == (AssetState.READY, 0)
    old = sweep_files(desk.media_dir, far_ahead())
    assert old >= 1
    named = sorted(path for path in (asset.original_path, asset.rendition_path, asset.poster_path) if path)
    assert files_in(desk.media_dir) == named


def state_of(asset_id: int) -> AssetState:
    with db.reading() as session:
        return session.get_one(Asset, asset_id, populate_existing=True).state


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def far_ahead() -> datetime:
    """Return an instant when files written now, by the machine's own clock, are old."""

    return datetime.now(UTC) + timedelta(days=2)


def test_the_process_that_opens_files_holds_no_secret(desk: Desk, media_files: MediaFiles) -> None:
    os.environ["SECRET_KEY"] = "canary-secret"
    try:
        asset_id = desk.put(media_files.reel(width=540, height=960, seconds=8.0, pixel_format="yuv422p"))
        environments: list[bytes] = []

        def is_over() -> bool:
            environments.extend(
                Path(f"/proc/{child}/environ").read_bytes()
                for task in Path(f"/proc/{os.getpid()}/task").iterdir()
                for child in (task / "children").read_text().split()
                if b"app.assets.examine" in Path(f"/proc/{child}/cmdline").read_bytes()
            )
            return False

        desk.work(is_over=is_over)
        assert get_asset(asset_id).state is AssetState.READY
        assert environments and not any(b"canary" in environment for environment in environments)
    finally:
        del os.environ["SECRET_KEY"]
