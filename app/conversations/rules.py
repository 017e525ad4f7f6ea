"""What may be done with a conversation and what of it may be shown, from values alone."""

from datetime import datetime, timedelta

from app.conversations.models import Message
from app.errors import RuleError

CHECKED_FOR = timedelta(hours=24)
"""What was not compared with Instagram for longer than this is not shown."""
NOTE_CHARACTERS = 4_000
LABEL_CHARACTERS = 40
MOST_LABELS = 100
LONGEST_SNOOZE = timedelta(days=90)
TONES = ("accent", "ok", "warn", "bad", "ai", "muted")


class OrganiseError(RuleError):
    """A conversation cannot be organised so."""


def last_checked(message: Message) -> datetime:
    """Return when we last knew for certain that Instagram has this message as it stands here."""
    return max(message.seen_at, message.checked_at or message.seen_at)


def is_stale(message: Message, now: datetime) -> bool:
    """Whether a message's words must not be shown before they were compared with Instagram again.

    History cannot be compared any more: Instagram shows only the newest 20 messages of a thread. It is kept as long
    as the workspace says.
    """
    return not message.is_history and now - last_checked(message) > CHECKED_FOR


def checked_note(text: str) -> str:
    """Return a note's text without space around it. Raises OrganiseError when it is empty or too long."""
    text = text.strip()
    if not text:
        raise OrganiseError("note_empty", field="text")
    if len(text) > NOTE_CHARACTERS:
        raise OrganiseError("note_too_long", field="text", found=len(text), most=NOTE_CHARACTERS)
    return text


def checked_label(name: str) -> str:
    """Return a label's name without needless space. Raises OrganiseError when it is empty or too long."""
    name = " ".join(name.split())
    if not name:
        raise OrganiseError("label_empty", field="name")
    if len(name) > LABEL_CHARACTERS:
        raise OrganiseError("label_too_long", field="name", found=len(name), most=LABEL_CHARACTERS)
    return name


def checked_snooze(until: datetime, now: datetime) -> datetime:
    """Return when a conversation comes back. Raises OrganiseError for a time that is over or too far away."""
    if until <= now:
        raise OrganiseError("snooze_past", field="until")
    if until - now > LONGEST_SNOOZE:
        raise OrganiseError("snooze_too_long", field="until", most_days=LONGEST_SNOOZE.days)
    return until
