"""What the publishing steps work with: the clock, the way to Instagram, and the right to act."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import Account
from app.assets.models import Asset
from app.clock import Clock
from app.instagram.client import CallRecord, Instagram
from app.instagram.errors import InstagramError

MEDIA_LINK_LIFE = timedelta(hours=6)
"""Instagram fetches a file within minutes of the container's making; it is given this long."""


@dataclass(frozen=True)
class Publisher:
    """Everything a step needs that is not in the row.

    `fence` is the number of the scheduler's lease; `may_act` says, without asking the database, whether that lease
    was renewed so lately that nobody can have taken it over.
    """

    clock: Clock
    fence: int
    may_act: Callable[[], bool]
    connect: Callable[[Account, Callable[[CallRecord], None]], Instagram]
    link_to: Callable[[Asset, datetime], str]
    jitter: Callable[[], float] = random.random

    def now(self) -> datetime:
        """Return the current instant."""
        return self.clock.now()


@dataclass
class Calls:
    """Collects the calls of one step, for the post's log."""

    made: list[CallRecord] = field(default_factory=list)

    def __call__(self, call: CallRecord) -> None:
        self.made.append(call)

    def detail(self, **values: Any) -> dict[str, Any]:
        """Return what the log keeps of them: Instagram's answers, free of credentials, and `values`."""
        calls = [
            {
                "method": call.method,
                "path": call.path,
                "http_status": call.http_status,
                "ms": call.ms,
                "answer": call.answer[:600],
                "trace_id": call.trace_id,
            }
            for call in self.made
        ]
        return {**values, "calls": calls} if calls else dict(values)


def error_detail(error: InstagramError) -> dict[str, Any]:
    """Return what the log and the operator's sentence need of an error."""
    return {
        "error": error.key,
        "code": error.code,
        "subcode": error.subcode,
        "message": error.user_message or error.message,
        "trace_id": error.trace_id,
        "outcome_unknown": error.outcome_unknown,
    }
