"""Store what a login at Instagram gave us."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.errors import ConnectRefused
from app.accounts.grant import Grant
from app.accounts.models import Account, AccountState, ConnectOutcome, OAuthState
from app.accounts.rules import missing_scopes, state_for
from app.crypto import KeyRing
from app.db import deadlock_safe, transaction
from app.events.strays import take_up_strays
from app.publishing.release_queue import release_queue
from app.sync.account_sync import begin_sync

SCOPES_MISSING = "permission_missing"


def save_connection(connection_id: int, grant: Grant, *, keys: KeyRing, now: datetime) -> Account:
    """Connect the grant's account to the workspace, or renew its connection, and note the outcome with it.

    The unique key on `claimed_ig_user_id` decides who has an account that two workspaces connect at once. Raises
    ConnectRefused for the one that comes second, without telling it who was first.
    """
    for _ in range(2):  # a second time, because two people of this workspace may have connected it at once
        try:
            account = _save(connection_id, grant, keys, now)
        except IntegrityError:
            continue
        take_up_strays(account.ig_user_id, now)
        return account
    raise ConnectRefused("account_taken", username=grant.profile.username)


@deadlock_safe
def record_outcome(connection_id: int, outcome: str, values: dict[str, Any] | None = None) -> None:
    """Note how a walk to the consent page and back ended."""
    with transaction() as session:
        _note(session, connection_id, outcome, values, None)


@deadlock_safe
def _save(connection_id: int, grant: Grant, keys: KeyRing, now: datetime) -> Account:
    with transaction() as session:
        account, state_before = _find_or_add(session, grant, now)
        _describe(account, grant)
        account.seal_token(grant.token, keys)
        session.flush()
        begin_sync(session, account, now)
        released = release_queue(account.id, now) if account.can_publish else 0
        values = {"username": account.username, "released": released, "missing": missing_scopes(grant.scopes)}
        _note(session, connection_id, _outcome(account.state, state_before), values, account.id)
    return account


def _find_or_add(session: Session, grant: Grant, now: datetime) -> tuple[Account, AccountState | None]:
    """Return the workspace's row for the account, claimed and with an id, and the state it was in (None: new)."""
    profile = grant.profile
    account = session.scalars(select(Account).where(Account.ig_user_id == profile.user_id)).one_or_none()
    state_before = account.state if account else None
    if account is None:
        account = Account(ig_user_id=profile.user_id, connected_at=now)
        session.add(account)
    elif state_before is AccountState.DISCONNECTED:
        account.connected_at = now
    account.claimed_ig_user_id = profile.user_id
    account.state = state_for(grant.scopes)
    account.username = profile.username[:64]
    account.account_type = profile.account_type[:40]
    session.flush()
    return account, state_before


def _describe(account: Account, grant: Grant) -> None:
    profile = grant.profile
    account.ig_app_scoped_id = profile.app_scoped_id
    account.name = profile.name[:200] if profile.name else None
    account.followers_count = profile.followers_count
    account.scopes = list(grant.scopes)
    account.problem = SCOPES_MISSING if account.state is AccountState.LIMITED else None
    account.token_issued_at = grant.issued_at
    account.token_expires_at = grant.expires_at
    account.token_refresh_failed_at = None
    account.token_refresh_lease_until = None
    account.disconnected_at = None


def _outcome(state: AccountState, before: AccountState | None) -> ConnectOutcome:
    if state is AccountState.LIMITED:
        return ConnectOutcome.LIMITED
    if before is AccountState.CONNECTED:
        return ConnectOutcome.REFRESHED
    return ConnectOutcome.CONNECTED if before is None else ConnectOutcome.RECONNECTED


def _note(
    session: Session, connection_id: int, outcome: str, values: dict[str, Any] | None, account_id: int | None
) -> None:
    session.execute(
        update(OAuthState)
        .where(OAuthState.id == connection_id)
        .values(outcome=str(outcome), outcome_values=values, account_id=account_id)
    )
