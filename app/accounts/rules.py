"""What decides about connections and tokens, from values alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.accounts.models import AccountState
from app.instagram.limits import TOKEN_REFRESH_FROM_SECONDS, TOKEN_REFRESH_YOUNGEST_SECONDS
from app.instagram.oauth import NEEDED_SCOPES

STATE_LIFE = timedelta(hours=1)
"""How long a walk to the consent page may take; Instagram's codes live as long."""
CONNECT_LEASE = timedelta(minutes=3)
"""How long finishing a connection may take before it counts as broken off: five calls and their time limits."""

PROFESSIONAL_TYPES = frozenset({"BUSINESS", "MEDIA_CREATOR", "CREATOR"})

REFRESH_WHEN_LEFT = timedelta(days=45)
REFRESH_RETRY_AFTER = timedelta(hours=20)
"""The next day's run tries again, even when it comes a little earlier in the day."""
REFRESH_LEASE = timedelta(minutes=10)
ALERT_WHEN_LEFT = timedelta(days=7)

QUOTA_FRESH_FOR = timedelta(hours=24)
"""A quota that was read longer ago says nothing about the rolling day at hand."""


def is_professional(account_type: str) -> bool:
    """Whether Instagram's API serves accounts of this type at all."""
    return account_type.upper() in PROFESSIONAL_TYPES


def missing_scopes(granted: Iterable[str]) -> list[str]:
    """Return the permissions that publishing needs and the owner did not grant."""
    known = set(granted)
    return [scope for scope in NEEDED_SCOPES if scope not in known]


def state_for(granted: Iterable[str]) -> AccountState:
    """Return the state of an account that was connected with these permissions."""
    return AccountState.LIMITED if missing_scopes(granted) else AccountState.CONNECTED


def is_refresh_due(
    *, issued_at: datetime | None, expires_at: datetime | None, failed_at: datetime | None, now: datetime
) -> bool:
    """Whether a token is to be refreshed: from a week on, far from both ends, and once a day while that fails.

    Never within the first 24 hours, when Instagram refuses, nor after the end, when only a new login helps.
    """
    if issued_at is None or expires_at is None or now >= expires_at:
        return False
    if now - issued_at < timedelta(seconds=TOKEN_REFRESH_YOUNGEST_SECONDS):
        return False
    if failed_at is not None and now - failed_at < REFRESH_RETRY_AFTER:
        return False
    is_old = now - issued_at >= timedelta(seconds=TOKEN_REFRESH_FROM_SECONDS)
    return is_old or expires_at - now < REFRESH_WHEN_LEFT


def is_expiry_near(expires_at: datetime | None, now: datetime) -> bool:
    """Whether so little is left of a token that the operator must hear of it."""
    return expires_at is not None and expires_at - now < ALERT_WHEN_LEFT


def is_older_than(token_issued_at: datetime | None, signed_at: int | None) -> bool:
    """Whether a token was issued before Instagram signed a request about it (Unix seconds; unknown counts as yes).

    Callbacks are repeated and come late: one from before the newest login says nothing about its token.
    """
    if token_issued_at is None or signed_at is None:
        return True
    return int(token_issued_at.timestamp()) <= signed_at
