"""Times gone by: what happened before anybody looked at the demo happens on these clocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app.clock import Clock
from app.demo.sandbox import Sandbox


class PastClock:
    """Stands still at an instant of the past until it is moved on; Instagram's clock goes with it."""

    def __init__(self, at: datetime, sandbox: Sandbox) -> None:
        self._at = at
        self._sandbox = sandbox
        sandbox.set_clock(at)

    def now(self) -> datetime:
        """Return the instant it stands at, aware, in UTC."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Move on to an instant; never back."""
        self._at = max(self._at, at)
        self._sandbox.set_clock(self._at)


@contextmanager
def back_at(at: datetime, sandbox: Sandbox, clock: Clock) -> Iterator[PastClock]:
    """Go back to `at`, together with the sandbox; afterwards both show the present again."""
    try:
        yield PastClock(at, sandbox)
    finally:
        sandbox.set_clock(clock.now())
