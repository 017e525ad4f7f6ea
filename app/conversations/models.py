"""Direct messages: a conversation with each person, its messages, and what the team keeps beside them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.contacts.models import Contact
from app.db import MARIADB_TABLE, Base, WorkspaceOwned, enum_type, ig_id_type


class ConversationState(StrEnum):
    """Which list a conversation stands in. A new message from the person brings it back to OPEN."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"
    ARCHIVED = "archived"


class Conversation(WorkspaceOwned, Base):
    """All that one person and one account have written to each other."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("account_id", "contact_id"),
        UniqueConstraint("account_id", "ig_thread_id"),
        Index("ix_conversations_workspace_id_state_latest_at", "workspace_id", "state", "latest_at"),
        Index("ix_conversations_workspace_id_state_waiting_since", "workspace_id", "state", "waiting_since"),
        Index("ix_conversations_workspace_id_state_window_ends_at", "workspace_id", "state", "window_ends_at"),
        Index("ix_conversations_unread", "workspace_id", "state", "is_unread", "latest_at"),
        Index("ix_conversations_assigned", "workspace_id", "state", "assigned_to_id", "latest_at"),
        Index("ix_conversations_account_id_state_latest_at", "account_id", "state", "latest_at"),
        Index("ix_conversations_account_id_next_check_at", "account_id", "next_check_at"),
        Index("ix_conversations_snoozed_until", "snoozed_until"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    ig_thread_id: Mapped[str | None] = mapped_column(ig_id_type(255))
    state: Mapped[ConversationState] = mapped_column(enum_type(ConversationState), default=ConversationState.OPEN)
    snoozed_until: Mapped[datetime | None]
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    unread_count: Mapped[int] = mapped_column(default=0)
    is_unread: Mapped[bool] = mapped_column(Computed("unread_count > 0", persisted=True), nullable=True)
    """Kept by the database, so that an index finds the unread ones in the order of the list."""
    latest_at: Mapped[datetime]
    """When the latest message was sent, by either side."""
    latest_message_id: Mapped[int | None]
    """That message. (No foreign key: messages point here already.)"""
    waiting_since: Mapped[datetime | None]
    """The oldest message of theirs that nobody has answered; None when everything is answered."""
    last_inbound_at: Mapped[datetime | None]
    """When they last did what opens the window: see `app.conversations.reply_window`."""
    window_ends_at: Mapped[datetime | None]
    """24 hours after that."""
    seen_by_person_at: Mapped[datetime | None]
    """When they last read, as far as Instagram says."""
    checked_at: Mapped[datetime | None]
    """When its messages were last compared with Instagram's."""
    next_check_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
    contact: Mapped[Contact] = relationship()
    latest_message: Mapped["Message | None"] = relationship(
        primaryjoin="foreign(Conversation.latest_message_id) == Message.id", viewonly=True
    )
    label_links: Mapped[list["ConversationLabel"]] = relationship(viewonly=True)

    @property
    def labels(self) -> list["Label"]:
        """The labels that it carries, by name."""
        return sorted((link.label for link in self.label_links), key=lambda label: label.name.casefold())


class MessageKind(StrEnum):
    """What a message is, for its bubble. What hangs on it is in `attachments`."""

    TEXT = "text"
    ATTACHMENTS = "attachments"
    POSTBACK = "postback"
    """They tapped an ice breaker, a menu item or a button."""
    UNSUPPORTED = "unsupported"
    """Instagram does not show it to programs."""


class Message(WorkspaceOwned, Base):
    """One message, by them or by us (from here, from the phone, or from another program)."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("account_id", "mid"),
        Index("ix_messages_thread", "conversation_id", "workspace_id", "sent_at", "id"),
        Index("ix_messages_workspace_id_sent_at", "workspace_id", "sent_at"),
        MARIADB_TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    mid: Mapped[str] = mapped_column(ig_id_type(255))
    is_own: Mapped[bool]
    """Whether the account wrote it."""
    kind: Mapped[MessageKind] = mapped_column(enum_type(MessageKind))
    text: Mapped[str | None] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, default="")
    """The text as it is searched (see `app.search`); what indexes its words stands in the migration."""
    sent_at: Mapped[datetime]
    payload: Mapped[str | None] = mapped_column(String(1000))
    """Of a quick reply or postback: what the button stood for."""
    reply_to_mid: Mapped[str | None] = mapped_column(ig_id_type(255))
    story: Mapped[dict[str, Any] | None]
    """The Story it answers or mentions us in: `{"relation": "reply"|"mention", "id", "url", "link_sticker_url"}`."""
    referral: Mapped[dict[str, Any] | None]
    """The ad or link that brought them: as Instagram tells it."""
    edits: Mapped[int] = mapped_column(default=0)
    unsent_at: Mapped[datetime | None]
    """Taken back by its writer: text and attachments are gone from here too."""
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id", ondelete="SET NULL"), index=True)
    """The dispatch of ours that sent it; None when the phone or another program did."""
    seen_at: Mapped[datetime]
    """When we first heard of it."""
    checked_at: Mapped[datetime | None]
    """When Instagram last showed it to us; None: only the webhook told of it."""
    is_history: Mapped[bool] = mapped_column(default=False)
    """Beyond the newest 20 of its thread: Instagram does not show it any more, so it cannot be checked."""

    conversation: Mapped[Conversation] = relationship()
    attachments: Mapped[list["MessageAttachment"]] = relationship(
        order_by="MessageAttachment.position", cascade="all, delete-orphan"
    )
    reactions: Mapped[list["MessageReaction"]] = relationship(cascade="all, delete-orphan")


class MessageAttachment(WorkspaceOwned, Base):
    """A picture, voice message, shared post … of a message."""

    __tablename__ = "message_attachments"
    __table_args__ = (UniqueConstraint("message_id", "position"), MARIADB_TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(40))
    """As Instagram names it: image, video, audio, file, ig_post, ig_reel, share, story_mention, like_heart, …"""
    url: Mapped[str | None] = mapped_column(Text)
    """Where Instagram keeps it, for some days. Never given to a browser: `inbox.attachment` fetches it."""
    url_at: Mapped[datetime | None]
    """When we were told that address."""
    title: Mapped[str | None] = mapped_column(Text)
    ig_media_id: Mapped[str | None] = mapped_column(ig_id_type())
    """Of a shared post or Reel."""
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id", ondelete="SET NULL"), index=True)
    """The file of ours that was sent."""


class MessageReaction(WorkspaceOwned, Base):
    """An emoji on a message. Each side has at most one; `emoji` "" is one that was taken back."""

    __tablename__ = "message_reactions"
    __table_args__ = (UniqueConstraint("message_id", "is_own"), MARIADB_TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    is_own: Mapped[bool]
    emoji: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    """The latest word wins, in whatever order the words come."""


class EarlyWord(WorkspaceOwned, Base):
    """What was said of a message that we had not heard of yet: a reaction, an edit, its being taken back."""

    __tablename__ = "early_words"
    __table_args__ = (Index("ix_early_words_account_id_mid", "account_id", "mid"), MARIADB_TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    mid: Mapped[str] = mapped_column(ig_id_type(255))
    kind: Mapped[str] = mapped_column(String(20))
    """unsend, edit or reaction."""
    word: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)


class Note(WorkspaceOwned, Base):
    """What the team wrote to itself beside a conversation. Never leaves this server."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_conversation_id_written_at", "conversation_id", "written_at"), MARIADB_TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class Label(WorkspaceOwned, Base):
    """A word that conversations are sorted by."""

    __tablename__ = "labels"
    __table_args__ = (UniqueConstraint("workspace_id", "name"), MARIADB_TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    tone: Mapped[str] = mapped_column(String(12), default="accent")
    """A token of the colours: accent, ok, warn, bad, ai or muted."""


class ConversationLabel(WorkspaceOwned, Base):
    """A label on a conversation."""

    __tablename__ = "conversation_labels"
    __table_args__ = (Index("ix_conversation_labels_label_id", "label_id"), MARIADB_TABLE)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))

    label: Mapped[Label] = relationship()
