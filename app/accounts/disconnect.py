"""Take an account out of use."""

from datetime import datetime

from sqlalchemy import update

from app.accounts.models import Account, AccountState
from app.accounts.queries import get_account
from app.db import deadlock_safe, transaction
from app.publishing.release_queue import release_doubtful


@deadlock_safe
def disconnect_account(account_id: int, *, now: datetime) -> None:
    """Destroy the account's token here and now, and free the account for other workspaces.

    Posts, history and files stay; planned posts wait, and those in doubt become a question to the operator. Nothing is
    asked of Instagram, which offers no call to end a token: the owner removes the app in Instagram's settings.
    Disconnecting twice changes nothing. Raises NotFound.
    """
    get_account(account_id)
    with transaction() as session:
        session.execute(
            update(Account)
            .where(Account.id == account_id, Account.state != AccountState.DISCONNECTED)
            .values(
                state=AccountState.DISCONNECTED,
                problem=None,
                claimed_ig_user_id=None,
                token_ciphertext=None,
                token_issued_at=None,
                token_expires_at=None,
                token_refresh_failed_at=None,
                token_refresh_lease_until=None,
                hold_until=None,
                disconnected_at=now,
            )
        )
        release_doubtful(account_id, now)
