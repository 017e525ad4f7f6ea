"""Which posts the scheduler is to look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import structlog
from sqlalchemy import Select, or_, select, update

from app.accounts.models import Account
from app.db import deadlock_safe, every_workspace, reading, transaction
from app.publishing.claims import PAUSED, Line, log_line
from app.publishing.due_time import recompute
from app.publishing.models import Post, PostState, StepName, StepPhase, Wait
from app.publishing.rules import UNFINISHED, first_step_at, is_too_late, snapshot_at
from app.workspaces.models import ServerState, Workspace

log = structlog.get_logger()


@dataclass(frozen=True)
class DuePost:
    """A post whose next step is due; `is_urgent` when it is about to be, or may be, live."""

    post_id: int
    is_urgent: bool
    at: datetime


def list_due_posts(now: datetime, limit: int = 500) -> list[DuePost]:
    """Return the posts whose next step is due, longest due first; none while all is paused."""
    with every_workspace(), reading() as session:
        if session.get(ServerState, PAUSED, populate_existing=True) is not None:
            return []
        rows = session.execute(
            select(Post.id, Post.state, Post.next_step_at)
            .join(Workspace, Workspace.id == Post.workspace_id)
            .where(
                Post.next_step_at <= now,
                Workspace.paused_at.is_(None),
            )
            .order_by(Post.next_step_at)
            .limit(limit)
        )
        return [DuePost(row.id, row.state in URGENT, row.next_step_at) for row in rows]


URGENT = {PostState.STAGED, PostState.PUBLISHING}


def list_alarms(now: datetime, ahead: timedelta) -> list[DuePost]:
    """Return the staged posts whose next step comes within `ahead`: they get an alarm that rings to the millisecond."""
    with every_workspace(), reading() as session:
        rows = session.execute(
            select(Post.id, Post.next_step_at)
            .where(Post.next_step_at > now, Post.next_step_at <= now + ahead, Post.state == PostState.STAGED)
            .order_by(Post.next_step_at)
        )
        return [DuePost(row.id, True, row.next_step_at) for row in rows]


@deadlock_safe
def forget_future_looks(now: datetime) -> None:
    """After the machine's clock was set back: let nothing wait for an instant that was computed from the old time.

    A post that only the wrong clock called late is planned again, and accounts that were to be left alone are asked.
    """
    with every_workspace(), transaction() as session:
        for post in session.scalars(_misled(now)):
            if post.wait is Wait.LATE:
                if post.due_at is None or is_too_late(post.due_at, post.grace_seconds, now):
                    continue
                post.wait = None
            post.next_step_at = _begins_at(post, now)
        for column in (Post.publish_called_at, Post.finished_seen_at, Post.container_created_at, Account.hold_until):
            session.execute(
                update(column.class_).where(column > now).values({column: now}),
                execution_options={"synchronize_session": False},
            )


def _misled(now: datetime) -> Select[Post]:
    """Return a query for the posts whose next step, or whose being late, does not follow from their due time alone."""
    is_of_clock = or_(
        Post.state.in_([PostState.PREPARING, PostState.PUBLISHING, PostState.PUBLISHED]),
        Post.wait.is_not(None),
        Post.next_step_at > Post.due_at,
    )
    is_late = Post.state.in_(UNFINISHED) & (Post.wait == Wait.LATE)
    return select(Post).where(or_(is_late, (Post.next_step_at > now) & is_of_clock)).with_for_update()


def _begins_at(post: Post, now: datetime) -> datetime:
    """When a post is to be looked at, by its state and due time."""
    if post.state is PostState.SCHEDULED and post.due_at is not None:
        return first_step_at(post.due_at, now)
    if post.state is PostState.STAGED and post.due_at is not None:
        return snapshot_at(post.due_at, now)
    return now


@deadlock_safe
def recompute_due_times(now: datetime) -> int:
    """Compute planned instants again from their wall times, as zones' rules may have changed; return how many moved."""
    moved = 0
    with every_workspace(), transaction() as session:
        waiting = select(Post).where(
            Post.state.in_([PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED]),
            Post.due_wall.is_not(None),
            Post.due_at > now,
        )
        for post in session.scalars(waiting.with_for_update()):
            at = _due_by_the_wall(post)
            if at is None or at == post.due_at:
                continue
            detail = {"was": post.due_at.isoformat() if post.due_at else None, "is": at.isoformat()}
            log_line(session, post, Line(StepName.ZONE_CHANGED, StepPhase.NOTE, detail), now)
            post.due_at = at
            post.claim += 1
            if post.state is not PostState.PREPARING:
                post.next_step_at = _begins_at(post, now)
            moved += 1
    return moved


def _due_by_the_wall(post: Post) -> datetime | None:
    """Return a post's instant under the rules of today; the one it has where its zone is no longer known."""
    assert post.due_wall is not None
    try:
        return recompute(post.due_wall, post.due_zone or "UTC", post.due_fold)
    except (ZoneInfoNotFoundError, ValueError):
        log.warning("zone_unknown", post_id=post.id, zone=post.due_zone)
        return post.due_at
