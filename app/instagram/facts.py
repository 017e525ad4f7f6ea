"""What Instagram tells about comments and messages, the same whether a call or a webhook told it.

Ids are Instagram's strings; instants are UTC. A member that was not told is None, "" or empty.
Sources: https://developers.facebook.com/docs/instagram-platform/comment-moderation, …/conversations-api,
…/webhooks/examples
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """A comment. Webhooks tell neither `posted_at` (the time of the event stands in), `hidden` nor `like_count`."""

    id: str
    text: str
    posted_at: datetime | None = None
    media_id: str | None = None
    media_product_type: str = ""
    parent_id: str | None = None
    from_id: str | None = None
    username: str | None = None
    hidden: bool | None = None
    like_count: int | None = None
    is_live: bool = False
    replies: tuple["CommentFacts", ...] = ()


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """What hangs on a message: `kind` as Instagram names it (image, video, audio, file, ig_post, ig_reel, share,
    story_mention, like_heart, ephemeral, unsupported_type, …). `url` dies after some days; some kinds have none."""

    kind: str
    url: str | None = None
    title: str | None = None
    media_id: str | None = None


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """The Story that a message answers (`relation` "reply") or in which we were mentioned ("mention")."""

    relation: str
    id: str | None = None
    url: str | None = None
    link_sticker_url: str | None = None


@dataclass(frozen=True, slots=True)
class ReactionFacts:
    """An emoji on a message, by `from_id`; `emoji` "" takes it back."""

    mid: str
    from_id: str
    emoji: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message. `from_id` is the professional account's own id when we (or the phone) wrote it."""

    mid: str
    from_id: str
    to_id: str
    sent_at: datetime
    text: str | None = None
    from_username: str | None = None
    to_username: str | None = None
    attachments: tuple[AttachmentFacts, ...] = ()
    reactions: tuple[ReactionFacts, ...] | None = None
    """None: not told. Empty: there are none."""
    reply_to_mid: str | None = None
    story: StoryFacts | None = None
    quick_reply_payload: str | None = None
    postback_payload: str | None = None
    postback_title: str | None = None
    is_postback: bool = False
    referral: Mapping[str, object] | None = None
    is_echo: bool = False
    is_unsupported: bool = False
    is_standby: bool = False


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """A conversation as the list of conversations tells it. `participants`: (id, username) of both sides."""

    id: str
    updated_at: datetime | None = None
    participants: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's profile, readable once they have written to us."""

    id: str
    username: str | None = None
    name: str | None = None
    picture_url: str | None = None
    follower_count: int | None = None
    follows_us: bool | None = None
    we_follow: bool | None = None
    is_verified: bool | None = None


class UpdateKind(StrEnum):
    """What an update of a webhook is about."""

    COMMENT = "comment"
    MESSAGE = "message"
    UNSEND = "unsend"
    EDIT = "edit"
    MAYBE_NEW = "maybe_new"
    """`message_edit` with `num_edit` 0: a sign of a new message whose text must be fetched."""
    REACTION = "reaction"
    SEEN = "seen"
    POSTBACK = "postback"
    REFERRAL = "referral"
    HANDOVER = "handover"
    OPTIN = "optin"
    TEST = "test"
    """The «Test» button of the app's dashboard."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Update:
    """One thing told by a webhook: whom it is about, what kind it is, and the item as it came."""

    ig_user_id: str
    kind: UpdateKind
    at: datetime | None
    item: Mapping[str, object] = field(repr=False)
    envelope: str = "messaging"
    """Under which member of the entry it came: messaging, standby or changes; "" for none of these."""
    entry_time: object = None
    """`entry.time` as it came: seconds or milliseconds."""
