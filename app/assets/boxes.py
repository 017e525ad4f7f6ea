"""The boxes of an MP4 or MOV file (ISO/IEC 14496-12), read without any media library.

Only headers and a few small boxes are read, and only so many of them, so that a hostile file costs nothing.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

MOST_BOXES = 20_000
MOST_ENTRIES = 1_000
MOST_DEPTH = 10
PLAIN_EDIT_SECONDS = 0.25
"""An edit list that shifts by less only makes up for the codecs' delay; a longer one cuts the film."""
CONTAINERS = {b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf"}
TOP_LEVEL = {
    b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"free", b"skip", b"wide", b"udta", b"uuid", b"pnot", b"PICT",
    b"meta", b"sidx", b"ssix", b"prft", b"emsg", b"pdin", b"bloc", b"beam", b"frea", b"thum", b"junk", b"mvex", b"imda",
}  # fmt: skip


class Malformed(Exception):
    """The boxes make no sense."""


class EditLists(StrEnum):
    """What the edit lists of a film do to it."""

    NONE = "none"
    PLAIN = "plain"
    TRIMMING = "trimming"


@dataclass(frozen=True)
class Box:
    """A box: where its content starts and where it says that it ends, which may be after the file's end."""

    kind: bytes
    start: int
    end: int


@dataclass
class Track:
    """What one track says about itself."""

    handler: bytes = b""
    timescale: int = 0
    duration: int = 0
    edits: list[tuple[int, int, int]] = field(default_factory=list)
    """(duration in the movie's timescale, start in the track's timescale or -1, rate as 16.16)."""


@dataclass
class Movie:
    """What the boxes of a file say about it."""

    major_brand: str = ""
    brands: tuple[str, ...] = ()
    timescale: int = 0
    tracks: list[Track] = field(default_factory=list)
    has_movie_box: bool = False
    has_media_data: bool = False
    is_moov_first: bool = False
    is_fragmented: bool = False
    is_truncated: bool = False
    is_encrypted: bool = False
    has_external_data: bool = False
    trailing_bytes: int = 0
    """Bytes after the last box, or in boxes that no player knows."""

    @property
    def has_video(self) -> bool:
        """Whether a track says that it is video."""
        return any(track.handler == b"vide" for track in self.tracks)

    @property
    def edit_lists(self) -> EditLists:
        """What the edit lists of the tracks do, the strongest of them."""
        kinds = {_edit_kind(track, self.timescale) for track in self.tracks}
        for kind in (EditLists.TRIMMING, EditLists.PLAIN):
            if kind in kinds:
                return kind
        return EditLists.NONE


def looks_like_movie(head: bytes) -> bool:
    """Whether a file that begins with `head` begins with a box that MP4 and MOV files begin with."""
    return len(head) >= 8 and head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"}


def read_movie(stream: BinaryIO, size: int) -> Movie:
    """Return what the boxes of a file of `size` bytes say. Raises Malformed."""
    return _Reader(stream, size).read()


class _Reader:
    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.stream = stream
        self.size = size
        self.left = MOST_BOXES
        self.movie = Movie()

    def read(self) -> Movie:
        position = 0
        while position < self.size:
            box = self.box_at(position, self.size)
            if box is None or box.kind not in TOP_LEVEL:
                self.movie.trailing_bytes += self.size - position
                break
            if box.end > self.size:
                self.movie.is_truncated = True
                break
            self.top_level(box)
            position = box.end
        movie = self.movie
        if not (movie.has_movie_box or movie.has_media_data or movie.brands or movie.is_truncated):
            raise Malformed("no box that a film has")
        return movie

    def top_level(self, box: Box) -> None:
        movie = self.movie
        if box.kind == b"ftyp":
            self.file_type(box)
        elif box.kind == b"mdat":
            movie.has_media_data = True
        elif box.kind == b"moof":
            movie.is_fragmented = True
        elif box.kind == b"moov" and not movie.has_movie_box:
            movie.has_movie_box = True
            movie.is_moov_first = not movie.has_media_data
            self.inside(box, None)

    def box_at(self, position: int, end: int) -> Box | None:
        """Return the box at `position`; None when there is none that makes sense."""
        self.left -= 1
        if self.left < 0:
            raise Malformed("too many boxes")
        self.stream.seek(position)
        header = self.stream.read(16)
        if len(header) < 8 or position + 8 > end:
            return None
        length, kind = struct.unpack(">I4s", header[:8])
        start = position + 8
        if length == 1:
            if len(header) < 16:
                return None
            length, start = struct.unpack(">Q", header[8:])[0], position + 16
        elif length == 0:
            length = end - position
        if length < start - position or length > 1 << 62:
            return None
        return Box(kind, start, position + length)

    def children(self, box: Box) -> Iterator[Box]:
        position = box.start
        while position + 8 <= box.end:
            child = self.box_at(position, box.end)
            if child is None:
                if self.word(position) == 0:  # QuickTime ends some lists with four zero bytes
                    return
                raise Malformed(f"a broken box in {box.kind!r}")
            if child.end > box.end:
                raise Malformed(f"a box reaches out of {box.kind!r}")
            yield child
            position = child.end

    def inside(self, box: Box, track: Track | None, depth: int = 0) -> None:
        if depth > MOST_DEPTH:
            raise Malformed("boxes in boxes in boxes")
        for child in self.children(box):
            if child.kind == b"trak":
                inner = Track()
                self.movie.tracks.append(inner)
                self.inside(child, inner, depth + 1)
            elif child.kind in CONTAINERS:
                self.inside(child, track, depth + 1)
            elif child.kind == b"mvex":
                self.movie.is_fragmented = True
            elif child.kind in {b"rmra", b"cmov"}:  # a film made of references, and a compressed index
                self.movie.has_external_data = True
            elif child.kind == b"mvhd":
                self.movie.timescale, _ = self.time_header(child)
            elif track is not None:
                self.track_box(child, track)

    def track_box(self, box: Box, track: Track) -> None:
        if box.kind == b"mdhd":
            track.timescale, track.duration = self.time_header(box)
        elif box.kind == b"hdlr" and not track.handler:
            track.handler = self.bytes_of(box, 12)[8:12]
        elif box.kind == b"elst":
            track.edits = self.edit_list(box)
        elif box.kind == b"dref":
            self.data_references(box)
        elif box.kind == b"stbl":
            for child in self.children(box):
                if child.kind == b"stsd":
                    self.sample_descriptions(child)

    def file_type(self, box: Box) -> None:
        raw = self.bytes_of(box, 4 * 64)
        words = [raw[n : n + 4].decode("latin-1") for n in range(0, len(raw) - 3, 4)]
        if words:
            self.movie.major_brand = words[0]
            self.movie.brands = (words[0], *words[2:])

    def time_header(self, box: Box) -> tuple[int, int]:
        raw = self.bytes_of(box, 32)
        try:
            if raw[:1] == b"\x01":
                scale, duration = struct.unpack(">IQ", raw[20:32])
            else:
                scale, duration = struct.unpack(">II", raw[12:20])
        except struct.error as error:
            raise Malformed("a time header is too short") from error
        return scale, duration

    def edit_list(self, box: Box) -> list[tuple[int, int, int]]:
        raw = self.bytes_of(box, 8 + 20 * MOST_ENTRIES)
        shape = struct.Struct(">QqI" if raw[:1] == b"\x01" else ">IiI")
        count = min(int.from_bytes(raw[4:8], "big"), MOST_ENTRIES)
        entries = raw[8:]
        return [shape.unpack_from(entries, n * shape.size) for n in range(min(count, len(entries) // shape.size))]

    def data_references(self, box: Box) -> None:
        """Note any reference to media outside this very file: a player would go and fetch it."""
        for child in self.children(Box(box.kind, box.start + 8, box.end)):
            flags = int.from_bytes(self.bytes_of(child, 4)[1:4], "big")
            if not flags & 1:
                self.movie.has_external_data = True

    def sample_descriptions(self, box: Box) -> None:
        for child in self.children(Box(box.kind, box.start + 8, box.end)):
            if child.kind in {b"encv", b"enca", b"drmi", b"drms"}:
                self.movie.is_encrypted = True

    def bytes_of(self, box: Box, most: int) -> bytes:
        self.stream.seek(box.start)
        return self.stream.read(min(most, max(box.end - box.start, 0)))

    def word(self, position: int) -> int:
        self.stream.seek(position)
        return int.from_bytes(self.stream.read(4), "big")


def _edit_kind(track: Track, movie_timescale: int) -> EditLists:
    if not track.edits or track.handler not in {b"vide", b"soun"}:
        return EditLists.NONE
    scale, movie_scale = track.timescale or 1, movie_timescale or 1
    shown = [edit for edit in track.edits if edit[1] >= 0]
    empty_seconds = sum(edit[0] for edit in track.edits if edit[1] < 0) / movie_scale
    if len(shown) != 1 or shown[0][2] != 0x10000 or empty_seconds > PLAIN_EDIT_SECONDS:
        return EditLists.TRIMMING
    length_seconds, start_seconds = shown[0][0] / movie_scale, shown[0][1] / scale
    cut_seconds = track.duration / scale - start_seconds - length_seconds if length_seconds and track.duration else 0.0
    if max(start_seconds, cut_seconds) > PLAIN_EDIT_SECONDS:
        return EditLists.TRIMMING
    return EditLists.PLAIN
