"""Measuring a film. Runs only in the process of its own that `app.assets.examine` is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.assets.boxes import EditLists
from app.assets.errors import FileRefused
from app.assets.facts import AudioFacts, VideoFacts
from app.assets.limits import VIDEO_PIXELS
from app.assets.open_media import NothingElse, open_media
from app.assets.sniff import Sniffed

HDR_TRANSFERS = {16, 18}
"""SMPTE 2084 (PQ) and ARIB STD-B67 (HLG)."""
FRAMES_TO_DECODE = 3
PACKETS_TO_TRY = 400
H264_IDR, H264_SLICE = 5, 1
HEVC_CRA, HEVC_LEADING = 21, {8, 9}
MISSING_PART = 0.9
"""A film whose packets end before this part of what its index promises was cut off."""


@dataclass
class _Counted:
    """What one pass over all packets, without decoding, tells of a stream."""

    packets: int = 0
    bytes: int = 0
    first: Fraction | None = None
    last: Fraction = Fraction(0)
    last_start: Fraction = Fraction(0)
    key_kinds: list[set[int]] = field(default_factory=list)
    has_leading: bool = False

    def add(self, packet: "Packet[Any]") -> None:
        self.bytes += packet.size
        if packet.pts is None or packet.time_base is None or packet.is_discard:
            return  # an edit list may hide packets that are only there to decode others
        self.packets += 1
        starts = packet.pts * packet.time_base
        self.first = starts if self.first is None else min(self.first, starts)
        self.last_start = max(self.last_start, starts)
        self.last = max(self.last, starts + (packet.duration or 0) * packet.time_base)

    @property
    def seconds(self) -> float:
        return float(self.last - self.first) if self.first is not None else 0.0

    @property
    def per_second(self) -> float:
        """Packets a second, between the first and the last; the last one's length is often wrong."""
        span = float(self.last_start - self.first) if self.first is not None else 0.0
        return (self.packets - 1) / span if span else 0.0


@dataclass(frozen=True)
class Measured:
    """What is in a film, and its first frame as a picture of it."""

    facts: VideoFacts
    first_frame: VideoFrame | None


def measure_video(file: BinaryIO, size: int, sniffed: Sniffed) -> Measured:
    """Return what is in the film. Raises FileRefused when it cannot be read or holds no picture."""
    try:
        with open_media(file, sniffed.container) as container:
            video, audio = _streams(container)
            counted, counted_audio = _count(container, video, audio)
        with open_media(file, sniffed.container) as container:
            video, audio = _streams(container)
            frames = list(_decode_samples(container, video))
            facts = _facts(container, size, sniffed, video, audio, counted, counted_audio, frames)
            return Measured(facts, next((frame for frame in frames if frame is not None), None))
    except NothingElse as error:
        raise FileRefused("file_external") from error
    except (av.FFmpegError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise FileRefused("file_broken") from error


def _streams(container: InputContainer) -> tuple[VideoStream, AudioStream | None]:
    video = container.streams.best("video")
    if not isinstance(video, VideoStream) or video.codec_context is None:
        raise FileRefused("file_audio" if container.streams.audio else "file_broken")
    if video.width * video.height > VIDEO_PIXELS:
        raise FileRefused("video_pixels", width=video.width, height=video.height)
    audio = container.streams.best("audio")
    return video, audio if isinstance(audio, AudioStream) and audio.codec_context is not None else None


def _count(
    container: InputContainer, video: VideoStream, audio: AudioStream | None
) -> tuple[_Counted, _Counted | None]:
    counted = {video.index: _Counted()}
    if audio is not None:
        counted[audio.index] = _Counted()
    nal_length = _nal_length(video)
    for packet in container.demux([stream for stream in (video, audio) if stream is not None]):
        if packet.size == 0:
            continue
        counted[packet.stream_index].add(packet)
        if packet.stream_index == video.index and nal_length:
            _note_nal_units(counted[video.index], packet, video.codec_context.name, nal_length)
    return counted[video.index], counted[audio.index] if audio is not None else None


def _nal_length(video: VideoStream) -> int:
    """Return how many bytes tell the length of a unit in H.264 and HEVC packets; 0 when not written so."""
    extra = video.codec_context.extradata or b""
    if video.codec_context.name == "h264" and len(extra) > 4 and extra[0] == 1:
        return (extra[4] & 3) + 1
    if video.codec_context.name == "hevc" and len(extra) > 21 and extra[0] == 1:
        return (extra[21] & 3) + 1
    return 0


def _note_nal_units(counted: _Counted, packet: "Packet[Any]", codec: str, nal_length: int) -> None:
    """Keyframe flags do not tell an open group of pictures from a closed one; the kinds of the units do."""
    kinds = set(_nal_kinds(memoryview(packet), codec, nal_length))
    if packet.is_keyframe:
        counted.key_kinds.append(kinds)
    elif codec == "hevc" and kinds & HEVC_LEADING:
        counted.has_leading = True


def _nal_kinds(data: memoryview, codec: str, nal_length: int) -> Iterator[int]:
    position = 0
    while position + nal_length < len(data):
        length = int.from_bytes(data[position : position + nal_length], "big")
        first = data[position + nal_length]
        yield first & 0x1F if codec == "h264" else (first >> 1) & 0x3F
        position += nal_length + length


def _is_closed(counted: _Counted, codec: str) -> bool:
    if codec == "h264":
        return all(H264_IDR in kinds for kinds in counted.key_kinds if kinds & {H264_IDR, H264_SLICE})
    if codec == "hevc":
        return not (counted.has_leading and any(HEVC_CRA in kinds for kinds in counted.key_kinds[1:]))
    return True


def _decode_samples(container: InputContainer, video: VideoStream) -> Iterator[VideoFrame | None]:
    """Yield a frame from the start, the middle and the end; None for each that cannot be decoded."""
    duration = container.duration or 0
    for part in range(FRAMES_TO_DECODE):
        if part:
            container.seek(int(duration * part / FRAMES_TO_DECODE))
        yield _first_frame(container, video)


def _first_frame(container: InputContainer, video: VideoStream) -> VideoFrame | None:
    """Return the next frame. A few damaged packets after a seek are no sign of a broken film."""
    for tried, packet in enumerate(container.demux(video)):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            frames = []
        for frame in frames:
            if isinstance(frame, VideoFrame):
                return frame
        if tried >= PACKETS_TO_TRY:
            break
    return None


def _facts(
    container: InputContainer,
    size: int,
    sniffed: Sniffed,
    video: VideoStream,
    audio: AudioStream | None,
    counted: _Counted,
    counted_audio: _Counted | None,
    frames: list[VideoFrame | None],
) -> VideoFacts:
    promised = (container.duration or 0) / av.time_base
    _refuse_cut_off(promised, counted, counted_audio)
    shown = next((frame for frame in frames if frame is not None), None)
    rotation = -shown.rotation % 360 if shown else 0
    width, height = (video.height, video.width) if rotation % 180 else (video.width, video.height)
    codec, movie, seconds = video.codec_context, sniffed.movie, counted.seconds or promised
    audio_seconds = counted_audio.seconds if counted_audio else 0.0
    return VideoFacts(
        container=sniffed.container,
        size_bytes=size,
        duration_seconds=round(max(seconds, audio_seconds), 3),
        video_codec=codec.name,
        profile=str(codec.profile or ""),
        pixel_format=codec.pix_fmt or "",
        width=width,
        height=height,
        rotation=rotation,
        pixel_aspect=round(float(video.sample_aspect_ratio or 1), 4),
        fps=round(counted.per_second, 3),
        video_bits_per_second=round(counted.bytes * 8 / seconds) if seconds else 0,
        is_interlaced=any(frame.interlaced_frame for frame in frames if frame),
        is_hdr=bool(shown and shown.color_trc in HDR_TRANSFERS),
        is_closed_gop=_is_closed(counted, codec.name),
        is_moov_first=movie.is_moov_first if movie else False,
        is_fragmented=movie.is_fragmented if movie else False,
        edit_lists=movie.edit_lists if movie else EditLists.NONE,
        trailing_bytes=movie.trailing_bytes if movie else 0,
        is_decodable=all(frame is not None for frame in frames),
        audio=_audio_facts(audio, counted_audio),
    )


def _refuse_cut_off(promised: float, counted: _Counted, counted_audio: _Counted | None) -> None:
    if counted.packets == 0:
        raise FileRefused("file_broken")
    reached = max(float(counted.last), float(counted_audio.last) if counted_audio else 0.0)
    if promised and reached < promised * MISSING_PART:
        raise FileRefused("file_truncated")


def _audio_facts(audio: AudioStream | None, counted: _Counted | None) -> AudioFacts | None:
    if audio is None or counted is None or counted.packets == 0:
        return None
    codec = audio.codec_context
    bits = round(counted.bytes * 8 / counted.seconds) if counted.seconds else 0
    return AudioFacts(codec=codec.name, hertz=codec.sample_rate, channels=codec.channels, bits_per_second=bits)
