"""What crashes and abandoned uploads leave in the media folder."""

from app.assets.sweep_files import sweep_files
from app.scheduler import at_hand


def run() -> None:
    """Remove it, once an hour."""
    with_us = at_hand.get()
    sweep_files(with_us.config.media_dir, with_us.clock.now())
