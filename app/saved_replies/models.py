"""Answers kept ready."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import MARIADB_TABLE, Base, WorkspaceOwned


class SavedReply(WorkspaceOwned, Base):
    """A text with places for names, found by its shortcut."""

    __tablename__ = "saved_replies"
    __table_args__ = (UniqueConstraint("workspace_id", "shortcut"), MARIADB_TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    shortcut: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(5), default="")
    """`kk`, `ru`, `en`, or "" for any."""
    text: Mapped[str] = mapped_column(Text)
    used_count: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]
