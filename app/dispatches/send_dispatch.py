"""Carrying one dispatch out: the intention is written before the call, the outcome after it."""

from collections.abc import Sequence
from typing import Any

from app.accounts.mark_reconnect import mark_reconnect
from app.assets.models import Asset
from app.dispatches.carry_out import FileGone, Result, carry_out, list_assets
from app.dispatches.claims import Hold, claim_dispatch, record
from app.dispatches.decisions import READ_PAUSE, Decision, Next, after_error, may_wait_to_read, reason_of
from app.dispatches.dispatcher import Dispatcher
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.dispatches.record_outcome import record_gone, record_sent
from app.dispatches.snapshots import take_snapshot, was_in_doubt
from app.instagram.client import Instagram
from app.instagram.errors import InstagramError
from app.publishing.rules import backoff
from app.publishing.stand_still import hold_account


def send_dispatch(dispatch: Dispatch, dispatcher: Dispatcher) -> None:
    """Carry a waiting dispatch out.

    1. Read what is there, so that the result can be told from it. For a minute that is worth waiting for.
    2. Write the intention and commit. 3. Call, with no transaction open. 4. Write the outcome.
    Raises AccountUnusable, Fenced.
    """
    instagram = dispatcher.connect(dispatch.account)
    try:
        assets = list_assets(dispatch)
    except FileGone:
        _refuse(dispatch, dispatch.claim, "message_file_gone", {}, dispatcher)
        return
    snapshot, problem = dispatch.snapshot, None
    if not was_in_doubt(dispatch):
        snapshot, problem = take_snapshot(dispatch, instagram)
    if problem is not None and may_wait_to_read(problem, dispatch.created_at, dispatcher.now()):
        _wait_to_read(dispatch, problem, dispatcher)
        return
    hold = claim_dispatch(dispatch, fence=dispatcher.fence, now=dispatcher.now(), snapshot=snapshot)
    if hold is None or not dispatcher.may_act():
        return  # claimed, but too long ago to be sure of the lease: looking for the result will show that there is none
    dispatch.called_at, dispatch.tries, dispatch.snapshot = hold.called_at, dispatch.tries + 1, snapshot
    try:
        result = carry_out(dispatch, assets, instagram, dispatcher)
    except InstagramError as error:
        _after_error(dispatch, hold, error, instagram, assets, dispatcher)
        return
    record_sent(dispatch, result, assets, dispatcher.now())


def _wait_to_read(dispatch: Dispatch, problem: InstagramError, dispatcher: Dispatcher) -> None:
    now = dispatcher.now()
    values: dict[str, Any] = {"reason": reason_of(problem), "reason_values": _values_of(problem)}
    record(dispatch, dispatch.claim, dispatcher.fence, now, next_try_at=now + READ_PAUSE, **values)


def _after_error(
    dispatch: Dispatch,
    hold: Hold,
    error: InstagramError,
    instagram: Instagram,
    assets: Sequence[Asset],
    dispatcher: Dispatcher,
) -> None:
    if error.is_gone and dispatch.kind is DispatchKind.DELETE:
        record_sent(dispatch, Result(), assets, dispatcher.now())
        return
    decision = after_error(
        dispatch.kind,
        error,
        tries=dispatch.tries,
        was_in_doubt=was_in_doubt(dispatch),
        human_agent=dispatch.human_agent,
        now=dispatcher.now(),
        jitter=dispatcher.jitter(),
    )
    if decision.hold_account_until is not None:
        hold_account(dispatch.account_id, decision.hold_account_until)
    if decision.next is Next.REFUSE and error.is_gone and _is_comment_gone(dispatch, instagram):
        _refuse(dispatch, hold.claim, "comment_gone", {}, dispatcher)
        record_gone(dispatch, dispatcher.now())
    elif decision.next is Next.REFUSE:
        _refuse(dispatch, hold.claim, decision.reason, _values_of(error), dispatcher)
    else:
        _go_on(dispatch, hold, decision, error, dispatcher)


def _go_on(dispatch: Dispatch, hold: Hold, decision: Decision, error: InstagramError, dispatcher: Dispatcher) -> None:
    now, at = dispatcher.now(), decision.at
    values: dict[str, Any] = {"reason": decision.reason, "reason_values": _values_of(error)}
    if decision.next is Next.RECONNECT and not mark_reconnect(
        dispatch.account_id, error.key, now, token_issued_at=dispatch.account.token_issued_at
    ):
        # The token was renewed meanwhile, or the account is gone: the next look will tell.
        at = now + backoff(dispatch.tries - 1, dispatcher.jitter())
    if decision.next is not Next.FIND_OUT:
        kept = dispatch.snapshot if was_in_doubt(dispatch) else None
        values |= {"state": DispatchState.WAITING, "called_at": None, "snapshot": kept}
    record(dispatch, hold.claim, dispatcher.fence, now, next_try_at=at, **values)


def _refuse(dispatch: Dispatch, claim: int, reason: str, reason_values: dict[str, Any], dispatcher: Dispatcher) -> None:
    """End a dispatch with the reason; its text stays, and a person may send it again. Nothing of it is on Instagram."""
    now = dispatcher.now()
    record(
        dispatch,
        claim,
        dispatcher.fence,
        now,
        state=DispatchState.REFUSED,
        reason=reason,
        reason_values=reason_values,
        private_reply_to_id=None,
        called_at=None,
        next_try_at=None,
        finished_at=now,
    )


def _is_comment_gone(dispatch: Dispatch, instagram: Instagram) -> bool:
    """Whether Instagram says so of the comment itself too: it answers the same for want of a permission."""
    if dispatch.comment is None:
        return False
    try:
        instagram.read_comment(dispatch.comment.ig_comment_id)
    except InstagramError as error:
        return error.is_gone
    return False


def _values_of(error: InstagramError) -> dict[str, Any]:
    """Return what the sentence about an error needs, and whoever looks for the cause. No words of people."""
    return {
        "minutes": -(-(error.retry_after_seconds or 0) // 60),
        "code": error.code,
        "subcode": error.subcode,
        "trace_id": error.trace_id,
        "error": reason_of(error),
    }
