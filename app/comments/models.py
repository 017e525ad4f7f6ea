"""Comments on our media, and the rules that hide some of them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.contacts.models import Contact
from app.db import MARIADB_TABLE, Base, WorkspaceOwned, enum_type, ig_id_type
from app.media.models import Media


class Comment(WorkspaceOwned, Base):
    """A comment, or a reply to one. Instagram has two levels only: `parent` is always the top of its thread."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("account_id", "ig_comment_id"),
        Index("ix_comments_workspace_id_parent_id_latest_at", "workspace_id", "parent_id", "latest_at"),
        Index("ix_comments_workspace_id_waiting_since", "workspace_id", "waiting_since"),
        Index("ix_comments_media_id_parent_id_latest_at", "media_id", "parent_id", "latest_at"),
        Index("ix_comments_media_id_waiting_since", "media_id", "waiting_since"),
        Index("ix_comments_media_id_posted_at", "media_id", "posted_at"),
        Index("ix_comments_workspace_id_hidden_posted_at", "workspace_id", "hidden", "posted_at"),
        Index("ix_comments_workspace_id_is_question_posted_at", "workspace_id", "is_question", "posted_at"),
        Index("ix_comments_workspace_id_language_posted_at", "workspace_id", "language", "posted_at"),
        Index("ix_comments_contact_id_posted_at", "contact_id", "posted_at"),
        Index("ix_comments_parent_id_posted_at", "parent_id", "posted_at"),
        MARIADB_TABLE,
    )

    UNTOLD: ClassVar[datetime] = datetime(1970, 1, 1, tzinfo=UTC)
    """`seen_at` of a top that only a reply has told of so far: it has neither text nor writer yet, and counts as never
    checked, so that no page shows it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"))
    """Who wrote it; None for our own, and while Instagram withholds it."""
    ig_comment_id: Mapped[str] = mapped_column(ig_id_type())
    username: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    """The text as it is searched (see `app.search`); what indexes its words stands in the migration."""
    posted_at: Mapped[datetime]
    is_own: Mapped[bool] = mapped_column(default=False)
    hidden: Mapped[bool] = mapped_column(default=False)
    like_count: Mapped[int] = mapped_column(default=0)
    liked_by_us: Mapped[bool] = mapped_column(default=False)
    is_question: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(5), default="")
    """`kk`, `ru`, `en`, or "" when the words do not tell."""
    is_live: Mapped[bool] = mapped_column(default=False)
    """Written during a live broadcast: it can be answered privately only."""
    latest_at: Mapped[datetime]
    """Of a thread's top: when anybody last wrote in the thread. Of a reply: its own time."""
    waiting_since: Mapped[datetime | None]
    """Of a thread's top: the oldest comment of somebody else's that has no answer yet; None when there is none."""
    seen_at: Mapped[datetime]
    """When we first heard of it."""
    checked_at: Mapped[datetime | None]
    """When Instagram last showed it to us; None: only the webhook told of it (which counts from `seen_at`)."""
    gone_at: Mapped[datetime | None]
    """Deleted on Instagram. Nothing but the ids is left here, so that a late event cannot bring it back."""

    account: Mapped[Account] = relationship()
    media: Mapped[Media] = relationship()
    contact: Mapped[Contact | None] = relationship()
    parent: Mapped["Comment | None"] = relationship(remote_side=[id], back_populates="replies")
    replies: Mapped[list["Comment"]] = relationship(back_populates="parent", order_by="Comment.posted_at")


class HideRuleKind(StrEnum):
    WORD = "word"
    LINK = "link"
    PHONE = "phone"


class HideRule(WorkspaceOwned, Base):
    """What hides a comment by itself as it comes."""

    __tablename__ = "hide_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[HideRuleKind] = mapped_column(enum_type(HideRuleKind))
    word: Mapped[str] = mapped_column(String(100), default="")
    """Of a word rule: the word or phrase, as it was typed."""
    is_on: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class HideRecord(WorkspaceOwned, Base):
    """A line of the log of what rules have hidden."""

    __tablename__ = "hide_records"
    __table_args__ = (
        UniqueConstraint("comment_id"),
        Index("ix_hide_records_workspace_id_at", "workspace_id", "at"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("hide_rules.id", ondelete="SET NULL"))
    kind: Mapped[HideRuleKind] = mapped_column(enum_type(HideRuleKind))
    matched: Mapped[str] = mapped_column(String(100))
    """The part of the text that the rule found."""
    at: Mapped[datetime]
    restored_at: Mapped[datetime | None]

    comment: Mapped[Comment] = relationship()
