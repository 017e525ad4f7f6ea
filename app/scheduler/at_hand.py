"""What a job finds at hand when an alarm rings: set by the process, since the job store keeps nothing but ids."""

from collections.abc import Callable
from dataclasses import dataclass

from app.clock import Clock
from app.config import Config
from app.crypto import KeyRing
from app.instagram.client import InstagramApp


@dataclass(frozen=True)
class AtHand:
    """The things every job may need. `wake_post` hands a post to the workers."""

    config: Config
    clock: Clock
    keys: KeyRing
    instagram_app: InstagramApp
    wake_post: Callable[[int], None]


_current: AtHand | None = None


def put(at_hand: AtHand | None) -> None:
    """Say what is at hand from now on, in this process."""
    global _current
    _current = at_hand


def get() -> AtHand:
    """Return what is at hand. Raises RuntimeError outside the scheduler."""
    if _current is None:
        raise RuntimeError("jobs run in the scheduler only")
    return _current
