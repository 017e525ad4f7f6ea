"""Waiting for something that another process or thread does."""

import time
from collections.abc import Callable

LONGEST_SECONDS = 20


def wait_until(is_true: Callable[[], object], seconds: float = LONGEST_SECONDS) -> None:
    """Return as soon as `is_true()` is true; fail the test when it is not in time."""
    give_up_at = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > give_up_at:
            raise AssertionError(f"still not true after {seconds} s")
        time.sleep(0.02)
