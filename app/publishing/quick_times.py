"""Times to plan a post for with one tap."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.errors import RuleError
from app.publishing.due_time import resolve_due_time

MORNING = time(10)
EVENING = time(19)
ROUND_TO_MINUTES = 5
SOONEST = timedelta(minutes=5)
"""A time that is nearer than this is no suggestion: it would have passed before the form is sent."""


class QuickTime(StrEnum):
    """What a suggested time is called."""

    IN_AN_HOUR = "in_an_hour"
    TODAY = "today"
    TOMORROW = "tomorrow"
    ON_WEEKDAY = "on_weekday"


@dataclass(frozen=True)
class Suggestion:
    """A suggested time, as the wall clock shows it."""

    kind: QuickTime
    wall: datetime


def suggest_times(now: datetime, zone: str) -> list[Suggestion]:
    """Return the times to offer, soonest first, each of them once and in the future; none that clocks skip."""
    here = now.astimezone(ZoneInfo(zone))
    today = here.date()
    monday = today + timedelta(days=7 - today.weekday())
    wished = [
        Suggestion(QuickTime.IN_AN_HOUR, _round_up(now + timedelta(hours=1), zone)),
        Suggestion(QuickTime.TODAY, datetime.combine(today, EVENING)),
        Suggestion(QuickTime.TOMORROW, datetime.combine(today + timedelta(days=1), MORNING)),
        Suggestion(QuickTime.TOMORROW, datetime.combine(today + timedelta(days=1), EVENING)),
        Suggestion(QuickTime.ON_WEEKDAY, datetime.combine(monday, MORNING)),
    ]
    offered: dict[datetime, Suggestion] = {}
    for suggestion in wished:
        if _is_plain_future(suggestion.wall, zone, now):
            offered.setdefault(suggestion.wall, suggestion)
    return sorted(offered.values(), key=lambda suggestion: suggestion.wall)


def _round_up(instant: datetime, zone: str) -> datetime:
    """Return the wall time at `instant`, rounded up to five minutes."""
    whole = instant.replace(second=0, microsecond=0)
    minutes = -whole.minute % ROUND_TO_MINUTES
    if whole != instant and minutes == 0:
        minutes = ROUND_TO_MINUTES
    return (whole + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _is_plain_future(wall: datetime, zone: str, now: datetime) -> bool:
    try:
        return resolve_due_time(wall, zone).at >= now + SOONEST
    except RuleError:
        return False
