"""A file that came whole with a form, from a browser without JavaScript."""

import errno
import os
from pathlib import Path
from typing import BinaryIO

from app.assets.errors import DiskFull, UploadRefused, UploadTooLarge
from app.assets.files import ORIGINALS, move_into_place, new_name, place_for, scratch_file
from app.assets.limits import FORM_BYTES, PIECE_BYTES
from app.assets.models import Asset, AssetPurpose, AssetState
from app.assets.start_upload import check_room
from app.assets.upload_metadata import Claim, make_claim
from app.clock import Clock
from app.db import current_workspace_id, deadlock_safe, transaction


def store_file(
    stream: BinaryIO,
    filename: str,
    content_type: str,
    *,
    user_id: int,
    media_dir: Path,
    clock: Clock,
    purpose: AssetPurpose = AssetPurpose.POST,
) -> int:
    """Copy the stream to a new asset that the scheduler is to examine, and return its id.

    Raises UploadRefused, UploadTooLarge or DiskFull; nothing is left behind then.
    """
    claim = make_claim(filename, content_type, purpose)
    limit = min(FORM_BYTES, claim.most_bytes)
    check_room(limit, media_dir)
    scratch = scratch_file(media_dir, claim.suffix)
    original = place_for(current_workspace_id(), ORIGINALS, new_name(claim.suffix))
    try:
        size = _copy(stream, scratch, limit, claim)
        move_into_place(scratch, media_dir, original)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(needed_bytes=limit) from error
        raise
    finally:
        scratch.unlink(missing_ok=True)
    return _write_row(original, size, claim, user_id, clock)


def _copy(stream: BinaryIO, target: Path, limit: int, claim: Claim) -> int:
    size = 0
    with target.open("wb") as file:
        while piece := stream.read(PIECE_BYTES):
            size += len(piece)
            if size > limit:
                raise UploadTooLarge(size_bytes=size, limit_bytes=limit, kind=claim.kind.value)
            file.write(piece)
        if size == 0:
            raise UploadRefused("file_empty")
        file.flush()
        os.fsync(file.fileno())
    return size


@deadlock_safe
def _write_row(original: str, size: int, claim: Claim, user_id: int, clock: Clock) -> int:
    now = clock.now()
    with transaction() as session:
        asset = Asset(
            created_by_id=user_id,
            kind=claim.kind,
            purpose=claim.purpose,
            state=AssetState.CHECKING,
            filename=claim.filename,
            size_bytes=size,
            original_path=original,
            next_try_at=now,
            created_at=now,
        )
        session.add(asset)
        session.flush()
        return asset.id
