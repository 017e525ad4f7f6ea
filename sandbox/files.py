"""The bytes the sandbox has fetched, kept by their SHA-256."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class TooLargeError(Exception):
    """The stream was longer than allowed."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes on disk, named by their hash."""

    sha256: str
    size: int
    path: Path


class Files:
    """A folder of files named by their hash; the same bytes are kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this hash are."""
        return self.folder / sha256

    def add(self, chunks: Iterable[bytes], limit: int) -> StoredFile:
        """Keep a stream; raises TooLargeError as soon as it is longer than `limit` bytes."""
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="part-")
        try:
            with os.fdopen(handle, "wb") as target:
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise TooLargeError
                    digest.update(chunk)
                    target.write(chunk)
            return self._settle(Path(name), digest.hexdigest(), size)
        finally:
            Path(name).unlink(missing_ok=True)

    def adopt(self, partial: Path) -> StoredFile:
        """Keep a file that was put together elsewhere in this folder."""
        with partial.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256")
        return self._settle(partial, digest.hexdigest(), partial.stat().st_size)

    def partial(self, container_id: str) -> Path:
        """Return where an unfinished upload grows."""
        return self.folder / f"upload-{container_id}"

    def forget_partials(self) -> None:
        """Remove unfinished uploads."""
        for path in self.folder.glob("upload-*"):
            path.unlink(missing_ok=True)

    def _settle(self, source: Path, sha256: str, size: int) -> StoredFile:
        target = self.path(sha256)
        if target.exists():
            source.unlink()
        else:
            source.rename(target)
        return StoredFile(sha256, size, target)
