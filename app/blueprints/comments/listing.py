"""The list of threads, beside the posts they belong to."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.models import AccountState
from app.accounts.queries import list_accounts
from app.blueprints.comments import bp
from app.blueprints.comments.filters import list_url, read_wanted
from app.blueprints.comments.pictures import picture_urls
from app.blueprints.comments.views import ThreadView, View, show_thread
from app.comments.queries import COUNT_AT_MOST, Order, Tab, Wanted, count_tabs
from app.comments.queries import list_threads as find_threads
from app.comments.threads import load_threads
from app.contacts.queries import find_contact
from app.media.models import Media
from app.media.queries import find_media
from app.saved_replies.queries import list_to_pick
from app.web.access import allow
from app.web.context import get_clock
from app.web.i18n import LANGUAGE_NAMES
from app.web.redirects import wants_fragment
from app.workspaces.models import Role

TABS = {
    Tab.UNANSWERED: _l("Unanswered"),
    Tab.QUESTIONS: _l("Questions"),
    Tab.ALL: _l("All"),
    Tab.HIDDEN: _l("Hidden"),
    Tab.TROUBLE: _l("Not sent"),
}
ORDERS = {Order.NEWEST: _l("Newest first"), Order.WAITING: _l("Waiting longest first")}


@dataclass(frozen=True)
class PostGroup:
    """A live post and those of its threads that follow each other in the list."""

    media: Media
    picture: str | None
    threads: Sequence[ThreadView]


@bp.get("")
@allow(Role.MEMBER)
def list_threads() -> ResponseReturnValue:
    """Show a list of threads; htmx gets the threads that follow `cursor` only."""
    wanted = read_wanted()
    page = find_threads(wanted, request.args.get("cursor"))
    groups = _grouped([show_thread(thread, get_clock().now(), View.LIST) for thread in load_threads(page.threads)])
    more_url = list_url(wanted, page.next_cursor) if page.next_cursor else None
    if wants_fragment() and "cursor" in request.args:
        return render_template("comments/_groups.html", groups=groups, more_url=more_url, wanted=wanted)
    return render_template(
        "comments/list.html",
        groups=groups,
        more_url=more_url,
        wanted=wanted,
        tabs=_tabs(wanted),
        orders=ORDERS,
        languages=LANGUAGE_NAMES,
        chosen_media=find_media(wanted.media_id) if wanted.media_id else None,
        chosen_contact=find_contact(wanted.contact_id) if wanted.contact_id else None,
        list_url=list_url,
        saved_replies=list_to_pick(),
        has_account=bool(groups) or any(a.state is not AccountState.DISCONNECTED for a in list_accounts()),
        is_first="cursor" not in request.args,
        bulk_token=secrets.token_urlsafe(24),
    )


def _tabs(wanted: Wanted) -> list[dict[str, object]]:
    counts = count_tabs()
    return [
        {
            "label": label,
            "url": list_url(wanted, tab=tab),
            "active": tab is wanted.tab,
            "count": _count(counts.get(tab)),
        }
        for tab, label in TABS.items()
        if tab is not Tab.TROUBLE or counts[tab] or wanted.tab is tab
    ]


def _count(count: int | None) -> str | None:
    if count is None:
        return None
    return f"{COUNT_AT_MOST - 1}+" if count >= COUNT_AT_MOST else str(count)


def _grouped(threads: Sequence[ThreadView]) -> list[PostGroup]:
    media = {shown.top.media_id: shown.top.media for shown in threads}
    pictures = picture_urls(media.values())
    return [
        PostGroup(media[media_id], pictures.get(media_id), list(several))
        for media_id, several in groupby(threads, key=lambda shown: shown.top.media_id)
    ]
