"""Pure decisions of the publishing engine: legal moves, what follows an error, when to look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.instagram.errors import InstagramError, Remedy
from app.publishing.models import PostState, Wait

PREPARE_AHEAD = timedelta(minutes=15)
"""Preparing begins so long before a post is due."""
SNAPSHOT_AHEAD = timedelta(seconds=10)
"""The witnesses' snapshot is taken so long before a post is due: at the due second only one call is left."""
SNAPSHOT_LIFE = timedelta(minutes=2)
"""A snapshot older than this is taken again before publishing."""
TAKE_BACK = timedelta(seconds=5)
"""«Publish now» waits so long for «undo»."""
CONTAINER_LIFE = timedelta(hours=23, minutes=30)
"""Instagram keeps a container for 24 hours; publishing.md 3.3."""
CONTAINER_PATIENCE = timedelta(hours=1)
"""A container that is not ready after this is given up."""
CONTAINERS_AT_MOST = 3
"""So many containers are tried for one order before the operator is asked."""
FINISHED_APART = timedelta(seconds=60)
"""FINISHED twice, so far apart, means that `media_publish` did nothing."""
UNKNOWN_PATIENCE = timedelta(minutes=10)
"""After this an outcome that is still unknown becomes `unconfirmed`."""
QUOTA_PAUSE = timedelta(minutes=10)
LIMIT_PAUSE = timedelta(minutes=30)
FILE_PAUSE = timedelta(seconds=3)
LOOKS_AFTER_PUBLISHING = tuple(timedelta(seconds=s) for s in (2, 10, 70, 300, 1800, 7200))
"""When the link of a published post is read, counted from its publishing. Not at once: where many posts are due in the
same second, whoever has published one is to publish the next."""

EDITABLE = frozenset(
    {
        PostState.DRAFT,
        PostState.SCHEDULED,
        PostState.PREPARING,
        PostState.STAGED,
        PostState.FAILED,
        PostState.CANCELLED,
    }
)
CANCELLABLE = frozenset({PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED, PostState.FAILED})
DELETABLE = EDITABLE | {PostState.PUBLISHED}
UNFINISHED = frozenset({PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED, PostState.PUBLISHING})


class Next(StrEnum):
    """What to do after a step went wrong."""

    RETRY = "retry"
    NEW_CONTAINER = "new_container"
    POLL_AGAIN = "poll_again"
    FIND_OUT = "find_out"
    WAIT = "wait"
    FAIL = "fail"


@dataclass(frozen=True)
class Decision:
    """What follows, and when: `at` is None where only the operator can move things on."""

    next: Next
    at: datetime | None = None
    wait: Wait | None = None
    hold_account_until: datetime | None = None
    reconnect_account: bool = False


def is_too_late(due_at: datetime, grace_seconds: int, now: datetime) -> bool:
    """Whether a post is so late that the operator is asked instead of publishing it."""
    return now > due_at + timedelta(seconds=grace_seconds)


def first_step_at(due_at: datetime, now: datetime) -> datetime:
    """When preparing a post begins."""
    return max(now, due_at - PREPARE_AHEAD)


def snapshot_at(due_at: datetime, now: datetime) -> datetime:
    """When a staged post's snapshot is taken."""
    return max(now, due_at - SNAPSHOT_AHEAD)


def backoff(tries: int, jitter: float) -> timedelta:
    """Return how long to wait after `tries` failures in a row: 2 s doubling to 5 min, plus half of it by `jitter`."""
    seconds = min(300.0, 2.0 * 2 ** min(tries, 10))
    return timedelta(seconds=seconds * (1 + jitter / 2))


def next_poll_at(container_created_at: datetime, now: datetime) -> datetime:
    """When to read a container's status again: soon at first, once a minute later (publishing.md 3.3)."""
    age = (now - container_created_at).total_seconds()
    for until, pause in ((6, 1.5), (20, 3), (60, 8), (300, 20)):
        if age < until:
            return now + timedelta(seconds=pause)
    return now + timedelta(seconds=60)


def next_look_at(called_at: datetime, now: datetime) -> datetime:
    """When to ask the witnesses again, after a publish call whose outcome is unknown."""
    for seconds in (5, 15, 30, 60, 120):
        look = called_at + timedelta(seconds=seconds)
        if look > now:
            return look
    return now + timedelta(seconds=60)


def after_create_error(
    error: InstagramError, tries: int, containers_lost: int, now: datetime, jitter: float
) -> Decision:
    """What follows when a container could not be made, or came to nothing.

    An unknown outcome is harmless here: a container that nobody publishes expires by itself.
    """
    if tries < error.retries_first:
        return Decision(Next.RETRY, at=now + backoff(tries, jitter))
    if (common := _common(error, now)) is not None:
        return common
    if error.outcome_unknown or error.remedy in {Remedy.LATER, Remedy.NOT_READY}:
        return Decision(Next.RETRY, at=now + backoff(tries, jitter))
    if error.remedy is Remedy.NEW_CONTAINER and containers_lost + 1 < CONTAINERS_AT_MOST:
        return Decision(Next.NEW_CONTAINER, at=now + backoff(containers_lost, jitter))
    return Decision(Next.FAIL)


def after_read_error(error: InstagramError, tries: int, now: datetime, jitter: float) -> Decision:
    """What follows when only reading went wrong: never a failed post."""
    common = _common(error, now)
    if common is not None and common.next is not Next.FAIL:
        return common
    return Decision(Next.RETRY, at=now + backoff(tries, jitter))


def after_publish_error(
    error: InstagramError, calls: int, tries: int, containers_lost: int, now: datetime, jitter: float
) -> Decision:
    """What follows when `media_publish` answered an error or nothing.

    `calls` counts how often it was called for this container, this one included: from the second on, a plain
    refusal may just mean that the first did its work, so the witnesses are asked.
    """
    if error.outcome_unknown:
        hold = _hold_until(error, now) if error.remedy is Remedy.WAIT_FOR_LIMIT else None
        return Decision(Next.FIND_OUT, at=now + timedelta(seconds=5), hold_account_until=hold)
    if (common := _common(error, now)) is not None and common.next is not Next.FAIL:
        return common
    if calls > 1:
        return Decision(Next.FIND_OUT, at=now + timedelta(seconds=5))
    if error.remedy is Remedy.NOT_READY:
        return Decision(Next.POLL_AGAIN, at=now + timedelta(seconds=2))
    if error.remedy is Remedy.LATER or tries < error.retries_first:
        return Decision(Next.RETRY, at=now + backoff(tries, jitter))
    if error.remedy is Remedy.NEW_CONTAINER and containers_lost + 1 < CONTAINERS_AT_MOST:
        return Decision(Next.NEW_CONTAINER, at=now + backoff(containers_lost, jitter))
    return Decision(Next.FAIL)


def _common(error: InstagramError, now: datetime) -> Decision | None:
    """The remedies that mean the same wherever they are met."""
    if error.remedy is Remedy.RECONNECT:
        return Decision(Next.WAIT, wait=Wait.ACCOUNT, reconnect_account=True)
    if error.remedy is Remedy.WAIT_FOR_QUOTA:
        return Decision(Next.WAIT, at=now + QUOTA_PAUSE, wait=Wait.QUOTA)
    if error.remedy is Remedy.WAIT_FOR_LIMIT:
        until = _hold_until(error, now)
        return Decision(Next.WAIT, at=until, wait=Wait.LIMIT, hold_account_until=until)
    if error.remedy in {Remedy.ACT_ON_INSTAGRAM, Remedy.FIX_APP, Remedy.FIX_POST}:
        return Decision(Next.FAIL)
    return None


def _hold_until(error: InstagramError, now: datetime) -> datetime:
    pause = timedelta(seconds=error.retry_after_seconds) if error.retry_after_seconds else LIMIT_PAUSE
    return now + pause
