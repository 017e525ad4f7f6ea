"""Tokens end after 60 days unless somebody renews them."""

from app.accounts.refresh_token import refresh_due_tokens
from app.scheduler import at_hand


def run() -> None:
    """Renew the tokens that are due, once a day."""
    with_us = at_hand.get()
    refresh_due_tokens(instagram_app=with_us.instagram_app, keys=with_us.keys, clock=with_us.clock)
