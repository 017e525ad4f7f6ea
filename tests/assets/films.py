"""Films that need something put right, beyond those that `MediaFiles.reel` can draw."""

import struct
from fractions import Fraction
from pathlib import Path

import av

TURNED_CLOCKWISE = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
MATRIX_IN_TKHD = 44
"""Bytes from the box's name to the matrix, in version 0."""


def turned_clockwise(source: Path, target: Path) -> Path:
    """Write the film with the mark that tells players to turn it by 90 degrees clockwise, as phones do."""
    content = bytearray(source.read_bytes())
    at = content.index(b"tkhd") + MATRIX_IN_TKHD
    content[at : at + len(TURNED_CLOCKWISE)] = TURNED_CLOCKWISE
    target.write_bytes(content)
    return target


def surround_sound(target: Path, *, hertz: int = 48_000, seconds: int = 4) -> Path:
    """Write a small film with six channels of silence."""
    with av.open(str(target), "w", options={"movflags": "+faststart", "use_editlist": "0"}) as container:
        video = container.add_stream("libx264", rate=30)
        video.width, video.height, video.pix_fmt = 96, 160, "yuv420p"
        video.options = {"preset": "ultrafast", "bf": "0"}
        audio = container.add_stream("aac", rate=hertz, layout="5.1")
        assert isinstance(audio, av.AudioStream)
        for number in range(30 * seconds):
            picture = av.VideoFrame(96, 160, "yuv420p")
            for plane in picture.planes:
                plane.update(bytes([number % 255]) * plane.buffer_size)
            picture.pts, picture.time_base = number, Fraction(1, 30)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        for start in range(0, hertz * seconds, 1024):
            sound = av.AudioFrame(format="fltp", layout="5.1", samples=1024)
            for channel in sound.planes:
                channel.update(bytes(channel.buffer_size))
            sound.sample_rate, sound.pts, sound.time_base = hertz, start, Fraction(1, hertz)
            container.mux(audio.encode(sound))
        container.mux(audio.encode(None))
    return target


def with_b_frames(target: Path, *, seconds: int = 4, x264: str = "") -> Path:
    """Write a film as most programs do by default: B-frames, an edit list, the index last."""
    with av.open(str(target), "w") as container:
        video = container.add_stream("libx264", rate=30)
        video.width, video.height, video.pix_fmt = 96, 160, "yuv420p"
        video.options = {"preset": "fast", "g": "30", "x264-params": x264 or "open-gop=0"}
        for number in range(30 * seconds):
            picture = av.VideoFrame(96, 160, "yuv420p")
            for plane in picture.planes:
                plane.update(bytes([(number * 7) % 255]) * plane.buffer_size)
            picture.pts, picture.time_base = number, Fraction(1, 30)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
    return target
