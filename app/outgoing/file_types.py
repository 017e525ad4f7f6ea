"""What a fetched file is, told by its first bytes alone. Only what stands here is ever shown in a page."""

from collections.abc import Callable

UNKNOWN = "application/octet-stream"
PDF = "application/pdf"
_MOVIE_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
_IMAGE_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"avis")


def type_of(content: bytes) -> str:
    """Return the media type of a picture, video, sound or PDF; `application/octet-stream` for everything else."""
    for starts, media_type in _STARTS:
        if content.startswith(starts):
            return media_type
    return next((found for look in _LOOKS if (found := look(content[:64]))), UNKNOWN)


def is_shown(media_type: str) -> bool:
    """Whether a browser may show such a file; what may hold more than it shows is saved instead."""
    return media_type not in {UNKNOWN, PDF}


def _in_riff(head: bytes) -> str | None:
    if not head.startswith(b"RIFF"):
        return None
    return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12])


def _in_boxes(head: bytes) -> str | None:
    if head[4:8] != b"ftyp" or head[8:12] in _IMAGE_BRANDS:
        return None
    return _MOVIE_BRANDS.get(head[8:12], "video/mp4")


def _in_frames(head: bytes) -> str | None:
    """Return the type of sound that is a mere row of frames: AAC in ADTS, or MP3."""
    if len(head) < 2 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return "audio/mpeg" if head[1] & 0xE6 == 0xE2 else None


_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", PDF),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "video/ogg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
)
_LOOKS: tuple[Callable[[bytes], str | None], ...] = (_in_riff, _in_boxes, _in_frames)
