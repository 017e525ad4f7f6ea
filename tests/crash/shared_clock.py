"""A clock that another process moves: real time plus an offset kept in a small file."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

SIZE = 8


class SharedClock:
    """Tells real time plus the offset that whoever shares the file has set."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(struct.pack("d", 0.0))
        self._file = path.open("r+b")
        self._map = mmap.mmap(self._file.fileno(), SIZE)

    def now(self) -> datetime:
        """Return the moved instant, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    @property
    def offset(self) -> float:
        """How many seconds it is ahead of real time."""
        return float(struct.unpack("d", self._map[:SIZE])[0])

    def advance(self, seconds: float) -> None:
        """Move it, for everybody who shares it."""
        self._map[:SIZE] = struct.pack("d", self.offset + seconds)

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
        self._file.close()
