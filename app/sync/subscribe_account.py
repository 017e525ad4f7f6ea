"""An account's own switch for webhooks: without it nothing ever comes, and nothing says so.

Source: https://developers.facebook.com/docs/instagram-platform/webhooks (fields and their permissions)
"""

from collections.abc import Generator
from datetime import datetime, timedelta

from app.instagram.error_table import Remedy
from app.instagram.errors import InstagramError
from app.sync.account_sync import note
from app.sync.models import AccountSync
from app.sync.visit import Steps, Visit

COMMENT_FIELDS = ("comments", "live_comments")
MESSAGE_FIELDS = (
    *("messages", "message_reactions", "messaging_postbacks", "messaging_referral", "messaging_seen", "message_edit"),
    *("message_echoes", "standby", "messaging_handover", "messaging_optins"),
)
NEEDED = frozenset({"comments", "messages"})
"""Without these two the desk hears of nothing; the others only tell more."""
CHECK_EVERY = timedelta(days=1)
TRY_AGAIN = timedelta(hours=1)
NOT_SUBSCRIBED = "webhooks_not_subscribed"
FIELDS_MISSING = "webhook_fields_missing"
_PASSING = (Remedy.LATER, Remedy.WAIT_FOR_LIMIT)


def is_subscription_due(sync: AccountSync, now: datetime) -> bool:
    """Whether the subscription is to be read back: daily, hourly while it is not as it should be."""
    if sync.subscription_checked_at is None:
        return True
    return now - sync.subscription_checked_at >= (TRY_AGAIN if sync.subscription_problem else CHECK_EVERY)


def subscribe_account(visit: Visit) -> Steps:
    """Switch on every field that the account may have, read back what is on, and note what is missing.

    Raises InstagramError when Instagram does not answer.
    """
    now = visit.now()
    wanted = wanted_fields(visit)
    subscribed = visit.instagram.read_subscription()
    yield 0
    problem = None
    if set(wanted) - set(subscribed):
        problem = yield from _switch_on(visit, wanted)
        subscribed = visit.instagram.read_subscription()
    is_whole = NEEDED & set(wanted) <= set(subscribed)
    note(
        visit.account,
        now,
        tell=True,
        subscribed_fields=sorted(subscribed),
        subscription_problem=None if is_whole else problem or (FIELDS_MISSING if subscribed else NOT_SUBSCRIBED),
        subscription_checked_at=now,
    )


def wanted_fields(visit: Visit) -> tuple[str, ...]:
    """Return the fields that the owner's permissions allow."""
    comments = COMMENT_FIELDS if visit.may_read_comments else ()
    return (*comments, *(MESSAGE_FIELDS if visit.may_read_messages else ()))


def _switch_on(visit: Visit, wanted: tuple[str, ...]) -> Generator[float, None, str | None]:
    """Switch all fields on at once, or one by one where Instagram refuses one of them; return the last refusal."""
    try:
        visit.instagram.subscribe(wanted)
    except InstagramError as error:
        if error.remedy in _PASSING:
            raise
    else:
        return None
    refusal = None
    for field in wanted:
        yield 0
        try:
            visit.instagram.subscribe([field])
        except InstagramError as error:
            if error.remedy in _PASSING:
                raise
            refusal = error.key if field in NEEDED else refusal
    return refusal
