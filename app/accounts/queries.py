"""Reads of accounts, for pages and for other domains."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.accounts.models import Account, AccountState, OAuthState
from app.db import reading
from app.errors import NotFound
from app.publishing.models import Post, PostState

PLANNED = (PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED)


def list_accounts() -> Sequence[Account]:
    """Return every account of the workspace: those in use first, then by name."""
    with reading() as session:
        accounts = session.scalars(select(Account).order_by(Account.username)).all()
    return sorted(accounts, key=lambda account: account.state is AccountState.DISCONNECTED)


def find_account(account_id: int | None) -> Account | None:
    """Return an account of the workspace, or None."""
    with reading() as session:
        return session.scalars(select(Account).where(Account.id == account_id)).one_or_none()


def get_account(account_id: int) -> Account:
    """Return an account of the workspace. Raises NotFound."""
    account = find_account(account_id)
    if account is None:
        raise NotFound
    return account


def list_accounts_needing_attention() -> Sequence[Account]:
    """Return the accounts that somebody has to connect again, now or soon; for the banner on every page."""
    with reading() as session:
        return session.scalars(
            select(Account)
            .where(
                Account.state.in_([AccountState.RECONNECT, AccountState.LIMITED])
                | ((Account.state == AccountState.CONNECTED) & Account.problem.is_not(None))
            )
            .order_by(Account.username)
        ).all()


def count_planned_posts(account_id: int) -> int:
    """Return how many posts are on their way out through the account."""
    with reading() as session:
        return (
            session.scalar(
                select(func.count()).select_from(Post).where(Post.account_id == account_id, Post.state.in_(PLANNED))
            )
            or 0
        )


def get_connection(connection_id: int, *, user_id: int) -> OAuthState:
    """Return a walk to the consent page and back that this user made. Raises NotFound."""
    with reading() as session:
        connection = session.scalars(
            select(OAuthState).where(OAuthState.id == connection_id, OAuthState.user_id == user_id)
        ).one_or_none()
    if connection is None:
        raise NotFound
    return connection
