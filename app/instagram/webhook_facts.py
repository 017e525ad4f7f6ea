"""From an update of a webhook to what it tells. Every function returns None when what matters is not there.

Source: https://developers.facebook.com/documentation/instagram-platform/webhooks/examples, checked 2026-11-21, and
bodies that were captured: ids as numbers, attachments without payload, a shared post told twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.instagram.answers import as_id, as_int, as_object, as_objects, as_text
from app.instagram.conversations import EMOJI_OF_REACTION, OTHER_REACTION
from app.instagram.facts import (
    AttachmentFacts,
    CommentFacts,
    MessageFacts,
    ReactionFacts,
    StoryFacts,
    Update,
)
from app.instagram.webhook import item_of

LONGEST_MID = 255
LONGEST_EMOJI = 32
SHARED_POSTS = frozenset({"ig_post", "ig_reel"})
UNSUPPORTED = "unsupported_type"
_NEVER = datetime(2010, 10, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EditFacts:
    """A message's new text; `number` counts its edits from 1."""

    mid: str
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class SeenFacts:
    """Somebody has read our messages up to `mid` (None: up to the time of the update)."""

    from_id: str
    mid: str | None


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """Somebody came again, through a link or an ad, which opens the window."""

    from_id: str
    referral: Mapping[str, object]


def comment_facts(update: Update) -> CommentFacts | None:
    """Return the comment. Its id stands under `id`, on the page of the other login under `comment_id`."""
    value = as_object(update.item.get("value"))
    comment_id = as_id(value.get("id")) or as_id(value.get("comment_id"))
    if comment_id is None:
        return None
    author, media = as_object(value.get("from")), as_object(value.get("media"))
    return CommentFacts(
        id=comment_id,
        text=as_text(value.get("text")) or "",
        posted_at=update.at,
        media_id=as_id(media.get("id")) or as_id(value.get("media_id")),
        media_product_type=as_text(media.get("media_product_type")) or "",
        parent_id=as_id(value.get("parent_id")),
        from_id=as_id(author.get("id")),
        username=as_text(author.get("username")),
        is_live=update.item.get("field") == "live_comments",
    )


def message_facts(update: Update) -> MessageFacts | None:
    """Return the message, or the tap on a button."""
    item = item_of(update)
    postback = as_object(item.get("postback"))
    message = as_object(item.get("message")) or postback
    mid, from_id, to_id = mid_of(message.get("mid")), _side(item, "sender"), _side(item, "recipient")
    if mid is None or from_id is None or to_id is None:
        return None
    attachments = _attachments(message)
    reply_to = as_object(message.get("reply_to"))
    return MessageFacts(
        mid=mid,
        from_id=from_id,
        to_id=to_id,
        sent_at=update.at or _NEVER,
        text=as_text(message.get("text")),
        attachments=attachments,
        reply_to_mid=mid_of(reply_to.get("mid")),
        story=_story(reply_to, attachments),
        quick_reply_payload=as_text(as_object(message.get("quick_reply")).get("payload")),
        postback_payload=as_text(postback.get("payload")),
        postback_title=as_text(postback.get("title")),
        is_postback=bool(postback),
        referral=as_object(message.get("referral")) or None,
        is_echo=message.get("is_echo") is True or from_id == update.ig_user_id,
        is_unsupported=_is_unsupported(message, attachments),
        is_standby=update.envelope == "standby",
    )


def reaction_facts(update: Update) -> ReactionFacts | None:
    """Return the emoji that was put on a message, or "" for one that was taken back."""
    item = item_of(update)
    reaction = as_object(item.get("reaction"))
    mid, from_id = mid_of(reaction.get("mid")), _side(item, "sender")
    if mid is None or from_id is None:
        return None
    name = as_text(reaction.get("reaction")) or ""
    emoji = (as_text(reaction.get("emoji")) or EMOJI_OF_REACTION.get(name, OTHER_REACTION))[:LONGEST_EMOJI]
    return ReactionFacts(mid, from_id, "" if reaction.get("action") == "unreact" else emoji, update.at)


def edit_facts(update: Update) -> EditFacts | None:
    """Return the new text of a message; None for number 0, which is no edit."""
    edit = as_object(item_of(update).get("message_edit"))
    mid, text, number = mid_of(edit.get("mid")), as_text(edit.get("text")), as_int(edit.get("num_edit", 1))
    return EditFacts(mid, text, number) if mid and text and number and number > 0 else None


def unsent_mid(update: Update) -> str | None:
    """Return which message was taken back."""
    return mid_of(as_object(item_of(update).get("message")).get("mid"))


def seen_facts(update: Update) -> SeenFacts | None:
    """Return who has read, and up to which message."""
    item = item_of(update)
    from_id = _side(item, "sender")
    return SeenFacts(from_id, mid_of(as_object(item.get("read")).get("mid"))) if from_id else None


def referral_facts(update: Update) -> ReferralFacts | None:
    """Return who came back into an existing conversation, and by which link or ad."""
    item = item_of(update)
    from_id = _side(item, "sender")
    return ReferralFacts(from_id, as_object(item.get("referral"))) if from_id else None


def hinted_mid(update: Update) -> str | None:
    """Return the id in a sign of a new message."""
    item = item_of(update)
    return mid_of(as_object(item.get("message_edit") or item.get("message")).get("mid"))


def hinted_person(update: Update) -> str | None:
    """Return the other side in a sign of a new message, when it is told."""
    item = item_of(update)
    sides = (_side(item, "sender"), _side(item, "recipient"))
    return next((side for side in sides if side and side != update.ig_user_id), None)


def mid_of(value: object) -> str | None:
    """Return a message's id: printable ASCII, no longer than we keep."""
    text = as_text(value)
    return text if text and len(text) <= LONGEST_MID and text.isascii() and text.isprintable() else None


def _side(item: Mapping[str, object], name: str) -> str | None:
    return as_id(as_object(item.get(name)).get("id"))


def _attachments(message: Mapping[str, object]) -> tuple[AttachmentFacts, ...]:
    """Return what hangs on a message. A shared post came as `share` and as `ig_post` for a while: it counts once."""
    found = [_attachment(one) for one in as_objects(message.get("attachments"))]
    is_told_anew = any(one.kind in SHARED_POSTS for one in found)
    return tuple(one for one in found if not (is_told_anew and one.kind == "share"))


def _attachment(told: Mapping[str, object]) -> AttachmentFacts:
    """Return one attachment; hearts, view-once pictures and unsupported ones have no payload."""
    payload = as_object(told.get("payload"))
    media_id = as_id(payload.get("ig_post_media_id")) or as_id(payload.get("reel_video_id"))
    return AttachmentFacts(
        kind=(as_text(told.get("type")) or UNSUPPORTED)[:40],
        url=_address(payload.get("url")),
        title=as_text(payload.get("title")),
        media_id=media_id,
    )


def _story(reply_to: Mapping[str, object], attachments: tuple[AttachmentFacts, ...]) -> StoryFacts | None:
    story = as_object(reply_to.get("story"))
    if story:
        sticker = _address(story.get("link_sticker_url"))
        return StoryFacts("reply", as_id(story.get("id")), _address(story.get("url")), sticker)
    mention = next((one for one in attachments if one.kind == "story_mention"), None)
    return StoryFacts("mention", url=mention.url) if mention else None


def _is_unsupported(message: Mapping[str, object], attachments: tuple[AttachmentFacts, ...]) -> bool:
    is_all = bool(attachments) and all(one.kind == UNSUPPORTED for one in attachments)
    return message.get("is_unsupported") is True or (is_all and as_text(message.get("text")) is None)


def _address(value: object) -> str | None:
    text = as_text(value) or ""
    return text if text.startswith(("https://", "http://")) else None
