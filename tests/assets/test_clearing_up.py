"""Deleting and sweeping: what is used stays, what nobody names goes."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import db
from app.assets.delete_assets import delete_unused_assets
from app.assets.files import locate, new_name
from app.assets.models import Asset, AssetState, Upload
from app.assets.start_upload import start_upload
from app.assets.sweep_files import sweep_files
from app.crypto import KeyRing
from tests.assets.conftest import files_in
from tests.clocks import FrozenClock
from tests.factories import Cast, make_account, make_asset, make_post
from tests.media_files import MediaFiles


@pytest.fixture
def file(media_files: MediaFiles) -> Path:
    return media_files.picture(width=32, height=32)


def exists(asset_id: int) -> bool:
    with db.every_workspace(), db.reading() as session:
        return session.get(Asset, asset_id) is not None


def test_an_unused_file_goes_and_one_in_use_stays(inside: Cast, media_dir: Path, file: Path, keys: KeyRing) -> None:
    free = make_asset(inside.workspace, file, media_dir=media_dir)
    used = make_asset(inside.workspace, file, media_dir=media_dir)
    make_post(make_account(inside.workspace, keys), used)
    assert delete_unused_assets([free.id, used.id], media_dir=media_dir) == [free.id]
    assert files_in(media_dir) == [used.original_path]
    assert not exists(free.id) and exists(used.id)


def test_another_workspaces_file_cannot_be_deleted(inside: Cast, media_dir: Path, file: Path) -> None:
    foreign = make_asset(inside.other_workspace, file, media_dir=media_dir)
    assert delete_unused_assets([foreign.id], media_dir=media_dir) == []
    assert files_in(media_dir) == [foreign.original_path]
    assert exists(foreign.id)


def test_files_go_only_when_the_outermost_transaction_has_committed(inside: Cast, media_dir: Path, file: Path) -> None:
    asset = make_asset(inside.workspace, file, media_dir=media_dir)
    with pytest.raises(RuntimeError), db.transaction():
        delete_unused_assets([asset.id], media_dir=media_dir)
        raise RuntimeError("the caller thinks better of it")
    assert exists(asset.id) and files_in(media_dir) == [asset.original_path]
    with db.transaction():
        delete_unused_assets([asset.id], media_dir=media_dir)
        assert files_in(media_dir) == [asset.original_path]
    assert not exists(asset.id) and files_in(media_dir) == []


def test_the_sweeper_takes_what_no_row_names_and_is_old(inside: Cast, media_dir: Path, file: Path) -> None:
    kept = make_asset(
        inside.workspace, file, media_dir=media_dir, original_path=f"{inside.workspace.id}/originals/{new_name('.jpg')}"
    )
    orphans = [
        "uploads/a.mp4", "scratch/b.mp4", f"{inside.workspace.id}/originals/c.mp4",
        f"{inside.workspace.id}/renditions/d.mp4", "999/posters/e.webp",
    ]  # fmt: skip
    for name in [*orphans, "backups/f.tar", "scratch/young.mp4"]:
        path = media_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    old = (datetime.now(UTC) - timedelta(hours=7)).timestamp()
    for name in files_in(media_dir):
        if "young" not in name:
            os.utime(media_dir / name, (old, old))
    assert sweep_files(media_dir, datetime.now(UTC)) == len(orphans)
    assert files_in(media_dir) == sorted([kept.original_path or "", "backups/f.tar", "scratch/young.mp4"])


def test_an_abandoned_upload_goes_with_its_asset_and_its_bytes(
    inside: Cast, media_dir: Path, clock: FrozenClock
) -> None:
    upload = start_upload(100, None, user_id=inside.member.id, media_dir=media_dir, clock=clock)
    (media_dir / "uploads").mkdir()
    (media_dir / upload.path).write_bytes(b"half")
    clock.advance(hours=23)
    sweep_files(media_dir, clock.now())
    assert exists(upload.asset_id) and files_in(media_dir) == [upload.path]
    clock.advance(hours=2)
    sweep_files(media_dir, clock.now())
    assert not exists(upload.asset_id) and files_in(media_dir) == []


def test_the_row_of_a_finished_upload_goes_and_the_asset_stays(
    inside: Cast, media_dir: Path, file: Path, clock: FrozenClock
) -> None:
    asset = make_asset(inside.workspace, file, media_dir=media_dir)
    with db.transaction() as session:
        values = {
            "public_id": "p",
            "asset_id": asset.id,
            "user_id": inside.member.id,
            "length_bytes": 1,
            "path": "uploads/x",
        }
        session.add(Upload(**values, created_at=clock.now(), expires_at=clock.now() + timedelta(hours=1)))
    clock.advance(hours=2)
    sweep_files(media_dir, clock.now())
    with db.reading() as session:
        assert session.query(Upload).count() == 0
    assert exists(asset.id)


def test_a_refused_file_that_nobody_uses_goes_after_a_week(
    inside: Cast, media_dir: Path, file: Path, clock: FrozenClock
) -> None:
    asset = make_asset(inside.workspace, file, media_dir=media_dir, state=AssetState.REFUSED)
    sweep_files(media_dir, clock.now() + timedelta(days=6))
    assert exists(asset.id)
    sweep_files(media_dir, clock.now() + timedelta(days=8))
    assert not exists(asset.id)


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", "1/../../a", "uploads/../../x"])
def test_no_stored_path_leads_out_of_the_media_folder(path: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        locate(tmp_path / "media", path)
