"""Giving an upload up."""

from pathlib import Path

from app.assets.delete_assets import delete_unused_assets
from app.assets.receive_upload import get_upload
from app.clock import Clock


def cancel_upload(public_id: str, *, user_id: int, media_dir: Path, clock: Clock) -> None:
    """Delete an upload, what came of it, and its asset, unless a post uses that. Raises NotFound."""
    upload = get_upload(public_id, user_id=user_id, now=clock.now())
    delete_unused_assets([upload.asset_id], media_dir=media_dir)
