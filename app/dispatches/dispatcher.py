"""What carrying dispatches out works with: the clock, the way to Instagram, and the right to act."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Account
from app.assets.models import Asset
from app.clock import Clock
from app.instagram.client import Instagram


@dataclass(frozen=True)
class Dispatcher:
    """Everything that is not in the row.

    `fence` is the number of the scheduler's lease; `may_act` says, without asking the database, whether that lease
    was renewed so lately that nobody can have taken it over.
    """

    clock: Clock
    fence: int
    may_act: Callable[[], bool]
    connect: Callable[[Account], Instagram]
    link_to: Callable[[Asset, datetime], str]
    jitter: Callable[[], float] = random.random

    def now(self) -> datetime:
        """Return the current instant."""
        return self.clock.now()
