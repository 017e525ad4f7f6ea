"""Names every commit and every remote call of a process, and kills it at one of them.

A point is named `<who>.<what>:<n>:<before|after>`: the n-th commit or call of the workers (`post`), of the lease, of
the alarm clock. The points of one post's steps follow one another, so that a name means the same in every run.
"""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import requests

from app import db

BESIDE = ("events", "dispatches", "sync", "snoozed")
"""Loops that have nothing to do with posts: how often they come to a point depends on how long the run takes."""
THREADS = {"urgent": "post", "calm": "post", "lease": "lease", "assets": "assets", "MainThread": "main"}


class CrashPoints:
    """Counts points, writes their names to a file, and kills (or freezes) the process at the one asked for."""

    def __init__(self, crash_at: str | None, names: Path, how: int = signal.SIGKILL) -> None:
        self._crash_at = crash_at
        self._how = how
        self._names = os.open(names, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Begin: from now on every commit of the transactions' engine and every HTTP call is a point."""
        dialect = db.engine().dialect
        commit = dialect.do_commit

        def do_commit(connection: Any) -> None:
            number = self._pass("commit")
            commit(connection)
            self._at(f"{number}:after")

        dialect.do_commit = do_commit  # type: ignore[assignment,method-assign]
        send = requests.Session.send

        def send_watched(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> Any:
            number = self._pass("call")
            answer = send(session, request, **kwargs)
            self._at(f"{number}:after")
            return answer

        requests.Session.send = send_watched  # type: ignore[assignment,method-assign]

    def _pass(self, what: str) -> str:
        if threading.current_thread().name in BESIDE:
            return "beside"
        with self._lock:
            kind = f"{_who()}.{what}"
            self._counts[kind] = self._counts.get(kind, 0) + 1
            name = f"{kind}:{self._counts[kind]}"
        self._at(f"{name}:before")
        return name

    def _at(self, name: str) -> None:
        if name.startswith("beside"):
            return
        os.write(self._names, f"{name}\n".encode())
        if name == self._crash_at:
            os.kill(os.getpid(), self._how)


def _who() -> str:
    name = threading.current_thread().name
    return next((who for start, who in THREADS.items() if name.startswith(start)), "alarm")
