"""When a snoozed conversation comes back: quick choices, or a date and a time of the workspace's clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _

from app.errors import RuleError
from app.publishing.due_time import resolve_due_time
from app.web.context import current_workspace

MORNING, EVENING = time(9), time(18)


def quick_snoozes(now: datetime) -> list[tuple[str, str]]:
    """Return the quick choices that lie ahead: their values and words."""
    choices = [
        ("hour", _("In an hour")),
        ("evening", _("This evening, 18:00")),
        ("tomorrow", _("Tomorrow, 9:00")),
        ("monday", _("Monday, 9:00")),
    ]
    times = _quick_times(now)
    return [(value, label) for value, label in choices if times[value] > now]


def read_snooze(now: datetime) -> datetime:
    """Return the instant that the request's form asks for. Raises RuleError."""
    chosen = _quick_times(now).get(request.form.get("until", ""))
    if chosen is not None:
        return chosen
    try:
        typed = f"{request.form.get('date', '')}T{request.form.get('time') or '09:00'}"
        wall = datetime.fromisoformat(typed).replace(tzinfo=None)
    except ValueError:
        raise RuleError("snooze_incomplete") from None
    return resolve_due_time(wall, current_workspace.timezone).at


def _quick_times(now: datetime) -> dict[str, datetime]:
    zone = ZoneInfo(current_workspace.timezone)
    today = now.astimezone(zone).date()
    return {
        "hour": now + timedelta(hours=1),
        "evening": datetime.combine(today, EVENING, zone),
        "tomorrow": datetime.combine(today + timedelta(days=1), MORNING, zone),
        "monday": datetime.combine(today + timedelta(days=7 - today.weekday()), MORNING, zone),
    }
