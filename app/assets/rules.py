"""What Instagram would refuse in a file, and what we can put right. Decided from what was measured alone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.assets.boxes import EditLists
from app.assets.facts import ImageFacts, VideoFacts
from app.assets.limits import ATTACHMENT_BYTES, IMAGE_BYTES, IMAGE_PIXELS, IMAGE_SIDE_PX
from app.assets.sniff import Container
from app.instagram import limits

# Containers round: a clip cut at 3 s may say 2.97, one at 23.976 frames may be counted as 23.98.
SLACK_SECONDS = 0.05
SLACK_FPS = 0.05
ASPECT_SLACK = 0.01
MANY_MARGIN = 0.97
"""A file just below Instagram's limit in bits a second is made a little smaller too: the ways of counting differ."""


class Fix(StrEnum):
    """What is put right in the copy that Instagram gets."""

    VIDEO_CODEC = "video_codec"
    CHROMA = "chroma"
    FPS_HIGH = "fps_high"
    FPS_LOW = "fps_low"
    WIDTH = "width"
    BITRATE = "bitrate"
    INTERLACED = "interlaced"
    PIXEL_ASPECT = "pixel_aspect"
    OPEN_GOP = "open_gop"
    TRIMMED = "trimmed"
    AUDIO_CODEC = "audio_codec"
    AUDIO_HERTZ = "audio_hertz"
    AUDIO_CHANNELS = "audio_channels"
    CONTAINER = "container"
    MOOV_LAST = "moov_last"
    EDIT_LIST = "edit_list"
    IMAGE = "image"


TRANSCODES_VIDEO = {
    Fix.VIDEO_CODEC, Fix.CHROMA, Fix.FPS_HIGH, Fix.FPS_LOW, Fix.WIDTH, Fix.BITRATE, Fix.INTERLACED, Fix.PIXEL_ASPECT,
    Fix.OPEN_GOP, Fix.TRIMMED,
}  # fmt: skip
TRANSCODES_AUDIO = {Fix.AUDIO_CODEC, Fix.AUDIO_HERTZ, Fix.AUDIO_CHANNELS, Fix.TRIMMED}


@dataclass(frozen=True)
class Refusal:
    """A rule that we cannot make the file keep: its key, what was measured and what is allowed."""

    key: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What is to happen with a file."""

    refusal: Refusal | None = None
    fixes: tuple[Fix, ...] = ()

    @property
    def transcodes_video(self) -> bool:
        """Whether the picture must be encoded anew."""
        return not TRANSCODES_VIDEO.isdisjoint(self.fixes)

    @property
    def transcodes_audio(self) -> bool:
        """Whether the sound must be encoded anew."""
        return not TRANSCODES_AUDIO.isdisjoint(self.fixes)


def judge_reel(facts: VideoFacts) -> Verdict:
    """Return why Instagram would refuse this film as a Reel, or else what must be put right first.

    Limits: `app.instagram.limits`, from the page MEDIA.
    """
    refusal = _refuse_reel(facts)
    if refusal is not None:
        return Verdict(refusal)
    return Verdict(None, (*_picture_fixes(facts), *_sound_fixes(facts), *_container_fixes(facts)))


def judge_image(facts: ImageFacts) -> Verdict:
    """Return why a picture is refused. One that is taken is always encoded anew: nothing of the uploaded file
    but what can be seen reaches anybody."""
    if facts.width * facts.height > IMAGE_PIXELS or max(facts.width, facts.height) > IMAGE_SIDE_PX:
        most = IMAGE_PIXELS // 1_000_000
        return Verdict(Refusal("image_pixels", {"width": facts.width, "height": facts.height, "most_megapixels": most}))
    if facts.size_bytes > IMAGE_BYTES:
        return Verdict(Refusal("image_size", {"size_bytes": facts.size_bytes, "most_bytes": IMAGE_BYTES}))
    return Verdict(None, (Fix.IMAGE,))


def judge_attachment(size_bytes: int) -> Verdict:
    """Return why a film, sound or PDF cannot go with a message."""
    if size_bytes > ATTACHMENT_BYTES:
        return Verdict(Refusal("message_file_size", {"size_bytes": size_bytes, "most_bytes": ATTACHMENT_BYTES}))
    return Verdict()


def _refuse_reel(facts: VideoFacts) -> Refusal | None:
    if not facts.is_decodable or facts.fps <= 0 or facts.width < 2 or facts.height < 2:
        return Refusal("file_broken", {})
    duration = facts.duration_seconds
    if duration < limits.REEL_SHORTEST_SECONDS - SLACK_SECONDS:
        return Refusal("reel_too_short", {"seconds": duration, "least_seconds": limits.REEL_SHORTEST_SECONDS})
    if duration > limits.REEL_LONGEST_SECONDS + SLACK_SECONDS:
        return Refusal("reel_too_long", {"seconds": duration, "most_seconds": limits.REEL_LONGEST_SECONDS})
    if not limits.REEL_SMALLEST_RATIO <= facts.ratio <= limits.REEL_LARGEST_RATIO:
        return Refusal("reel_ratio", {"width": facts.width, "height": facts.height, "ratio": round(facts.ratio, 3)})
    if facts.size_bytes > limits.REEL_BYTES:
        return Refusal("reel_size", {"size_bytes": facts.size_bytes, "most_bytes": limits.REEL_BYTES})
    return None


def _picture_fixes(facts: VideoFacts) -> list[Fix]:
    checks = {
        Fix.VIDEO_CODEC: facts.video_codec not in {"h264", "hevc"},
        Fix.CHROMA: not _is_420(facts),
        Fix.FPS_HIGH: facts.fps > limits.VIDEO_FASTEST_FPS + SLACK_FPS,
        Fix.FPS_LOW: facts.fps < limits.VIDEO_SLOWEST_FPS - SLACK_FPS,
        Fix.WIDTH: max(facts.width, facts.coded_width) > limits.VIDEO_LARGEST_WIDTH_PX,
        Fix.BITRATE: facts.bits_per_second > limits.VIDEO_BITS_PER_SECOND * MANY_MARGIN,
        Fix.INTERLACED: facts.is_interlaced,
        Fix.PIXEL_ASPECT: abs(facts.pixel_aspect - 1) > ASPECT_SLACK,
        Fix.OPEN_GOP: not facts.is_closed_gop,
        Fix.TRIMMED: facts.edit_lists is EditLists.TRIMMING,
    }
    return [fix for fix, is_needed in checks.items() if is_needed]


def _is_420(facts: VideoFacts) -> bool:
    """Whether the chroma is 4:2:0, and in H.264 also of the 8 bits that every phone plays."""
    if facts.video_codec == "hevc":
        return "420p" in facts.pixel_format
    return facts.pixel_format in {"yuv420p", "yuvj420p"}


def _sound_fixes(facts: VideoFacts) -> list[Fix]:
    audio = facts.audio
    if audio is None:
        return []
    checks = {
        Fix.AUDIO_CODEC: audio.codec != "aac",
        Fix.AUDIO_HERTZ: audio.hertz > limits.AUDIO_HERTZ,
        Fix.AUDIO_CHANNELS: not 1 <= audio.channels <= limits.AUDIO_CHANNELS,
    }
    return [fix for fix, is_needed in checks.items() if is_needed]


def _container_fixes(facts: VideoFacts) -> list[Fix]:
    is_movie = facts.container in {Container.MP4, Container.MOV}
    checks = {
        Fix.CONTAINER: not is_movie or facts.is_fragmented or facts.trailing_bytes > 0,
        Fix.MOOV_LAST: is_movie and not facts.is_moov_first,
        Fix.EDIT_LIST: facts.edit_lists is EditLists.PLAIN,
    }
    return [fix for fix, is_needed in checks.items() if is_needed]
