"""What a piece of the sync works with, and how it waits its turn."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from app.accounts.models import Account
from app.clock import Clock
from app.instagram.client import CallRecord, Instagram
from app.instagram.limits import CONVERSATION_CALLS_PER_SECOND

Steps: TypeAlias = Iterator[float]
"""A piece of work in steps of about one call each. It yields, outside any transaction, for how many seconds the account
is to be left alone before the next step."""

COMMENTS_SCOPE = "instagram_business_manage_comments"
MESSAGES_SCOPE = "instagram_business_manage_messages"
CONVERSATION_PAUSE_SECONDS = 1.2 / CONVERSATION_CALLS_PER_SECOND
"""A little more than Instagram asks for: answering looks into conversations as well."""
CHECK_EVERY = timedelta(hours=20)
"""Nothing is shown that was not compared within 24 hours: this leaves room for a queue and for an outage."""
USAGE_FULL_PERCENT = 80
USAGE_PAUSE_SECONDS = 120.0


@dataclass
class Pace:
    """How much of its limits an account has used, by the headers of Instagram's answers."""

    wait_seconds: float = 0.0

    def __call__(self, call: CallRecord) -> None:
        usage = call.usage
        if usage is None:
            return
        is_full = usage.percent >= USAGE_FULL_PERCENT
        self.wait_seconds = float(usage.regain_access_seconds or (USAGE_PAUSE_SECONDS if is_full else 0))


@dataclass
class Doubts:
    """Media that Instagram said once are not there: it says so of some that are, so it is asked again later."""

    since: dict[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """One account, and the way to Instagram in its name."""

    account: Account
    instagram: Instagram
    clock: Clock
    media_dir: Path
    trusted_origins: Collection[str]
    conversation_pause: float
    doubts: Doubts

    def now(self) -> datetime:
        """Return the current instant."""
        return self.clock.now()

    @property
    def may_read_comments(self) -> bool:
        """Whether the owner allowed comments."""
        return COMMENTS_SCOPE in self.account.scopes

    @property
    def may_read_messages(self) -> bool:
        """Whether the owner allowed messages."""
        return MESSAGES_SCOPE in self.account.scopes


def next_check(row_id: int, now: datetime) -> datetime:
    """Return when something that was compared now is to be compared again: spread, so that not all come at once."""
    return now + CHECK_EVERY - timedelta(minutes=row_id * 37 % 240)


Connect: TypeAlias = Callable[[Account, Callable[[CallRecord], None]], Instagram]
