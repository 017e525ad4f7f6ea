"""Ages and spans as the desk shows them: short, made here, never in the browser."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from app.web import formats
from app.web.i18n import page_locale, page_zone

WEEK = timedelta(days=6)


def short_age(instant: datetime, now: datetime) -> str:
    """Return when something was, as short as a list allows: «19:00», «ср», «21.11.2026»."""
    here, today = instant.astimezone(page_zone()), now.astimezone(page_zone()).date()
    if here.date() == today:
        return f"{here:%H:%M}"
    if timedelta(0) < today - here.date() <= WEEK:
        return formats.weekday(here.date(), page_locale())
    return formats.short_date(here.date(), page_locale())


def time_left(span: timedelta) -> str:
    """Return a span as a countdown's first words: «6 d», «5 h», «35 min»."""
    minutes = max(0, int(span.total_seconds()) // 60)
    if minutes >= 48 * 60:
        return str(_("%(days)s d", days=minutes // 1440))
    if minutes >= 60:
        return str(_("%(hours)s h", hours=minutes // 60))
    return str(_("%(minutes)s min", minutes=minutes))


def day_label(instant: datetime, now: datetime) -> str:
    """Return the day that messages are gathered under."""
    day, today = instant.astimezone(page_zone()).date(), now.astimezone(page_zone()).date()
    if day == today:
        return str(_("Today"))
    if day == today - timedelta(days=1):
        return str(_("Yesterday"))
    return formats.full_date(day, page_locale())
