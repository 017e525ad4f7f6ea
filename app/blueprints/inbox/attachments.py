"""What hangs on a message, as its bubble shows it: every kind that Instagram documents, and those it may yet invent."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from flask import url_for
from flask_babel import gettext as _

from app.blueprints.inbox.previews import ATTACHMENTS
from app.conversations.models import MessageAttachment

INSTAGRAM_HOSTS = ("instagram.com", "www.instagram.com")
PLAYED = {"video": "video", "audio": "audio"}
SHARED = ("share", "ig_post", "media", "ig_reel", "reel", "story", "ig_story")


class Look(StrEnum):
    """How an attachment is shown."""

    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    CARD = "card"
    """A shared post, Reel or Story."""
    HEART = "heart"
    WORDS = "words"
    """Nothing of it can be fetched: it is named only."""


@dataclass(frozen=True)
class ShownAttachment:
    """An attachment in a bubble."""

    id: int
    look: Look
    label: str
    icon: str
    url: str | None = None
    """Ours: it is fetched from Instagram through us."""
    title: str = ""
    link: str | None = None
    """A page of Instagram's, to open in another tab."""
    note: str = ""


def show_attachment(attachment: MessageAttachment) -> ShownAttachment:
    """Return how an attachment is shown."""
    label, icon = _named(attachment.kind)
    link = instagram_page(attachment.url)
    has_file = (attachment.url is not None and link is None) or attachment.asset_id is not None
    url = url_for("inbox.show_attachment", attachment_id=attachment.id) if has_file else None
    look = _look(attachment.kind, url)
    return ShownAttachment(
        id=attachment.id,
        look=look,
        label=label,
        icon=icon,
        url=url,
        title=attachment.title or "",
        link=link,
        note=_note(attachment.kind, has_file=has_file, has_link=link is not None),
    )


def instagram_page(url: str | None) -> str | None:
    """Return the address when it is a page on instagram.com, which people open and nobody fetches."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme == "https" and parts.hostname in INSTAGRAM_HOSTS and not parts.username else None


def _named(kind: str) -> tuple[str, str]:
    if kind in ATTACHMENTS:
        label, icon = ATTACHMENTS[kind]
        return str(label), icon
    if kind == "unsupported_type":
        return str(_("Not supported")), "device-mobile"
    return str(_("Attachment of the kind «%(kind)s»", kind=kind)), "paperclip"


def _look(kind: str, url: str | None) -> Look:
    if kind == "like_heart":
        return Look.HEART
    if kind in SHARED:
        return Look.CARD
    if url is None:
        return Look.WORDS
    if kind in PLAYED:
        return Look(PLAYED[kind])
    return Look.PICTURE if kind in {"image", "story_mention"} else Look.FILE


def _note(kind: str, *, has_file: bool, has_link: bool) -> str:
    """Return why there is nothing to see, where there is nothing."""
    if kind == "ephemeral":
        return str(_("It can be opened once, in the Instagram app on the phone."))
    if kind == "unsupported_type":
        return str(_("Instagram shows this only in its own app."))
    if has_file or has_link or kind == "like_heart":
        return ""
    if kind in {"story_mention", "story", "ig_story"}:
        return str(_("The Story is over or was deleted: Instagram no longer gives it."))
    return str(_("Instagram did not give the file. It may be visible in the app."))
