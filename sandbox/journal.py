"""Every API call received, in order, bounded in memory."""

import threading
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 200_000
SECRET_PARAMS = frozenset({"access_token", "client_secret", "code", "signed_request", "appsecret_proof"})


@dataclass(slots=True)
class Entry:
    """One call. `at` is the real time of its arrival; `status` is None while it runs and when it was cut off."""

    n: int
    at: str
    method: str
    path: str
    params: dict[str, Any]
    status: int | None = None
    fault: str | None = None
    user_id: str | None = None


class Journal:
    """The calls, numbered from 1."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._dropped = 0

    def begin(self, *, at: str, method: str, path: str, params: dict[str, Any]) -> Entry:
        """Write down a call that has just arrived, with its secrets masked."""
        masked = {name: "***" if name in SECRET_PARAMS else value for name, value in params.items()}
        with self._lock:
            entry = Entry(self._dropped + len(self._entries) + 1, at, method, path, masked)
            self._entries.append(entry)
            if len(self._entries) > KEPT:
                del self._entries[: KEPT // 10]
                self._dropped += KEPT // 10
        return entry

    def after(self, number: int, limit: int | None = None) -> list[dict[str, Any]]:
        """Return the calls numbered above `number`, oldest first."""
        with self._lock:
            start = max(0, number - self._dropped)
            found = self._entries[start : start + limit if limit else None]
        return [asdict(entry) for entry in found]

    def clear(self) -> None:
        """Forget all, and count from 1 again."""
        with self._lock:
            self._entries = []
            self._dropped = 0
