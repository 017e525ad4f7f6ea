"""What was measured in a file; kept as JSON in `Asset.facts`."""

from dataclasses import asdict, dataclass
from typing import Any

from app.assets.boxes import EditLists
from app.assets.sniff import Container


@dataclass(frozen=True)
class AudioFacts:
    """The first audio track."""

    codec: str
    hertz: int
    channels: int
    bits_per_second: int


@dataclass(frozen=True)
class VideoFacts:
    """A film. Width and height are as it is shown: turned, but not yet stretched by the pixels' shape."""

    container: Container
    size_bytes: int
    duration_seconds: float
    video_codec: str
    profile: str
    pixel_format: str
    width: int
    height: int
    rotation: int
    """Degrees clockwise that a player turns the frames by: 0, 90, 180 or 270."""
    pixel_aspect: float
    """Width of a pixel divided by its height."""
    fps: float
    """Frames divided by seconds, as counted."""
    video_bits_per_second: int
    is_interlaced: bool
    is_hdr: bool
    is_closed_gop: bool
    is_moov_first: bool
    is_fragmented: bool
    edit_lists: EditLists
    trailing_bytes: int
    is_decodable: bool
    """Whether frames at the start, the middle and the end could be decoded."""
    audio: AudioFacts | None

    @property
    def bits_per_second(self) -> int:
        """All tracks together."""
        return round(self.size_bytes * 8 / self.duration_seconds) if self.duration_seconds else 0

    @property
    def ratio(self) -> float:
        """Shown width divided by shown height."""
        aspect = self.pixel_aspect if self.rotation % 180 == 0 else 1 / self.pixel_aspect
        return self.width * aspect / self.height

    @property
    def coded_width(self) -> int:
        """Width of the frames before they are turned."""
        return self.width if self.rotation % 180 == 0 else self.height

    def to_json(self) -> dict[str, Any]:
        """Return what `Asset.facts` keeps."""
        return {"kind": "video"} | asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "VideoFacts":
        """Return the facts that `to_json` wrote."""
        values = {name: value for name, value in values.items() if name in cls.__dataclass_fields__}
        values["container"] = Container(values["container"])
        values["edit_lists"] = EditLists(values["edit_lists"])
        values["audio"] = AudioFacts(**values["audio"]) if values["audio"] else None
        return cls(**values)


@dataclass(frozen=True)
class ImageFacts:
    """A picture, its orientation applied."""

    container: Container
    size_bytes: int
    width: int
    height: int

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.width / self.height

    def to_json(self) -> dict[str, Any]:
        """Return what `Asset.facts` keeps."""
        return {"kind": "image"} | asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "ImageFacts":
        """Return the facts that `to_json` wrote."""
        values = {name: value for name, value in values.items() if name in cls.__dataclass_fields__}
        return cls(**(values | {"container": Container(values["container"])}))
