"""How many calls each account has used of its rolling day.

Source: overview and graph-api/overview/rate-limiting: calls = 4800 × impressions in 24 hours, shown in percent.
"""

import threading
from collections import defaultdict

from sandbox.clock import Clock

BUCKET_S, BUCKETS = 600, 144


class Usage:
    """Calls by account in buckets of ten minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, dict[int, int]] = defaultdict(dict)

    def count(self, user_id: str) -> int:
        """Count one call and return the calls of the last 24 hours."""
        bucket = int(self._clock.now() // BUCKET_S)
        with self._lock:
            counted = self._buckets[user_id]
            if bucket not in counted:
                for old in [number for number in counted if number <= bucket - BUCKETS]:
                    del counted[old]
            counted[bucket] = counted.get(bucket, 0) + 1
            return sum(counted.values())

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._buckets.clear()
