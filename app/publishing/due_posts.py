"""Which posts the scheduler is to look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.db import deadlock_safe, every_workspace, reading, transaction
from app.publishing.claims import PAUSED, Line, log_line
from app.publishing.due_time import recompute
from app.publishing.models import Post, PostState, StepName, StepPhase
from app.publishing.rules import first_step_at
from app.workspaces.models import ServerState, Workspace


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
    """After the machine's clock was set back: let nothing wait for an instant that was computed from the old time."""
    with every_workspace(), transaction() as session:
        under_way = update(Post).where(Post.state.in_([PostState.PREPARING, PostState.PUBLISHING]))
        session.execute(
            under_way.where(Post.next_step_at > now).values(next_step_at=now),
            execution_options={"synchronize_session": False},
        )
        seen: list[InstrumentedAttribute[datetime | None]] = [
            Post.publish_called_at,
            Post.finished_seen_at,
            Post.container_created_at,
        ]
        for column in seen:
            session.execute(
                update(Post).where(column > now).values({column: now}),
                execution_options={"synchronize_session": False},
            )


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
        for post in session.scalars(waiting):
            assert post.due_wall is not None
            at = recompute(post.due_wall, post.due_zone or "UTC", post.due_fold)
            if at == post.due_at:
                continue
            detail = {"was": post.due_at.isoformat() if post.due_at else None, "is": at.isoformat()}
            log_line(session, post, Line(StepName.ZONE_CHANGED, StepPhase.NOTE, detail), now)
            post.due_at = at
            post.claim += 1
            if post.state is not PostState.PREPARING:
                post.next_step_at = first_step_at(at, now)
            moved += 1
    return moved
