"""Making the copy that Instagram gets. Runs only in the process of its own that `app.assets.examine` is."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.filter.context import FilterContext
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.assets.facts import VideoFacts
from app.assets.open_media import open_media
from app.assets.rendition import AudioTarget, Rendition, VideoTarget

# The index goes first, and no edit list is needed: the first frame is shown at 0 by negative offsets instead.
MUXER = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
ENCODER_THREADS = 2
TURNS = {90: [("transpose", "clock")], 180: [("hflip", ""), ("vflip", "")], 270: [("transpose", "cclock")]}
BT709 = 1
AUDIO_GAP_SECONDS = Fraction(1, 10)
Progress = Callable[[int], None]


def convert(file: BinaryIO, facts: VideoFacts, rendition: Rendition, target: Path, progress: Progress) -> None:
    """Write the copy to `target`, reporting per cent. Raises av.FFmpegError or OSError when it cannot be made."""
    with (
        open_media(file, facts.container) as source,
        av.open(str(target), "w", format="mp4", container_options=MUXER) as output,
    ):
        tracks = _tracks(source, output, facts, rendition)
        done = -1
        for packet in source.demux([track.source for track in tracks.values()]):
            tracks[packet.stream_index].take(packet)
            percent = _percent(packet, facts)
            if percent > done:
                done = percent
                progress(percent)
        for track in tracks.values():
            track.end()


def _percent(packet: "Packet[Any]", facts: VideoFacts) -> int:
    if packet.pts is None or packet.time_base is None or not facts.duration_seconds:
        return 0
    return min(99, max(0, int(100 * float(packet.pts * packet.time_base) / facts.duration_seconds)))


def _tracks(
    source: InputContainer, output: OutputContainer, facts: VideoFacts, rendition: Rendition
) -> "dict[int, _Track]":
    video = source.streams.best("video")
    audio = source.streams.best("audio") if facts.audio else None
    tracks: list[_Track] = []
    if isinstance(video, VideoStream):
        to_video = rendition.video
        tracks.append(_EncodedVideo(video, output, facts, to_video) if to_video else _Copied(video, output))
    if isinstance(audio, AudioStream):
        tracks.append(_EncodedAudio(audio, output, rendition.audio) if rendition.audio else _Copied(audio, output))
    return {track.source.index: track for track in tracks}


class _Track:
    """One track of the copy, fed with the packets of the original."""

    def __init__(self, source: VideoStream | AudioStream, output: OutputContainer) -> None:
        self.source = source
        self.output = output

    def take(self, packet: "Packet[Any]") -> None:
        raise NotImplementedError

    def end(self) -> None:
        """Write what is still held back."""


class _Copied(_Track):
    """The packets as they are."""

    def __init__(self, source: VideoStream | AudioStream, output: OutputContainer) -> None:
        super().__init__(source, output)
        self.stream = output.add_stream_from_template(source)
        if source.codec_context.name == "hevc":
            self.stream.codec_context.codec_tag = "hvc1"  # Apple's players know HEVC in an MP4 by no other name

        self.held: list[Packet[Any]] = []

    def take(self, packet: "Packet[Any]") -> None:
        if packet.size == 0:
            return
        if packet.dts is None:
            self.held.append(packet)
            return
        self.mux_held(packet.dts, packet.duration or 1)
        self.mux(packet)

    def mux_held(self, dts: int, step: int) -> None:
        """Matroska tells no decoding times, and the first few cannot be guessed by the library: count them back."""
        for back, packet in enumerate(reversed(self.held), 1):
            packet.dts = dts - back * step
        for packet in self.held:
            self.mux(packet)
        self.held = []

    def mux(self, packet: "Packet[Any]") -> None:
        packet.stream = self.stream
        self.output.mux(packet)


class _EncodedVideo(_Track):
    """Decoded, turned, scaled, and encoded as H.264."""

    def __init__(self, source: VideoStream, output: OutputContainer, facts: VideoFacts, target: VideoTarget) -> None:
        super().__init__(source, output)
        source.thread_type = "AUTO"
        source.codec_context.thread_count = ENCODER_THREADS
        stream = output.add_stream("libx264", rate=target.fps)
        stream.width, stream.height, stream.pix_fmt = target.width, target.height, "yuv420p"
        stream.options = {**_x264_options(target)}
        codec = stream.codec_context
        codec.thread_count = ENCODER_THREADS
        codec.color_range, codec.colorspace, codec.color_primaries, codec.color_trc = 1, BT709, BT709, BT709
        self.stream, self.video, self.facts, self.target = stream, source, facts, target
        self.filters: _Filters | None = None

    def take(self, packet: "Packet[Any]") -> None:
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:  # one damaged packet costs a frame, not the film
            return
        for frame in frames:
            if isinstance(frame, VideoFrame):
                self.encode(frame)

    def encode(self, frame: VideoFrame) -> None:
        if self.filters is None:
            self.filters = _Filters(frame, self.video, _steps(self.facts, self.target))
        for filtered in self.filters.push(frame):
            filtered.pict_type = 0
            self.output.mux(self.stream.encode(filtered))

    def end(self) -> None:
        if self.filters is None:
            raise ValueError("not one frame could be decoded")
        for filtered in self.filters.push(None):
            filtered.pict_type = 0
            self.output.mux(self.stream.encode(filtered))
        self.output.mux(self.stream.encode(None))


class _EncodedAudio(_Track):
    """Decoded, resampled, and encoded as AAC."""

    def __init__(self, source: AudioStream, output: OutputContainer, target: AudioTarget) -> None:
        super().__init__(source, output)
        layout = "stereo" if target.channels == 2 else "mono"
        stream = output.add_stream("aac", rate=target.hertz, layout=layout)
        assert isinstance(stream, AudioStream)
        stream.bit_rate = target.bits_per_second
        self.stream = stream
        self.tick = Fraction(1, target.hertz)
        self.next_pts = 0
        self.resampler = AudioResampler(format="fltp", layout=layout, rate=target.hertz, frame_size=1024)

    def take(self, packet: "Packet[Any]") -> None:
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            return
        for frame in frames:
            if isinstance(frame, AudioFrame):
                self.encode(frame)

    def encode(self, frame: AudioFrame | None) -> None:
        for resampled in self.resampler.resample(frame):
            self.place(resampled)
            self.output.mux(self.stream.encode(resampled))

    def place(self, frame: AudioFrame) -> None:
        """Set the frame's moment: right after the one before, unless the original really has a gap there.

        Containers round their times, and what the encoder gets must never step back.
        """
        said = self.next_pts
        if frame.pts is not None and frame.time_base is not None:
            said = round(frame.pts * frame.time_base / self.tick)
        is_gap = said - self.next_pts > AUDIO_GAP_SECONDS / self.tick
        frame.pts, frame.time_base = said if is_gap else self.next_pts, self.tick
        self.next_pts = frame.pts + frame.samples

    def end(self) -> None:
        self.encode(None)
        self.output.mux(self.stream.encode(None))


class _Filters:
    """A chain of the library's filters."""

    def __init__(self, frame: VideoFrame, source: VideoStream, steps: list[tuple[str, str]]) -> None:
        self.graph = Graph()
        last: FilterContext = self.graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=source.time_base
        )
        for name, arguments in [*steps, ("buffersink", "")]:
            step = self.graph.add(name, arguments or None)
            last.link_to(step)
            last = step
        self.graph.configure()

    def push(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        self.graph.vpush(frame)
        while True:
            try:
                yield self.graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return


def _steps(facts: VideoFacts, target: VideoTarget) -> list[tuple[str, str]]:
    """Return the filters in order: fewer and smaller frames first, for what follows costs by the pixel."""
    steps = [("bwdif", "mode=send_frame:deint=interlaced")] if facts.is_interlaced else []
    steps.append(("fps", f"{target.fps.numerator}/{target.fps.denominator}:start_time=0"))
    width, height = (target.height, target.width) if facts.rotation % 180 else (target.width, target.height)
    steps.append(("scale", f"{width}:{height}:out_range=tv" + ("" if facts.is_hdr else ":out_color_matrix=bt709")))
    if facts.is_hdr:
        colours = "out_primaries=bt709:out_transfer=bt709:out_color_matrix=bt709:out_range=tv"
        steps.append(("scale", f"{width}:{height}:flags=unstable:{colours}"))
    return [*steps, *TURNS.get(facts.rotation, []), ("setsar", "1"), ("format", "yuv420p")]


def _x264_options(target: VideoTarget) -> dict[str, str]:
    second = round(target.fps)
    return {
        "preset": "veryfast",
        "crf": "20",
        "profile": "high",
        "maxrate": str(target.most_bits_per_second),
        "bufsize": str(target.most_bits_per_second),
        "g": str(2 * second),
        "bf": "2",
        "x264-params": "open-gop=0:scenecut=40",
    }
