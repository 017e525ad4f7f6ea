"""What a call costs the sandbox with a million comments inside: it must never be the slow side of a load test."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FEW, MANY = 1_000, 1_000_000
MEDIA = 100
CALLS, ROUNDS = 400, 5
MAX_TIMES_EMPTY, MAX_TIMES_FEW = 3.0, 1.3
START_SECONDS = 20
PROJECT = Path(__file__).resolve().parents[2]


class Sandbox:
    """A sandbox of its own and one connection to it."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL)
        self.token = ""
        self._wait()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Make one call and return its JSON, None when there is none."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        raw = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{method} {path}: {answer.status} {raw[:300]!r}")
        return json.loads(raw) if raw else None

    def cpu_seconds(self) -> float:
        """Return the CPU time that the server and its worker have used."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(map(_cpu_seconds, [str(self.process.pid), *children]))


def _cpu_seconds(pid: str) -> float:
    """Return the CPU time of all threads of a process, which the scheduler counts in nanoseconds."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


@contextmanager
def _running() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    try:
        yield sandbox
    finally:
        sandbox.process.terminate()
        sandbox.process.wait(10)


def _fill(sandbox: Sandbox, comments: int) -> Callable[[int], None]:
    """Put an account with so many comments in, and return what makes the n-th call."""
    sandbox.call("POST", "/sandbox/reset", {"seed": 1})
    settings = {"calls_total": 10**9, "conversation_calls_per_s": 10**6, "sends_per_s": 10**6}
    sandbox.call("POST", "/sandbox/settings", settings)
    made = sandbox.call("POST", "/sandbox/accounts", {"username": "bench", "followers_count": 9000})
    sandbox.token, user_id = made["access_token"], made["user_id"]
    person = sandbox.call("POST", "/sandbox/people", {"username": "dana"})["id"]
    media = [
        sandbox.call("POST", f"/sandbox/accounts/{user_id}/media", {"media_type": "REELS"})["id"] for _ in range(MEDIA)
    ]
    for media_id in media:
        sandbox.call("POST", f"/sandbox/media/{media_id}/comments/bulk", {"count": comments // MEDIA})
    sandbox.call("POST", f"/sandbox/accounts/{user_id}/messages", {"from": person, "message": {"text": "Hi"}})
    fields = "id,text,timestamp,username"
    comment = sandbox.call("GET", f"/v25.0/{media[0]}/comments?limit=1")["data"][0]["id"]

    def call(number: int) -> None:
        media_id = media[number % MEDIA]
        kinds: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
            ("GET", f"/v25.0/{media_id}/comments?fields={fields}&limit=10", None),
            ("GET", f"/v25.0/{comment}?fields={fields}", None),
            ("POST", f"/v25.0/{comment}/replies", {"message": "Thanks!"}),
            ("GET", "/v25.0/me?fields=id,user_id,username,followers_count", None),
            ("POST", f"/v25.0/{user_id}/messages", {"recipient": {"id": person}, "message": {"text": "Hi"}}),
            ("GET", f"/v25.0/{media_id}/insights?metric=reach,views,likes", None),
        )
        sandbox.call(*kinds[number % len(kinds)])

    return call


def _cost(sandbox: Sandbox, call: Callable[[int], None]) -> float:
    """Return CPU seconds a call: the best of some rounds, so that neighbours do not count."""
    spent = []
    for _ in range(ROUNDS):
        before = sandbox.cpu_seconds()
        for number in range(CALLS):
            call(number)
        spent.append((sandbox.cpu_seconds() - before) / CALLS)
    return min(spent)


def run() -> list[dict[str, Any]]:
    """Compare calls with an empty view, and a million comments with a thousand."""
    with _running() as sandbox:
        few = _cost(sandbox, _fill(sandbox, FEW))
        many = _cost(sandbox, _fill(sandbox, MANY))
        empty = _cost(sandbox, lambda _: sandbox.call("GET", "/sandbox/ping"))
    return [
        _result("sandbox_cpu_call_over_empty_view", many / empty, MAX_TIMES_EMPTY),
        _result("sandbox_cpu_million_over_thousand_comments", many / few, MAX_TIMES_FEW),
        {"name": "sandbox_cpu_empty_view", "value": round(empty * 1e6), "unit": "µs", "limit": None, "ok": True},
    ]


def _result(name: str, value: float, limit: float) -> dict[str, Any]:
    return {"name": name, "value": round(value, 2), "unit": "×", "limit": limit, "ok": value <= limit}
