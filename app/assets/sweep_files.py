"""Clearing away what crashes and abandoned uploads leave behind."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import delete, exists, or_, select

from app.assets.delete_assets import delete_unused_assets
from app.assets.files import PLACES, SCRATCH, UPLOADS, locate
from app.assets.limits import ATTACHMENTS_KEPT_DAYS
from app.assets.models import Asset, AssetPurpose, AssetState, Upload
from app.db import deadlock_safe, every_workspace, reading, transaction
from app.publishing.models import PostAsset

log = structlog.get_logger()

YOUNG = timedelta(hours=6)
"""A file younger than this may belong to work that has not written its row yet."""
REFUSED_KEPT = timedelta(days=7)
BATCH = 200


def sweep_files(media_dir: Path, now: datetime, *, older_than: timedelta = YOUNG) -> int:
    """Remove expired uploads with their assets, refused files that nobody uses, files of messages after some weeks,
    and files that no row names.

    Returns how many files nobody named. May run at any moment, beside anything else.
    """
    with every_workspace():
        delete_unused_assets(_expired_asset_ids(now), media_dir=media_dir)
        _forget_finished_uploads(now)
        return _remove_orphans(media_dir, now - older_than)


def _expired_asset_ids(now: datetime) -> list[int]:
    is_used = exists().where(PostAsset.asset_id == Asset.id)
    is_abandoned = (Asset.state == AssetState.UPLOADING) & exists().where(
        Upload.asset_id == Asset.id,
        Upload.expires_at <= now,
        or_(Upload.lease_until.is_(None), Upload.lease_until < now),
    )
    is_useless = (Asset.state == AssetState.REFUSED) & (Asset.created_at < now - REFUSED_KEPT)
    is_sent = (Asset.purpose == AssetPurpose.MESSAGE) & (Asset.created_at < now - timedelta(days=ATTACHMENTS_KEPT_DAYS))
    with reading() as session:
        return list(session.scalars(select(Asset.id).where(~is_used, is_abandoned | is_useless | is_sent).limit(BATCH)))


@deadlock_safe
def _forget_finished_uploads(now: datetime) -> None:
    """Delete the rows of uploads that are done and too old for anybody to ask about."""
    is_finished = exists().where(Asset.id == Upload.asset_id, Asset.state != AssetState.UPLOADING)
    with transaction() as session:
        session.execute(
            delete(Upload).where(Upload.expires_at <= now, is_finished).execution_options(synchronize_session=False)
        )


def _remove_orphans(media_dir: Path, before: datetime) -> int:
    removed = 0
    for batch in _batches(_old_files(media_dir, before.timestamp())):
        named = _named(batch)
        for relative in batch:
            if relative not in named:
                locate(media_dir, relative).unlink(missing_ok=True)
                removed += 1
    if removed:
        log.info("orphan_files_removed", count=removed)
    return removed


def _old_files(media_dir: Path, before: float) -> Iterator[str]:
    """Yield the relative paths of files of ours that were not written to lately."""
    folders = [media_dir / UPLOADS, media_dir / SCRATCH]
    folders += [folder / place for folder in sorted(media_dir.glob("[0-9]*")) for place in PLACES]
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.is_file() and path.stat().st_mtime < before:
                yield path.relative_to(media_dir).as_posix()


def _batches(paths: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for path in paths:
        batch.append(path)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _named(paths: list[str]) -> set[str]:
    """Return those of the paths that a row names."""
    columns = (Asset.original_path, Asset.rendition_path, Asset.poster_path, Upload.path)
    with reading() as session:
        return {path for column in columns for path in session.scalars(select(column).where(column.in_(paths))) if path}
