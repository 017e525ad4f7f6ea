"""What the scheduler does with a post whose time has come: the row decides which step it is."""

import structlog
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm import joinedload

from app.accounts.errors import AccountUnusable
from app.db import every_workspace, reading, workspace_scope
from app.publishing.claims import Fenced
from app.publishing.find_out import find_out
from app.publishing.models import Post, PostState, Wait
from app.publishing.prepare_post import prepare_post
from app.publishing.publish_post import publish_post
from app.publishing.publisher import Publisher
from app.publishing.read_published import read_published
from app.publishing.stand_still import put_off, stand_still

log = structlog.get_logger()

STEPS = {
    PostState.SCHEDULED: prepare_post,
    PostState.PREPARING: prepare_post,
    PostState.STAGED: publish_post,
    PostState.PUBLISHING: find_out,
    PostState.PUBLISHED: read_published,
}


def advance_post(post_id: int, publisher: Publisher) -> bool:
    """Move a post one step on, if it is due for one, and return whether it was.

    Safe to call at any time, by anybody, any number of times.
    """
    post = _find_post(post_id)
    if post is None or post.next_step_at is None or post.next_step_at > publisher.now():
        return False
    step = STEPS.get(post.state)
    if step is None:
        return False
    with workspace_scope(post.workspace_id):
        try:
            step(post, publisher)
        except Fenced:
            log.info("post_fenced", post_id=post_id)
            return False
        except AccountUnusable:
            stand_still(post, publisher, Wait.ACCOUNT, None)
        except (OperationalError, InterfaceError, TimeoutError):
            raise  # the database is away: nothing is wrong with the post
        except Exception:
            put_off(post, publisher)
            raise
    return True


def _find_post(post_id: int) -> Post | None:
    """Return the post with all that its steps read, detached, so that no connection is held while Instagram answers."""
    with every_workspace(), reading() as session:
        found = session.scalars(
            select(Post).where(Post.id == post_id).options(joinedload(Post.account), joinedload(Post.post_assets))
        )
        post = found.unique().one_or_none()
        if post is not None:
            session.expunge_all()
        return post
