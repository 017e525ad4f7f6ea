"""Imports that are not over, for pages whose lists are not complete yet."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account, AccountState
from app.db import reading
from app.sync.models import AccountSync, ImportState


def list_running_imports() -> Sequence[AccountSync]:
    """Return the first imports of accounts in use that have not come to their end, with their accounts."""
    query = (
        select(AccountSync)
        .join(AccountSync.account)
        .where(AccountSync.import_state != ImportState.DONE, Account.state != AccountState.DISCONNECTED)
        .options(joinedload(AccountSync.account))
        .order_by(AccountSync.account_id)
    )
    with reading() as session:
        return session.scalars(query).all()
