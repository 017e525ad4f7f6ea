"""Hints: what has changed, for pages that are open."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import MARIADB_TABLE, Base, enum_type


class HintKind(StrEnum):
    CONVERSATION = "conversation"
    COMMENT = "comment"
    """`row_id` is the top of the thread."""
    DISPATCH = "dispatch"
    IMPORT = "import"


class Hint(Base):
    """Something that changed: which kind and which row, no more. Kept for some minutes.

    Read by one watcher per web process for all workspaces at once, which hands each page its own only.
    """

    __tablename__ = "hints"
    # A number that was given once must not come again after its row was deleted: pages remember how far they are by it.
    __table_args__ = (Index("ix_hints_at", "at"), MARIADB_TABLE | {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    kind: Mapped[HintKind] = mapped_column(enum_type(HintKind))
    row_id: Mapped[int]
    at: Mapped[datetime]
