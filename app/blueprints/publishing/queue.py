"""The queue: what is planned, what needs somebody, drafts, and what went out."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.models import AccountState
from app.accounts.queries import list_accounts
from app.blueprints.publishing import bp
from app.blueprints.publishing.cards import PostCard, make_cards
from app.blueprints.publishing.forms import read_id
from app.publishing.queries import COUNT_AT_MOST, PAGE_SIZE, Tab, count_tabs, list_posts_by_id
from app.publishing.queries import list_posts as list_page
from app.web.access import allow
from app.web.context import get_clock
from app.web.redirects import wants_fragment
from app.web.shell import outgoing_pause
from app.workspaces.models import Role

TABS = {
    Tab.PLANNED: _l("Planned"),
    Tab.ATTENTION: _l("Needs you"),
    Tab.DRAFTS: _l("Drafts"),
    Tab.PUBLISHED: _l("Published"),
    Tab.CANCELLED: _l("Cancelled"),
}


@bp.get("")
@allow(Role.MEMBER)
def list_posts() -> ResponseReturnValue:
    """Show a tab of the queue; htmx gets the posts that follow `cursor` only."""
    tab = _chosen_tab()
    page = list_page(tab, request.args.get("cursor"))
    cards = make_cards(page.posts, get_clock().now(), is_paused=outgoing_pause() is not None)
    given = {"tab": tab, "cards": cards, "next_cursor": page.next_cursor, "moving": _moving(cards)}
    if wants_fragment() and "cursor" in request.args:
        return render_template("publishing/_cards.html", **given)
    counts = {tab: "99+" if count >= COUNT_AT_MOST else str(count) for tab, count in count_tabs().items()}
    has_account = bool(cards) or any(a.state is not AccountState.DISCONNECTED for a in list_accounts())
    return render_template(
        "publishing/queue.html",
        tabs=TABS,
        counts=counts,
        has_account=has_account,
        is_first="cursor" not in request.args,
        **given,
    )


@bp.get("/refresh")
@allow(Role.MEMBER)
def refresh_cards() -> ResponseReturnValue:
    """Answer the cards of `?id=…&id=…` as they are now, each to take its old one's place."""
    ids = [post_id for value in request.args.getlist("id")[:PAGE_SIZE] if (post_id := read_id(value))]
    cards = make_cards(list_posts_by_id(ids), get_clock().now(), is_paused=outgoing_pause() is not None)
    return render_template(
        "publishing/_refresh.html", cards=cards, moving=_moving(cards), key=request.args.get("key", "")
    )


def _chosen_tab() -> Tab:
    wished = request.args.get("tab", "")
    return Tab(wished) if wished in set(Tab) else Tab.PLANNED


def _moving(cards: list[PostCard]) -> list[int]:
    return [card.post.id for card in cards if card.is_moving]
