"""Reads of what is live on Instagram."""

from collections.abc import Collection

from sqlalchemy import select

from app.assets.models import Asset
from app.db import reading
from app.errors import NotFound
from app.media.models import Media
from app.publishing.models import AssetRole, PostAsset


def get_media(media_id: int) -> Media:
    """Return a media of the current workspace. Raises NotFound."""
    with reading() as session:
        media = session.scalar(select(Media).where(Media.id == media_id))
    if media is None:
        raise NotFound(f"media {media_id}")
    return media


def find_media(media_id: int) -> Media | None:
    """Return a media of the current workspace, or None when there is no such one."""
    with reading() as session:
        return session.scalar(select(Media).where(Media.id == media_id))


def list_posters(post_ids: Collection[int]) -> dict[int, int]:
    """Return the id of the first file of each post that has a small picture."""
    if not post_ids:
        return {}
    query = (
        select(PostAsset.post_id, Asset.id)
        .join(PostAsset.asset)
        .where(PostAsset.post_id.in_(post_ids), PostAsset.role == AssetRole.MEDIA, Asset.poster_path.is_not(None))
        .order_by(PostAsset.position.desc())
    )
    with reading() as session:
        return {row.post_id: row.id for row in session.execute(query)}
