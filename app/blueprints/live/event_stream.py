"""What goes down a stream: server-sent events of hints, and beats between them so that both sides know it is alive."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

from app.live.queries import Change, Missed
from app.live.watcher import Signal, Stream, Watcher

RETRY_MS = 2000


def event_stream(
    stream: Stream,
    missed: Missed,
    *,
    watcher: Watcher,
    is_welcome: Callable[[], bool],
    is_gone: Callable[[], bool],
) -> Iterator[str]:
    """Yield the events until the browser is gone, its login has ended, or it is time to come back.

    Called after the request is over: nothing in here may lean on it, and it holds no session of the database.
    """
    try:
        yield f"retry: {RETRY_MS}\n" + _opening(missed)
        yield from _news(stream, missed.newest, watcher=watcher, is_welcome=is_welcome, is_gone=is_gone)
    finally:
        watcher.close(stream)


def _news(
    stream: Stream, position: int, *, watcher: Watcher, is_welcome: Callable[[], bool], is_gone: Callable[[], bool]
) -> Iterator[str]:
    pace = watcher.pace
    ends_at, beat_at = time.monotonic() + pace.longest, time.monotonic() + pace.beat
    while time.monotonic() < ends_at and not is_gone():
        settled = watcher.position  # read first: once nothing waits, everything up to here was told
        news = stream.next(pace.look)
        if news is Signal.END:
            return
        if isinstance(news, Change):
            position = max(position, news.id)
            yield _event("hint", str(news), position)
        elif news is Signal.RELOAD:
            yield _event("reload", "", position)
        if time.monotonic() < beat_at:
            continue
        if not is_welcome():
            return
        beat_at = time.monotonic() + pace.beat
        position = max(position, settled) if news is None else position
        yield _event("beat", "", position)


def _opening(missed: Missed) -> str:
    """Return what a page is told at once, at the least that it is heard."""
    if not missed.is_complete:
        return _event("reload", "", missed.newest)
    hints = (_event("hint", str(change), missed.newest) for change in missed.changes)
    return "".join(hints) + _event("beat", "", missed.newest)


def _event(name: str, text: str, position: int) -> str:
    return f"id: {position}\nevent: {name}\ndata: {text}\n\n"


def has_left(environ: dict[str, Any]) -> bool:
    """Whether the browser has closed the connection, as far as the server lets us see it.

    Without this a thread would wait for the next beat for every page that somebody has left.
    """
    connection = environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
