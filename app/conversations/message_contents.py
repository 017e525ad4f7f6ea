"""What a message holds, from what Instagram tells of it.

A webhook and a call tell different parts of the same message (a call knows no postback, a webhook no seconds passed
since), and either may come first. So each rule here gives the same in both orders.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.conversations.models import Message, MessageAttachment, MessageKind
from app.instagram.facts import AttachmentFacts, MessageFacts, StoryFacts
from app.search.folding import fold

TEXT_CHARACTERS = 16_000
"""Far more than Instagram lets anybody write, and what a column holds in any alphabet."""
PAYLOAD_CHARACTERS = 1_000
UNSUPPORTED_KIND = "unsupported_type"
_DOUBLES = {"share": ("ig_post", "ig_reel")}
"""Instagram tells a shared post twice for a while: as it used to, and as it does now."""


def take_in(message: Message, facts: MessageFacts, *, now: datetime, is_checked: bool) -> None:
    """Add to a message what is told of it; `is_checked` says that Instagram has just shown it to us."""
    _take_in_words(message, facts, is_checked=is_checked)
    _take_in_attachments(message, facts, now=now, is_checked=is_checked)
    message.story = _merged_story(message.story, facts.story, is_checked=is_checked)
    message.reply_to_mid = message.reply_to_mid or facts.reply_to_mid
    message.payload = message.payload or _payload_of(facts)
    if facts.referral and not message.referral:
        message.referral = dict(facts.referral)
    message.kind = _kind_of(message, facts)
    if is_checked:
        message.checked_at = max(now, message.checked_at or now)
        message.is_history = False


def refine_time(message: Message, sent_at: datetime) -> None:
    """Of two times that are the same second, keep the finer one: calls tell whole seconds, webhooks thousandths."""
    if message.sent_at.microsecond == 0 and sent_at.replace(microsecond=0) == message.sent_at:
        message.sent_at = sent_at


def set_text(message: Message, text: str | None) -> None:
    """Give the message a text, and what is searched of it."""
    message.text = text[:TEXT_CHARACTERS] if text else None
    message.folded = fold(message.text)


def erase(message: Message, at: datetime) -> None:
    """Leave nothing of a message that its writer took back at `at`, but that there was one."""
    message.unsent_at = min(at, message.unsent_at or at)
    set_text(message, None)
    message.attachments.clear()
    message.reactions.clear()
    message.story = message.referral = message.payload = message.reply_to_mid = None


def _take_in_words(message: Message, facts: MessageFacts, *, is_checked: bool) -> None:
    """A call tells the text as it is now; a webhook the one it had when it was sent."""
    text = facts.text or (facts.postback_title if facts.is_postback else None)
    if text and (is_checked or message.text is None):
        set_text(message, text)


def _take_in_attachments(message: Message, facts: MessageFacts, *, now: datetime, is_checked: bool) -> None:
    """Webhooks name the kinds more exactly than calls do; the newest addresses are the ones that still work."""
    told = _without_doubles(facts.attachments)
    known = {attachment.position: attachment for attachment in message.attachments}
    for position, fact in enumerate(told):
        attachment = known.get(position)
        if attachment is None:
            attachment = MessageAttachment(position=position, kind=fact.kind[:40], workspace_id=message.workspace_id)
            message.attachments.append(attachment)
        elif not is_checked:
            attachment.kind = fact.kind[:40]
        attachment.title = attachment.title or fact.title
        attachment.ig_media_id = attachment.ig_media_id or fact.media_id
        if fact.url and (attachment.url_at is None or now >= attachment.url_at):
            attachment.url, attachment.url_at = fact.url, now


def _without_doubles(told: Sequence[AttachmentFacts]) -> list[AttachmentFacts]:
    kinds = {fact.kind for fact in told}
    return [fact for fact in told if not kinds & set(_DOUBLES.get(fact.kind, ()))]


def _merged_story(known: dict[str, Any] | None, told: StoryFacts | None, *, is_checked: bool) -> dict[str, Any] | None:
    if told is None:
        return known
    story = dict(known or {"relation": told.relation, "id": None, "url": None, "link_sticker_url": None})
    for name in ("id", "link_sticker_url"):
        story[name] = story[name] or getattr(told, name)
    if told.url and (is_checked or not story["url"]):
        story["url"] = told.url
    return story


def _payload_of(facts: MessageFacts) -> str | None:
    payload = facts.postback_payload or facts.quick_reply_payload
    return payload[:PAYLOAD_CHARACTERS] if payload else None


def _kind_of(message: Message, facts: MessageFacts) -> MessageKind:
    kinds = {attachment.kind for attachment in message.attachments}
    if facts.is_postback or message.kind is MessageKind.POSTBACK:
        return MessageKind.POSTBACK
    is_shown = bool(message.text) or bool(kinds - {UNSUPPORTED_KIND}) or message.story is not None
    was_unsupported = message.kind is MessageKind.UNSUPPORTED
    if not is_shown and (facts.is_unsupported or was_unsupported or kinds):
        return MessageKind.UNSUPPORTED
    return MessageKind.ATTACHMENTS if kinds else MessageKind.TEXT
