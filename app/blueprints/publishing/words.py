"""Planned times in words: dates and times are made here, never in the browser."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.publishing.due_time import DueTime
from app.publishing.models import Post
from app.publishing.quick_times import QuickTime, Suggestion
from app.web import formats, zones
from app.web.i18n import page_locale, page_zone_name

# One sentence a weekday: Russian bends the word, and no translation may glue an ending to a gap.
GOES_OUT = (
    _l("Goes out on Monday, %(date)s, %(time)s · %(zone)s"),
    _l("Goes out on Tuesday, %(date)s, %(time)s · %(zone)s"),
    _l("Goes out on Wednesday, %(date)s, %(time)s · %(zone)s"),
    _l("Goes out on Thursday, %(date)s, %(time)s · %(zone)s"),
    _l("Goes out on Friday, %(date)s, %(time)s · %(zone)s"),
    _l("Goes out on Saturday, %(date)s, %(time)s · %(zone)s"),
    _l("Goes out on Sunday, %(date)s, %(time)s · %(zone)s"),
)
A_WEEK = timedelta(days=6)


def goes_out(due: DueTime) -> str:
    """Return «Выйдет в среду, 25 ноября 2026, 19:00 · Алматы, UTC+5»."""
    words: str = str(GOES_OUT[due.wall.weekday()]) % {
        "date": formats.full_date(due.wall.date(), page_locale()),
        "time": f"{due.wall:%H:%M}",
        "zone": zones.zone_label(due.zone, page_locale(), due.at),
    }
    return words


def schedule_label(due: DueTime | None, now: datetime) -> str:
    """Return the word on the button that plans: «Запланировать на ср 19:00»."""
    if due is None:
        return str(_("Schedule"))
    today = now.astimezone(ZoneInfo(due.zone)).date()
    is_near = timedelta(0) <= due.wall.date() - today <= A_WEEK
    namer = formats.weekday if is_near else formats.day_and_month
    return str(_("Schedule for %(day)s %(time)s", day=namer(due.wall.date(), page_locale()), time=f"{due.wall:%H:%M}"))


def suggestion_label(suggestion: Suggestion) -> str:
    """Return the word on a quick chip."""
    time = f"{suggestion.wall:%H:%M}"
    match suggestion.kind:
        case QuickTime.IN_AN_HOUR:
            return str(_("In an hour, %(time)s", time=time))
        case QuickTime.TODAY:
            return str(_("Today %(time)s", time=time))
        case QuickTime.TOMORROW:
            return str(_("Tomorrow %(time)s", time=time))
        case QuickTime.ON_WEEKDAY:
            day = formats.weekday(suggestion.wall.date(), page_locale())
            return str(_("%(weekday)s %(time)s", weekday=day, time=time))


def planned_time(post: Post, now: datetime) -> str:
    """Return when a post is planned for, as the wall clock in its zone shows it; empty for a post without a time.

    The year is left out while it is this one; the zone is named where it is not that of the page's other times.
    """
    if post.due_at is None:
        return ""
    zone = post.due_zone or page_zone_name()
    here = post.due_at.astimezone(ZoneInfo(zone))
    is_this_year = here.year == now.astimezone(ZoneInfo(zone)).year
    day = (formats.day_and_month if is_this_year else formats.full_date)(here.date(), page_locale())
    text = f"{formats.weekday(here.date(), page_locale())}, {day}, {here:%H:%M}"
    if zone == page_zone_name():
        return text
    return f"{text} · {zones.zone_label(zone, page_locale(), post.due_at)}"
