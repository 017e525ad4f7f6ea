"""Let the posts of an account move again."""

from datetime import datetime

from sqlalchemy import update

from app.db import changed_rows, transaction
from app.publishing.models import Post, Wait


def release_queue(account_id: int, now: datetime) -> int:
    """Wake every post that waited for the account to be connected again; return how many."""
    with transaction() as session:
        released = session.execute(
            update(Post)
            .where(Post.account_id == account_id, Post.wait == Wait.ACCOUNT)
            .values(wait=None, reason=None, reason_values=None, next_step_at=now)
        )
    return changed_rows(released)
