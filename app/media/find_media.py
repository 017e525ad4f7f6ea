"""The media that something is about."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.insert_new import insert_new
from app.media.models import Media
from app.publishing.models import Post

PRODUCT_TYPE_CHARACTERS = 20


def find_or_add_media(
    session: Session, account: Account, ig_media_id: str, *, product_type: str = "", now: datetime
) -> Media:
    """Return the media with this id. One that is not known yet is written down, to be asked about at once."""
    known = select(Media).where(Media.account_id == account.id, Media.ig_media_id == ig_media_id)
    media = session.scalars(known).one_or_none()
    if media is None:
        insert_new(
            session,
            Media,
            workspace_id=account.workspace_id,
            account_id=account.id,
            ig_media_id=ig_media_id,
            product_type=product_type[:PRODUCT_TYPE_CHARACTERS],
            post_id=_post_of(session, account, ig_media_id),
            next_check_at=now,
        )
        media = session.scalars(known).one()
    return media


def _post_of(session: Session, account: Account, ig_media_id: str) -> int | None:
    """Return the post of ours that it came from."""
    ours = select(Post.id).where(Post.account_id == account.id, Post.ig_media_id == ig_media_id)
    return session.scalar(ours.limit(1))
