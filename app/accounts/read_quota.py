"""How many of the day's posts an account has used."""

from sqlalchemy import update

from app.accounts.models import Account
from app.clock import Clock
from app.db import deadlock_safe, transaction
from app.instagram.client import Instagram
from app.instagram.container import PublishingLimit
from app.instagram.errors import InstagramError


def read_quota(account_id: int, *, instagram: Instagram, clock: Clock) -> PublishingLimit | None:
    """Ask Instagram for the quota and keep it for the pages; return None, changing nothing, when it does not tell."""
    try:
        limit = instagram.read_publishing_limit()
    except InstagramError:
        return None
    _record(account_id, limit, clock)
    return limit


@deadlock_safe
def _record(account_id: int, limit: PublishingLimit, clock: Clock) -> None:
    with transaction() as session:
        session.execute(
            update(Account)
            .where(Account.id == account_id)
            .values(quota_usage=limit.usage, quota_total=limit.total, quota_read_at=clock.now())
        )
