"""Starting the process in which a file is opened, listening to it, and ending it when it takes too long."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from app.assets.errors import ExamineFailed, FileRefused
from app.config import PROJECT_DIR

GLANCE_SECONDS = 0.25
HEARTBEAT_SECONDS = 1.0
LINE_BYTES = 1024 * 1024
COMPLAINT_BYTES = 2_000
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one process may use."""

    wall_seconds: int
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int


INSPECTION = Limits(wall_seconds=180, cpu_seconds=180, memory_bytes=1_500 * MEGABYTE, file_bytes=8 * MEGABYTE)


def conversion_limits(duration_seconds: float) -> Limits:
    """Return what converting a film of this length may use: about real time on a small server, ten times that here."""
    wall = 300 + round(12 * duration_seconds)
    return Limits(wall_seconds=wall, cpu_seconds=2 * wall, memory_bytes=2_500 * MEGABYTE, file_bytes=400 * MEGABYTE)


class Interrupted(Exception):
    """The work was given up because `keep_on` said so; nothing is wrong with the file."""


def examine(order: dict[str, Any], limits: Limits, *, keep_on: Callable[[int], bool] | None = None) -> dict[str, Any]:
    """Carry out an order of `app.assets.examine` and return its result.

    `keep_on` is called about once a second with the per cent done; when it says no, the process is ended.
    Raises FileRefused, ExamineFailed or Interrupted.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "app.assets.examine"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=PROJECT_DIR,
        env=_environment(),
        start_new_session=True,
    )
    try:
        return _Listener(process, limits, keep_on or (lambda _percent: True)).listen(order)
    finally:
        _end(process)


def _environment() -> dict[str, str]:
    """Return an environment without our settings: the process that opens strangers' files holds no secret."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


class _Listener:
    """Reads what the process says until it has answered, died, or used up its time."""

    def __init__(self, process: "subprocess.Popen[bytes]", limits: Limits, keep_on: Callable[[int], bool]) -> None:
        self.process, self.limits, self.keep_on = process, limits, keep_on
        self.percent = 0
        self.answer: dict[str, Any] | None = None
        self.buffered = b""
        self.complaint = b""

    def listen(self, order: dict[str, Any]) -> dict[str, Any]:
        self.give(order)
        deadline = time.monotonic() + self.limits.wall_seconds
        with selectors.DefaultSelector() as selector:
            for pipe, take in ((self.process.stdout, self.take_words), (self.process.stderr, self.take_complaint)):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, selectors.EVENT_READ, take)
            self.until_silent(selector, deadline)
        return self.outcome()

    def give(self, order: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        limits = asdict(self.limits)
        try:
            self.process.stdin.write(json.dumps(order | {"limits": limits}).encode())
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # it died at once; what it said about that is read below

    def until_silent(self, selector: selectors.BaseSelector, deadline: float) -> None:
        heartbeat = time.monotonic() + HEARTBEAT_SECONDS
        while selector.get_map():
            for key, _ in selector.select(GLANCE_SECONDS):
                piece = os.read(key.fd, 65_536)
                if piece:
                    key.data(piece)
                else:
                    selector.unregister(key.fileobj)
            now = time.monotonic()
            if now >= deadline:
                raise ExamineFailed("took too long")
            if now >= heartbeat:
                heartbeat = now + HEARTBEAT_SECONDS
                if not self.keep_on(self.percent):
                    raise Interrupted

    def take_words(self, piece: bytes) -> None:
        *lines, self.buffered = (self.buffered + piece).split(b"\n")
        if len(self.buffered) > LINE_BYTES:
            raise ExamineFailed("said too much")
        for line in lines:
            words = json.loads(line)
            if "progress" in words:
                self.percent = int(words["progress"])
            else:
                self.answer = words

    def take_complaint(self, piece: bytes) -> None:
        self.complaint = (self.complaint + piece)[-COMPLAINT_BYTES:]

    def outcome(self) -> dict[str, Any]:
        code = self.process.wait()
        answer = self.answer
        if answer is None:
            ended = signal.Signals(-code).name if code < 0 else f"exit {code}"
            raise ExamineFailed(f"{ended} {self.complaint.decode(errors='replace')[-300:]}".strip())
        if "refused" in answer:
            raise FileRefused(answer["refused"], **answer["values"])
        if "failed" in answer:
            raise ExamineFailed(answer["failed"], is_disk_full=bool(answer.get("is_disk_full")))
        result = answer["result"]
        assert isinstance(result, dict)
        return result
