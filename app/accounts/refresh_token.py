"""Keep tokens alive: each lives 60 days, and is renewed from its first week on."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import case, null, or_, select, update

from app.accounts.grant import read_profile
from app.accounts.instagram_for import TOKEN_UNREADABLE
from app.accounts.mark_reconnect import mark_reconnect
from app.accounts.models import Account, AccountState
from app.accounts.rules import REFRESH_LEASE, is_expiry_near, is_refresh_due
from app.clock import Clock
from app.crypto import KeyRing, Undecryptable
from app.db import changed_rows, deadlock_safe, every_workspace, reading, transaction, workspace_scope
from app.instagram.client import InstagramApp
from app.instagram.errors import InstagramError
from app.instagram.oauth import refresh

EXPIRY_NEAR = "token_expires_soon"
EXPIRED = "token_expired"
DEAD_TOKEN_CODES = frozenset({190, 102})
"""Codes of Instagram's with which the token itself is refused (error-codes page); all others leave it as it was."""
IN_USE = (AccountState.CONNECTED, AccountState.LIMITED)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Renewed:
    """A token that Instagram gave for the old one and that has just answered."""

    token: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime


class _NotRenewed(Exception):
    """There is no new token; `is_dead` when the old one will not work again either."""

    def __init__(self, key: str, *, is_dead: bool = False) -> None:
        super().__init__(key)
        self.key = key
        self.is_dead = is_dead


def refresh_due_tokens(*, instagram_app: InstagramApp, keys: KeyRing, clock: Clock) -> int:
    """Refresh every token that is due, in every workspace, and return how many were renewed.

    A token that ran out without one renewal succeeding marks its account for reconnecting.
    """
    renewed = 0
    for account_id, workspace_id in _list_tokens():
        with workspace_scope(workspace_id):
            renewed += refresh_account_token(account_id, instagram_app=instagram_app, keys=keys, clock=clock)
    return renewed


def refresh_account_token(account_id: int, *, instagram_app: InstagramApp, keys: KeyRing, clock: Clock) -> bool:
    """Refresh one account's token if that is due; return whether it was renewed.

    1. Claim the account by a conditional UPDATE: of two runs at once, one does nothing.
    2. Ask for a new token, and prove it by asking whose it is, with no transaction open.
    3. Only then replace the old one, unless somebody connected the account anew meanwhile.

    When that fails the old token stays and the next day tries again; with less than a week left the operator is told.
    """
    account = _find_due(account_id, clock.now())
    if account is None or not _claim(account, clock.now()):
        return False
    try:
        renewed = _renew(account, instagram_app, keys, clock)
    except _NotRenewed as failure:
        _record_failure(account, failure, clock.now())
        return False
    return _replace(account, renewed, keys)


def _list_tokens() -> list[tuple[int, int]]:
    with every_workspace(), reading() as session:
        rows = session.execute(
            select(Account.id, Account.workspace_id).where(Account.state.in_(IN_USE)).order_by(Account.token_expires_at)
        )
        return [(row.id, row.workspace_id) for row in rows]


def _find_due(account_id: int, now: datetime) -> Account | None:
    with reading() as session:
        account = session.scalars(
            select(Account).where(Account.id == account_id, Account.state.in_(IN_USE))
        ).one_or_none()
    if account is None or account.token_ciphertext is None:
        return None
    if account.token_expires_at is not None and account.token_expires_at <= now:
        mark_reconnect(account.id, EXPIRED, now, token_issued_at=account.token_issued_at)
        return None
    is_due = is_refresh_due(
        issued_at=account.token_issued_at,
        expires_at=account.token_expires_at,
        failed_at=account.token_refresh_failed_at,
        now=now,
    )
    return account if is_due else None


@deadlock_safe
def _claim(account: Account, now: datetime) -> bool:
    with transaction() as session:
        claimed = session.execute(
            update(Account)
            .where(
                Account.id == account.id,
                Account.state.in_(IN_USE),
                Account.token_ciphertext == account.token_ciphertext,
                or_(Account.token_refresh_lease_until.is_(None), Account.token_refresh_lease_until < now),
            )
            .values(token_refresh_lease_until=now + REFRESH_LEASE)
        )
    return changed_rows(claimed) == 1


def _renew(account: Account, app: InstagramApp, keys: KeyRing, clock: Clock) -> _Renewed:
    try:
        token = account.open_token(keys)
    except Undecryptable:
        raise _NotRenewed(TOKEN_UNREADABLE, is_dead=True) from None
    assert token is not None, "the claim saw a token"
    try:
        answer = refresh(app, token)
    except InstagramError as error:
        raise _NotRenewed(error.key, is_dead=error.code in DEAD_TOKEN_CODES) from error
    issued_at = clock.now()
    _prove(account, answer.access_token, app)
    return _Renewed(answer.access_token, issued_at, issued_at + timedelta(seconds=answer.expires_in_seconds))


def _prove(account: Account, token: str, app: InstagramApp) -> None:
    """Make sure that the new token works, for this account. A refusal says nothing about the old one."""
    try:
        profile = read_profile(app, token)
    except InstagramError as error:
        raise _NotRenewed(error.key) from error
    if profile.user_id != account.ig_user_id:
        raise _NotRenewed("token_of_another_account")


@deadlock_safe
def _replace(account: Account, renewed: _Renewed, keys: KeyRing) -> bool:
    """Store the new token where the old one still stands; whoever connected anew meanwhile has a newer one."""
    with transaction() as session:
        changed = session.execute(
            update(Account)
            .where(Account.id == account.id, Account.token_ciphertext == account.token_ciphertext)
            .values(
                token_ciphertext=account.sealed(renewed.token, keys),
                token_issued_at=renewed.issued_at,
                token_expires_at=renewed.expires_at,
                token_refresh_failed_at=None,
                token_refresh_lease_until=None,
                problem=case((Account.problem == EXPIRY_NEAR, null()), else_=Account.problem),
            )
        )
    return changed_rows(changed) == 1


def _record_failure(account: Account, failure: _NotRenewed, now: datetime) -> None:
    log.warning("token not refreshed", account_id=account.id, key=failure.key, is_dead=failure.is_dead)
    if failure.is_dead:
        mark_reconnect(account.id, failure.key, now, token_issued_at=account.token_issued_at)
    else:
        _keep(account, now)


@deadlock_safe
def _keep(account: Account, now: datetime) -> None:
    """Note the failure, end the claim, and tell the operator when little time is left."""
    with transaction() as session:
        session.execute(
            update(Account)
            .where(Account.id == account.id, Account.token_ciphertext == account.token_ciphertext)
            .values(token_refresh_failed_at=now, token_refresh_lease_until=None)
        )
        if is_expiry_near(account.token_expires_at, now):
            session.execute(
                update(Account)
                .where(Account.id == account.id, Account.state == AccountState.CONNECTED)
                .values(problem=EXPIRY_NEAR)
            )
