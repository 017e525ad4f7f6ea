"""An account's picture: fetched from Instagram once, made small, and kept here.

Pages never show Instagram's own link: it expires, and it would tell Instagram who looks at our pages.
"""

import secrets
import warnings
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

import structlog
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import update

from app.accounts.models import Account
from app.db import deadlock_safe, transaction
from app.outgoing.fetch import FetchError, fetch

SIDE_PX = 160
MOST_BYTES = 5_000_000
MOST_PIXELS = 4_096 * 4_096
SECONDS = 5.0
FOLDER = "accounts"

log = structlog.get_logger(__name__)


class NotAPicture(Exception):
    """The bytes are no picture that we would show."""


def fetch_picture(account: Account, url: str, *, media_dir: Path, trusted_origins: Collection[str]) -> bool:
    """Keep the picture at `url` for the account; return whether that worked. A failure leaves all as it was."""
    try:
        picture = shrink(fetch(url, most_bytes=MOST_BYTES, seconds=SECONDS, trusted_origins=trusted_origins))
        path = f"{FOLDER}/{account.workspace_id}/{account.id}-{secrets.token_hex(8)}.webp"
        write_picture(media_dir / path, picture)
    except (FetchError, NotAPicture, OSError) as error:
        log.info("profile picture not kept", account_id=account.id, reason=type(error).__name__)
        return False
    _record(account.id, path)
    remove_picture(account.picture_path, media_dir=media_dir)
    return True


def shrink(raw: bytes, *, side_px: int = SIDE_PX) -> bytes:
    """Return a square WebP of `side_px` made from a JPEG, PNG or WebP, without its metadata. Raises NotAPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise NotAPicture
                upright = ImageOps.exif_transpose(image).convert("RGB")
        square = ImageOps.fit(upright, (side_px, side_px))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise NotAPicture from None
    out = BytesIO()
    square.save(out, "WEBP", quality=80)
    return out.getvalue()


def remove_picture(path: str | None, *, media_dir: Path) -> None:
    """Delete a picture's file, if there is one."""
    if path:
        (media_dir / path).unlink(missing_ok=True)


def write_picture(path: Path, picture: bytes) -> None:
    """Write under another name first, so that no page ever reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(picture)
    unfinished.replace(path)


@deadlock_safe
def _record(account_id: int, path: str) -> None:
    with transaction() as session:
        session.execute(update(Account).where(Account.id == account_id).values(picture_path=path))
