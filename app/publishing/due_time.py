"""From what a wall clock shows in a zone to an instant, with the hours that do not exist and those that come twice."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.errors import RuleError

YEARS = range(2000, 2200)
"""Beyond these, wall times have no instant that can be computed with."""


@dataclass(frozen=True)
class DueTime:
    """A planned time: the wall time as typed, its zone, and the instant that follows from both."""

    wall: datetime
    zone: str
    fold: int
    at: datetime


def resolve_due_time(wall: datetime, zone: str, *, fold: int | None = None) -> DueTime:
    """Return the instant that a wall time means in `zone`.

    `wall` is naive. Where clocks go back, a wall time comes twice: `fold` 0 is the first, 1 the second.
    Raises RuleError `due_time_missing` (values: nearest) for a time that clocks skip, `due_time_twice` when it
    comes twice and `fold` does not say which, and `due_incomplete` for a year that nobody plans for.
    """
    if wall.year not in YEARS:
        raise RuleError("due_incomplete", field="due_time")
    here = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=here, fold=n).astimezone(UTC) for n in (0, 1))
    if not _shows(first, here, wall):
        nearest = _first_after_gap(wall, here)
        raise RuleError("due_time_missing", field="due_time", nearest=nearest, zone=zone)
    if first != second and fold is None:
        raise RuleError("due_time_twice", field="due_fold", wall=wall, zone=zone)
    chosen = fold if fold is not None and first != second else 0
    return DueTime(wall, zone, chosen, second if chosen else first)


def recompute(wall: datetime, zone: str, fold: int) -> datetime:
    """Return the instant a stored wall time means under the zone's rules of today.

    A time that a new rule has made impossible is moved to the first one after the gap.
    """
    try:
        return resolve_due_time(wall, zone, fold=fold).at
    except RuleError as error:
        return resolve_due_time(error.values["nearest"], zone, fold=fold).at


def _shows(instant: datetime, zone: ZoneInfo, wall: datetime) -> bool:
    return instant.astimezone(zone).replace(tzinfo=None) == wall


def _first_after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first whole minute after `wall` that clocks do show."""
    minute = wall.replace(second=0, microsecond=0)
    while not _shows(minute.replace(tzinfo=zone).astimezone(UTC), zone, minute):
        minute += timedelta(minutes=1)
    return minute
