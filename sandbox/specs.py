"""What Instagram accepts: the table of media specifications.

Source: instagram-graph-api/reference/ig-user/media (copy of 2026-09-11).
"""

from typing import Any

from sandbox.probe import MOV_FORMATS
from sandbox.settings import Settings

IMAGE_BYTES = 8 * 1024 * 1024
STORY_VIDEO_BYTES = 100_000_000
ITEM_VIDEO_BYTES = 100_000_000
MAX_IMAGE_RATIO = 1.91
MAX_WIDTH = 1920
MAX_BIT_RATE = 25_000_000
MIN_FPS, MAX_FPS = 23.0, 60.0
MAX_SAMPLE_RATE = 48_000
# Containers round: a clip cut at 3 s may say 2.97.
SLACK_S, SLACK_FPS, SLACK_RATIO = 0.05, 0.1, 0.005

OTHER_IMAGES = ("PNG", "WEBP")

DURATIONS = {"REELS": (3.0, 900.0), "STORIES": (3.0, 60.0), "VIDEO": (3.0, 60.0)}
RATIOS = {"REELS": (0.01, 10.0), "STORIES": (0.1, 10.0), "VIDEO": (0.8, 16 / 9)}

NOT_MEDIA, IMAGE_TOO_LARGE, BAD_IMAGE, BAD_RATIO, BAD_VIDEO, BAD_OFFSET = (
    2207052,
    2207004,
    2207005,
    2207009,
    2207026,
    2207057,
)


class SpecError(Exception):
    """A file that Instagram would refuse: the subcode, and the rule and the measured value for people."""

    def __init__(self, subcode: int, reason: str) -> None:
        super().__init__(reason)
        self.subcode, self.reason = subcode, reason


def byte_limit(kind: str, *, is_video: bool, settings: Settings) -> int:
    """Return how many bytes the source of this kind of container may have."""
    if not is_video:
        return IMAGE_BYTES
    if kind == "VIDEO" and settings.carousel_videos == "reel":
        return settings.reel_max_bytes
    return {"REELS": settings.reel_max_bytes, "STORIES": STORY_VIDEO_BYTES}.get(kind, ITEM_VIDEO_BYTES)


def too_large(*, is_video: bool, limit: int) -> SpecError:
    """Return the refusal of a file with more bytes than allowed."""
    return SpecError(BAD_VIDEO if is_video else IMAGE_TOO_LARGE, f"more than {limit} bytes")


def check(facts: dict[str, Any], kind: str, *, is_video: bool, settings: Settings) -> None:
    """Raise SpecError when a file with these facts is refused for this kind of container."""
    if (facts["kind"] == "video") != is_video:
        raise SpecError(BAD_VIDEO if is_video else BAD_IMAGE, f"the file is a {facts['kind']}")
    if is_video:
        _check_container(facts)
        is_like_reel = kind == "VIDEO" and settings.carousel_videos == "reel"
        _check_picture(facts, "REELS" if is_like_reel else kind)
        _check_sound(facts)
    else:
        if settings.image_formats == "any" and facts.get("format") in OTHER_IMAGES:
            facts = {**facts, "format": "JPEG"}
        check_image(facts, is_story=kind == "STORIES", min_ratio=settings.image_min_ratio)


def check_image(facts: dict[str, Any], *, is_story: bool = True, min_ratio: float = 0.8) -> None:
    """Raise SpecError unless it is a JPEG, in a feed also of an accepted ratio. Widths are scaled, not refused."""
    if facts.get("format") != "JPEG":
        raise SpecError(BAD_IMAGE, f"format {facts.get('format')}, not JPEG")
    ratio = facts["width"] / facts["height"]
    if not is_story and not min_ratio - SLACK_RATIO <= ratio <= MAX_IMAGE_RATIO + SLACK_RATIO:
        raise SpecError(BAD_RATIO, f"ratio {ratio:.3f}, not {min_ratio} to {MAX_IMAGE_RATIO}")


def _refuse(reason: str) -> None:
    raise SpecError(BAD_VIDEO, reason)


def _check_container(facts: dict[str, Any]) -> None:
    if facts["format"] != MOV_FORMATS:
        _refuse(f"container {facts['format']}, not MOV or MP4")
    if not facts["is_moov_first"]:
        _refuse("the moov atom is not at the front")
    if facts["video_codec"] not in ("h264", "hevc"):
        _refuse(f"video codec {facts['video_codec']}, not H.264 or HEVC")
    if "420p" not in (facts["pixel_format"] or ""):
        _refuse(f"chroma {facts['pixel_format']}, not 4:2:0")
    if facts["is_interlaced"]:
        _refuse("interlaced, not progressive")


def _check_picture(facts: dict[str, Any], kind: str) -> None:
    shortest, longest = DURATIONS[kind]
    if not shortest - SLACK_S <= facts["duration_s"] <= longest + SLACK_S:
        _refuse(f"duration {facts['duration_s']} s, not {shortest:g} to {longest:g} s")
    if not MIN_FPS - SLACK_FPS <= facts["fps"] <= MAX_FPS + SLACK_FPS:
        _refuse(f"{facts['fps']} frames a second, not {MIN_FPS:g} to {MAX_FPS:g}")
    if facts["width"] > MAX_WIDTH:
        _refuse(f"{facts['width']} pixels wide, more than {MAX_WIDTH}")
    low, high = RATIOS[kind]
    ratio = facts["width"] / facts["height"]
    if not low - SLACK_RATIO <= ratio <= high + SLACK_RATIO:
        _refuse(f"ratio {ratio:.3f}, not {low:g} to {high:.3f}")
    if facts["bit_rate"] > MAX_BIT_RATE:
        _refuse(f"{facts['bit_rate']} bits a second, more than {MAX_BIT_RATE}")


def _check_sound(facts: dict[str, Any]) -> None:
    if facts["audio_codec"] is None:
        return
    if facts["audio_codec"] != "aac":
        _refuse(f"audio codec {facts['audio_codec']}, not AAC")
    if facts["sample_rate"] > MAX_SAMPLE_RATE:
        _refuse(f"audio at {facts['sample_rate']} Hz, more than {MAX_SAMPLE_RATE}")
    if facts["channels"] not in (1, 2):
        _refuse(f"{facts['channels']} audio channels, not 1 or 2")


def check_offset(thumb_offset_ms: int, duration_s: float) -> None:
    """Raise SpecError when the poster's moment is after the video's end."""
    if thumb_offset_ms > duration_s * 1000:
        raise SpecError(BAD_OFFSET, f"thumb_offset {thumb_offset_ms} ms, the video has {duration_s} s")
