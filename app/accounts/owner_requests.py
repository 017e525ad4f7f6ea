"""What an account's owner tells us through Instagram: that they removed the app, or want their data deleted."""

import hashlib
import hmac
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account, AccountState, DataDeletion, OAuthState
from app.accounts.profile_picture import remove_picture
from app.accounts.rules import is_older_than
from app.db import deadlock_safe, every_workspace, reading, transaction
from app.errors import NotFound
from app.events.purge_events import delete_events_of
from app.instagram.signed_request import SignedRequest
from app.media.models import Media

APP_REMOVED = "app_removed"


@deadlock_safe
def deauthorize_account(request: SignedRequest) -> None:
    """Destroy the token of the account whose owner removed the app; its queue waits, and the operator is told.

    Nothing happens for an unknown account, for a repeated callback, or when the account was connected anew since the
    request was signed.
    """
    with every_workspace(), transaction() as session:
        for account in session.scalars(_accounts_of(request.user_id).where(Account.token_ciphertext.is_not(None))):
            if is_older_than(account.token_issued_at, request.issued_at):
                account.token_ciphertext = None
                account.claimed_ig_user_id = None
                account.state = AccountState.RECONNECT
                account.problem = APP_REMOVED


def delete_owner_data(request: SignedRequest, signed_text: str, *, secret: str, media_dir: Path, now: datetime) -> str:
    """Delete all that is kept about an account, its posts included, and return the confirmation code.

    The same signed text always gives the same code, so Instagram may repeat itself; what was connected again after
    the deletion is not touched by a repetition. Uploaded files are the workspace's own and stay in its library.
    """
    code = _confirmation_code(signed_text, secret)
    with suppress(IntegrityError):  # a repeated callback; it finishes what may have been broken off
        _note_request(code, now)
    if get_data_deletion(code).done_at is None:
        _delete(request.user_id, code, media_dir, now)
    return code


def get_data_deletion(code: str) -> DataDeletion:
    """Return the request with this confirmation code. Raises NotFound."""
    with reading() as session:
        deletion = session.scalars(select(DataDeletion).where(DataDeletion.code == code)).one_or_none()
    if deletion is None:
        raise NotFound
    return deletion


def _accounts_of(user_id: str) -> Select[Account]:
    """It is not documented which of an account's two ids Instagram sends here: either is looked for."""
    return select(Account).where(or_(Account.ig_user_id == user_id, Account.ig_app_scoped_id == user_id))


def _confirmation_code(signed_text: str, secret: str) -> str:
    """Return 96 bits that only we can make out of the request, and that tell nothing of who asked."""
    return hmac.new(secret.encode(), signed_text.encode(), hashlib.sha256).hexdigest()[:24]


def _note_request(code: str, now: datetime) -> None:
    with transaction() as session:
        session.add(DataDeletion(code=code, requested_at=now))


@deadlock_safe
def _delete(user_id: str, code: str, media_dir: Path, now: datetime) -> None:
    """Delete the accounts, their pictures first, and all that hangs on them."""
    with every_workspace(), transaction() as session:
        accounts = session.scalars(_accounts_of(user_id)).all()
        ids = [account.id for account in accounts]
        pictures = select(Media.picture_path).where(Media.account_id.in_(ids), Media.picture_path.is_not(None))
        for path in (*(account.picture_path for account in accounts), *session.scalars(pictures)):
            remove_picture(path, media_dir=media_dir)
        session.execute(
            delete(OAuthState).where(or_(OAuthState.account_id.in_(ids), OAuthState.mends_account_id.in_(ids)))
        )
        delete_events_of(session, {user_id, *(account.ig_user_id for account in accounts)})
        session.execute(delete(Account).where(Account.id.in_(ids)))
        deletion = session.scalars(select(DataDeletion).where(DataDeletion.code == code)).one()
        deletion.done_at = deletion.done_at or now
