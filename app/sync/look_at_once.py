"""Ask for an account to be looked at now instead of when its time comes."""

from datetime import datetime

from sqlalchemy import update

from app.accounts.queries import get_account
from app.db import deadlock_safe, transaction
from app.sync.models import AccountSync


@deadlock_safe
def look_at_once(account_id: int, now: datetime) -> None:
    """Let the scheduler subscribe the account anew and compare what is cached. Raises NotFound.

    An account that the scheduler has not taken up yet has nothing to hurry: it is looked at first thing.
    """
    account = get_account(account_id)
    with transaction() as session:
        session.execute(
            update(AccountSync)
            .where(AccountSync.account_id == account.id)
            .values(next_look_at=now, subscription_checked_at=None)
        )
