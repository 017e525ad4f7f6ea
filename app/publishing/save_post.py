"""Writing a post and giving it its time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.clock import Clock
from app.db import current_workspace_id, deadlock_safe, transaction
from app.errors import RuleError
from app.publishing.claims import Line, begin_attempt, log_line
from app.publishing.content import PostContent, check_content, write_content
from app.publishing.due_time import DueTime
from app.publishing.models import Post, PostState, StepName, StepPhase
from app.publishing.rules import EDITABLE, TAKE_BACK, first_step_at
from app.publishing.take_post import put_to_rest, take_post
from app.workspaces.models import Workspace


@deadlock_safe
def save_draft(content: PostContent, *, post_id: int | None = None, user_id: int, clock: Clock) -> Post:
    """Write a post without giving it a time; a planned one stops being planned. Returns it."""
    with transaction() as session:
        post = _write(session, content, post_id, user_id, clock.now())
        post.state = PostState.DRAFT
        return post


@deadlock_safe
def schedule_post(
    content: PostContent, due: DueTime, *, post_id: int | None = None, user_id: int, clock: Clock
) -> Post:
    """Write a post and plan it. Raises RuleError for what Instagram would refuse and for a time that is past."""
    now = clock.now()
    if due.at <= now:
        raise RuleError("due_in_past", field="due_time", wall=due.wall, zone=due.zone)
    with transaction() as session:
        post = _write(session, content, post_id, user_id, now)
        check_content(post)
        plan(session, post, due, user_id, now)
        return post


@deadlock_safe
def publish_now(content: PostContent, *, post_id: int | None = None, user_id: int, clock: Clock) -> Post:
    """Write a post and bring it out as soon as it can be, but for the seconds in which it can be taken back."""
    now = clock.now()
    with transaction() as session:
        post = _write(session, content, post_id, user_id, now)
        check_content(post)
        plan(session, post, due_soon(session, now), user_id, now)
        return post


@deadlock_safe
def reschedule_post(post_id: int, due: DueTime, *, user_id: int, clock: Clock) -> Post:
    """Give a post another time; all else stays. Raises RuleError for a time that is past."""
    now = clock.now()
    if due.at <= now:
        raise RuleError("due_in_past", field="due_time", wall=due.wall, zone=due.zone)
    with transaction() as session:
        post = take_post(session, post_id, EDITABLE)
        check_content(post)
        put_to_rest(post)
        plan(session, post, due, user_id, now)
        return post


def plan(session: Session, post: Post, due: DueTime, user_id: int, now: datetime) -> None:
    """Set the time and hand the post to the scheduler, as a new attempt."""
    post.state = PostState.SCHEDULED
    post.due_at, post.due_wall, post.due_zone, post.due_fold = due.at, due.wall, due.zone, due.fold
    post.next_step_at = first_step_at(due.at, now)
    post.updated_at = now
    begin_attempt(session, post, now)
    session.flush()
    log_line(session, post, Line(StepName.SCHEDULED, StepPhase.NOTE, {"due_at": due.at.isoformat()}), now, user_id)


def due_soon(session: Session, now: datetime) -> DueTime:
    """Return the time of «publish now»: a few seconds ahead, so that it can be taken back."""
    workspace = session.get_one(Workspace, current_workspace_id())
    at = now + TAKE_BACK
    here = at.astimezone(ZoneInfo(workspace.timezone))
    return DueTime(wall=here.replace(tzinfo=None, fold=0), zone=workspace.timezone, fold=here.fold, at=at)


def _write(session: Session, content: PostContent, post_id: int | None, user_id: int, now: datetime) -> Post:
    if post_id is None:
        post = Post(workspace_id=current_workspace_id(), created_by_id=user_id, state=PostState.DRAFT, created_at=now)
        name = StepName.CREATED
        session.add(post)
    else:
        post = take_post(session, post_id, EDITABLE)
        put_to_rest(post)
        name = StepName.EDITED
    with session.no_autoflush:
        write_content(session, post, content)
    post.updated_at = now
    session.flush()
    log_line(session, post, Line(name, StepPhase.NOTE, {}), now, user_id)
    return post
