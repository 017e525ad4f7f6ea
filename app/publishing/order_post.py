"""What the operator can order for a post that is planned, failed, late or in doubt."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.db import deadlock_safe, transaction
from app.errors import RuleError
from app.publishing.claims import Line, log_line
from app.publishing.content import check_content
from app.publishing.due_time import DueTime, recompute
from app.publishing.models import Post, PostState, StepName, StepPhase, Wait
from app.publishing.rules import CANCELLABLE, UNFINISHED
from app.publishing.save_post import due_soon, plan
from app.publishing.take_post import put_to_rest, take_post


@deadlock_safe
def cancel_post(post_id: int, *, user_id: int, clock: Clock) -> Post:
    """Take a post out of the queue. Raises RuleError `post_moved_on` when it is being published or is live."""
    with transaction() as session:
        post = take_post(session, post_id, CANCELLABLE)
        put_to_rest(post)
        post.state = PostState.CANCELLED
        post.updated_at = clock.now()
        log_line(session, post, Line(StepName.CANCELLED, StepPhase.NOTE, {}), clock.now(), user_id)
        return post


@deadlock_safe
def take_back_post(post_id: int, *, user_id: int, clock: Clock) -> Post:
    """Undo «publish now» or «schedule»: the post is a draft again."""
    with transaction() as session:
        post = take_post(session, post_id, CANCELLABLE)
        put_to_rest(post)
        post.state = PostState.DRAFT
        post.updated_at = clock.now()
        log_line(session, post, _order("take_back"), clock.now(), user_id)
        return post


@deadlock_safe
def restore_post(post_id: int, *, user_id: int, clock: Clock) -> Post:
    """Undo cancelling: plan a post for the time it had. Raises RuleError `due_in_past` when that has passed."""
    now = clock.now()
    with transaction() as session:
        post = take_post(session, post_id, [PostState.CANCELLED])
        if post.due_wall is None or post.due_zone is None:
            raise RuleError("post_moved_on", state=post.state)
        at = recompute(post.due_wall, post.due_zone, post.due_fold)
        if at <= now:
            raise RuleError("due_in_past", wall=post.due_wall, zone=post.due_zone)
        check_content(post)
        put_to_rest(post)
        log_line(session, post, _order("restore"), now, user_id)
        plan(session, post, DueTime(post.due_wall, post.due_zone, post.due_fold, at), user_id, now)
        return post


@deadlock_safe
def retry_post(post_id: int, *, user_id: int, clock: Clock) -> Post:
    """Bring a failed, late or cancelled post out now, as a new attempt."""
    with transaction() as session:
        post = take_post(
            session, post_id, [PostState.FAILED, PostState.CANCELLED, *UNFINISHED - {PostState.PUBLISHING}]
        )
        if post.state in UNFINISHED and post.wait is not Wait.LATE:
            raise RuleError("post_moved_on", state=post.state)
        return _bring_out(session, post, "retry", user_id, clock)


@deadlock_safe
def check_now(post_id: int, *, user_id: int, clock: Clock) -> Post:
    """Ask Instagram's three witnesses once more about a post in doubt."""
    with transaction() as session:
        post = take_post(session, post_id, [PostState.UNCONFIRMED])
        post.state = PostState.PUBLISHING
        post.reason = post.reason_values = None
        post.next_step_at = clock.now()
        log_line(session, post, _order("check_now"), clock.now(), user_id)
        return post


@deadlock_safe
def confirm_live(post_id: int, *, ig_media_id: str | None = None, user_id: int, clock: Clock) -> Post:
    """The operator has seen that a post in doubt is live; `ig_media_id` when they also know which one it is.

    Raises RuleError `not_a_candidate` for an id that the witnesses did not name, or that is another post's by now.
    """
    with transaction() as session:
        post = take_post(session, post_id, [PostState.UNCONFIRMED])
        if ig_media_id is not None and not _is_candidate(session, post, ig_media_id):
            raise RuleError("not_a_candidate", field="ig_media_id")
        post.state = PostState.PUBLISHED
        post.published_at = post.publish_called_at
        post.ig_media_id = ig_media_id
        post.reason = post.reason_values = None
        post.next_step_at = clock.now()
        log_line(session, post, _order("confirm_live", ig_media_id=ig_media_id), clock.now(), user_id)
        return post


@deadlock_safe
def publish_again(post_id: int, *, user_id: int, clock: Clock) -> Post:
    """The operator has seen that a post in doubt is not live: bring it out with a new container."""
    with transaction() as session:
        post = take_post(session, post_id, [PostState.UNCONFIRMED])
        return _bring_out(session, post, "publish_again", user_id, clock)


def _is_candidate(session: Session, post: Post, ig_media_id: str) -> bool:
    taken = select(Post.id).where(Post.account_id == post.account_id, Post.ig_media_id == ig_media_id)
    return ig_media_id in (post.reason_values or {}).get("fitting", []) and session.scalar(taken) is None


def _bring_out(session: Session, post: Post, order: str, user_id: int, clock: Clock) -> Post:
    now = clock.now()
    check_content(post)
    put_to_rest(post)
    log_line(session, post, _order(order), now, user_id)
    plan(session, post, due_soon(session, now), user_id, now)
    return post


def _order(name: str, **detail: str | None) -> Line:
    return Line(StepName.ORDERED, StepPhase.NOTE, {"order": name, **detail})
