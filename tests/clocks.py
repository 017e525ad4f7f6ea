"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

DEFAULT_NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""A Monday, 09:00 in Almaty."""


class FrozenClock:
    """Tells the instant it was set to."""

    def __init__(self, now: datetime = DEFAULT_NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the instant at hand, aware, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Jump to an instant."""
        if now.tzinfo is None:
            raise ValueError("an instant without a zone")
        self._now = now.astimezone(UTC)

    def advance(self, seconds: float = 0, **span: float) -> datetime:
        """Move on by some seconds, or by `minutes=`, `hours=`, `days=`; return the new instant."""
        self._now += timedelta(seconds=seconds, **span)
        return self._now
