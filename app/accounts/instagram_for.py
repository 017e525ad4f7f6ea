"""Speak to Instagram in an account's name."""

from app.accounts.errors import AccountUnusable
from app.accounts.mark_reconnect import mark_reconnect
from app.accounts.models import Account
from app.clock import Clock
from app.crypto import KeyRing, Undecryptable
from app.instagram.client import Instagram, InstagramApp, Observer

TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105 - the key of a sentence
TOKEN_MISSING = "account_disconnected"  # noqa: S105 - the key of a sentence


def instagram_for(
    account: Account, *, app: InstagramApp, keys: KeyRing, clock: Clock, observe: Observer | None = None
) -> Instagram:
    """Return a client that acts for the account.

    Raises AccountUnusable (`key` says why) when there is no token. A token that does not open (the key is gone, the
    row was tampered with) also marks the account for reconnecting: no waiting brings it back.
    """
    try:
        token = account.open_token(keys)
    except Undecryptable:
        mark_reconnect(account.id, TOKEN_UNREADABLE, clock.now(), token_issued_at=account.token_issued_at)
        raise AccountUnusable(TOKEN_UNREADABLE, username=account.username) from None
    if token is None:
        raise AccountUnusable(TOKEN_MISSING, username=account.username)
    return Instagram(app, token, account.ig_user_id, observe=observe)
