"""Finding out whether a reply or message went out, after a call whose outcome is unknown. Only reads from Instagram."""

from typing import Any

from app.accounts.errors import AccountUnusable
from app.accounts.models import AccountState
from app.assets.models import Asset
from app.dispatches.carry_out import FileGone, Result, list_assets
from app.dispatches.claims import record
from app.dispatches.decisions import PRIVATE_REPLY_REFUSED, WRITES, Judgement, Verdict, judge
from app.dispatches.dispatcher import Dispatcher
from app.dispatches.models import Dispatch, DispatchState
from app.dispatches.record_outcome import record_sent
from app.dispatches.snapshots import count_rivals, doubted, look_for_result
from app.publishing.rules import backoff

UNCONFIRMED = "dispatch_unconfirmed"


def find_out(dispatch: Dispatch, dispatcher: Dispatcher) -> None:
    """Look once for the result of a dispatch's call, and do what follows. Raises AccountUnusable, Fenced."""
    now = dispatcher.now()
    if dispatch.kind not in WRITES:
        _record(dispatch, dispatcher, state=DispatchState.WAITING, called_at=None, next_try_at=now)
        return
    try:
        instagram = dispatcher.connect(dispatch.account)
    except AccountUnusable:
        if dispatch.account.state is not AccountState.DISCONNECTED:
            raise
        _give_up(dispatch, dispatcher)  # nobody can be asked any more
        return
    look = look_for_result(dispatch, instagram)
    assert dispatch.called_at is not None
    judgement = judge(
        look,
        rivals=count_rivals(dispatch),
        has_files=bool(dispatch.values.get("asset_ids")),
        called_at=dispatch.called_at,
        looked_at=dispatch.looked_at,
        now=dispatcher.now(),
    )
    _follow(dispatch, judgement, dispatcher)


def _follow(dispatch: Dispatch, judgement: Judgement, dispatcher: Dispatcher) -> None:
    now = dispatcher.now()
    match judgement.verdict:
        case Verdict.SENT:
            record_sent(dispatch, Result(judgement.ig_id), _assets(dispatch), now)
        case Verdict.NOT_SENT if dispatch.reason == PRIVATE_REPLY_REFUSED:
            _give_up(dispatch, dispatcher)  # Instagram says that there is one, and it cannot be found
        case Verdict.NOT_SENT:
            # The snapshot is kept: should the call have come through after all, its result is still no old line.
            again: dict[str, Any] = {"state": DispatchState.WAITING, "called_at": None, "looks": 0, "looked_at": None}
            pause = backoff(dispatch.tries - 1, dispatcher.jitter())
            _record(dispatch, dispatcher, **again, snapshot=doubted(dispatch), next_try_at=now + pause)
        case Verdict.LOOK_AGAIN:
            counted = {"looks": dispatch.looks + 1, "looked_at": dispatch.looked_at or now} if judgement.counts else {}
            _record(dispatch, dispatcher, next_try_at=judgement.look_again_at, **counted)
        case Verdict.UNCONFIRMED:
            _give_up(dispatch, dispatcher)


def _give_up(dispatch: Dispatch, dispatcher: Dispatcher) -> None:
    """Only a person can tell: the question is put to them."""
    now = dispatcher.now()
    _record(
        dispatch,
        dispatcher,
        state=DispatchState.UNCONFIRMED,
        reason=UNCONFIRMED,
        reason_values={},
        next_try_at=None,
        finished_at=now,
    )


def _record(dispatch: Dispatch, dispatcher: Dispatcher, **values: Any) -> None:
    record(dispatch, dispatch.claim, dispatcher.fence, dispatcher.now(), **values)


def _assets(dispatch: Dispatch) -> list[Asset]:
    try:
        return list_assets(dispatch)
    except FileGone:
        return []
