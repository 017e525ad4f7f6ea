"""A small picture of a live media, fetched from Instagram once and kept here: its own links die, and tell who looks."""

import secrets
from collections.abc import Collection
from pathlib import Path

import structlog
from sqlalchemy import update

from app.accounts.profile_picture import NotAPicture, remove_picture, shrink, write_picture
from app.db import deadlock_safe, transaction
from app.media.models import Media
from app.outgoing.fetch import FetchError, fetch

SIDE_PX = 320
MOST_BYTES = 12_000_000
SECONDS = 10.0
FOLDER = "live"

log = structlog.get_logger(__name__)


def keep_picture(media: Media, url: str, *, media_dir: Path, trusted_origins: Collection[str]) -> bool:
    """Keep the picture at `url` for the media; return whether that worked. A failure leaves all as it was."""
    try:
        raw = fetch(url, most_bytes=MOST_BYTES, seconds=SECONDS, trusted_origins=trusted_origins)
        path = f"{FOLDER}/{media.workspace_id}/{media.id}-{secrets.token_hex(8)}.webp"
        write_picture(media_dir / path, shrink(raw, side_px=SIDE_PX))
    except (FetchError, NotAPicture, OSError) as error:
        log.info("media_picture_not_kept", media_id=media.id, reason=type(error).__name__)
        return False
    _record(media.id, path)
    remove_picture(media.picture_path, media_dir=media_dir)
    return True


@deadlock_safe
def _record(media_id: int, path: str) -> None:
    with transaction() as session:
        session.execute(update(Media).where(Media.id == media_id).values(picture_path=path))
