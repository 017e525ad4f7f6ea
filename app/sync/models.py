"""How far an account's comments and messages have been brought here, and when they are compared next."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.db import MARIADB_TABLE, Base, WorkspaceOwned, enum_type


class ImportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class AccountSync(WorkspaceOwned, Base):
    """One row per account that was ever connected."""

    __tablename__ = "account_syncs"
    __table_args__ = (MARIADB_TABLE,)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    import_state: Mapped[ImportState] = mapped_column(enum_type(ImportState), default=ImportState.WAITING)
    import_phase: Mapped[str] = mapped_column(String(20), default="media")
    """media, comments, conversations or messages."""
    import_done: Mapped[int] = mapped_column(default=0)
    import_total: Mapped[int | None]
    import_cursor: Mapped[str | None] = mapped_column(String(500))
    imported_at: Mapped[datetime | None]
    media_looked_at: Mapped[datetime | None]
    """When the newest media and their numbers of comments were last looked at."""
    threads_looked_at: Mapped[datetime | None]
    """When the newest conversations were last looked at."""
    next_look_at: Mapped[datetime | None] = mapped_column(index=True)
    problem: Mapped[str | None] = mapped_column(String(60))
    """Key of what Instagram said when it was last asked; None when that went well."""
    problem_at: Mapped[datetime | None]
    subscribed_fields: Mapped[list[Any] | None]
    """Of the account's webhooks, as Instagram last told; None: never asked."""
    subscription_problem: Mapped[str | None] = mapped_column(String(60))
    subscription_checked_at: Mapped[datetime | None]
    last_event_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
