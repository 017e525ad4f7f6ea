"""Which language and which clock a page speaks."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask_babel import Babel

from app.config import LOCALES, Config
from app.web.context import find_visit, get_config
from app.web.flask_settings import cookie_name
from app.workspaces.models import Theme

LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
"""Each in itself, in the order of the switch."""


def init_app(app: Flask, _config: Config) -> None:
    """Translate the pages of `app`."""
    Babel(app, locale_selector=page_locale, timezone_selector=lambda: page_zone_name())


def page_locale() -> str:
    """Return the page's language: the user's setting, else the cookie, the browser's wish, the server's default."""
    visit = find_visit()
    wished = (visit.user.locale if visit else None) or request.cookies.get(language_cookie())
    if wished in LOCALES:
        return str(wished)
    return request.accept_languages.best_match(LOCALES) or get_config().default_locale


def page_theme() -> Theme:
    """Return whether the page is light, dark or as the device says: the user's setting, else the cookie."""
    visit = find_visit()
    if visit is not None:
        return visit.user.theme
    wished = request.cookies.get(theme_cookie(), "")
    return Theme(wished) if wished in set(Theme) else Theme.SYSTEM


def page_zone_name() -> str:
    """Return the zone that the page's times are in: the workspace's, else the server's."""
    visit = find_visit()
    return visit.workspace.timezone if visit else get_config().timezone


def page_zone() -> tzinfo:
    """Return the zone that the page's times are in."""
    return ZoneInfo(page_zone_name())


def language_cookie() -> str:
    """Return the name of the cookie that remembers a visitor's language."""
    return cookie_name(get_config(), "language")


def theme_cookie() -> str:
    """Return the name of the cookie that remembers a visitor's theme."""
    return cookie_name(get_config(), "theme")
