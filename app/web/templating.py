"""What templates may use beside their own values: filters and a few names."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.local import LocalProxy

from app.search.folding import fold
from app.web import formats, zones
from app.web.context import find_visit, get_clock, get_config
from app.web.i18n import LANGUAGE_NAMES, page_locale, page_theme, page_zone, page_zone_name
from app.web.links import linked
from app.web.navigation import desks, nav_items
from app.web.redirects import this_path
from app.web.sentences import sentence
from app.web.shell import post_url, shell_names
from app.workspaces.models import Role


def init_app(app: Flask) -> None:
    """Make Jinja strict and give it our filters and names."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(_filters())
    app.jinja_env.globals.update(_globals())
    app.context_processor(_names_of_the_request)


def _names_of_the_request() -> dict[str, Any]:
    visit = find_visit()
    return {
        "current_user": visit.user if visit else None,
        "workspace": visit.workspace if visit else None,
        "locale": page_locale(),
        "theme": page_theme().value,
        "app_name": get_config().app_name,
        "nav_items": LocalProxy(nav_items),
        **shell_names(),
    }


def _globals() -> dict[str, Any]:
    return {
        "is_trying_out": lambda: get_config().is_trying_out,
        "locales": tuple(LANGUAGE_NAMES.items()),
        "post_url": post_url,
        "now": lambda: get_clock().now(),
        "can": can,
        "desks": desks,
        "sentence": sentence,
        "this_path": this_path,
        "zone_label": lambda name=None, at=None: zones.zone_label(
            name or page_zone_name(), page_locale(), at or get_clock().now()
        ),
    }


def can(role: str) -> bool:
    """Whether whoever is signed in has at least this role here: `{% if can("admin") %}`."""
    visit = find_visit()
    return visit is not None and visit.workspace.role.includes(Role(role))


def _filters() -> dict[str, Any]:
    return {
        "date": lambda value: formats.full_date(_day(value), page_locale()),
        "formal_date": lambda value: formats.formal_date(_day(value), page_locale()),
        "short_date": lambda value: formats.short_date(_day(value), page_locale()),
        "day_and_month": lambda value: formats.day_and_month(_day(value), page_locale()),
        "weekday": lambda value: formats.weekday(_day(value), page_locale()),
        "long_weekday": lambda value: formats.long_weekday(_day(value), page_locale()),
        "month_name": lambda value: formats.month_name(_day(value), page_locale()),
        "time": lambda value: formats.clock_time(value, page_zone()),
        "time_with_seconds": lambda value: formats.clock_time_with_seconds(value, page_zone()),
        "datetime": lambda value: formats.date_and_time(value, page_locale(), page_zone()),
        "short_datetime": lambda value: formats.short_date_and_time(value, page_locale(), page_zone()),
        "relative": lambda value: formats.relative_time(value, page_locale(), page_zone(), get_clock().now()),
        "span": lambda value: formats.span_in_words(_span(value), page_locale()),
        "number": lambda value, digits=None: formats.number(value, page_locale(), digits),
        "compact": lambda value: formats.compact_number(value, page_locale()),
        "percent": lambda value, digits=1: formats.percentage(value, page_locale(), digits),
        "tenge": lambda value: formats.tenge(value, page_locale()),
        "bytes": lambda value: formats.byte_size(value, page_locale()),
        "duration": formats.duration,
        "phone": formats.phone,
        "folded": fold,
        "time_tag": time_tag,
        "linked": linked,
    }


def time_tag(instant: datetime) -> Markup:
    """Return `<time>`: how long ago in words, with the exact time to hover over and for machines."""
    words = formats.relative_time(instant, page_locale(), page_zone(), get_clock().now())
    exact = formats.date_and_time(instant, page_locale(), page_zone())
    return Markup('<time datetime="{}" title="{}">{}</time>').format(instant.isoformat(), exact, words)


def _day(value: date | datetime) -> date:
    """Return the date, of an instant the one that it is in the page's zone."""
    return value.astimezone(page_zone()).date() if isinstance(value, datetime) else value


def _span(value: timedelta | float) -> timedelta:
    return value if isinstance(value, timedelta) else timedelta(seconds=value)
