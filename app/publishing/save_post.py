"""Writing a post and giving it its time."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
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

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class FormMark:
    """Which form is sent, and what it holds: the very same thing sent twice is written once."""

    token: str
    digest: str
    """SHA-256, hexadecimal."""


def _safe_in_a_race(function: Callable[P, R]) -> Callable[P, R]:
    """Run again when another request was writing the same form just now; then its post is found."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except IntegrityError:
            if kwargs.get("mark") is None:
                raise
            return function(*args, **kwargs)

    return run


@_safe_in_a_race
@deadlock_safe
def save_draft(
    content: PostContent, *, post_id: int | None = None, mark: FormMark | None = None, user_id: int, clock: Clock
) -> Post:
    """Write a post without giving it a time; a planned one stops being planned. Returns it.

    With the `mark` of a form that was sent before, nothing is written twice: the first one's post is returned, or
    changed where the form holds something else by now.
    """
    with transaction() as session:
        if (earlier := _find_marked(session, mark)) is not None and _is_same(earlier, mark):
            return earlier
        post = _write(session, content, earlier.id if earlier else post_id, mark, user_id, clock.now())
        post.state = PostState.DRAFT
        return post


@_safe_in_a_race
@deadlock_safe
def schedule_post(
    content: PostContent,
    due: DueTime,
    *,
    post_id: int | None = None,
    mark: FormMark | None = None,
    user_id: int,
    clock: Clock,
) -> Post:
    """Write a post and plan it. Raises RuleError for what Instagram would refuse and for a time that is past.

    `mark` is that of `save_draft`.
    """
    now = clock.now()
    with transaction() as session:
        if (earlier := _find_marked(session, mark)) is not None and _is_same(earlier, mark):
            return earlier
        _check_future(due, now)
        post = _write(session, content, earlier.id if earlier else post_id, mark, user_id, now)
        check_content(post)
        plan(session, post, due, user_id, now)
        return post


@_safe_in_a_race
@deadlock_safe
def publish_now(
    content: PostContent, *, post_id: int | None = None, mark: FormMark | None = None, user_id: int, clock: Clock
) -> Post:
    """Write a post and bring it out as soon as it can be, but for the seconds in which it can be taken back.

    `mark` is that of `save_draft`.
    """
    now = clock.now()
    with transaction() as session:
        if (earlier := _find_marked(session, mark)) is not None and _is_same(earlier, mark):
            return earlier
        post = _write(session, content, earlier.id if earlier else post_id, mark, user_id, now)
        check_content(post)
        plan(session, post, due_soon(session, now), user_id, now)
        return post


@deadlock_safe
def reschedule_post(post_id: int, due: DueTime, *, user_id: int, clock: Clock) -> Post:
    """Give a post another time; all else stays. Raises RuleError for a time that is past."""
    now = clock.now()
    _check_future(due, now)
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
    """Return the time of «publish now»: a few seconds ahead, so that it can be taken back.

    It is a whole second: wall times are kept to the second, and the instant must follow from the wall time.
    """
    workspace = session.get_one(Workspace, current_workspace_id())
    at = now + TAKE_BACK
    if at.microsecond:
        at = at.replace(microsecond=0) + timedelta(seconds=1)
    here = at.astimezone(ZoneInfo(workspace.timezone))
    return DueTime(wall=here.replace(tzinfo=None, fold=0), zone=workspace.timezone, fold=here.fold, at=at)


def _check_future(due: DueTime, now: datetime) -> None:
    if due.at <= now:
        raise RuleError("due_in_past", field="due_time", wall=due.wall, zone=due.zone)


def _find_marked(session: Session, mark: FormMark | None) -> Post | None:
    """Return the post that the same form wrote before."""
    return session.scalar(select(Post).where(Post.form_token == mark.token)) if mark else None


def _is_same(post: Post, mark: FormMark | None) -> bool:
    return mark is not None and post.form_digest == mark.digest


def _write(
    session: Session, content: PostContent, post_id: int | None, mark: FormMark | None, user_id: int, now: datetime
) -> Post:
    if post_id is None:
        post = Post(
            workspace_id=current_workspace_id(),
            created_by_id=user_id,
            state=PostState.DRAFT,
            created_at=now,
            updated_at=now,
        )
        name = StepName.CREATED
        session.add(post)
    else:
        post = take_post(session, post_id, EDITABLE)
        put_to_rest(post)
        name = StepName.EDITED
    with session.no_autoflush:
        write_content(session, post, content)
    if mark is not None:
        post.form_token, post.form_digest = mark.token, mark.digest
    post.updated_at = now
    session.flush()
    log_line(session, post, Line(name, StepPhase.NOTE, {}), now, user_id)
    return post
