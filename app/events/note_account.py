"""What webhooks leave for the account's row of the sync."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import changed_rows, current_workspace_id
from app.insert_new import insert_new
from app.sync.models import AccountSync, ImportState


def note_account(session: Session, account_id: int, **values: datetime) -> None:
    """Set values of the account's AccountSync; the row is made when the sync has not come to it yet."""
    noting = update(AccountSync).where(AccountSync.account_id == account_id).values(**values)
    if changed_rows(session.execute(noting)) == 0:
        _add(session, account_id)
        session.execute(noting)


def _add(session: Session, account_id: int) -> None:
    insert_new(
        session,
        AccountSync,
        account_id=account_id,
        workspace_id=current_workspace_id(),
        import_state=ImportState.WAITING,
        import_phase="media",
        import_done=0,
    )
