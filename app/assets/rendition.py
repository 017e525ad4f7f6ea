"""How the copy is made that Instagram gets: what is encoded anew, and into what. Decided from the facts alone."""

import math
from dataclasses import dataclass
from fractions import Fraction

from app.assets.facts import VideoFacts
from app.assets.limits import RENDITION_BYTES
from app.assets.rules import Verdict
from app.instagram import limits

LANDSCAPE_WIDTH_PX = limits.VIDEO_LARGEST_WIDTH_PX
PORTRAIT_WIDTH_PX = 1_080
"""Instagram shows no Reel wider than this, so no time goes into more."""
TALLEST_PX = 4_096
MOST_BITS_PER_SECOND = 18_000_000
LEAST_BITS_PER_SECOND = 300_000
SIZE_MARGIN = 0.92
SLOW_ENOUGH_FPS = 24
USUAL_FPS = (
    Fraction(24_000, 1_001), Fraction(24), Fraction(25), Fraction(30_000, 1_001), Fraction(30), Fraction(50),
    Fraction(60_000, 1_001), Fraction(60),
)  # fmt: skip
USUAL_FPS_SLACK = 0.03


@dataclass(frozen=True)
class VideoTarget:
    """What the picture is encoded into: H.264, progressive, 4:2:0, square pixels."""

    width: int
    height: int
    fps: Fraction
    most_bits_per_second: int


@dataclass(frozen=True)
class AudioTarget:
    """What the sound is encoded into: AAC."""

    hertz: int
    channels: int
    bits_per_second: int


@dataclass(frozen=True)
class Rendition:
    """The copy to make; a track without a target is copied as it is."""

    video: VideoTarget | None
    audio: AudioTarget | None


def plan_rendition(facts: VideoFacts, verdict: Verdict, *, everything: bool = False) -> Rendition:
    """Return how to put right what `verdict` found; with `everything`, encode all of it anew."""
    video = _video_target(facts) if verdict.transcodes_video or everything else None
    audio = _audio_target(facts) if verdict.transcodes_audio or everything else None
    return Rendition(video, audio)


def _video_target(facts: VideoFacts) -> VideoTarget:
    width, height = target_size(facts)
    return VideoTarget(width, height, target_fps(facts.fps), _most_bits(facts))


def target_size(facts: VideoFacts) -> tuple[int, int]:
    """Return width and height in square pixels, even, in the film's own ratio, never larger than it is."""
    shown = facts.height * facts.ratio
    widest = LANDSCAPE_WIDTH_PX if facts.ratio >= 1 else PORTRAIT_WIDTH_PX
    scale = min(1.0, widest / shown, TALLEST_PX / facts.height)
    return _even(shown * scale), _even(facts.height * scale)


def target_fps(fps: float) -> Fraction:
    """Return how many frames a second the copy has: as many, or a whole part or multiple that Instagram takes."""
    if fps > limits.VIDEO_FASTEST_FPS:
        fps /= math.ceil(fps / limits.VIDEO_FASTEST_FPS - 0.01)
    elif fps < limits.VIDEO_SLOWEST_FPS:
        fps *= math.ceil(SLOW_ENOUGH_FPS / fps - 0.01)
    nearest = min(USUAL_FPS, key=lambda usual: abs(float(usual) / fps - 1))
    if abs(float(nearest) / fps - 1) <= USUAL_FPS_SLACK:
        return nearest
    return Fraction(min(max(round(fps), SLOW_ENOUGH_FPS), limits.VIDEO_FASTEST_FPS))


def _most_bits(facts: VideoFacts) -> int:
    """Return the peak of bits a second with which the copy cannot come out larger than Instagram takes."""
    room = RENDITION_BYTES * 8 * SIZE_MARGIN / max(facts.duration_seconds, 1) - limits.AUDIO_BITS_PER_SECOND
    return round(max(LEAST_BITS_PER_SECOND, min(MOST_BITS_PER_SECOND, room)))


def _audio_target(facts: VideoFacts) -> AudioTarget | None:
    audio = facts.audio
    if audio is None:
        return None
    hertz = audio.hertz if audio.hertz in {32_000, 44_100, 48_000} else limits.AUDIO_HERTZ
    channels = min(max(audio.channels, 1), limits.AUDIO_CHANNELS)
    return AudioTarget(hertz, channels, limits.AUDIO_BITS_PER_SECOND)


def _even(pixels: float) -> int:
    return max(2, round(pixels / 2) * 2)
