"""Taking in the bytes of an upload, piece by piece.

The file's size is the truth about how much has arrived; the row follows it. So a broken connection or a killed
process keeps every byte that reached the disk, and the sender goes on from there.
"""

import base64
import binascii
import contextlib
import errno
import hashlib
import hmac
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import or_, select, update

from app.assets.errors import ChecksumMismatch, DiskFull, OffsetConflict, UploadBusy, UploadRefused, UploadTooLarge
from app.assets.files import ORIGINALS, locate, move_into_place, place_for
from app.assets.limits import FSYNC_EVERY_BYTES, PIECE_BYTES
from app.assets.models import Asset, AssetState, Upload
from app.clock import Clock
from app.db import changed_rows, deadlock_safe, reading, transaction
from app.errors import NotFound

LEASE = timedelta(seconds=30)
"""How long a request may stay silent before another one may go on in its place."""
RENEW_AFTER = timedelta(seconds=10)
CHECKSUMS: dict[str, Callable[[], "hashlib._Hash"]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


@dataclass(frozen=True)
class Received:
    """How far an upload has got."""

    public_id: str
    asset_id: int
    offset: int
    length: int
    expires_at: datetime
    metadata: str | None

    @property
    def is_complete(self) -> bool:
        """Whether every byte is here."""
        return self.offset == self.length


@dataclass(frozen=True)
class Checksum:
    """What a client says that the bytes of one request add up to."""

    algorithm: str
    digest: bytes


def read_checksum(header: str | None) -> Checksum | None:
    """Return what a tus `Upload-Checksum` header says. Raises UploadRefused for one that is none."""
    if not header:
        return None
    algorithm, _, encoded = header.partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in CHECKSUMS or not digest:
        raise UploadRefused("upload_checksum_unknown")
    return Checksum(algorithm, digest)


def get_upload(public_id: str, *, user_id: int, now: datetime) -> Upload:
    """Return this user's upload. Raises NotFound, also when it is too old to go on."""
    with reading() as session:
        upload = session.scalar(select(Upload).where(Upload.public_id == public_id, Upload.user_id == user_id))
    if upload is None or upload.expires_at <= now:
        raise NotFound("upload")
    return upload


def read_progress(public_id: str, *, user_id: int, media_dir: Path, clock: Clock) -> Received:
    """Return how far an upload has got. One whose last byte came just before a crash is finished here."""
    upload = get_upload(public_id, user_id=user_id, now=clock.now())
    offset = _arrived(upload, media_dir)
    if offset == upload.length_bytes and _state(upload) is AssetState.UPLOADING:
        with contextlib.suppress(UploadBusy), _lease(upload, clock):
            _finish(upload, media_dir, clock.now())
    return _received(upload, offset)


def receive_bytes(
    public_id: str,
    body: BinaryIO,
    *,
    offset: int,
    body_bytes: int | None,
    checksum: Checksum | None,
    user_id: int,
    media_dir: Path,
    clock: Clock,
) -> Received:
    """Append what `body` gives to an upload, from byte `offset` on.

    Whatever ends it early, the bytes that came stay, and `read_progress` tells how many; only under a checksum
    they are thrown away when it does not match or was never reached.
    Raises NotFound, OffsetConflict, UploadBusy, UploadTooLarge, DiskFull or ChecksumMismatch.
    """
    upload = get_upload(public_id, user_id=user_id, now=clock.now())
    if body_bytes is not None and offset + body_bytes > upload.length_bytes:
        raise UploadTooLarge("upload_beyond_length", limit_bytes=upload.length_bytes)
    with _lease(upload, clock) as lease:
        # Asked under the lease: another request may have sent the last byte a moment ago, and the file is final then.
        if _arrived(upload, media_dir) == upload.length_bytes:
            _finish(upload, media_dir, clock.now())
            return _after_the_end(upload, offset)
        arrived = _append(upload, lease, body, offset, checksum, media_dir)
        if arrived == upload.length_bytes:
            _finish(upload, media_dir, clock.now())
    return _received(upload, arrived)


def _after_the_end(upload: Upload, offset: int) -> Received:
    if offset != upload.length_bytes:
        raise OffsetConflict(offset=upload.length_bytes)
    return _received(upload, upload.length_bytes)


def _append(
    upload: Upload, lease: "_Lease", body: BinaryIO, offset: int, checksum: Checksum | None, media_dir: Path
) -> int:
    """Write the body to the file and return the file's size then."""
    path = locate(media_dir, upload.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _drop_unverified(descriptor, upload)
        if offset != os.fstat(descriptor).st_size:
            raise OffsetConflict(offset=os.fstat(descriptor).st_size)
        if checksum is not None:
            lease.note(unverified_from=offset)
        _write_and_settle(descriptor, upload, lease, body, offset, checksum)
        return os.fstat(descriptor).st_size
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(needed_bytes=upload.length_bytes - offset) from error
        raise
    finally:
        os.close(descriptor)


def _write_and_settle(
    descriptor: int, upload: Upload, lease: "_Lease", body: BinaryIO, offset: int, checksum: Checksum | None
) -> None:
    """Write the body; then, however that ended, make what counts of it durable and tell the row."""
    hashed = CHECKSUMS[checksum.algorithm]() if checksum else None
    is_verified = checksum is None
    try:
        _write(descriptor, upload, lease, body, offset, hashed)
        if checksum is not None and hashed is not None:
            is_verified = hmac.compare_digest(hashed.digest(), checksum.digest)
            if not is_verified:
                raise ChecksumMismatch
    finally:
        if lease.is_ours:
            if not is_verified:
                os.ftruncate(descriptor, offset)
            os.fsync(descriptor)
            lease.note(offset_bytes=os.fstat(descriptor).st_size, unverified_from=None)


def _write(
    descriptor: int, upload: Upload, lease: "_Lease", body: BinaryIO, offset: int, hashed: "hashlib._Hash | None"
) -> None:
    unsynced = 0
    while offset < upload.length_bytes:
        piece = body.read(min(PIECE_BYTES, upload.length_bytes - offset))
        if not piece:
            return
        lease.keep()
        left = memoryview(piece)
        while left:
            written = os.pwrite(descriptor, left, offset)
            left, offset = left[written:], offset + written
        if hashed is not None:
            hashed.update(piece)
        unsynced += len(piece)
        if unsynced >= FSYNC_EVERY_BYTES:
            os.fdatasync(descriptor)
            unsynced = 0


def _drop_unverified(descriptor: int, upload: Upload) -> None:
    """Forget what a request with a checksum left behind when its process was killed."""
    if upload.unverified_from is not None and os.fstat(descriptor).st_size > upload.unverified_from:
        os.ftruncate(descriptor, upload.unverified_from)


def _finish(upload: Upload, media_dir: Path, now: datetime) -> None:
    """Move the whole file to the originals and let the scheduler examine it. May run again after a crash between."""
    original = _original_path(upload)
    part = locate(media_dir, upload.path)
    if part.exists():
        move_into_place(part, media_dir, original)
    _hand_over(upload, original, now)


@deadlock_safe
def _hand_over(upload: Upload, original: str, now: datetime) -> None:
    with transaction() as session:
        session.execute(
            update(Asset)
            .where(Asset.id == upload.asset_id, Asset.state == AssetState.UPLOADING)
            .values(state=AssetState.CHECKING, original_path=original, next_try_at=now)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Upload)
            .where(Upload.id == upload.id)
            .values(offset_bytes=upload.length_bytes)
            .execution_options(synchronize_session=False)
        )


def _original_path(upload: Upload) -> str:
    return place_for(upload.workspace_id, ORIGINALS, Path(upload.path).name)


def _arrived(upload: Upload, media_dir: Path) -> int:
    """Return how many bytes count as arrived."""
    if _state(upload) is not AssetState.UPLOADING or locate(media_dir, _original_path(upload)).exists():
        return upload.length_bytes
    path = locate(media_dir, upload.path)
    size = path.stat().st_size if path.exists() else 0
    return size if upload.unverified_from is None else min(size, upload.unverified_from)


def _state(upload: Upload) -> AssetState | None:
    with reading() as session:
        return session.scalar(select(Asset.state).where(Asset.id == upload.asset_id))


def _received(upload: Upload, offset: int) -> Received:
    return Received(
        public_id=upload.public_id,
        asset_id=upload.asset_id,
        offset=offset,
        length=upload.length_bytes,
        expires_at=upload.expires_at,
        metadata=upload.upload_metadata,
    )


@contextlib.contextmanager
def _lease(upload: Upload, clock: Clock) -> Iterator["_Lease"]:
    lease = _Lease(upload, clock)
    lease.take()
    try:
        yield lease
    finally:
        lease.let_go()


class _Lease:
    """The right to write to an upload's file; lost by staying silent for too long."""

    def __init__(self, upload: Upload, clock: Clock) -> None:
        self.upload, self.clock = upload, clock
        self.until: datetime | None = None

    @property
    def is_ours(self) -> bool:
        return self.until is not None and self.clock.now() < self.until

    def take(self) -> None:
        """Raise UploadBusy when another request is writing."""
        now = self.clock.now()
        free = or_(Upload.lease_until.is_(None), Upload.lease_until < now, Upload.lease_until > now + 2 * LEASE)
        if not _update_upload(self.upload.id, free, lease_until=now + LEASE):
            raise UploadBusy
        self.until = now + LEASE
        with reading() as session:
            fresh = session.execute(select(Upload.unverified_from).where(Upload.id == self.upload.id)).one_or_none()
        self.upload.unverified_from = fresh.unverified_from if fresh else None

    def keep(self) -> None:
        """Stay on; called before each write. Raises UploadBusy when another request has taken over meanwhile."""
        now = self.clock.now()
        if self.until is not None and now > self.until - LEASE + RENEW_AFTER:
            self.note(lease_until=now + LEASE)
            self.until = now + LEASE

    def note(self, **values: object) -> None:
        if not _update_upload(self.upload.id, Upload.lease_until == self.until, **values):
            self.until = None
            raise UploadBusy

    def let_go(self) -> None:
        if self.until is not None:
            _update_upload(self.upload.id, Upload.lease_until == self.until, lease_until=None)


@deadlock_safe
def _update_upload(upload_id: int, condition: object, **values: object) -> bool:
    with transaction() as session:
        changed = session.execute(
            update(Upload)
            .where(Upload.id == upload_id, condition)  # type: ignore[arg-type]
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return changed_rows(changed) == 1
