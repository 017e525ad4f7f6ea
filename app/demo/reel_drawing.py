"""Draws small videos that need no licence: a cup of coffee, steaming."""

import math
from array import array
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
STEAM_POINTS = 24
TONE_HZ = 220


@dataclass(frozen=True)
class Drawing:
    """What a video shows and how it is encoded. The defaults are what Instagram takes as a Reel."""

    seconds: float = 3.0
    width: int = 540
    height: int = 960
    fps: int = 30
    top: Colour = (250, 214, 165)
    bottom: Colour = (196, 124, 78)
    cup: Colour = (255, 252, 246)
    video_codec: str = "libx264"
    pixel_format: str = "yuv420p"
    audio_codec: str | None = "aac"
    sample_rate: int = 44_100
    moov_first: bool = True


def draw_reel(path: Path, drawing: Drawing | None = None) -> Path:
    """Write the video to `path`, whose suffix names the container, and return `path`."""
    drawing = drawing or Drawing()
    options = {"movflags": "+faststart", "use_editlist": "0"} if drawing.moov_first else {}
    with av.open(str(path), "w", options=options) as container:
        video = container.add_stream(drawing.video_codec, rate=drawing.fps)
        audio = container.add_stream(drawing.audio_codec, rate=drawing.sample_rate) if drawing.audio_codec else None
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = drawing.width, drawing.height, drawing.pixel_format
        if drawing.video_codec == "libx264":
            video.options = {"preset": "veryfast", "crf": "26", "bf": "0"}
        still = _still(drawing)
        for number in range(round(drawing.seconds * drawing.fps)):
            frame = av.VideoFrame.from_image(_picture(drawing, still, number))  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, drawing.fps)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if isinstance(audio, av.AudioStream):
            _write_hum(container, audio, drawing)
    return path


def _still(drawing: Drawing) -> Image.Image:
    """Draw what does not move: the wall, the table and the cup."""
    picture = Image.new("RGB", (drawing.width, drawing.height))
    draw = ImageDraw.Draw(picture)
    for y in range(drawing.height):
        draw.line((0, y, drawing.width, y), fill=_between(drawing.top, drawing.bottom, y / drawing.height))
    middle, unit, rim = drawing.width / 2, min(drawing.width, drawing.height) / 10, drawing.height * 0.55
    draw.ellipse((middle - 3.4 * unit, rim + 2.9 * unit, middle + 3.4 * unit, rim + 4.1 * unit), fill=drawing.cup)
    draw.ellipse(
        (middle + 1.6 * unit, rim + 0.4 * unit, middle + 3.4 * unit, rim + 2.2 * unit),
        outline=drawing.cup,
        width=round(unit / 2),
    )
    draw.pieslice(
        (middle - 2.4 * unit, rim - 3.6 * unit, middle + 2.4 * unit, rim + 3.6 * unit), 0, 180, fill=drawing.cup
    )
    draw.ellipse((middle - 2.4 * unit, rim - 0.6 * unit, middle + 2.4 * unit, rim + 0.6 * unit), fill=(111, 68, 40))
    return picture


def _picture(drawing: Drawing, still: Image.Image, number: int) -> Image.Image:
    """Draw one frame: three wisps of steam rise over the still."""
    picture = still.copy()
    draw = ImageDraw.Draw(picture)
    unit, rim = min(drawing.width, drawing.height) / 10, drawing.height * 0.53
    at = number / drawing.fps
    for wisp in (-1.2, 0.0, 1.2):
        line = [
            (
                drawing.width / 2 + unit * (wisp + 0.35 * math.sin(step / 4 - 3 * at + wisp)),
                rim - unit * step * 0.14 * (1 + 0.1 * math.sin(at)),
            )
            for step in range(STEAM_POINTS)
        ]
        draw.line(line, fill=_between(drawing.top, (255, 255, 255), 0.7), width=max(2, round(unit / 5)), joint="curve")
    return picture


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _write_hum(container: av.container.OutputContainer, audio: av.AudioStream, drawing: Drawing) -> None:
    """Write a soft tone as long as the picture."""
    size = audio.codec_context.frame_size or 1024
    for start in range(0, int(drawing.seconds * drawing.sample_rate), size):
        wave = array(
            "f", (0.05 * math.sin(math.tau * TONE_HZ * (start + n) / drawing.sample_rate) for n in range(size))
        )
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=size)
        for plane in frame.planes:
            plane.update(wave.tobytes().ljust(plane.buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = drawing.sample_rate, start, Fraction(1, drawing.sample_rate)
        container.mux(audio.encode(frame))
    container.mux(audio.encode(None))
