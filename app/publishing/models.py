"""Posts and the log of what was done to bring them out."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.assets.models import Asset
from app.db import MARIADB_TABLE, Base, WallTime, WorkspaceOwned, enum_type


class PostKind(StrEnum):
    REEL = "reel"
    IMAGE = "image"
    STORY = "story"


class PostState(StrEnum):
    """Where a post stands on its way out; see design.md, "Publishing"."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PREPARING = "preparing"
    """Instagram is given the file and works on it."""
    STAGED = "staged"
    """Instagram has everything; only `media_publish` is left to call."""
    PUBLISHING = "publishing"
    """`media_publish` is being called, or was and its outcome is being found out."""
    PUBLISHED = "published"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    """Only a person can tell whether it is live."""
    CANCELLED = "cancelled"


class Wait(StrEnum):
    """Why a post that is not finished stands still."""

    FILE = "file"
    ACCOUNT = "account"
    QUOTA = "quota"
    LIMIT = "limit"
    LATE = "late"
    """Too late to go out by itself: the operator decides."""


class AssetRole(StrEnum):
    MEDIA = "media"
    COVER = "cover"


# Here `workspace_id` has no index of its own, which WorkspaceOwned would give it: SQLite, which keeps no statistics,
# would take it for every query and walk through the whole workspace. (MariaDB makes one for the foreign key, and knows
# when not to use it.)


class Post(WorkspaceOwned, Base):
    """One thing to publish. The row is the work: whatever wakes the scheduler, the row decides."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_next_step_at", "next_step_at"),
        Index("ix_posts_workspace_id_state_due_at", "workspace_id", "state", "due_at"),
        Index("ix_posts_workspace_id_state_published_at", "workspace_id", "state", "published_at"),
        Index("ix_posts_workspace_id_state_updated_at", "workspace_id", "state", "updated_at"),
        Index("ix_posts_workspace_id_wait_due_at", "workspace_id", "wait", "due_at"),
        UniqueConstraint("account_id", "ig_media_id"),
        UniqueConstraint("workspace_id", "form_token"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[PostKind] = mapped_column(enum_type(PostKind))
    state: Mapped[PostState] = mapped_column(enum_type(PostState))
    caption: Mapped[str] = mapped_column(Text, default="")
    share_to_feed: Mapped[bool] = mapped_column(default=True)
    thumb_offset_ms: Mapped[int | None]
    """Which frame is the cover, when no picture was uploaded for it."""

    due_at: Mapped[datetime | None]
    due_wall: Mapped[datetime | None] = mapped_column(WallTime)
    """What the operator typed; `due_at` is computed from it, again whenever the zone's rules change."""
    due_zone: Mapped[str | None] = mapped_column(String(64))
    due_fold: Mapped[int] = mapped_column(default=0)
    """1 for the second of two equal wall times when clocks go back."""
    grace_seconds: Mapped[int] = mapped_column(default=3600)

    wait: Mapped[Wait | None] = mapped_column(enum_type(Wait))
    reason: Mapped[str | None] = mapped_column(String(60))
    """Key of the sentence that tells the operator what is wrong."""
    reason_values: Mapped[dict[str, Any] | None]
    next_step_at: Mapped[datetime | None]
    """When the scheduler is to look at it next; None when there is nothing to do."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often the step at hand was tried in vain."""
    claim: Mapped[int] = mapped_column(default=0)
    """Goes up with every claim and every edit; who holds an older one may write no more."""
    fence: Mapped[int] = mapped_column(default=0)
    """Fencing number of the scheduler that claimed it last."""

    ig_container_id: Mapped[str | None] = mapped_column(String(40), index=True)
    container_created_at: Mapped[datetime | None]
    containers_lost: Mapped[int] = mapped_column(default=0)
    staged_at: Mapped[datetime | None]
    snapshot: Mapped[dict[str, Any] | None]
    """What was on Instagram just before `media_publish`: see `app.publishing.witnesses`."""
    publish_called_at: Mapped[datetime | None]
    publish_calls: Mapped[int] = mapped_column(default=0)
    """How often `media_publish` was called for the container at hand."""
    finished_seen_at: Mapped[datetime | None]
    """When the container was first seen FINISHED after a publish call with an unknown outcome."""
    published_at: Mapped[datetime | None]
    ig_media_id: Mapped[str | None] = mapped_column(String(40))
    permalink: Mapped[str | None] = mapped_column(String(300))

    form_token: Mapped[str | None] = mapped_column(String(43))
    """Random value of the form that wrote the post last: sending it twice writes once."""
    form_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of what that form held."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
    post_assets: Mapped[list["PostAsset"]] = relationship(
        back_populates="post", order_by="PostAsset.position", cascade="all, delete-orphan"
    )

    @property
    def media(self) -> list[Asset]:
        """The files to publish, in order."""
        return [link.asset for link in self.post_assets if link.role is AssetRole.MEDIA]

    @property
    def cover(self) -> Asset | None:
        """The uploaded cover picture, if there is one."""
        return next((link.asset for link in self.post_assets if link.role is AssetRole.COVER), None)


class PostAsset(WorkspaceOwned, Base):
    """A post's use of an asset."""

    __tablename__ = "post_assets"
    __table_args__ = (
        UniqueConstraint("post_id", "role", "position"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    role: Mapped[AssetRole] = mapped_column(enum_type(AssetRole))
    position: Mapped[int] = mapped_column(default=0)

    post: Mapped[Post] = relationship(back_populates="post_assets")
    asset: Mapped[Asset] = relationship(lazy="joined")


class Attempt(WorkspaceOwned, Base):
    """One try at bringing a post out: from its first step to its end, or to the operator's next order."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]


class StepName(StrEnum):
    """What the log tells of. Those that call Instagram have an intention and an outcome."""

    CREATED = "created"
    EDITED = "edited"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    ORDERED = "ordered"
    """The operator pressed a button; `detail.order` says which."""
    ZONE_CHANGED = "zone_changed"
    CREATE_CONTAINER = "create_container"
    READ_CONTAINER = "read_container"
    SNAPSHOT = "snapshot"
    PUBLISH = "publish"
    WITNESSES = "witnesses"
    READ_MEDIA = "read_media"
    WAITING = "waiting"
    FAILED = "failed"
    PUBLISHED = "published"
    UNCONFIRMED = "unconfirmed"


class StepPhase(StrEnum):
    INTENTION = "intention"
    OUTCOME = "outcome"
    NOTE = "note"


class AttemptStep(WorkspaceOwned, Base):
    """A line of a post's log. Lines are added, never changed."""

    __tablename__ = "attempt_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    name: Mapped[StepName] = mapped_column(enum_type(StepName))
    phase: Mapped[StepPhase] = mapped_column(enum_type(StepPhase))
    ok: Mapped[bool] = mapped_column(default=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
