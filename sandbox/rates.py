"""Limits of calls a second or an hour, by account.

Sources: instagram-platform/overview (v25) and messenger-platform/overview/rate-limiting (2026-03-23).
"""

import threading
from collections import defaultdict, deque

from sandbox.clock import Clock


class Rates:
    """Remembers when each account did what, as long as it matters."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def take(self, user_id: str, what: str, *, limit: int, window_s: float) -> bool:
        """Count one call; False, and not counted, when `limit` calls lie within the last `window_s` seconds."""
        now = self._clock.now()
        with self._lock:
            seen = self._seen[user_id, what]
            while seen and not now - window_s < seen[0] <= now:
                seen.popleft()
            if len(seen) >= limit:
                return False
            seen.append(now)
            return True

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._seen.clear()
