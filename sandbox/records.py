"""The rows of the sandbox's tables."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, TypeVar

Record = TypeVar("Record")

BASIC = "instagram_business_basic"
PUBLISH = "instagram_business_content_publish"
COMMENTS = "instagram_business_manage_comments"
MESSAGES = "instagram_business_manage_messages"
INSIGHTS = "instagram_business_manage_insights"
SCOPES = (BASIC, PUBLISH, COMMENTS, MESSAGES, INSIGHTS)

PERSONAL = "PERSONAL"
ACCOUNT_TYPES = ("BUSINESS", "MEDIA_CREATOR", PERSONAL)


@dataclass(frozen=True, slots=True)
class Account:
    """An Instagram account; `user_id` is the professional account id, `app_scoped_id` what /me calls `id`.

    `base_followers` is how many it had when it was made; `followers_count` follows what people here do.
    """

    user_id: str
    app_scoped_id: str
    username: str
    name: str | None
    account_type: str
    biography: str
    website: str
    followers_count: int
    follows_count: int
    base_followers: int
    history_days: int
    is_tester: int
    created_at: float


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `dead_subcode` tells why it died before its time."""

    token: str
    user_id: str
    kind: str
    scopes: str
    issued_at: float
    expires_at: float
    dead_subcode: int | None

    def has(self, *scopes: str) -> bool:
        """Tell whether all these scopes were granted."""
        return set(scopes) <= set(self.scopes.split(","))


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code: one use, one hour."""

    code: str
    user_id: str
    client_id: str
    redirect_uri: str
    scopes: str
    issued_at: float
    is_used: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the audience; `id` is the scoped id an account sees."""

    id: str
    username: str
    name: str | None
    follows: int
    follower_count: int
    is_verified: int
    has_role: int
    created_at: float


@dataclass(frozen=True, slots=True)
class Bond:
    """What is between an account and a person. `has_consent`: the person has written or tapped something."""

    user_id: str
    person_id: str
    follows: int
    is_followed_back: int
    is_blocked: int
    has_consent: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation. `opened_at` is when the person last did what opens the 24-hour window; None: never."""

    id: str
    number: str
    user_id: str
    person_id: str
    touched: int
    opened_at: float | None
    is_request: int
    seen: int = 0

    @property
    def updated_at(self) -> float:
        """Return when the last message came, in unix seconds."""
        return self.touched / 1_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """A message; `body` holds what a webhook shows beside the text: attachments, reply_to, quick_reply, …"""

    seq: int
    id: str
    thread_id: str
    from_id: str
    created_at: float
    text: str | None
    body: dict[str, Any]
    is_deleted: int
    num_edit: int


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody's reaction to a message."""

    message_id: str
    from_id: str
    reaction: str
    emoji: str


@dataclass(frozen=True, slots=True)
class DirectFile:
    """A file sent in a conversation, behind a signed link that dies."""

    id: str
    user_id: str
    kind: str
    sha256: str
    mime: str
    signature: str
    expires_at: float | None
    is_gone: int


@dataclass(frozen=True, slots=True)
class WelcomeFlow:
    """The first messages an ad opens a conversation with."""

    id: str
    user_id: str
    name: str
    platforms: list[str]
    flow: list[dict[str, Any]]
    updated_at: float
    is_used: int


@dataclass(frozen=True, slots=True)
class Container:
    """An upload ticket. `state` is one of uploading, fetching, fetched, error; the rest follows from the clock."""

    id: str
    user_id: str
    kind: str
    is_item: int
    params: dict[str, Any]
    created_at: float
    state: str
    ready_at: float
    error_subcode: int | None
    error_reason: str | None
    assets: list[dict[str, Any]]
    upload_size: int | None
    uploaded_bytes: int
    media_id: str | None
    published_visible_at: float


@dataclass(frozen=True, slots=True)
class Media:
    """Something live. `listed_at` is when lists begin to show it.

    `like_count` is a number it was given, 0 when it earns its likes; `crowd` the followers when it went live.
    """

    seq: int
    id: str
    user_id: str
    container_id: str | None
    parent_id: str | None
    media_type: str
    product_type: str
    caption: str | None
    shortcode: str
    published_at: float
    published_at_real: str
    listed_at: float
    like_count: int
    crowd: int
    comments_count: int
    is_comment_enabled: int
    assets: list[dict[str, Any]]
    details: dict[str, Any]

    @property
    def is_broadcast(self) -> bool:
        """Tell whether it is or was a live video."""
        return self.product_type == "LIVE"

    @property
    def is_on_air(self) -> bool:
        """Tell whether it is a live video that has not ended."""
        return bool(self.details.get("on_air"))


@dataclass(slots=True)
class Comment:
    """A comment, or a reply when it has a `parent_id`. Not frozen: pages of them are made in half the time."""

    seq: int
    id: str
    media_id: str
    parent_id: str | None
    from_id: str
    username: str
    text: str
    created_at: float
    is_hidden: int
    like_count: int


JSON_COLUMNS = frozenset({"params", "assets", "details", "body", "platforms", "flow"})


_json_places: dict[type, tuple[int, ...]] = {}


def _places(record: type) -> tuple[int, ...]:
    """Return where a record's JSON columns stand."""
    if record not in _json_places:
        slots: tuple[str, ...] = record.__slots__  # type: ignore[attr-defined]
        _json_places[record] = tuple(place for place, name in enumerate(slots) if name in JSON_COLUMNS)
    return _json_places[record]


def load(record: type[Record], row: sqlite3.Row) -> Record:
    """Return a row as its record, with JSON columns read; a record's fields stand in the order of its table."""
    values = list(row)
    for place in _places(record):
        values[place] = json.loads(values[place])
    return record(*values)


def load_if(record: type[Record], row: sqlite3.Row | None) -> Record | None:
    """Return a row as its record, or None."""
    return load(record, row) if row is not None else None
