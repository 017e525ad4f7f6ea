"""Sandbox time: the real time plus an offset that tests move."""

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since 1970 as the sandbox sees them. Ages, quotas, windows and expiries are counted with it."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> float:
        """Return the sandbox's time in unix seconds."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move the clock; negative goes back."""
        self.offset += seconds

    def set(self, instant: float) -> None:
        """Make it this unix time now; from here the clock runs on."""
        self.offset = instant - time.time()


def real_now() -> str:
    """Return the machine's own time in UTC, ISO 8601 with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def iso(instant: float) -> str:
    """Return a unix time as ISO 8601 in UTC with microseconds."""
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="microseconds")


def graph_time(instant: float) -> str:
    """Return a unix time as the API prints it: UTC, and no colon in the offset (``2019-09-26T22:36:43+0000``)."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(instant))


def parse_instant(value: object) -> float:
    """Read unix seconds or an ISO 8601 text (UTC when it names no zone); raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not an instant")
    try:
        return float(value)
    except ValueError:
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
