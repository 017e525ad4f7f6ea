"""One thread per web process looks for hints and hands each open page those of its workspace."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.live.queries import LATE, Change, list_changes, newest_hint_id

log = structlog.get_logger()

LOOK_SECONDS = 0.5
AWAY_SECONDS = 2.0
LOOK_LIMIT = 1000
MOST_GAPS = 1000
GAPS_AT_FIRST = 100
QUEUE_LENGTH = 300


class TooManyStreams(Exception):
    """This process holds as many pages open as it may; the page asks from time to time instead."""


class Signal(StrEnum):
    """What a stream is told beside changes."""

    RELOAD = "reload"
    """It has missed something; everything shown is to be fetched anew."""
    END = "end"
    """The process stops."""


@dataclass(frozen=True)
class Pace:
    """How often an open page is looked after, in seconds."""

    look: float = 1.0
    """Whether its browser is still there."""
    beat: float = 15.0
    """A sign of life for both sides, and whether the login still holds."""
    longest: float = 300.0
    """Then the browser comes back by itself, maybe to a process that has less to do."""


class Stream:
    """What waits to be told to one open page."""

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self._waiting: queue.Queue[Change | Signal] = queue.Queue(QUEUE_LENGTH)
        self._has_lost = False
        self._is_over = False

    def put(self, news: Change | Signal) -> None:
        """Tell it. A page that takes nothing for long is told once to reload instead."""
        if news is Signal.END:
            self._is_over = True
        try:
            self._waiting.put_nowait(news)
        except queue.Full:
            self._has_lost = True

    def next(self, seconds: float) -> Change | Signal | None:
        """Return what comes next, waiting for up to `seconds`; None when nothing came."""
        if self._is_over:
            return Signal.END
        if self._has_lost:
            self._has_lost = False
            self._drop_waiting()
            return Signal.RELOAD
        try:
            return self._waiting.get(timeout=seconds)
        except queue.Empty:
            return None

    def _drop_waiting(self) -> None:
        while True:
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                return


class Watcher:
    """Knows the open streams of this process. Its thread begins with the first stream and ends with the last.

    It is made before gunicorn forks and costs nothing until then: no thread would survive a fork.
    """

    def __init__(self, *, most_streams: int = 8, look_seconds: float = LOOK_SECONDS) -> None:
        self.most_streams = most_streams
        self.is_stopping: Callable[[], bool] = lambda: False
        self.look_seconds = look_seconds
        self.pace = Pace()
        self.position = 0
        """Everything up to here has been handed out."""
        self._gaps: dict[int, float] = {}
        self._streams: set[Stream] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def open(self, workspace_id: int) -> Stream:
        """Return a stream that is told every change from now on. Raises TooManyStreams."""
        stream = Stream(workspace_id)
        with self._lock:
            if len(self._streams) >= self.most_streams or self.is_stopping():
                raise TooManyStreams
            if self._thread is None:
                self._begin()
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()
            self._streams.add(stream)
        return stream

    def close(self, stream: Stream) -> None:
        """Forget a stream whose page is gone."""
        with self._lock:
            self._streams.discard(stream)

    @property
    def open_streams(self) -> int:
        """How many pages are held open."""
        return len(self._streams)

    def _watch(self) -> None:
        is_lost = False
        while not self._has_ended():
            try:
                if is_lost:  # what pages asked for meanwhile has failed too
                    self._begin()
                    self._tell_all(Signal.RELOAD)
                    is_lost = False
                is_behind = self._look()
            except Exception as error:
                is_lost = True
                log.warning("live_lost", error=type(error).__name__, exc_info=not isinstance(error, SQLAlchemyError))
                time.sleep(AWAY_SECONDS)
            else:
                if not is_behind:
                    time.sleep(self.look_seconds)

    def _begin(self) -> None:
        """Stand at the newest hint; the numbers before it that are not there yet may still come."""
        before = max(0, newest_hint_id() - GAPS_AT_FIRST)
        self._gaps, self.position = {}, before
        self._step_to([change.id for change in list_changes(before)])

    def _has_ended(self) -> bool:
        """Whether nobody listens any more; then the next stream begins anew."""
        if self.is_stopping():
            self._tell_all(Signal.END)
        with self._lock:
            if not self._streams:
                self._thread = None
            return self._thread is None

    def _look(self) -> bool:
        """Hand out what is new; return whether there may be more at once."""
        changes = list_changes(self.position, self._open_gaps(), LOOK_LIMIT)
        for change in changes:
            self._gaps.pop(change.id, None)
            self._hand_out(change)
        self._step_to([change.id for change in changes if change.id > self.position])
        return len(changes) == LOOK_LIMIT

    def _open_gaps(self) -> list[int]:
        """Return the numbers left out lately: their transactions may still commit, or were undone."""
        youngest = time.monotonic() - LATE.total_seconds()
        self._gaps = {number: at for number, at in self._gaps.items() if at > youngest}
        return list(self._gaps)

    def _step_to(self, new_ids: list[int]) -> None:
        if not new_ids:
            return
        left_out = set(range(max(self.position + 1, new_ids[-1] - MOST_GAPS), new_ids[-1])) - set(new_ids)
        now = time.monotonic()
        self._gaps |= dict.fromkeys(sorted(left_out), now)
        self._gaps = dict(list(self._gaps.items())[-MOST_GAPS:])
        self.position = new_ids[-1]

    def _hand_out(self, change: Change) -> None:
        with self._lock:
            listening = [stream for stream in self._streams if stream.workspace_id == change.workspace_id]
        for stream in listening:
            stream.put(change)

    def _tell_all(self, signal: Signal) -> None:
        with self._lock:
            listening = list(self._streams)
        for stream in listening:
            stream.put(signal)
