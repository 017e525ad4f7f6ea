"""What is kept for a while only."""

from app.scheduler import at_hand
from app.scheduler.incidents import forget_old_incidents


def run() -> None:
    """Delete what is too old to be of use."""
    forget_old_incidents(at_hand.get().clock.now())
