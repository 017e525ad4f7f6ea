"""Keep what Instagram tells of the account's media."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.comments.comment_is_gone import comment_is_gone
from app.comments.models import Comment
from app.db import deadlock_safe, transaction
from app.instagram.media import Media as MediaFacts
from app.media.find_media import PRODUCT_TYPE_CHARACTERS, find_or_add_media
from app.media.models import Media

CAPTION_CHARACTERS = 4_000


@deadlock_safe
def save_media(account: Account, told: Sequence[MediaFacts], *, now: datetime) -> list[Media]:
    """Write down these media as they are now, and have those compared at once whose number of comments has changed.

    Returns their rows, in the same order.
    """
    with transaction() as session:
        return [_save(session, account, facts, now) for facts in told]


@deadlock_safe
def media_is_gone(account: Account, media_id: int, now: datetime) -> None:
    """Erase the comments of a media that Instagram says does not exist any more."""
    with transaction() as session:
        session.execute(
            update(Media).where(Media.id == media_id).values(gone_at=now, next_check_at=None, comments_checked_at=now)
        )
        tops = select(Comment.ig_comment_id).where(
            Comment.media_id == media_id, Comment.parent_id.is_(None), Comment.gone_at.is_(None)
        )
        for ig_comment_id in session.scalars(tops).all():
            comment_is_gone(account, ig_comment_id, now)


def _save(session: Session, account: Account, facts: MediaFacts, now: datetime) -> Media:
    media = find_or_add_media(session, account, facts.ig_media_id, now=now)
    media.media_type = facts.media_type[:PRODUCT_TYPE_CHARACTERS]
    media.product_type = (facts.media_product_type or media.product_type)[:PRODUCT_TYPE_CHARACTERS]
    media.caption = (facts.caption or "")[:CAPTION_CHARACTERS]
    media.permalink = facts.permalink or media.permalink
    media.posted_at = facts.timestamp or media.posted_at
    media.comments_count = facts.comments_count
    media.like_count = facts.like_count
    media.comments_enabled = facts.is_comment_enabled
    media.checked_at, media.gone_at = now, None
    if media.comments_count != media.comments_count_seen or media.next_check_at is None:
        media.next_check_at = min(now, media.next_check_at or now)
    session.flush()
    return media
