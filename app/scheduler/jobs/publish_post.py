"""An alarm clock with an id; the row decides."""

from app.scheduler import at_hand


def run(post_id: int) -> None:
    """Wake a post at its due second."""
    at_hand.get().wake_post(post_id)
