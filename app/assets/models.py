"""Uploaded files, what was derived from them, and uploads under way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import MARIADB_TABLE, Base, WorkspaceOwned, enum_type


class AssetKind(StrEnum):
    VIDEO = "video"
    IMAGE = "image"
    AUDIO = "audio"
    """Of messages only."""
    FILE = "file"
    """A PDF; of messages only."""


class AssetPurpose(StrEnum):
    """What a file was uploaded for, which decides what it must be like."""

    POST = "post"
    MESSAGE = "message"


class AssetState(StrEnum):
    """From the first byte to a file that Instagram will take."""

    UPLOADING = "uploading"
    CHECKING = "checking"
    """All bytes are here; the scheduler is to examine them."""
    CONVERTING = "converting"
    READY = "ready"
    REFUSED = "refused"
    """Instagram would refuse it and we cannot put it right; `refusal` says why."""


class Asset(WorkspaceOwned, Base):
    """An uploaded file. Paths are relative to MEDIA_DIR."""

    __tablename__ = "assets"
    __table_args__ = (Index("ix_assets_workspace_id_state", "workspace_id", "state"), MARIADB_TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[AssetKind] = mapped_column(enum_type(AssetKind))
    purpose: Mapped[AssetPurpose] = mapped_column(enum_type(AssetPurpose), default=AssetPurpose.POST)
    state: Mapped[AssetState] = mapped_column(enum_type(AssetState), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    """What the uploader called it; for showing only."""
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    original_path: Mapped[str | None] = mapped_column(String(200))
    rendition_path: Mapped[str | None] = mapped_column(String(200))
    """The copy that was put right for Instagram; None when the original is fine as it is."""
    poster_path: Mapped[str | None] = mapped_column(String(200))
    """A small JPEG or WebP picture of it."""
    facts: Mapped[dict[str, Any] | None]
    """What was measured in the original."""
    fixes: Mapped[list[Any] | None]
    """Keys of what had to be put right."""
    refusal: Mapped[str | None] = mapped_column(String(60))
    refusal_values: Mapped[dict[str, Any] | None]
    progress_percent: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    """How often examining it was broken off (a crash, a full disk)."""
    next_try_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]

    @property
    def publishable_path(self) -> str | None:
        """The file that Instagram is to fetch, once the asset is ready."""
        return (self.rendition_path or self.original_path) if self.state is AssetState.READY else None


class Upload(WorkspaceOwned, Base):
    """A tus upload under way: which bytes of an asset's original have arrived."""

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(43), unique=True)
    """Random; stands in the upload's URL."""
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    offset_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    unverified_from: Mapped[int | None] = mapped_column(BigInteger)
    """While a request with a checksum is under way: what lies after this byte does not count yet."""
    path: Mapped[str] = mapped_column(String(200))
    upload_metadata: Mapped[str | None] = mapped_column(Text)
    """The Upload-Metadata header as it came, given back on HEAD."""
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
