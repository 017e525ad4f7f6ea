"""What a login at Instagram gave us: a token, its permissions, and whose it is."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.accounts.errors import ConnectRefused
from app.accounts.rules import is_professional
from app.clock import Clock
from app.instagram.client import Instagram, InstagramApp
from app.instagram.errors import InstagramError, Remedy
from app.instagram.oauth import NEEDED_SCOPES, exchange_code, exchange_for_long_lived
from app.instagram.profile import Profile

PERMISSION_MISSING = "permission_missing"
BASIC_SCOPE, PUBLISH_SCOPE = NEEDED_SCOPES


@dataclass(frozen=True, slots=True)
class Grant:
    """A long-lived token that has just answered, the permissions it carries, and the account it is for."""

    token: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    scopes: tuple[str, ...]
    profile: Profile


def obtain_grant(code: str, *, app: InstagramApp, redirect_uri: str, clock: Clock) -> Grant:
    """Trade the code that Instagram sent for a long-lived token and ask whose it is.

    Raises InstagramError, or ConnectRefused for an account that the API does not serve. Nothing is stored.
    """
    short = exchange_code(app, code, redirect_uri)
    if short.permissions and BASIC_SCOPE not in short.permissions:
        raise ConnectRefused("basic_scope_missing")
    try:
        long = exchange_for_long_lived(app, short.access_token)
        issued_at = clock.now()
        profile = read_profile(app, long.access_token)
    except InstagramError as error:
        if error.key == PERMISSION_MISSING:  # although it was granted: so Instagram answers for personal accounts
            raise ConnectRefused("not_professional") from error
        raise
    if not is_professional(profile.account_type):
        raise ConnectRefused("not_professional")
    scopes = short.permissions or _proven_scopes(Instagram(app, long.access_token, profile.user_id))
    return Grant(
        token=long.access_token,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(seconds=long.expires_in_seconds),
        scopes=tuple(sorted(scopes)),
        profile=profile,
    )


def read_profile(app: InstagramApp, token: str) -> Profile:
    """Return whom a token belongs to, and so prove that it works. Raises InstagramError."""
    return Instagram(app, token, "me").me()


def _proven_scopes(instagram: Instagram) -> frozenset[str]:
    """Return what the token can do, found out by doing it, for want of a list: the profile was read already."""
    try:
        instagram.read_publishing_limit()
    except InstagramError as error:
        if error.remedy is Remedy.RECONNECT:
            return frozenset({BASIC_SCOPE})
        raise
    return frozenset(NEEDED_SCOPES)
