"""Opening an uploaded file with the media library, as what it was found to be and as nothing else.

The library is given an open file, never a name, and whatever else it asks to open (another file, an address) is
refused: a file cannot make it read or fetch anything.
"""

from typing import Any, BinaryIO

import av
from av.container import InputContainer

from app.assets.sniff import Container

DEMUXERS = {Container.MP4: "mov", Container.MOV: "mov", Container.MATROSKA: "matroska", Container.AVI: "avi"}
READ_BYTES = 1024 * 1024


class NothingElse(Exception):
    """The media library was told by the file to open something else."""


def open_media(file: BinaryIO, container: Container) -> InputContainer:
    """Return the opened film. Raises av.FFmpegError or ValueError when it cannot be read as that."""
    file.seek(0)
    options = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS[container]}
    if DEMUXERS[container] == "mov":
        options |= {"enable_drefs": "0", "use_absolute_path": "0"}
    return av.open(
        file,
        "r",
        format=DEMUXERS[container],
        options=options,
        buffer_size=READ_BYTES,
        metadata_errors="replace",
        io_open=_refuse,
    )


def _refuse(url: str, flags: int, options: dict[str, Any]) -> BinaryIO:
    raise NothingElse(url[:200])
