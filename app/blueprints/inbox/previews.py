"""A message in one line: in the list, in quotes of answers, among what was searched for."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.conversations.models import Message, MessageKind
from app.conversations.rules import is_stale

PREVIEW_CHARACTERS = 120

ATTACHMENTS = {
    "image": (_l("Picture"), "photo"),
    "video": (_l("Video"), "video"),
    "audio": (_l("Voice message"), "microphone"),
    "file": (_l("File"), "paperclip"),
    "share": (_l("Shared post"), "share"),
    "ig_post": (_l("Shared post"), "share"),
    "media": (_l("Shared post"), "share"),
    "ig_reel": (_l("Shared Reel"), "movie"),
    "reel": (_l("Shared Reel"), "movie"),
    "story": (_l("Shared Story"), "circle-dashed"),
    "ig_story": (_l("Shared Story"), "circle-dashed"),
    "story_mention": (_l("Mentioned you in a Story"), "at"),
    "like_heart": (_l("Heart"), "heart"),
    "ephemeral": (_l("Picture or video to be seen once"), "eye-off"),
    "template": (_l("Message with buttons"), "layout-list"),
}


@dataclass(frozen=True)
class Preview:
    """A message in one line."""

    text: str
    icon: str | None = None
    is_plain: bool = True
    """Whether these are the writer's own words."""


def preview_of(message: Message | None, now: datetime) -> Preview:
    """Return a message in one line; what may not be shown is said so."""
    if message is None:
        return Preview(_("No messages"), is_plain=False)
    if message.unsent_at is not None:
        return Preview(_("Message taken back"), "ban", is_plain=False)
    if is_stale(message, now):
        return Preview(_("Is being compared with Instagram"), "refresh", is_plain=False)
    if message.kind is MessageKind.POSTBACK:
        return Preview(_("Tapped «%(button)s»", button=message.text or message.payload or ""), "arrow-up-right", False)
    if message.kind is MessageKind.UNSUPPORTED:
        return Preview(_("Only visible in the Instagram app"), "device-mobile", is_plain=False)
    icon = ATTACHMENTS[message.attachments[0].kind][1] if _known_attachment(message) else None
    if message.text:
        return Preview(" ".join(message.text.split())[:PREVIEW_CHARACTERS], icon)
    return Preview(attachment_word(message), icon or "paperclip", is_plain=False)


def attachment_word(message: Message) -> str:
    """Return what hangs on a message, in a word."""
    if _known_attachment(message):
        return str(ATTACHMENTS[message.attachments[0].kind][0])
    return str(_("Attachment")) if message.attachments else str(_("Only visible in the Instagram app"))


def _known_attachment(message: Message) -> bool:
    return bool(message.attachments) and message.attachments[0].kind in ATTACHMENTS
