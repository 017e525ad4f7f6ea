"""What Instagram told us by webhook, kept raw before anything else happens."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import MARIADB_TABLE, Base, enum_type, ig_id_type


class EventState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    """Processing it broke; it stays, with its error, until it is replayed."""
    STRAY = "stray"
    """For an account that is connected nowhere here; taken up when that account is connected."""


class Event(Base):
    """One update of a webhook's body.

    Not of a workspace: it is stored before anybody asks whose account it is about. It is read through `accounts`,
    which are.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_state_id", "state", "id"),
        Index("ix_events_account_id_received_at", "account_id", "received_at"),
        Index("ix_events_ig_user_id_received_at", "ig_user_id", "received_at"),
        Index("ix_events_received_at", "received_at"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(ig_id_type(64), unique=True)
    """SHA-256 of the account and the update: the same thing told twice is stored once."""
    ig_user_id: Mapped[str] = mapped_column(ig_id_type())
    """`entry.id`: the professional account it is about."""
    kind: Mapped[str] = mapped_column(String(40))
    """An `UpdateKind`, as `app.instagram.webhook` sorts them."""
    payload: Mapped[dict[str, Any] | None]
    """The update as it came, with `entry.time`; let go of when the retention has passed."""
    state: Mapped[EventState] = mapped_column(enum_type(EventState), default=EventState.WAITING)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    """Whose it was found to be when it was processed."""
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    """What broke, in one line without personal data."""
    body_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    """How long the body was that it came in."""
