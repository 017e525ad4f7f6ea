"""When a person may be written to, from values alone.

Source: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.instagram.facts import MessageFacts
from app.instagram.limits import HUMAN_AGENT_WINDOW_SECONDS, REPLY_WINDOW_SECONDS

WINDOW = timedelta(seconds=REPLY_WINDOW_SECONDS)
HUMAN_AGENT_WINDOW = timedelta(seconds=HUMAN_AGENT_WINDOW_SECONDS)
CLOSING_SOON = timedelta(hours=4)


class WindowState(StrEnum):
    """Who may write to a person now."""

    OPEN = "open"
    """Everybody, also what is automatic."""
    CLOSING = "closing"
    """The same, for a few hours more."""
    HUMAN_AGENT = "human_agent"
    """A person of the team, who answers themselves."""
    CLOSED = "closed"
    """Nobody, until they write again."""
    NEVER_OPENED = "never_opened"
    """Nobody: they have not written yet."""


@dataclass(frozen=True, slots=True)
class ReplyWindow:
    """The state, and when each of the two windows ends (or ended); None when they never wrote."""

    state: WindowState
    ends_at: datetime | None
    human_agent_ends_at: datetime | None

    @property
    def needs_human_agent(self) -> bool:
        """Whether a message now must carry the tag that says that a person answers."""
        return self.state is WindowState.HUMAN_AGENT

    @property
    def is_open_to_a_person(self) -> bool:
        """Whether a person of the team may write now."""
        return self.state in (WindowState.OPEN, WindowState.CLOSING, WindowState.HUMAN_AGENT)


def reply_window(last_inbound_at: datetime | None, now: datetime) -> ReplyWindow:
    """Return who may write, from when the person last did what opens the window (`Conversation.last_inbound_at`)."""
    if last_inbound_at is None:
        return ReplyWindow(WindowState.NEVER_OPENED, None, None)
    ends_at, human_ends_at = last_inbound_at + WINDOW, last_inbound_at + HUMAN_AGENT_WINDOW
    if now >= human_ends_at:
        state = WindowState.CLOSED
    elif now >= ends_at:
        state = WindowState.HUMAN_AGENT
    else:
        state = WindowState.CLOSING if ends_at - now <= CLOSING_SOON else WindowState.OPEN
    return ReplyWindow(state, ends_at, human_ends_at)


def opens_window(facts: MessageFacts) -> bool:
    """Whether a message of theirs opens the window.

    Being mentioned in their Story does not, whatever else it looks like: it is no message to us, and sending after it
    was refused to others. What Instagram names (messages, answers to Stories, taps on buttons) does.
    """
    is_mention = facts.story is not None and facts.story.relation == "mention"
    return not is_mention and not any(attachment.kind == "story_mention" for attachment in facts.attachments)
