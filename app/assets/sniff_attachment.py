"""What a file for a message is, told by its bytes alone. Pictures are left to `app.assets.sniff`.

Source: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api:
audio as AAC, M4A, WAV or MP4; video as MP4, OGG, AVI, MOV or WebM; a PDF.
"""

from dataclasses import dataclass
from typing import Any, BinaryIO

from app.assets.boxes import Malformed, looks_like_movie, read_movie
from app.assets.errors import FileRefused
from app.assets.models import AssetKind
from app.assets.sniff import HEAD_BYTES

_THEORA = b"\x80theora"


@dataclass(frozen=True)
class AttachmentFacts:
    """What was found: `container` names the format, as `app.assets.public_links` knows it."""

    kind: AssetKind
    container: str
    size_bytes: int

    def to_json(self) -> dict[str, Any]:
        """Return what `Asset.facts` keeps."""
        return {"kind": self.kind.value, "container": self.container, "size_bytes": self.size_bytes}


def sniff_attachment(stream: BinaryIO, size: int) -> AttachmentFacts | None:
    """Return what a file is that is no picture; None when it may be one. Raises FileRefused for what none can send."""
    if size == 0:
        raise FileRefused("file_empty")
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if looks_like_movie(head):
        kind, container = _in_movie(stream, size)
        return AttachmentFacts(kind, container, size)
    found = _by_beginning(head)
    return AttachmentFacts(*found, size) if found else None


def _by_beginning(head: bytes) -> tuple[AssetKind, str] | None:
    if head.startswith(b"%PDF-"):
        return AssetKind.FILE, "pdf"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return AssetKind.AUDIO, "wav"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return AssetKind.VIDEO, "avi"
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF6 == 0xF0:
        return AssetKind.AUDIO, "aac"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        if b"webm" in head[:256]:
            return AssetKind.VIDEO, "webm"
        raise FileRefused("message_file_type")
    if head.startswith(b"OggS"):
        if _THEORA in head:
            return AssetKind.VIDEO, "ogg"
        raise FileRefused("message_audio_type")
    if head.startswith((b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        raise FileRefused("message_audio_type")
    return None


def _in_movie(stream: BinaryIO, size: int) -> tuple[AssetKind, str]:
    try:
        movie = read_movie(stream, size)
    except Malformed as error:
        raise FileRefused("file_broken") from error
    if movie.is_encrypted:
        raise FileRefused("file_encrypted")
    if movie.is_truncated or not movie.has_movie_box or not movie.has_media_data:
        raise FileRefused("file_truncated")
    if movie.has_video:
        return AssetKind.VIDEO, "mov" if movie.major_brand in {"qt  ", ""} else "mp4"
    if any(track.handler == b"soun" for track in movie.tracks):
        return AssetKind.AUDIO, "m4a"
    raise FileRefused("file_broken")
