"""The record of everything the sandbox has sent to the app."""

import hashlib
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

import requests

from sandbox.clock import real_now

KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt; `status` is None when there was no answer. `at` is the real time of sending."""

    n: int
    at: str
    kind: str
    url: str
    body_sha256: str
    status: int | None
    ms: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered; `status` is None when it did not."""

    status: int | None
    body: str


class Deliveries:
    """Sends, and remembers each attempt."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._log: deque[Delivery] = deque(maxlen=KEPT)
        self._count = 0
        self._local = threading.local()

    def _session(self) -> requests.Session:
        """Return this thread's session, which keeps its connections."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        session: requests.Session = self._local.session
        return session

    def post(self, kind: str, url: str, body: bytes, headers: dict[str, str], *, timeout_s: float) -> Answer:
        """Send a body once and return the answer; never raises."""
        at, started = real_now(), time.monotonic()
        try:
            reply = self._session().post(url, data=body, headers=headers, timeout=timeout_s, allow_redirects=False)
            answer = Answer(reply.status_code, reply.text)
        except requests.RequestException:
            answer = Answer(None, "")
        elapsed = round((time.monotonic() - started) * 1000)
        with self._lock:
            self._count += 1
            digest = hashlib.sha256(body).hexdigest()
            self._log.append(Delivery(self._count, at, kind, url, digest, answer.status, elapsed))
        return answer

    def list_deliveries(self) -> list[dict[str, Any]]:
        """Return the attempts, oldest first."""
        with self._lock:
            return [asdict(delivery) for delivery in self._log]

    def clear(self) -> None:
        """Forget all attempts, and count from 1 again."""
        with self._lock:
            self._log.clear()
            self._count = 0
