"""Accounts as the frame of every page shows them: how each is doing, and which one needs somebody."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.accounts.models import Account, AccountState
from app.web.sentences import sentence


@dataclass(frozen=True)
class StateWords:
    """An account's state on screen: a word, a colour's name and an icon."""

    label: str
    tone: str
    icon: str


@dataclass(frozen=True)
class ShownAccount:
    """A line of the menu in the top bar."""

    username: str
    url: str
    tone: str
    state_label: str


@dataclass(frozen=True)
class AccountBanner:
    """An account that somebody has to look after, and the button that mends it."""

    username: str
    sentence: str
    url: str
    action_label: str
    method: str


def state_words(account: Account) -> StateWords:
    """Return how an account is doing."""
    if account.state is AccountState.RECONNECT:
        return StateWords(_("Needs reconnecting"), "bad", "plug-connected-x")
    if account.state is AccountState.DISCONNECTED:
        return StateWords(_("Disconnected"), "muted", "plug-connected-x")
    if account.state is AccountState.LIMITED:
        return StateWords(_("Cannot publish"), "warn", "lock")
    if account.problem:
        return StateWords(_("Access ends soon"), "warn", "clock-exclamation")
    return StateWords(_("Connected"), "ok", "plug-connected")


def shown_account(account: Account) -> ShownAccount:
    """Return the account's line in the top bar."""
    words = state_words(account)
    return ShownAccount(
        username=account.username,
        url=url_for("accounts.show_account", account_id=account.id),
        tone=words.tone,
        state_label=words.label,
    )


def account_banner(account: Account, *, may_mend: bool) -> AccountBanner:
    """Return the strip about an account; who may not connect it is led to its page instead."""
    return AccountBanner(
        username=account.username,
        sentence=sentence(account.problem or "token_invalid").text,
        url=url_for("accounts.reconnect" if may_mend else "accounts.show_account", account_id=account.id),
        action_label=_("Connect again") if may_mend else _("Go to the account"),
        method="post" if may_mend else "get",
    )
