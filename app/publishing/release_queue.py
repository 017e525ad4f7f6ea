"""Let posts move again that stood still until somebody did something.

A step may be about to write that it waits for just that. So every post concerned is taken out of its hands as well:
its write is fenced, and the post, which is still due, is looked at anew.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from app.db import changed_rows, transaction
from app.publishing.models import Post, PostAsset, PostState, Wait
from app.publishing.rules import UNFINISHED

LINKS_SOUGHT_AGAIN = timedelta(days=7)
"""A post that went live longer ago gets no other look for its link."""


def release_queue(account_id: int, now: datetime) -> int:
    """Wake every post that waited for the account to be connected again; return how many.

    Links that could not be read meanwhile are looked for once more.
    """
    released = _release(Post.account_id == account_id, Wait.ACCOUNT, now)
    without_link = update(Post).where(
        Post.account_id == account_id,
        Post.state == PostState.PUBLISHED,
        Post.permalink.is_(None),
        Post.published_at > now - LINKS_SOUGHT_AGAIN,
    )
    with transaction() as session:
        session.execute(without_link.values(wait=None, next_step_at=now, claim=Post.claim + 1))
    return released


def release_file(asset_id: int, now: datetime) -> None:
    """Wake every post that waited for a file that was refused and is examined again."""
    users = select(PostAsset.post_id).where(PostAsset.asset_id == asset_id)
    _release(Post.id.in_(users), Wait.FILE, now)


def release_doubtful(account_id: int, now: datetime) -> None:
    """Wake the posts in doubt of an account that is taken out of use: only a person can tell now."""
    with transaction() as session:
        session.execute(
            update(Post)
            .where(Post.account_id == account_id, Post.state == PostState.PUBLISHING)
            .values(wait=None, next_step_at=now)
        )


def _release(concerned: ColumnElement[bool], wait: Wait, now: datetime) -> int:
    unfinished = update(Post).where(concerned, Post.state.in_(UNFINISHED)).values(claim=Post.claim + 1)
    waiting = update(Post).where(concerned, Post.state.in_(UNFINISHED), Post.wait == wait)
    with transaction() as session:
        session.execute(unfinished)
        released = session.execute(waiting.values(wait=None, reason=None, reason_values=None, next_step_at=now))
    return changed_rows(released)
