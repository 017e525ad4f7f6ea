"""What the frame of every page shows beside the page itself. Asked for only when a template uses it."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from flask import current_app, g, url_for
from werkzeug.local import LocalProxy

from app.accounts.models import AccountState
from app.accounts.queries import list_accounts, list_accounts_needing_attention
from app.web.account_words import AccountBanner, ShownAccount, account_banner, shown_account
from app.web.context import find_visit
from app.workspaces.models import Role
from app.workspaces.pause import Pause, find_pause

# Addresses that the frame links to; one whose route does not exist is left out.
ADDRESSES = {
    "home": "today.show_today",
    "language": "preferences.choose_language",
    "theme": "preferences.choose_theme",
    "sign_out": "auth.logout",
    "compose": "publishing.new_post",
    "posts": "publishing.list_posts",
    "accounts": "accounts.list_accounts",
    "connect": "accounts.list_accounts",
    "profile": "settings.show_profile",
}

POST_PAGE = "publishing.show_post"


def shell_names() -> dict[str, Any]:
    """Return the names that the layouts ask for."""
    return {
        "shell_urls": LocalProxy(lambda: _once("shell_urls", _shell_urls)),
        "is_paused": LocalProxy(lambda: outgoing_pause() is not None),
        "pause": LocalProxy(outgoing_pause),
        "accounts_needing_attention": LocalProxy(lambda: _once("account_banners", _account_banners)),
        "connected_accounts": LocalProxy(lambda: _once("connected_accounts", _connected_accounts)),
    }


def outgoing_pause() -> Pause | None:
    """Return the pause that the page's workspace is under."""
    visit = find_visit()
    if visit is None:
        return None
    return cast(Pause | None, _once("outgoing_pause", lambda: find_pause(visit.workspace.id)))


def ask_nothing() -> None:
    """Keep the frame of this answer from asking the database, which may be what is broken."""
    g.shell_outgoing_pause = None
    g.shell_account_banners = []
    g.shell_connected_accounts = []


def _once(name: str, make: Callable[[], Any]) -> Any:
    """Return what `make` gives, made once a request."""
    key = f"shell_{name}"
    if key not in g:
        setattr(g, key, make())
    return g.get(key)


def _shell_urls() -> dict[str, str]:
    urls = {name: url_for(endpoint) for name, endpoint in ADDRESSES.items() if _exists(endpoint)}
    visit, pause = find_visit(), outgoing_pause()
    may_resume = visit is not None and visit.workspace.role.includes(Role.ADMIN)
    if pause is not None and not pause.whole_server and may_resume:
        urls["resume"] = url_for("settings.resume")
    return urls


def _account_banners() -> Sequence[AccountBanner]:
    visit = find_visit()
    if visit is None:
        return []
    may_mend = visit.workspace.role.includes(Role.ADMIN)
    return [account_banner(account, may_mend=may_mend) for account in list_accounts_needing_attention()]


def _connected_accounts() -> Sequence[ShownAccount]:
    if find_visit() is None:
        return []
    return [shown_account(account) for account in list_accounts() if account.state is not AccountState.DISCONNECTED]


def post_url(post_id: int) -> str | None:
    """Return the address of a post's page, or None while there is no such page."""
    return url_for(POST_PAGE, post_id=post_id) if _exists(POST_PAGE) else None


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions
