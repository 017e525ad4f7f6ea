"""Reads for pages."""

from sqlalchemy import select

from app.assets.models import Asset
from app.db import reading
from app.errors import NotFound


def get_asset(asset_id: int) -> Asset:
    """Return an asset of the current workspace. Raises NotFound."""
    with reading() as session:
        asset = session.scalar(select(Asset).where(Asset.id == asset_id))
    if asset is None:
        raise NotFound(f"asset {asset_id}")
    return asset
