"""Addresses under which Instagram fetches a file: nobody can guess one, and each ends by itself."""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.assets.files import locate
from app.assets.models import Asset
from app.config import Config
from app.db import every_workspace, reading

PATH = "/media/"
SHAPE = struct.Struct(">QQ")
SIGNATURE_BYTES = 32
TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ogv": "video/ogg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
    ".pdf": "application/pdf",
}
SUFFIX_OF_CONTAINER = {
    "mp4": ".mp4",
    "mov": ".mov",
    "matroska": ".mkv",
    "avi": ".avi",
    "jpeg": ".jpg",
    "png": ".png",
    "webp": ".webp",
    "webm": ".webm",
    "ogg": ".ogv",
    "m4a": ".m4a",
    "aac": ".aac",
    "wav": ".wav",
    "pdf": ".pdf",
}


@dataclass(frozen=True)
class ServedFile:
    """A file to send, and as what."""

    path: Path
    content_type: str
    name: str
    """A name of our own for whoever saves it."""


def media_url(asset: Asset, until: datetime, config: Config) -> str:
    """Return the public address of a ready asset's file, good until `until`. Raises ValueError before it is ready."""
    relative = asset.publishable_path
    if relative is None:
        raise ValueError(f"asset {asset.id} is not ready")
    suffix = ".mp4" if asset.rendition_path is None and _suffix(asset) in {".bin", ".m4v"} else _suffix(asset)
    return f"{config.public_url}{PATH}{make_token(asset.id, until, config.secret_key)}{suffix}"


def make_token(asset_id: int, until: datetime, secret: str) -> str:
    """Return the asset's id and the end of the link's life in seconds, signed."""
    claim = SHAPE.pack(asset_id, int(until.timestamp()))
    return base64.urlsafe_b64encode(claim + _signature(claim, secret)).decode().rstrip("=")


def read_token(token: str, secret: str, now: datetime) -> int | None:
    """Return the asset's id, or None for a token that was made up, altered, or is over."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    claim, signature = raw[: SHAPE.size], raw[SHAPE.size :]
    if len(raw) != SHAPE.size + SIGNATURE_BYTES or not hmac.compare_digest(signature, _signature(claim, secret)):
        return None
    asset_id, until = SHAPE.unpack(claim)
    return int(asset_id) if now.astimezone(UTC).timestamp() < until else None


def find_public_file(token: str, *, config: Config, now: datetime) -> ServedFile | None:
    """Return the file behind a token, or None when there is none for it."""
    asset_id = read_token(token, config.secret_key, now)
    if asset_id is None:
        return None
    with every_workspace(), reading() as session:
        asset = session.get(Asset, asset_id)
        return served_file(asset, asset.publishable_path, config.media_dir) if asset else None


def served_file(asset: Asset, relative: str | None, media_dir: Path) -> ServedFile | None:
    """Return one of an asset's files with the type that its content was found to have; None when it is not there."""
    if relative is None:
        return None
    path = locate(media_dir, relative)
    suffix = _suffix(asset) if relative == asset.original_path else path.suffix
    content_type = TYPES.get(suffix)
    if content_type is None or not path.is_file():
        return None
    return ServedFile(path, content_type, f"{asset.kind.value}-{asset.id}{suffix}")


def _suffix(asset: Asset) -> str:
    """Return the suffix of what Instagram gets: that of the copy, or what the original was found to be."""
    if asset.rendition_path is not None:
        return Path(asset.rendition_path).suffix
    container = (asset.facts or {}).get("container", "")
    return SUFFIX_OF_CONTAINER.get(container) or Path(asset.original_path or "").suffix


def _signature(claim: bytes, secret: str) -> bytes:
    key = hashlib.sha256(b"public media link\0" + secret.encode()).digest()
    return hmac.new(key, claim, hashlib.sha256).digest()
