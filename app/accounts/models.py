"""Connected Instagram accounts and the way they were connected."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import KeyRing, Place
from app.db import MARIADB_TABLE, Base, WorkspaceOwned, enum_type


class AccountState(StrEnum):
    """Whether we can act for the account."""

    CONNECTED = "connected"
    LIMITED = "limited"
    """Connected, but without a permission that publishing needs."""
    RECONNECT = "reconnect"
    """The token is dead: the queue waits until the operator connects again."""
    DISCONNECTED = "disconnected"


class Account(WorkspaceOwned, Base):
    """A connected Instagram professional account."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("workspace_id", "ig_user_id"), MARIADB_TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    ig_user_id: Mapped[str] = mapped_column(String(40))
    """`user_id` of /me, the id that webhooks use."""
    ig_app_scoped_id: Mapped[str | None] = mapped_column(String(40))
    """`id` of /me."""
    claimed_ig_user_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    """`ig_user_id` while connected, None otherwise: so that one account is in one workspace only."""
    username: Mapped[str] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(200))
    account_type: Mapped[str] = mapped_column(String(40))
    picture_path: Mapped[str | None] = mapped_column(String(200))
    followers_count: Mapped[int | None]
    state: Mapped[AccountState] = mapped_column(enum_type(AccountState))
    problem: Mapped[str | None] = mapped_column(String(60))
    """Key of the error that made the state bad, as in `app.instagram.errors`."""
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    token_ciphertext: Mapped[str | None] = mapped_column(String(1200))
    token_issued_at: Mapped[datetime | None]
    token_expires_at: Mapped[datetime | None]
    token_refresh_failed_at: Mapped[datetime | None]
    token_refresh_lease_until: Mapped[datetime | None]
    """Somebody is refreshing the token; nobody else tries before then."""
    quota_usage: Mapped[int | None]
    quota_total: Mapped[int | None]
    quota_read_at: Mapped[datetime | None]
    hold_until: Mapped[datetime | None]
    """Instagram asked us to slow down: nothing but what is due goes out for this account until then."""
    connected_at: Mapped[datetime]
    disconnected_at: Mapped[datetime | None]

    @property
    def can_publish(self) -> bool:
        """Whether a post could go out through this account now."""
        return self.state is AccountState.CONNECTED

    def seal_token(self, token: str, keys: KeyRing) -> None:
        """Store the access token, encrypted for this very row. The row must have its id."""
        self.token_ciphertext = self.sealed(token, keys)

    def sealed(self, token: str, keys: KeyRing) -> str:
        """Return a token as it would be stored in this row."""
        return keys.encrypt(token, self._token_place)

    def open_token(self, keys: KeyRing) -> str | None:
        """Return the access token, or None when there is none. Raises Undecryptable."""
        return keys.decrypt(self.token_ciphertext, self._token_place) if self.token_ciphertext else None

    @property
    def _token_place(self) -> Place:
        return Place("accounts", "token_ciphertext", self.id, self.workspace_id)


class ConnectOutcome(StrEnum):
    """How a walk to the consent page ended well; otherwise `OAuthState.outcome` holds the key of what went wrong."""

    CONNECTED = "connected"
    RECONNECTED = "reconnected"
    REFRESHED = "refreshed"
    """It was connected already; its token is new."""
    LIMITED = "limited"
    """Connected, but without a permission that publishing needs."""


class OAuthState(WorkspaceOwned, Base):
    """One walk to Instagram's consent page and back: single use, bound to the login that began it."""

    __tablename__ = "oauth_states"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    login_id: Mapped[int] = mapped_column(ForeignKey("logins.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(60))
    """A ConnectOutcome or the key of what went wrong, so that a second callback can show the first one's result."""
    outcome_values: Mapped[dict[str, Any] | None]
    """What the outcome's sentence names, such as the scopes that were not granted."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    """The account that was connected."""
    mends_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    """The account that was to be connected again; None when any will do."""


class DataDeletion(Base):
    """An owner's request, made at Instagram, to delete their data. It keeps nothing that tells who asked."""

    __tablename__ = "data_deletions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    """The confirmation code that Instagram shows to the owner."""
    requested_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
