"""The process of its own in which uploaded files are opened: `python -m app.assets.examine`.

Reads one order as JSON from its input, and writes lines of JSON: `{"progress": 40}` while it works, then
`{"result": …}` or `{"refused": key, "values": …}` or `{"failed": reason}`. It knows no database and no secret, gives
up most of what a process may do before it opens anything, and is killed when it takes too long.
"""

import ctypes
import errno
import hashlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from app.assets.errors import FileRefused

HASH_BYTES = 1024 * 1024
NICENESS = 10
OPEN_FILES = 64
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38


def main() -> int:
    """Carry out the order and return the process's exit code."""
    order = json.load(sys.stdin)
    confine(order["limits"])
    try:
        report(result=ORDERS[order["do"]](order))
    except FileRefused as error:
        report(refused=error.key, values=error.values)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        report(failed=f"{type(error).__name__} {error.errno}", is_disk_full=full)
    except (MemoryError, ValueError, ArithmeticError, LookupError) as error:
        report(failed=f"{type(error).__name__}: {error}"[:300])
    return 0


def confine(limits: dict[str, int]) -> None:
    """Take from this process what the work does not need, and let it end with its parent."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.nice(NICENESS)
    for kind, most in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def report(**line: Any) -> None:
    """Tell the parent something."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def inspect(order: dict[str, Any]) -> dict[str, Any]:
    """Return facts and digest of a file, and write its small picture to `order["poster"]`."""
    from app.assets.pictures import measure_image, save_poster
    from app.assets.probe import measure_video
    from app.assets.sniff import sniff
    from app.assets.sniff_attachment import sniff_attachment

    with Path(order["source"]).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if order.get("purpose") == "message" and (attached := sniff_attachment(file, size)):
            return {"facts": attached.to_json(), "sha256": _digest(file)}
        sniffed = sniff(file, size)
        file.seek(0)
        if sniffed.movie is not None or sniffed.container.kind == "video":
            measured = measure_video(file, size, sniffed)
            facts = measured.facts.to_json()
            if measured.first_frame is not None:
                save_poster(_upright(measured.first_frame, measured.facts.rotation), Path(order["poster"]))
        else:
            facts = measure_image(file, size, sniffed.container).to_json()
        return {"facts": facts, "sha256": _digest(file)}


def convert_video(order: dict[str, Any]) -> dict[str, Any]:
    """Write the copy that Instagram gets to `order["target"]` and return its facts.

    When copying a track as it is does not come to a good end, everything is encoded anew.
    """
    from app.assets.facts import VideoFacts
    from app.assets.rules import Fix, Verdict, judge_reel

    facts, verdict = VideoFacts.from_json(order["facts"]), Verdict(None, tuple(Fix(key) for key in order["fixes"]))
    made = _make_copy(order, facts, verdict, everything=False)
    if made is None or judge_reel(made) != Verdict():
        made = _make_copy(order, facts, verdict, everything=True)
    if made is None:
        raise ValueError("the copy cannot be read")
    return {"facts": made.to_json()}


def _make_copy(order: dict[str, Any], facts: Any, verdict: Any, *, everything: bool) -> Any:
    """Return what was measured in the copy, or None when it could not be made or read."""
    import av

    from app.assets.convert import convert
    from app.assets.probe import measure_video
    from app.assets.rendition import plan_rendition
    from app.assets.sniff import sniff

    target = Path(order["target"])
    rendition = plan_rendition(facts, verdict, everything=everything)
    try:
        with Path(order["source"]).open("rb") as file:
            convert(file, facts, rendition, target, lambda percent: report(progress=percent))
        with target.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            made = measure_video(file, size, sniff(file, size)).facts
            os.fsync(file.fileno())
            return made
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM}:
            raise
        if not isinstance(error, av.FFmpegError):
            raise
    except (av.FFmpegError, ValueError, FileRefused):
        pass
    return None


def convert_image(order: dict[str, Any]) -> dict[str, Any]:
    """Write the picture anew as a JPEG to `order["target"]`, a small one to `order["poster"]`; return its facts."""
    from app.assets.pictures import encode_anew, measure_image, save_jpeg, save_poster
    from app.assets.sniff import Container

    with Path(order["source"]).open("rb") as file:
        image = encode_anew(file, Container(order["facts"]["container"]))
    target = Path(order["target"])
    save_jpeg(image, target)
    save_poster(image, Path(order["poster"]))
    with target.open("rb") as file:
        os.fsync(file.fileno())
        return {"facts": measure_image(file, os.fstat(file.fileno()).st_size, Container.JPEG).to_json()}


def _upright(frame: Any, rotation: int) -> Any:
    """Return the frame as a picture, turned the way a player turns it."""
    picture = frame.to_image()
    return picture.rotate(-rotation, expand=True) if rotation else picture


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(HASH_BYTES):
        digest.update(piece)
    return digest.hexdigest()


ORDERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "inspect": inspect,
    "convert_video": convert_video,
    "convert_image": convert_image,
}

if __name__ == "__main__":
    sys.exit(main())
