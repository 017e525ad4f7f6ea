"""What is live on Instagram, cached here."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.db import MARIADB_TABLE, Base, WorkspaceOwned, ig_id_type


class Media(WorkspaceOwned, Base):
    """A live post, Reel, Story or carousel of an account."""

    __tablename__ = "media"
    __table_args__ = (
        UniqueConstraint("account_id", "ig_media_id"),
        Index("ix_media_workspace_id_posted_at", "workspace_id", "posted_at"),
        Index("ix_media_account_id_next_check_at", "account_id", "next_check_at"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    ig_media_id: Mapped[str] = mapped_column(ig_id_type())
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    """The post of ours that it came from."""
    media_type: Mapped[str] = mapped_column(String(20), default="")
    """IMAGE, VIDEO or CAROUSEL_ALBUM; "" until Instagram was asked."""
    product_type: Mapped[str] = mapped_column(String(20), default="")
    """FEED, REELS, STORY or AD."""
    caption: Mapped[str] = mapped_column(Text, default="")
    permalink: Mapped[str | None] = mapped_column(String(300))
    picture_path: Mapped[str | None] = mapped_column(String(200))
    """Our own small copy of its picture, relative to MEDIA_DIR."""
    posted_at: Mapped[datetime | None]
    comments_count: Mapped[int | None]
    """As Instagram counts them."""
    like_count: Mapped[int | None]
    comments_enabled: Mapped[bool | None]
    checked_at: Mapped[datetime | None]
    """When Instagram last told us what it is like."""
    comments_checked_at: Mapped[datetime | None]
    """When its comments were last compared with Instagram's, all of them."""
    comments_count_seen: Mapped[int | None]
    """`comments_count` at that time: another number now means that something was missed."""
    next_check_at: Mapped[datetime | None]
    """When its comments are to be compared next."""
    gone_at: Mapped[datetime | None]
    """Since when Instagram says that it does not exist."""

    account: Mapped[Account] = relationship()
