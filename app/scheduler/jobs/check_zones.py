"""Zones' rules change by law, now and then at short notice."""

from zoneinfo import ZoneInfo

from app.publishing.due_posts import recompute_due_times
from app.scheduler import at_hand


def run() -> None:
    """Compute planned instants again from their wall times, by the rules that are on the disk today."""
    ZoneInfo.clear_cache()
    recompute_due_times(at_hand.get().clock.now())
