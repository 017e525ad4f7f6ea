"""What a file is, told by its bytes alone and before any media library has seen it.

Names and claimed types mean nothing here. Only what is on the short list goes on; playlists (a media library
would fetch what they name), pages, archives and files that are two things at once are refused.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from app.assets.boxes import Malformed, Movie, looks_like_movie, read_movie
from app.assets.errors import FileRefused
from app.assets.models import AssetKind

HEAD_BYTES = 4_096
TAIL_BYTES = 65_557
"""The end record of a zip archive starts in here: 22 bytes and the longest comment."""
MARKUP_TAIL_BYTES = 4_096


class Container(StrEnum):
    """The kinds of file that we take."""

    MP4 = "mp4"
    MOV = "mov"
    MATROSKA = "matroska"
    AVI = "avi"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    @property
    def kind(self) -> AssetKind:
        """Whether it holds a film or a picture."""
        images = {Container.JPEG, Container.PNG, Container.WEBP}
        return AssetKind.IMAGE if self in images else AssetKind.VIDEO


@dataclass(frozen=True)
class Sniffed:
    """A file that may be given to a media library, as this and nothing else."""

    container: Container
    movie: Movie | None = None
    """What the boxes say, when it is an MP4 or MOV file."""


PLAYLIST = re.compile(
    rb"#EXTM3U|#EXT-X|ffconcat|\[playlist\]|\[Reference\]|v=0\r?\n|<MPD|<ASX|<smil|file '", re.IGNORECASE
)
MARKUP = re.compile(rb"<script|<html|<!doctype|<svg[\s>]|<\?php|<iframe|<body[\s>]", re.IGNORECASE)
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh",
            b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"!<arch>\n", b"MSCF")  # fmt: skip
IMAGE_BRANDS = {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"}
AUDIO_BRANDS = {"M4A ", "M4B ", "M4P ", "F4A ", "F4B "}


def sniff(stream: BinaryIO, size: int) -> Sniffed:
    """Return what the file of `size` bytes is. Raises FileRefused when it is nothing that we take."""
    if size == 0:
        raise FileRefused("file_empty")
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(max(0, size - TAIL_BYTES))
    tail = stream.read(TAIL_BYTES)
    _refuse_text_and_archives(head)
    sniffed = _container_of(head, stream, size)
    _refuse_polyglots(head, tail, stream)
    return sniffed


def _refuse_text_and_archives(head: bytes) -> None:
    text = _as_text(head)
    if PLAYLIST.match(text) or (text.startswith(b"<") and PLAYLIST.search(text[:1024])):
        raise FileRefused("file_playlist")
    if text.startswith(b"<"):
        raise FileRefused("file_page")
    if head.startswith(ARCHIVES) or head[257:262] == b"ustar":
        raise FileRefused("file_archive")


def _as_text(head: bytes) -> bytes:
    """Return the beginning as a text reader would see it: without byte order mark and leading blanks."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.decode("utf-16", "ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x00\t\r\n\f\v ")


def _container_of(head: bytes, stream: BinaryIO, size: int) -> Sniffed:
    if looks_like_movie(head):
        return _movie(stream, size)
    if head.startswith(b"\xff\xd8\xff"):
        return Sniffed(Container.JPEG)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sniffed(Container.PNG)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Sniffed(Container.WEBP)
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return Sniffed(Container.AVI)
    if head.startswith(b"\x1a\x45\xdf\xa3") and re.search(rb"\x42\x82[\x84\x88](webm|matroska)", head[:256]):
        return Sniffed(Container.MATROSKA)
    if head.startswith((b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\xff\xf3")) or head[8:12] == b"WAVE":
        raise FileRefused("file_audio")
    raise FileRefused("file_unknown_type")


def _movie(stream: BinaryIO, size: int) -> Sniffed:
    try:
        movie = read_movie(stream, size)
    except Malformed as error:
        raise FileRefused("file_broken") from error
    if movie.major_brand in IMAGE_BRANDS:
        raise FileRefused("file_heic")
    if movie.major_brand in AUDIO_BRANDS:
        raise FileRefused("file_audio")
    if movie.has_external_data:
        raise FileRefused("file_external")
    if movie.is_encrypted:
        raise FileRefused("file_encrypted")
    if movie.is_truncated or not movie.has_movie_box or not movie.has_media_data:
        raise FileRefused("file_truncated")
    if not movie.has_video:
        raise FileRefused("file_audio" if any(t.handler == b"soun" for t in movie.tracks) else "file_broken")
    return Sniffed(Container.MOV if movie.major_brand in {"qt  ", ""} else Container.MP4, movie)


def _refuse_polyglots(head: bytes, tail: bytes, stream: BinaryIO) -> None:
    stream.seek(32_768)
    has_iso_image = stream.read(6)[1:] == b"CD001"
    is_two_things = (
        b"%PDF-" in head[:1024]
        or MARKUP.search(head)
        or MARKUP.search(tail[-MARKUP_TAIL_BYTES:])
        or _ends_as_zip(tail)
        or has_iso_image
    )
    if is_two_things:
        raise FileRefused("file_polyglot")


def _ends_as_zip(tail: bytes) -> bool:
    """Whether an unzip program would find an archive's end record: one part, and as many files here as in all."""
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) - position < 22:
        return False
    record = tail[position + 4 : position + 12]
    return record[:4] == bytes(4) and record[4:6] == record[6:8]
