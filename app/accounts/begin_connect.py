"""Send somebody to Instagram's consent page."""

import hashlib
import secrets

from app.accounts.errors import AppNotSetUp
from app.accounts.models import OAuthState
from app.clock import Clock
from app.db import deadlock_safe, transaction
from app.instagram.hosts import InstagramApp
from app.instagram.oauth import authorize_url

STATE_BYTES = 32
CALLBACK_PATH = "/accounts/callback"


def redirect_uri(public_url: str) -> str:
    """Return where Instagram sends the browser back to: to be registered, letter for letter, in Meta's dashboard."""
    return f"{public_url}{CALLBACK_PATH}"


def begin_connect(
    *,
    login_id: int,
    user_id: int,
    app: InstagramApp,
    redirect_uri: str,
    clock: Clock,
    mends_account_id: int | None = None,
) -> str:
    """Return the address of the consent page, with a new state that works once, for this login, within an hour.

    To mend an account (`mends_account_id`) Instagram asks for the password anew, because the browser may be logged in
    there as somebody else. Raises AppNotSetUp.
    """
    require_app(app)
    state = secrets.token_urlsafe(STATE_BYTES)
    _store_state(
        OAuthState(
            digest=state_digest(state),
            login_id=login_id,
            user_id=user_id,
            created_at=clock.now(),
            mends_account_id=mends_account_id,
        )
    )
    return authorize_url(app, redirect_uri, state, force_reauth=mends_account_id is not None)


def require_app(app: InstagramApp) -> None:
    """Raise AppNotSetUp, naming the missing settings, unless the server has an Instagram app."""
    missing = missing_settings(app)
    if missing:
        raise AppNotSetUp(settings=missing)


def missing_settings(app: InstagramApp) -> list[str]:
    """Return the names of the settings that connecting needs and the server lacks."""
    needed = {"INSTAGRAM_APP_ID": app.app_id, "INSTAGRAM_APP_SECRET": app.app_secrets}
    return [name for name, value in needed.items() if not value]


def state_digest(state: str) -> str:
    """Return what is stored of a state, so that a stolen database opens no connection under way."""
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()


@deadlock_safe
def _store_state(state: OAuthState) -> None:
    with transaction() as session:
        session.add(state)
