"""The outer boxes of an MP4 or MOV file (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CONTAINERS = (b"moov", b"trak", b"edts")


def boxes(stream: BinaryIO, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start of content, end) of each box up to `end`; stops at the first that makes no sense."""
    position = stream.tell()
    while position + 8 <= end:
        stream.seek(position)
        size, kind = struct.unpack(">I4s", stream.read(8))
        start = position + 8
        if size == 1:
            large = stream.read(8)
            if len(large) < 8:
                return
            size, start = struct.unpack(">Q", large)[0], position + 16
        elif size == 0:
            size = end - position
        if size < start - position:
            return
        yield kind, start, min(position + size, end)
        position += size


def is_moov_first(path: Path) -> bool:
    """Tell whether the index stands before the media data, so that a stream can start at once."""
    with path.open("rb") as stream:
        for kind, _, _ in boxes(stream, path.stat().st_size):
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
    return False


def has_edit_list(path: Path) -> bool:
    """Tell whether a track carries an edit list."""
    with path.open("rb") as stream:
        return _contains(stream, path.stat().st_size, b"elst")


def _contains(stream: BinaryIO, end: int, wanted: bytes) -> bool:
    for kind, start, stop in boxes(stream, end):
        if kind == wanted:
            return True
        if kind in CONTAINERS:
            stream.seek(start)
            if _contains(stream, stop, wanted):
                return True
    return False
