"""Files for messages: taken as they are when Instagram takes such a kind, of such a size."""

import struct
import wave
from datetime import timedelta
from pathlib import Path

import pytest

from app.assets.models import Asset, AssetKind, AssetPurpose, AssetState
from app.assets.public_links import served_file
from app.assets.queries import get_asset
from app.assets.sweep_files import sweep_files
from app.assets.upload_metadata import make_claim
from app.db import reading
from tests.assets.test_examine_asset import SMALL, Desk
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import Cast
from tests.media_files import MediaFiles

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def desk(inside: Cast, media_dir: Path, clock: FrozenClock, fence: int) -> Desk:
    """Where files are put, and worked on."""
    return Desk(inside, media_dir, clock, fence)


def examined(desk: Desk, file: Path) -> Asset:
    """Return a file for a message after it was looked at."""
    asset_id = desk.put(file, purpose=AssetPurpose.MESSAGE)
    desk.work()
    return get_asset(asset_id)


def write(tmp_path: Path, name: str, content: bytes) -> Path:
    """Write a file."""
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_pdf_and_a_sound_are_ready_and_served_as_what_they_are(desk: Desk, tmp_path: Path, media_dir: Path) -> None:
    sound = tmp_path / "a.wav"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<h", 0) * 800)
    for path, kind, media_type in (
        (write(tmp_path, "price.bin", PDF), AssetKind.FILE, "application/pdf"),
        (sound, AssetKind.AUDIO, "audio/wav"),
        (write(tmp_path, "b.bin", b"\xff\xf1\x50\x80" + bytes(400)), AssetKind.AUDIO, "audio/aac"),
    ):
        asset = examined(desk, path)
        assert (asset.state, asset.kind) == (AssetState.READY, kind)
        served = served_file(asset, asset.publishable_path, media_dir)
        assert served is not None and served.content_type == media_type


def test_a_film_too_short_for_a_reel_goes_with_a_message_as_it_is(desk: Desk, media_files: MediaFiles) -> None:
    asset = examined(desk, media_files.reel(**SMALL | {"seconds": 1.0}))
    assert (asset.state, asset.kind, asset.rendition_path) == (AssetState.READY, AssetKind.VIDEO, None)


def test_a_picture_is_still_drawn_anew(desk: Desk, media_files: MediaFiles) -> None:
    asset = examined(desk, media_files.picture(".png", width=64, height=64))
    assert (asset.state, asset.kind) == (AssetState.READY, AssetKind.IMAGE)
    assert str(asset.rendition_path).endswith(".jpg")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"ID3" + bytes(200), "message_audio_type"),
        (b"OggS" + bytes(200), "message_audio_type"),
        (b"\x1a\x45\xdf\xa3" + b"\x42\x82\x88matroska" + bytes(200), "message_file_type"),
        (b"PK\x03\x04" + bytes(200), "file_archive"),
        (b"<html>" + bytes(200), "file_page"),
        (b"MZ" + bytes(200), "file_unknown_type"),
    ],
)
def test_what_instagram_takes_with_no_message_is_refused_with_its_reason(
    desk: Desk, tmp_path: Path, content: bytes, reason: str
) -> None:
    asset = examined(desk, write(tmp_path, "x.bin", content))
    assert (asset.state, asset.refusal) == (AssetState.REFUSED, reason)


def test_the_same_pdf_is_no_post(desk: Desk, tmp_path: Path) -> None:
    asset_id = desk.put(write(tmp_path, "price.pdf", PDF))
    desk.work()
    assert get_asset(asset_id).state is AssetState.REFUSED


def test_limits_before_the_first_byte_are_those_of_messages(database: Database) -> None:
    claim = make_claim("голос.m4a", "audio/mp4", AssetPurpose.MESSAGE)
    assert (claim.kind, claim.most_bytes) == (AssetKind.AUDIO, 25_000_000)
    assert make_claim("a.mp4", "video/mp4", AssetPurpose.MESSAGE).most_bytes == 25_000_000
    assert make_claim("a.mp4", "video/mp4").most_bytes == 300_000_000


def test_files_of_messages_go_after_a_month(desk: Desk, tmp_path: Path, clock: FrozenClock, media_dir: Path) -> None:
    asset = examined(desk, write(tmp_path, "price.bin", PDF))
    sweep_files(media_dir, asset.created_at + timedelta(days=29))
    assert get_asset(asset.id)
    sweep_files(media_dir, asset.created_at + timedelta(days=31))
    with reading() as session:
        assert session.get(Asset, asset.id, populate_existing=True) is None
