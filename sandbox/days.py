"""Days as insights count them: US-Pacific days, numbered from 1970-01-01.

Source: api-reference/instagram-user/insights (`end_time` is 07:00Z in summer, 08:00Z in winter).
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
EPOCH = date(1970, 1, 1)


def day_of(instant: float) -> int:
    """Return the number of the Pacific day that holds this unix time."""
    return (datetime.fromtimestamp(instant, PACIFIC).date() - EPOCH).days


@lru_cache(maxsize=4096)
def day_start(day: int) -> float:
    """Return the unix time at which a Pacific day begins."""
    return datetime.combine(EPOCH + timedelta(days=day), time(), PACIFIC).timestamp()
