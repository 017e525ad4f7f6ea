"""Posts that do not move on: each says why, and what makes it move again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.accounts.models import Account
from app.db import deadlock_safe, transaction
from app.publishing.claims import Hold, Line, claim_post, record
from app.publishing.models import Post, PostState, StepName, StepPhase, Wait
from app.publishing.publisher import Publisher

BROKEN_PAUSE = timedelta(minutes=1)
NO_CONTAINER: dict[str, Any] = {
    "ig_container_id": None,
    "container_created_at": None,
    "staged_at": None,
    "snapshot": None,
    "publish_called_at": None,
    "publish_calls": 0,
}


def stand_still(post: Post, publisher: Publisher, wait: Wait, look_again_at: datetime | None) -> None:
    """Mark why a post waits. Logged once, not at every look."""
    now = publisher.now()
    lines = [] if post.wait is wait else [Line(StepName.WAITING, StepPhase.NOTE, {"wait": wait}, ok=False)]
    hold = claim_post(post, fence=publisher.fence, now=now)
    if hold is not None:
        record(hold, now, lines, wait=wait, next_step_at=look_again_at)


@deadlock_safe
def put_off(post: Post, publisher: Publisher) -> None:
    """Let a post whose step broke wait a while: a bug delays the post that meets it, and is not met every second."""
    now = publisher.now()
    with transaction() as session:
        session.execute(
            update(Post)
            .where(Post.id == post.id, Post.next_step_at <= now)
            .values(next_step_at=now + BROKEN_PAUSE)
            .execution_options(synchronize_session=False)
        )


def fail(hold: Hold, now: datetime, key: str, values: dict[str, Any], lines: Sequence[Line] = ()) -> None:
    """End a post's attempt with the reason; the operator has a button. Nothing of it is live."""
    end = Line(StepName.FAILED, StepPhase.NOTE, {"reason": key}, ok=False)
    record(
        hold,
        now,
        [*lines, end],
        state=PostState.FAILED,
        reason=key,
        reason_values=values,
        wait=None,
        next_step_at=None,
        **NO_CONTAINER,
    )


@deadlock_safe
def hold_account(account_id: int, until: datetime) -> None:
    """Let nothing but witnesses' questions go out for an account until then: Instagram asked us to slow down."""
    with transaction() as session:
        session.execute(
            update(Account)
            .where(Account.id == account_id)
            .values(hold_until=until)
            .execution_options(synchronize_session=False)
        )
