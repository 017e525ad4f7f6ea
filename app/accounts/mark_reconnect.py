"""Note that an account's token is dead."""

from datetime import datetime

from sqlalchemy import update

from app.accounts.models import Account, AccountState
from app.db import changed_rows, transaction


def mark_reconnect(account_id: int, key: str, now: datetime, *, token_issued_at: datetime | None = None) -> bool:
    """Put the account's queue on hold until the operator connects it again; return whether anything changed.

    `key` is the error's, as in `app.instagram.errors`. With `token_issued_at` (of the token that was refused) nothing
    happens when a newer one was stored meanwhile: a slow call must not undo a fresh login.
    """
    statement = update(Account).where(
        Account.id == account_id,
        Account.state.in_([AccountState.CONNECTED, AccountState.LIMITED, AccountState.RECONNECT]),
    )
    if token_issued_at is not None:
        statement = statement.where(Account.token_issued_at <= token_issued_at)
    with transaction() as session:
        marked = session.execute(
            statement.values(state=AccountState.RECONNECT, problem=key, token_refresh_lease_until=None)
        )
    return changed_rows(marked) == 1
