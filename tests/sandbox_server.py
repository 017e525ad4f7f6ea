"""The local Instagram as a process of its own, and its control calls."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from tests.processes import end_with_parent, free_port

PROJECT_DIR = Path(__file__).resolve().parent.parent
START_SECONDS = 30


class SandboxServer:
    """`python -m sandbox` on a free port."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.port = 0
        self._http = requests.Session()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The origin that stands for all of Instagram's hosts."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        for _ in range(5):
            self.port = free_port()
            with self.log.open("wb") as log:
                self._process = subprocess.Popen(
                    [*end_with_parent(), sys.executable, "-m", "sandbox", "--port", str(self.port)],
                    cwd=PROJECT_DIR,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            if self._is_answering():
                return
            self.stop()
        raise RuntimeError(f"the sandbox did not start:\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
        self._process = None

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Make a control call (`path` without the leading /sandbox) and return its JSON answer."""
        answer = self._http.request(method, f"{self.url}/sandbox{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def reset(self, seed: int = 1) -> None:
        """Forget everything that happened so far."""
        self.call("POST", "/reset", {"seed": seed})

    def settings(self, **values: Any) -> None:
        """Change settings, such as `processing_s`."""
        self.call("POST", "/settings", values)

    def add_account(self, username: str = "alma.coffee", **values: Any) -> tuple[str, str]:
        """Add a professional account; return its user id and a long-lived token with every scope."""
        made = self.call("POST", "/accounts", {"username": username, **values})
        return str(made["user_id"]), str(made["access_token"])

    def add_fault(self, path: str, action: str, *, times: int = 1, **values: Any) -> None:
        """Let the next `times` calls whose path matches the regular expression go wrong."""
        self.call("POST", "/faults", {"path": path, "action": action, "times": times, **values})

    def advance(self, seconds: float) -> None:
        """Move its clock on."""
        self.call("POST", "/clock", {"advance_s": seconds})

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the API calls it received after number `after`, oldest first."""
        return _rows(self.call("GET", f"/journal?after={after}"))

    def published(self) -> list[dict[str, Any]]:
        """Return everything that was published."""
        return _rows(self.call("GET", "/published"))

    def _is_answering(self) -> bool:
        assert self._process is not None
        give_up_at = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < give_up_at:
            try:
                self.call("GET", "/clock")
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return True
        return False


def _rows(answer: Any) -> list[dict[str, Any]]:
    """Unwrap a list that may stand alone or under `data`."""
    return list(answer["data"] if isinstance(answer, dict) else answer)
