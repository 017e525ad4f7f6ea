"""What the list shows of a conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.blueprints.inbox.previews import Preview, preview_of
from app.blueprints.inbox.windows import ShownWindow, shown_window
from app.blueprints.inbox.words import short_age
from app.conversations.models import Conversation
from app.conversations.reply_window import WindowState

RING_STATES = (WindowState.OPEN, WindowState.CLOSING, WindowState.HUMAN_AGENT)


@dataclass(frozen=True)
class Row:
    """A conversation in the list."""

    conversation: Conversation
    preview: Preview
    is_own: bool
    """Whether the latest message is ours."""
    age: str
    waits: str
    """How long they have waited for an answer, empty when they do not."""
    window: ShownWindow
    assignee: str | None

    @property
    def shows_ring(self) -> bool:
        """Whether the time left matters: they wait, and can still be answered."""
        return self.conversation.waiting_since is not None and self.window.state in RING_STATES


def make_rows(conversations: Sequence[Conversation], names: Mapping[int, str], now: datetime) -> list[Row]:
    """Return the rows of some conversations; `names` are those of the team."""
    return [make_row(conversation, names, now) for conversation in conversations]


def make_row(conversation: Conversation, names: Mapping[int, str], now: datetime) -> Row:
    """Return the row of a conversation."""
    latest = conversation.latest_message
    return Row(
        conversation=conversation,
        preview=preview_of(latest, now),
        is_own=latest is not None and latest.is_own,
        age=short_age(conversation.latest_at, now),
        waits=short_age(conversation.waiting_since, now) if conversation.waiting_since else "",
        window=shown_window(conversation, now),
        assignee=names.get(conversation.assigned_to_id) if conversation.assigned_to_id else None,
    )
