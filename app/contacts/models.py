"""The people on the other side."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import MARIADB_TABLE, Base, WorkspaceOwned, enum_type, ig_id_type


class Consent(StrEnum):
    """Whether Instagram lets us read somebody's profile."""

    UNKNOWN = "unknown"
    GIVEN = "given"
    MISSING = "missing"
    """They have not written yet: error 230, which is ordinary."""
    BLOCKED = "blocked"
    """They cannot be read or written to any more."""


class Contact(WorkspaceOwned, Base):
    """Somebody who wrote a comment or a message to one of our accounts."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("account_id", "ig_scoped_id"),
        Index("ix_contacts_workspace_id_username", "workspace_id", "username"),
        Index("ix_contacts_profile_due_at", "profile_due_at"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    ig_scoped_id: Mapped[str] = mapped_column(ig_id_type())
    """The person as this account sees them (IGSID): the same in comments and in messages."""
    username: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(200))
    picture_url: Mapped[str | None] = mapped_column(Text)
    """Where Instagram keeps their picture, for some days. Never given to a browser."""
    follower_count: Mapped[int | None]
    follows_us: Mapped[bool | None]
    we_follow: Mapped[bool | None]
    is_verified: Mapped[bool | None]
    consent: Mapped[Consent] = mapped_column(enum_type(Consent), default=Consent.UNKNOWN)
    profile_read_at: Mapped[datetime | None]
    profile_due_at: Mapped[datetime | None]
    """When the profile is to be read (again); None when there is no reason to."""
    first_seen_at: Mapped[datetime]

    @property
    def shown_name(self) -> str:
        """What to call them: their name, else @username, else the end of their id."""
        if self.name:
            return self.name
        return f"@{self.username}" if self.username else f"…{self.ig_scoped_id[-6:]}"
