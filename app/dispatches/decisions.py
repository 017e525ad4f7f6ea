"""What follows an error, and what follows a look at Instagram after an outcome that is unknown. Values alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.dispatches.models import DispatchKind
from app.instagram.errors import InstagramError, Remedy
from app.publishing.rules import LIMIT_PAUSE, backoff

WRITES = frozenset({DispatchKind.REPLY, DispatchKind.PRIVATE_REPLY, DispatchKind.MESSAGE})
"""What must not be done twice. Everything else may be: hiding a hidden comment changes nothing."""
LATE = "human_agent_not_approved"
PRIVATE_REPLY_REFUSED = "private_reply_refused"
TRIES_AT_MOST = 40
"""With the pauses in between some three hours; then a person decides."""
TOKEN_CODES = frozenset({190, 102})
FIRST_LOOK = timedelta(seconds=3)
LOOKS = (3, 10, 30, 95, 160, 300, 600, 900)
"""Seconds after the call at which its result is looked for, as long as it is in doubt."""
SETTLES_AFTER = timedelta(seconds=30)
"""What does not show within this was not sent, as far as one look can tell."""
FILES_SETTLE_AFTER = timedelta(seconds=120)
"""Instagram fetches files before it sends them: a video for up to 75 seconds."""
LOOKS_APART = timedelta(seconds=60)
"""Nothing twice, so far apart: it was not sent."""
PATIENCE = timedelta(minutes=20)
"""After this a doubt that could not be looked into becomes a question."""
WAITS_TO_READ = timedelta(minutes=1)
"""An answer waits so long for Instagram to show what is there: without that, a doubt becomes a question sooner."""
READ_PAUSE = timedelta(seconds=4)

_OWN_REASONS = {
    "invalid_parameter": "dispatch_refused",
    "request_invalid": "dispatch_refused",
    "action_blocked": "dispatch_blocked",
    "object_unreachable": "dispatch_refused",
}
"""Where Instagram's sentences speak of posts."""


class Next(StrEnum):
    """What to do after a call went wrong."""

    RETRY = "retry"
    FIND_OUT = "find_out"
    RECONNECT = "reconnect"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Decision:
    """What follows, and when; `reason` is the key of the sentence about it."""

    next: Next
    reason: str
    at: datetime | None = None
    hold_account_until: datetime | None = None


def after_error(
    kind: DispatchKind,
    error: InstagramError,
    *,
    tries: int,
    was_in_doubt: bool,
    human_agent: bool,
    now: datetime,
    jitter: float,
) -> Decision:
    """What follows when Instagram answered an error or nothing.

    `tries` counts the calls, this one included; `was_in_doubt`: of an earlier one it was thought that it did nothing.
    """
    reason = reason_of(error, human_agent=human_agent)
    hold = _hold_until(error, now) if error.remedy is Remedy.WAIT_FOR_LIMIT else None
    if error.outcome_unknown and kind in WRITES:
        return Decision(Next.FIND_OUT, reason, now + FIRST_LOOK, hold)
    if error.remedy is Remedy.RECONNECT and error.code in TOKEN_CODES:
        return Decision(Next.RECONNECT, reason, now)
    if hold is not None:
        return Decision(Next.RETRY, reason, hold, hold)
    may_pass = error.outcome_unknown or error.remedy in {Remedy.LATER, Remedy.NOT_READY}
    if tries <= error.retries_first or (may_pass and tries < TRIES_AT_MOST):
        return Decision(Next.RETRY, reason, now + backoff(tries - 1, jitter))
    if kind is DispatchKind.PRIVATE_REPLY and error.key == PRIVATE_REPLY_REFUSED and was_in_doubt:
        # There is one per comment: the earlier call may have been that one after all.
        return Decision(Next.FIND_OUT, reason, now + FIRST_LOOK)
    return Decision(Next.REFUSE, reason)


def may_wait_to_read(error: InstagramError, created_at: datetime, now: datetime) -> bool:
    """Whether to try once more to read what is there before the call. Not where reading is what is limited."""
    is_passing = error.remedy is Remedy.LATER and not error.is_gone and error.key != "too_fast"
    return is_passing and now - created_at < WAITS_TO_READ


def reason_of(error: InstagramError, *, human_agent: bool = False) -> str:
    """Return the key of the sentence that tells why."""
    if human_agent and error.key == "permission_missing":
        return LATE  # the refusal of the tag has no code of its own, and its words come in many languages
    return _OWN_REASONS.get(error.key, error.key)


def _hold_until(error: InstagramError, now: datetime) -> datetime:
    return now + (timedelta(seconds=error.retry_after_seconds) if error.retry_after_seconds else LIMIT_PAUSE)


@dataclass(frozen=True)
class Look:
    """What one look at Instagram showed: ids that could be the result, the oldest first.

    `is_clear` says that the result would have been seen if it were there; `is_proof` that it is known what was there
    before the call, so that what fits must have come of it.
    """

    candidates: tuple[str, ...]
    is_clear: bool
    is_proof: bool = True


class Verdict(StrEnum):
    """What a look says about a call in doubt."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    LOOK_AGAIN = "look_again"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Judgement:
    """The verdict; `ig_id` of what was sent; `counts` when the look was one of the two that prove an absence."""

    verdict: Verdict
    ig_id: str | None = None
    counts: bool = False
    look_again_at: datetime | None = None


def judge(
    look: Look, *, rivals: int, has_files: bool, called_at: datetime, looked_at: datetime | None, now: datetime
) -> Judgement:
    """Judge a look. `rivals` are other calls in doubt that would look the same; `looked_at` when a look first counted.

    1. Exactly one that fits, or one for each rival: sent.
    2. More than one, or perhaps an old one: nobody can tell. Fewer than the rivals: whose it is may show yet.
    3. None, twice and a minute apart: not sent.
    """
    found = len(look.candidates)
    if found and not look.is_proof:
        return Judgement(Verdict.UNCONFIRMED)
    if found and (found == 1 if rivals == 0 else found > rivals):
        return Judgement(Verdict.SENT, look.candidates[0])
    if found and rivals == 0:
        return Judgement(Verdict.UNCONFIRMED)
    settled_at = called_at + (FILES_SETTLE_AFTER if has_files else SETTLES_AFTER)
    is_absent = look.is_clear and not found and now >= settled_at
    if is_absent and looked_at is not None and now - looked_at >= LOOKS_APART:
        return Judgement(Verdict.NOT_SENT)
    if not is_absent and now - called_at > PATIENCE:
        return Judgement(Verdict.UNCONFIRMED)
    return Judgement(Verdict.LOOK_AGAIN, counts=is_absent, look_again_at=next_look_at(called_at, now))


def next_look_at(called_at: datetime, now: datetime) -> datetime:
    """When to look again for the result of a call."""
    planned = (called_at + timedelta(seconds=seconds) for seconds in LOOKS)
    return next((at for at in planned if at > now), now + LOOKS_APART)


def is_alike(one: str | None, other: str | None) -> bool:
    """Whether two texts are the same but for their spaces, which Instagram trims."""
    return _words(one) == _words(other)


def _words(text: str | None) -> Sequence[str]:
    return (text or "").split()
