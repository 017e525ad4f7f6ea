"""What is left of visits to Instagram's consent page."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.accounts.models import OAuthState
from app.db import changed_rows, deadlock_safe, every_workspace, transaction

KEPT_FOR = timedelta(days=7)
BATCH = 1000


@deadlock_safe
def forget_old_states(now: datetime) -> int:
    """Delete up to a thousand visits that are over for a week, in every workspace; return how many."""
    with every_workspace(), transaction() as session:
        old = select(OAuthState.id).where(OAuthState.created_at < now - KEPT_FOR).limit(BATCH)
        ids = list(session.scalars(old))
        return changed_rows(session.execute(delete(OAuthState).where(OAuthState.id.in_(ids)))) if ids else 0
