"""Come back from Instagram's consent page."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from app.accounts.begin_connect import state_digest
from app.accounts.errors import ConnectRefused, StateRefused
from app.accounts.grant import Grant, obtain_grant
from app.accounts.models import Account, OAuthState
from app.accounts.profile_picture import fetch_picture
from app.accounts.queries import get_account
from app.accounts.read_quota import read_quota
from app.accounts.rules import STATE_LIFE
from app.accounts.save_connection import record_outcome, save_connection
from app.clock import Clock
from app.crypto import KeyRing
from app.db import changed_rows, deadlock_safe, reading, transaction
from app.errors import NotFound
from app.instagram.client import Instagram, InstagramApp
from app.instagram.errors import InstagramError, Remedy

CANCELLED = "access_denied"
PASSING = frozenset({Remedy.LATER, Remedy.WAIT_FOR_LIMIT})
"""After these the same walk may succeed a little later, with nothing changed."""


@dataclass(frozen=True, slots=True)
class Callback:
    """What Instagram sent the browser back with; each is "" when it is not there."""

    state: str = field(repr=False)
    code: str = field(repr=False)
    error: str


def finish_connect(
    callback: Callback,
    *,
    login_id: int,
    app: InstagramApp,
    redirect_uri: str,
    keys: KeyRing,
    clock: Clock,
    media_dir: Path,
) -> int:
    """Connect the account that was logged in to, and return the id of the OAuthState that tells how it ended.

    1. Find the state: it must be this login's and young enough, else StateRefused and nothing is asked of Instagram.
    2. Claim it by one conditional UPDATE. A browser's second hit claims nothing and is shown the first one's outcome.
    3. Ask Instagram, with no transaction open; then store the account and the outcome in one.
    4. Fetch what is only for show. Its failure changes nothing.
    """
    connection = _find_state(callback, login_id, clock.now())
    if not _claim(connection.id, clock.now()):
        return connection.id
    try:
        grant = _obtain(callback, app, redirect_uri, clock)
        _require_same_account(connection, grant)
        account = save_connection(connection.id, grant, keys=keys, now=clock.now())
    except ConnectRefused as refusal:
        record_outcome(connection.id, refusal.key, refusal.values)
        return connection.id
    except InstagramError as error:
        record_outcome(connection.id, error.key, {"is_passing": error.remedy in PASSING})
        return connection.id
    _dress(account, grant, app=app, clock=clock, media_dir=media_dir)
    return connection.id


def _find_state(callback: Callback, login_id: int, now: datetime) -> OAuthState:
    if not callback.state and callback.error == CANCELLED:
        raise StateRefused("consent_denied")
    with reading() as session:
        state = session.scalars(
            select(OAuthState).where(OAuthState.digest == state_digest(callback.state))
        ).one_or_none()
    if state is None:
        raise StateRefused("connect_state_unknown")
    if state.login_id != login_id:
        raise StateRefused("connect_state_foreign")
    if state.used_at is None and now - state.created_at >= STATE_LIFE:
        raise StateRefused("connect_state_expired")
    return state


@deadlock_safe
def _claim(connection_id: int, now: datetime) -> bool:
    with transaction() as session:
        claimed = session.execute(
            update(OAuthState).where(OAuthState.id == connection_id, OAuthState.used_at.is_(None)).values(used_at=now)
        )
    return changed_rows(claimed) == 1


def _obtain(callback: Callback, app: InstagramApp, redirect_uri: str, clock: Clock) -> Grant:
    if callback.error == CANCELLED:
        raise ConnectRefused("consent_denied")
    if callback.error or not callback.code:
        raise ConnectRefused("login_failed")
    return obtain_grant(callback.code, app=app, redirect_uri=redirect_uri, clock=clock)


def _require_same_account(connection: OAuthState, grant: Grant) -> None:
    """Refuse another account than the one to mend: adding it unasked would look like success."""
    if connection.mends_account_id is None:
        return
    try:
        expected = get_account(connection.mends_account_id)
    except NotFound:
        return
    if expected.ig_user_id != grant.profile.user_id:
        raise ConnectRefused("other_account", expected=expected.username, username=grant.profile.username)


def _dress(account: Account, grant: Grant, *, app: InstagramApp, clock: Clock, media_dir: Path) -> None:
    if grant.profile.profile_picture_url:
        origins = (app.graph_url, app.login_url, app.upload_url)
        fetch_picture(account, grant.profile.profile_picture_url, media_dir=media_dir, trusted_origins=origins)
    if account.can_publish:
        read_quota(account.id, instagram=Instagram(app, grant.token, account.ig_user_id), clock=clock)
