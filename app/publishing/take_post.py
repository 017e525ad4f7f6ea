"""Taking a post out of the scheduler's hands, for a change by a person."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from app.db import changed_rows
from app.errors import NotFound, RuleError
from app.publishing.models import Post, PostState, Wait


def take_post(session: Session, post_id: int, allowed: Iterable[PostState]) -> Post:
    """Return the post, locked for this transaction; whoever held it may write no more.

    Raises NotFound, or RuleError `post_moved_on` (values: state) when it is in none of the `allowed` states.
    """
    taken = session.execute(
        update(Post)
        .where(Post.id == post_id, Post.state.in_(list(allowed)))
        .values(claim=Post.claim + 1)
        .execution_options(synchronize_session=False)
    )
    post = session.scalar(
        select(Post)
        .where(Post.id == post_id)
        .options(selectinload(Post.post_assets))
        .execution_options(populate_existing=True)
    )
    if post is None:
        raise NotFound(f"post {post_id}")
    if changed_rows(taken) != 1:
        raise RuleError("post_moved_on", state=post.state)
    return post


def put_to_rest(post: Post) -> None:
    """Forget how far the post had come at Instagram; a container that nobody publishes expires by itself."""
    post.ig_container_id = None
    post.container_created_at = None
    post.staged_at = None
    post.snapshot = None
    post.publish_called_at = None
    post.publish_calls = 0
    post.finished_seen_at = None
    post.containers_lost = 0
    post.tries = 0
    post.wait = None
    post.reason = None
    post.reason_values = None
    post.next_step_at = None


def is_waiting_for_operator(post: Post) -> bool:
    """Whether nothing moves until somebody presses a button."""
    return post.state in {PostState.FAILED, PostState.UNCONFIRMED} or post.wait is Wait.LATE
