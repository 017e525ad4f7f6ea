"""The reply window as the desk shows it: a ring in the list, a line over the composer."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.blueprints.inbox.words import time_left
from app.conversations.models import Conversation
from app.conversations.reply_window import HUMAN_AGENT_WINDOW, WINDOW, ReplyWindow, WindowState, reply_window
from app.web import formats
from app.web.i18n import page_locale, page_zone


@dataclass(frozen=True)
class ShownWindow:
    """A reply window in words and numbers."""

    window: ReplyWindow
    tone: str
    percent: int
    """How much of it is left, for the ring."""
    left: str
    """How long it is open still: «5 h»; empty once it is closed."""
    label: str
    """The whole sentence."""
    seconds: int
    """Until it closes, counted down on screen."""

    @property
    def state(self) -> WindowState:
        """Who may write now."""
        return self.window.state

    @property
    def is_open(self) -> bool:
        """Whether a person of the team may write now."""
        return self.window.is_open_to_a_person


def shown_window(conversation: Conversation, now: datetime) -> ShownWindow:
    """Return a conversation's reply window as it stands now."""
    window = reply_window(conversation.last_inbound_at, now)
    if window.ends_at is None or window.human_agent_ends_at is None:
        label = _("They have not written yet: Instagram lets nobody write first.")
        return ShownWindow(window, "muted", 0, "", label, 0)
    if window.state in {WindowState.OPEN, WindowState.CLOSING}:
        left, tone = window.ends_at - now, "warn" if window.state is WindowState.CLOSING else "ok"
        label = _("Reply window closes in %(left)s", left=time_left(left))
        return ShownWindow(
            window, tone, _percent(left / WINDOW), time_left(left), label, max(0, int(left.total_seconds()))
        )
    left = window.human_agent_ends_at - now
    if window.state is WindowState.HUMAN_AGENT:
        label = _("24 hours are over; a person can answer for %(left)s more", left=time_left(left))
        percent = _percent(left / HUMAN_AGENT_WINDOW)
        return ShownWindow(window, "accent", percent, time_left(left), label, max(0, int(left.total_seconds())))
    when = formats.date_and_time(window.human_agent_ends_at, page_locale(), page_zone())
    return ShownWindow(window, "muted", 0, "", _("The reply window closed on %(when)s", when=when), 0)


def _percent(share: float) -> int:
    return max(1, min(100, round(share * 100)))
