"""Bytes on their way in: broken off, repeated, racing, damaged, too many."""

import base64
import errno
import hashlib
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from sqlalchemy import func, select

from app import db
from app.assets.cancel_upload import cancel_upload
from app.assets.errors import ChecksumMismatch, DiskFull, OffsetConflict, UploadBusy, UploadRefused, UploadTooLarge
from app.assets.limits import IMAGE_BYTES, VIDEO_BYTES
from app.assets.models import Asset, AssetState, Upload
from app.assets.queries import get_asset
from app.assets.receive_upload import Checksum, Received, read_progress, receive_bytes
from app.assets.start_upload import start_upload
from app.assets.store_file import store_file
from app.errors import NotFound
from tests.assets.conftest import files_in
from tests.clocks import FrozenClock
from tests.factories import Cast

CONTENT = bytes(range(256)) * 1_000


class Breaking(io.BytesIO):
    """A body whose connection breaks after some bytes; `before` runs just then."""

    def __init__(self, content: bytes, good_bytes: int, before: object = None) -> None:
        super().__init__(content[:good_bytes])
        self.before = before

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(min(size or 0, 1_000))
        if not piece:
            if callable(self.before):
                self.before()
            raise ConnectionResetError(errno.ECONNRESET, "reset")
        return piece


def metadata(name: str = "отпуск.mp4", kind: str = "video/mp4") -> str:
    """Return what a tus client says about a file."""
    return f"filename {encoded(name)},filetype {encoded(kind)}"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


class Desk:
    """Starts uploads and goes on with them as one member."""

    def __init__(self, cast: Cast, media_dir: Path, clock: FrozenClock) -> None:
        self.user_id, self.media_dir, self.clock = cast.member.id, media_dir, clock

    def start(self, length: int = len(CONTENT), **values: str) -> Upload:
        return start_upload(
            length, metadata(**values), user_id=self.user_id, media_dir=self.media_dir, clock=self.clock
        )

    def send(
        self, upload: Upload, body: bytes | BinaryIO, offset: int = 0, checksum: Checksum | None = None
    ) -> Received:
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        return receive_bytes(
            upload.public_id,
            stream,
            offset=offset,
            body_bytes=len(body) if isinstance(body, bytes) else None,
            checksum=checksum,
            user_id=self.user_id,
            media_dir=self.media_dir,
            clock=self.clock,
        )

    def progress(self, upload: Upload) -> Received:
        return read_progress(upload.public_id, user_id=self.user_id, media_dir=self.media_dir, clock=self.clock)


@pytest.fixture
def desk(inside: Cast, media_dir: Path, clock: FrozenClock) -> Desk:
    return Desk(inside, media_dir, clock)


def count_assets() -> int:
    with db.every_workspace(), db.reading() as session:
        return session.scalar(select(func.count()).select_from(Asset)) or 0


def test_a_file_that_came_whole_waits_to_be_examined(desk: Desk) -> None:
    upload = desk.start()
    assert desk.send(upload, CONTENT).is_complete
    asset = get_asset(upload.asset_id)
    assert asset.state is AssetState.CHECKING
    assert asset.next_try_at == desk.clock.now()
    assert asset.filename == "отпуск.mp4"
    assert asset.original_path is not None
    assert (desk.media_dir / asset.original_path).read_bytes() == CONTENT
    assert files_in(desk.media_dir) == [asset.original_path]
    assert "отпуск" not in asset.original_path


def test_a_broken_connection_keeps_every_byte_that_came(desk: Desk) -> None:
    upload = desk.start()
    with pytest.raises(ConnectionResetError):
        desk.send(upload, Breaking(CONTENT, 70_123))
    assert desk.progress(upload).offset == 70_123
    assert desk.send(upload, CONTENT[70_123:], offset=70_123).is_complete
    path = get_asset(upload.asset_id).original_path
    assert path is not None and (desk.media_dir / path).read_bytes() == CONTENT


def test_bytes_sent_from_another_place_than_the_end_are_refused(desk: Desk) -> None:
    upload = desk.start()
    desk.send(upload, CONTENT[:1_000])
    for offset in (0, 999, 1_001):
        with pytest.raises(OffsetConflict) as refused:
            desk.send(upload, CONTENT[offset:], offset=offset)
        assert refused.value.values["offset"] == 1_000
    assert desk.progress(upload).offset == 1_000


def test_more_bytes_than_announced_are_refused(desk: Desk) -> None:
    upload = desk.start(1_000)
    with pytest.raises(UploadTooLarge):
        desk.send(upload, CONTENT[:1_001])
    desk.send(upload, io.BytesIO(CONTENT))  # a body of unknown length is read only as far as announced
    path = get_asset(upload.asset_id).original_path
    assert path is not None and (desk.media_dir / path).stat().st_size == 1_000


def test_two_requests_cannot_write_at_once(desk: Desk) -> None:
    upload = desk.start()
    seen: list[BaseException] = []

    def second() -> None:
        with pytest.raises(UploadBusy) as refused:
            desk.send(upload, CONTENT[1_000:], offset=1_000)
        seen.append(refused.value)

    with pytest.raises(ConnectionResetError):
        desk.send(upload, Breaking(CONTENT, 1_000, before=second))
    assert len(seen) == 1
    assert desk.progress(upload).offset == 1_000


def test_of_many_racing_requests_with_the_same_bytes_the_file_gets_them_once(desk: Desk, inside: Cast) -> None:
    upload = desk.start()
    outcomes: list[str] = []

    def race() -> None:
        with db.workspace_scope(inside.workspace.id):
            try:
                desk.send(upload, CONTENT)
                outcomes.append("done")
            except (UploadBusy, OffsetConflict) as error:
                outcomes.append(error.key)

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") == 1
    path = get_asset(upload.asset_id).original_path
    assert path is not None and (desk.media_dir / path).read_bytes() == CONTENT


def test_a_request_that_was_overtaken_by_the_whole_upload_cannot_change_the_finished_file(desk: Desk) -> None:
    upload = desk.start()
    other = Desk.__new__(Desk)
    other.user_id, other.media_dir, other.clock = desk.user_id, desk.media_dir, desk.clock

    class Overtaken(FrozenClock):
        """Between this request's look at the upload and its hold on it, another request sends everything."""

        looks = 0

        def now(self) -> datetime:
            self.looks += 1
            if self.looks == 2:
                other.send(upload, CONTENT)
            return super().now()

    desk.clock = Overtaken(desk.clock.now())
    with pytest.raises(OffsetConflict):
        desk.send(upload, b"Z" * len(CONTENT))
    path = get_asset(upload.asset_id).original_path
    assert path is not None and (desk.media_dir / path).read_bytes() == CONTENT
    assert files_in(desk.media_dir) == [path]


def test_a_silent_request_loses_its_place_and_writes_no_more(desk: Desk) -> None:
    upload = desk.start()

    class Silent(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            desk.clock.advance(31)
            desk.send(upload, CONTENT[:5_000])  # somebody goes on in its place
            return b"Z" * 500

    with pytest.raises(UploadBusy):
        desk.send(upload, Silent())
    part = desk.media_dir / upload.path
    assert part.read_bytes() == CONTENT[:5_000]


def test_bytes_that_do_not_match_their_checksum_are_thrown_away(desk: Desk) -> None:
    upload = desk.start()
    desk.send(upload, CONTENT[:100])
    with pytest.raises(ChecksumMismatch):
        desk.send(upload, CONTENT[100:900], 100, Checksum("sha1", hashlib.sha1(b"other").digest()))
    assert desk.progress(upload).offset == 100
    good = Checksum("sha256", hashlib.sha256(CONTENT[100:]).digest())
    assert desk.send(upload, CONTENT[100:], 100, good).is_complete


def test_an_unfinished_request_with_a_checksum_leaves_nothing(desk: Desk) -> None:
    upload = desk.start()
    with pytest.raises(ConnectionResetError):
        desk.send(upload, Breaking(CONTENT, 5_000), 0, Checksum("sha1", b"x" * 20))
    assert desk.progress(upload).offset == 0


def test_what_a_killed_request_with_a_checksum_left_does_not_count(desk: Desk) -> None:
    upload = desk.start()
    desk.send(upload, CONTENT[:100])
    with db.transaction() as session:
        row = session.get_one(Upload, upload.id)
        row.unverified_from = 100
    with (desk.media_dir / upload.path).open("ab") as file:
        file.write(b"unverified")
    assert desk.progress(upload).offset == 100
    assert desk.send(upload, CONTENT[100:], 100).is_complete
    path = get_asset(upload.asset_id).original_path
    assert path is not None and (desk.media_dir / path).read_bytes() == CONTENT


def test_an_upload_whose_process_died_after_the_last_byte_is_finished_when_asked_about(desk: Desk) -> None:
    upload = desk.start()
    part = desk.media_dir / upload.path
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(CONTENT)
    assert desk.progress(upload).is_complete
    assert get_asset(upload.asset_id).state is AssetState.CHECKING


def test_an_upload_whose_process_died_after_moving_the_file_is_finished_when_asked_about(
    desk: Desk, inside: Cast
) -> None:
    upload = desk.start()
    original = desk.media_dir / str(inside.workspace.id) / "originals" / Path(upload.path).name
    original.parent.mkdir(parents=True)
    original.write_bytes(CONTENT)
    assert desk.progress(upload).is_complete
    assert get_asset(upload.asset_id).state is AssetState.CHECKING


def test_a_client_that_missed_the_last_answer_is_told_that_all_is_here(desk: Desk) -> None:
    upload = desk.start()
    desk.send(upload, CONTENT)
    assert desk.progress(upload).is_complete
    assert desk.send(upload, b"", offset=len(CONTENT)).is_complete


@pytest.mark.parametrize(("kind", "limit"), [("video/mp4", VIDEO_BYTES), ("image/jpeg", IMAGE_BYTES)])
def test_a_file_that_is_too_large_is_refused_before_its_first_byte(kind: str, limit: int, desk: Desk) -> None:
    desk.start(limit, kind=kind, name="a")
    before = count_assets()
    with pytest.raises(UploadTooLarge) as refused:
        desk.start(limit + 1, kind=kind, name="a")
    assert refused.value.values["limit_bytes"] == limit
    assert count_assets() == before


def test_an_empty_file_is_refused(desk: Desk) -> None:
    with pytest.raises(UploadRefused):
        desk.start(0)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system with little room."""
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"small-disk-{os.getpid()}"
    folder.mkdir()
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size={megabytes}m none {folder}"):
        folder.rmdir()
        pytest.skip("needs to mount a small disk")
    try:
        yield folder
    finally:
        os.system(f"umount {folder}")
        folder.rmdir()


def test_a_disk_without_room_for_a_file_and_its_copy_refuses_it_at_once(inside: Cast, clock: FrozenClock) -> None:
    with small_disk(100) as disk:
        desk = Desk(inside, disk, clock)
        desk.start(10_000_000)
        with pytest.raises(DiskFull) as refused:
            desk.start(30_000_000)
        assert refused.value.status == 507
        assert files_in(disk) == []


def test_a_disk_that_fills_up_meanwhile_keeps_what_came_and_goes_on_later(inside: Cast, clock: FrozenClock) -> None:
    with small_disk(100) as disk:
        desk = Desk(inside, disk, clock)
        upload = desk.start(10_000_000)
        filler = disk / "filler"
        filler.write_bytes(bytes(96_000_000))
        content = os.urandom(10_000_000)
        with pytest.raises(DiskFull):
            desk.send(upload, content)
        offset = desk.progress(upload).offset
        assert 0 < offset < 10_000_000
        filler.unlink()
        assert desk.send(upload, content[offset:], offset).is_complete
        path = get_asset(upload.asset_id).original_path
        assert path is not None and (disk / path).read_bytes() == content
        with pytest.raises(DiskFull):
            filler.write_bytes(bytes(60_000_000))
            store_file(
                io.BytesIO(bytes(40_000_000)), "a.mp4", "video/mp4", user_id=desk.user_id, media_dir=disk, clock=clock
            )
        assert files_in(disk) == sorted([path, "filler"])


def test_another_person_or_workspace_has_no_such_upload(desk: Desk, inside: Cast) -> None:
    upload = desk.start()
    desk.user_id = inside.admin.id
    with pytest.raises(NotFound):
        desk.progress(upload)
    desk.user_id = inside.member.id
    with db.workspace_scope(inside.other_workspace.id), pytest.raises(NotFound):
        desk.progress(upload)


def test_an_upload_ends_after_a_day(desk: Desk) -> None:
    upload = desk.start()
    desk.send(upload, CONTENT[:10])
    desk.clock.advance(hours=24)
    with pytest.raises(NotFound):
        desk.send(upload, CONTENT[10:], offset=10)


def test_a_cancelled_upload_leaves_neither_rows_nor_files(desk: Desk) -> None:
    upload = desk.start()
    desk.send(upload, CONTENT[:10])
    cancel_upload(upload.public_id, user_id=desk.user_id, media_dir=desk.media_dir, clock=desk.clock)
    assert count_assets() == 0
    assert files_in(desk.media_dir) == []


def test_a_file_from_a_form_waits_to_be_examined_and_one_too_many_bytes_leaves_nothing(desk: Desk) -> None:
    def store(content: BinaryIO, name: str, kind: str) -> int:
        return store_file(content, name, kind, user_id=desk.user_id, media_dir=desk.media_dir, clock=desk.clock)

    asset = get_asset(store(io.BytesIO(CONTENT), "C:\\Видео\\я.MP4", "video/mp4"))
    assert (asset.state, asset.filename, asset.size_bytes) == (AssetState.CHECKING, "я.MP4", len(CONTENT))
    before = files_in(desk.media_dir)

    class Endless:
        def read(self, size: int) -> bytes:
            return bytes(size)

    with pytest.raises(UploadTooLarge):
        store(cast(BinaryIO, Endless()), "a.jpg", "image/jpeg")
    assert files_in(desk.media_dir) == before
