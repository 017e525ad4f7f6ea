"""What we do on Instagram for the desk: answers, hiding, deleting, reactions. The row is the work."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.comments.models import Comment
from app.conversations.models import Conversation
from app.db import MARIADB_TABLE, Base, WorkspaceOwned, enum_type, ig_id_type


class DispatchKind(StrEnum):
    REPLY = "reply"
    """A public answer in a comment's thread."""
    PRIVATE_REPLY = "private_reply"
    """A direct message to the writer of a comment: once per comment, within 7 days."""
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    LIKE = "like"
    UNLIKE = "unlike"
    MESSAGE = "message"
    REACT = "react"
    UNREACT = "unreact"
    SEEN = "seen"
    TYPING = "typing"


class DispatchState(StrEnum):
    WAITING = "waiting"
    """To be carried out at `next_try_at`: at once, after the time to take it back, or when it was planned for."""
    SENDING = "sending"
    """Instagram is being called, or was and its outcome is being found out."""
    SENT = "sent"
    REFUSED = "refused"
    """Instagram will not take it, or the window has closed; `reason` says why."""
    UNCONFIRMED = "unconfirmed"
    """Nobody but a person can tell whether Instagram took it."""
    CANCELLED = "cancelled"


class Dispatch(WorkspaceOwned, Base):
    """One thing to do on Instagram, once."""

    __tablename__ = "dispatches"
    __table_args__ = (
        UniqueConstraint("workspace_id", "form_token"),
        UniqueConstraint("private_reply_to_id"),
        CheckConstraint("human_agent = 0 OR created_by_id IS NOT NULL", name="ck_dispatches_human_agent_is_a_person"),
        Index("ix_dispatches_state_next_try_at", "state", "next_try_at"),
        Index("ix_dispatches_conversation_id_id", "conversation_id", "id"),
        Index("ix_dispatches_comment_id_id", "comment_id", "id"),
        Index("ix_dispatches_workspace_id_state_created_at", "workspace_id", "state", "created_at"),
        Index("ix_dispatches_batch", "batch"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DispatchKind] = mapped_column(enum_type(DispatchKind))
    state: Mapped[DispatchState] = mapped_column(enum_type(DispatchState), default=DispatchState.WAITING)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    private_reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    """`comment_id` of a private reply that was not refused: there is one per comment, ever."""
    text: Mapped[str | None] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By kind: `asset_ids` of a message, `mid` and `emoji` of a reaction."""
    human_agent: Mapped[bool] = mapped_column(default=False)
    """Written by a person who pressed «send» after the 24 hours were over. Nothing automatic can set it."""
    is_planned: Mapped[bool] = mapped_column(default=False)
    """Somebody chose a later time for it."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    """Who asked for it; None when a rule did."""
    form_token: Mapped[str | None] = mapped_column(String(43))
    """Random value of the form that asked for it: sending the form twice asks once."""
    batch: Mapped[str | None] = mapped_column(ig_id_type(43))
    """What a bulk action's dispatches have in common."""
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    """When the scheduler is to look at it; None when it is finished."""
    tries: Mapped[int] = mapped_column(default=0)
    claim: Mapped[int] = mapped_column(default=0)
    """Goes up with every claim and every change; who holds an older one may write no more."""
    fence: Mapped[int] = mapped_column(default=0)
    called_at: Mapped[datetime | None]
    """When Instagram was called, or was about to be, with an outcome that is not known yet."""
    snapshot: Mapped[dict[str, Any] | None]
    """What was there just before: the ids among which the result cannot be."""
    looks: Mapped[int] = mapped_column(default=0)
    """How often the result was looked for in vain since the call."""
    looked_at: Mapped[datetime | None]
    result_id: Mapped[str | None] = mapped_column(ig_id_type(255))
    """Instagram's id of what came of it: a comment or a message."""
    reason: Mapped[str | None] = mapped_column(String(60))
    reason_values: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    comment: Mapped[Comment | None] = relationship(foreign_keys=[comment_id])
    conversation: Mapped[Conversation | None] = relationship()
