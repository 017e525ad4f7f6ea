"""Reads what a file really is, with Pillow and PyAV."""

import io
from pathlib import Path
from typing import Any

import av
from PIL import Image, UnidentifiedImageError

from sandbox import mp4

MOV_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2"
POSTER_WIDTH = 720


class UnreadableError(Exception):
    """Neither a picture nor a video."""


def probe(path: Path) -> dict[str, Any]:
    """Return the facts of a picture or a video; raises UnreadableError."""
    try:
        return _probe_image(path)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return _probe_video(path)


def _probe_image(path: Path) -> dict[str, Any]:
    with Image.open(path) as image:
        image.load()  # a truncated picture fails here
        return {
            "kind": "image",
            "format": image.format,
            "width": image.width,
            "height": image.height,
            "mode": image.mode,
            "is_progressive": bool(image.info.get("progressive")),
        }


def _probe_video(path: Path) -> dict[str, Any]:
    try:
        with av.open(str(path)) as container:
            facts = _container_facts(container, path)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnreadableError(str(error)) from error
    if facts["format"] == MOV_FORMATS:
        facts |= {"is_moov_first": mp4.is_moov_first(path), "has_edit_list": mp4.has_edit_list(path)}
    return facts


def _container_facts(container: Any, path: Path) -> dict[str, Any]:
    if not container.streams.video:
        raise UnreadableError("no video stream")
    video = container.streams.video[0]
    duration = float(container.duration or 0) / av.time_base
    facts = {
        "kind": "video",
        "format": container.format.name,
        "width": video.codec_context.width,
        "height": video.codec_context.height,
        "duration_s": round(duration, 3),
        "fps": round(float(video.guessed_rate or video.average_rate or 0), 3),
        "video_codec": video.codec_context.name,
        "pixel_format": video.codec_context.pix_fmt,
        "bit_rate": round(path.stat().st_size * 8 / duration) if duration else 0,
        **_audio_facts(container),
    }
    frame = next(container.decode(video), None)  # a file whose first frame cannot be read is no video
    if frame is None:
        raise UnreadableError("no frame")
    return facts | {"is_interlaced": bool(frame.interlaced_frame)}


def _audio_facts(container: Any) -> dict[str, Any]:
    if not container.streams.audio:
        return {"audio_codec": None}
    audio = container.streams.audio[0].codec_context
    return {"audio_codec": audio.name, "sample_rate": audio.sample_rate, "channels": audio.channels}


def poster(path: Path, offset_ms: int) -> bytes:
    """Return a JPEG of the video's frame at or after this moment, at most POSTER_WIDTH wide."""
    picture: Image.Image | None = None
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        container.seek(offset_ms * 1000)
        for frame in container.decode(stream):
            picture = frame.to_image()  # type: ignore[no-untyped-call]
            if frame.time is not None and frame.time * 1000 >= offset_ms:
                break
    if picture is None:
        raise UnreadableError("no frame")
    picture.thumbnail((POSTER_WIDTH, POSTER_WIDTH * 4))
    target = io.BytesIO()
    picture.convert("RGB").save(target, "JPEG", quality=82)
    return target.getvalue()
