"""What pages were told is of use for some minutes."""

from app.live.forget_old_hints import forget_old_hints
from app.scheduler import at_hand


def run() -> None:
    """Delete old hints."""
    forget_old_hints(at_hand.get().clock.now())
