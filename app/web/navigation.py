"""The sections of the site, for the rail and the bottom bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class NavItem:
    """A section: its word, its icon in the sprite, where it leads, and whether the page is in it."""

    key: str
    label: str
    icon: str
    url: str
    active: bool


@dataclass(frozen=True)
class _Section:
    key: str
    label: LazyString
    icon: str
    endpoint: str
    blueprints: tuple[str, ...]


# Add a line for a new section; one whose endpoint does not exist is left out.
SECTIONS = (
    _Section("today", _l("Today"), "home", "today.show_today", ("today",)),
    _Section("posts", _l("Posts"), "calendar", "publishing.list_posts", ("publishing", "uploads")),
    _Section("inbox", _l("Inbox"), "inbox", "inbox.list_page", ("inbox", "saved_replies")),
    _Section("comments", _l("Comments"), "messages", "comments.list_threads", ("comments",)),
    _Section("settings", _l("Settings"), "settings", "settings.show_settings", ("settings", "accounts")),
)

DESKS = (
    _Section("messages", _l("Messages"), "message-circle", "inbox.list_page", ("inbox",)),
    _Section("comments", _l("Comments"), "messages", "comments.list_threads", ("comments",)),
)
"""The two parts of the inbox, for the tabs on top of both."""


def nav_items() -> list[NavItem]:
    """Return the sections that exist, in order."""
    return _existing(SECTIONS)


def desks() -> list[NavItem]:
    """Return the parts of the inbox that exist, in order."""
    return _existing(DESKS)


def _existing(sections: Sequence[_Section]) -> list[NavItem]:
    return [
        NavItem(
            key=section.key,
            label=str(section.label),
            icon=section.icon,
            url=url_for(section.endpoint),
            active=request.blueprint in section.blueprints,
        )
        for section in sections
        if section.endpoint in current_app.view_functions
    ]
