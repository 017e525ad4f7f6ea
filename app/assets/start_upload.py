"""Beginning an upload: before the first byte it is known whether the file may come and will fit."""

import secrets
from pathlib import Path

from sqlalchemy import func, select

from app.assets.errors import DiskFull, TooManyUploads, UploadRefused, UploadTooLarge
from app.assets.files import UPLOADS, free_bytes, new_name
from app.assets.limits import FREE_RESERVE_BYTES, UNFINISHED_UPLOADS, UPLOAD_LIFE
from app.assets.models import Asset, AssetState, Upload
from app.assets.upload_metadata import Claim, read_metadata
from app.clock import Clock
from app.db import deadlock_safe, every_workspace, reading, transaction

PUBLIC_ID_BYTES = 32


def start_upload(length: int, metadata: str | None, *, user_id: int, media_dir: Path, clock: Clock) -> Upload:
    """Write a new asset and its upload of `length` bytes. Nothing is on disk yet.

    Raises UploadRefused, UploadTooLarge, TooManyUploads or DiskFull.
    """
    claim = read_metadata(metadata)
    if length == 0:
        raise UploadRefused("file_empty")
    if length > claim.most_bytes:
        raise UploadTooLarge(size_bytes=length, limit_bytes=claim.most_bytes, kind=claim.kind.value)
    _check_unfinished(user_id, clock)
    check_room(length, media_dir)
    return _write_rows(length, claim, metadata, user_id, clock)


def check_room(length: int, media_dir: Path) -> None:
    """Raise DiskFull unless a file of this length, its copy, and what others are sending now will all fit."""
    needed = 2 * length + _still_to_come() + FREE_RESERVE_BYTES
    free = free_bytes(media_dir)
    if free < needed:
        raise DiskFull(needed_bytes=needed, free_bytes=free)


def _check_unfinished(user_id: int, clock: Clock) -> None:
    """Raise TooManyUploads when the person has begun so many that others would find no room."""
    unfinished = (
        select(func.count())
        .select_from(Upload)
        .join(Asset, Asset.id == Upload.asset_id)
        .where(Upload.user_id == user_id, Upload.expires_at > clock.now(), Asset.state == AssetState.UPLOADING)
    )
    with every_workspace(), reading() as session:
        if (session.scalar(unfinished) or 0) >= UNFINISHED_UPLOADS:
            raise TooManyUploads(most=UNFINISHED_UPLOADS)


def _still_to_come() -> int:
    """Return how many bytes are promised to uploads under way, in every workspace: they share one disk."""
    with every_workspace(), reading() as session:
        missing = select(func.sum(Upload.length_bytes - Upload.offset_bytes)).join(Asset, Asset.id == Upload.asset_id)
        return int(session.scalar(missing.where(Asset.state == AssetState.UPLOADING)) or 0)


@deadlock_safe
def _write_rows(length: int, claim: Claim, metadata: str | None, user_id: int, clock: Clock) -> Upload:
    now = clock.now()
    with transaction() as session:
        asset = Asset(
            created_by_id=user_id,
            kind=claim.kind,
            purpose=claim.purpose,
            state=AssetState.UPLOADING,
            filename=claim.filename,
            size_bytes=length,
            created_at=now,
        )
        session.add(asset)
        session.flush()
        upload = Upload(
            public_id=secrets.token_urlsafe(PUBLIC_ID_BYTES),
            asset_id=asset.id,
            user_id=user_id,
            length_bytes=length,
            path=f"{UPLOADS}/{new_name(claim.suffix)}",
            upload_metadata=metadata,
            created_at=now,
            expires_at=now + UPLOAD_LIFE,
        )
        session.add(upload)
    return upload
