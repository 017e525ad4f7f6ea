"""Do webhooks get in, and is what they bring worked on? What the page about webhooks shows, with what is wrong."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Account, AccountState
from app.db import reading
from app.events.models import Event, EventState
from app.events.queries import EventCounts, LastEvent, count_events, list_failed_events, list_last_events
from app.sync.models import AccountSync
from app.sync.overview import list_overviews
from app.sync.subscribe_account import FIELDS_MISSING, NOT_SUBSCRIBED

NEEDED_FIELDS = ("comments", "messages")
"""Without these nothing of the desk comes at once; the others add seen marks, reactions and the like."""

QUIET = timedelta(days=3)
"""After so long without a word it is worth a test; a quiet account may simply have nobody who writes."""

STUCK = timedelta(minutes=1)
"""Events are processed within a second while the scheduler works."""


@dataclass(frozen=True)
class Server:
    """What the server itself brings along."""

    is_reachable: bool
    """Whether Instagram can post to our address: it is https, or Instagram is the sandbox beside us."""
    has_verify_token: bool
    has_secret: bool
    scheduler_works: bool


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong, as the key of its sentence and the sentence's values."""

    key: str
    values: dict[str, Any]
    is_bad: bool = True
    """Whether something is lost or late by it; otherwise it is worth a look."""


@dataclass(frozen=True)
class AccountCheck:
    """One account: its subscription, what came last of each kind, and what waits or broke."""

    account: Account
    sync: AccountSync | None
    last_events: list[LastEvent]
    counts: EventCounts
    troubles: list[Trouble]

    @property
    def is_being_checked(self) -> bool:
        """Whether the scheduler has yet to ask Instagram what the account is subscribed to."""
        return self.sync is None or self.sync.subscription_checked_at is None


@dataclass(frozen=True)
class SelfCheck:
    """Everything on the page."""

    accounts: list[AccountCheck]
    troubles: list[Trouble]
    """Of the server itself."""
    failed: list[Event]

    @property
    def is_well(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.troubles and not any(one.troubles for one in self.accounts)

    @property
    def is_moving(self) -> bool:
        """Whether the page will look different in a moment."""
        return any(one.counts.waiting or one.is_being_checked for one in self.accounts)


def check_webhooks(server: Server, now: datetime) -> SelfCheck:
    """Return how webhooks are doing, for the accounts of the workspace that are not disconnected."""
    overviews = list_overviews()
    ids = [one.account.id for one in overviews]
    counts, last_events = count_events(ids), _last_events_by_account(ids)
    checks = []
    for overview in overviews:
        account, counted = overview.account, counts.get(overview.account.id, EventCounts())
        oldest = _oldest_waiting(account) if counted.waiting else None
        troubles = find_troubles(account, overview.sync, counted, oldest=oldest, now=now)
        checks.append(AccountCheck(account, overview.sync, last_events[account.id], counted, troubles))
    return SelfCheck(checks, server_troubles(server), list_failed_events())


def server_troubles(server: Server) -> list[Trouble]:
    """Return what keeps webhooks of every account from coming in or being worked on."""
    is_wrong = {
        "webhooks_not_reachable": not server.is_reachable,
        "webhooks_no_secret": not server.has_secret,
        "webhooks_no_verify_token": not server.has_verify_token,
        "webhooks_scheduler_silent": not server.scheduler_works,
    }
    return [Trouble(key, {}) for key, is_so in is_wrong.items() if is_so]


def find_troubles(
    account: Account, sync: AccountSync | None, counts: EventCounts, *, oldest: datetime | None, now: datetime
) -> list[Trouble]:
    """Return what is wrong with an account's webhooks. `oldest`: since when the oldest event waits."""
    troubles = _subscription_troubles(account, sync)
    if counts.failed:
        troubles.append(Trouble("webhooks_failed", {"count": counts.failed}))
    if oldest is not None and now - oldest > STUCK:
        troubles.append(Trouble("webhooks_stuck", {"count": counts.waiting}))
    last = sync.last_event_at if sync else None
    if not troubles and now - max(last or account.connected_at, account.connected_at) > QUIET:
        troubles.append(Trouble("webhooks_quiet" if last else "webhooks_never", {"last": last}, is_bad=False))
    return troubles


def _subscription_troubles(account: Account, sync: AccountSync | None) -> list[Trouble]:
    if account.state is AccountState.RECONNECT:
        return [Trouble("webhooks_no_access", {})]
    if sync is None:
        return []
    refusal = sync.subscription_problem
    if refusal and refusal not in {NOT_SUBSCRIBED, FIELDS_MISSING}:
        return [Trouble(refusal, {})]
    if sync.subscribed_fields is None:
        return []
    missing = [name for name in NEEDED_FIELDS if name not in sync.subscribed_fields]
    if not missing:
        return []
    if not sync.subscribed_fields:
        return [Trouble(NOT_SUBSCRIBED, {})]
    return [Trouble(FIELDS_MISSING, {"fields": ", ".join(missing)})]


def _last_events_by_account(account_ids: list[int]) -> dict[int, list[LastEvent]]:
    found: dict[int, list[LastEvent]] = defaultdict(list)
    for event in sorted(list_last_events(account_ids), key=lambda event: event.received_at, reverse=True):
        found[event.account_id].append(event)
    return found


def _oldest_waiting(account: Account) -> datetime | None:
    query = select(func.min(Event.received_at)).where(
        Event.ig_user_id == account.claimed_ig_user_id, Event.state == EventState.WAITING
    )
    with reading() as session:
        return session.scalar(query)
