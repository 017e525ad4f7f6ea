"""What the scheduler keeps doing beside the posts, each in a thread of its own: one list.

A loop looks for work, does a little of it, and says whether there was any: then it looks again at once.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.instagram_for import instagram_for
from app.assets.public_links import media_url
from app.assets.work import work_on_assets
from app.conversations.wake_snoozed import wake_snoozed
from app.dispatches.dispatcher import Dispatcher
from app.dispatches.send_dispatches import send_dispatches
from app.events.process_events import process_events
from app.scheduler.at_hand import AtHand
from app.scheduler.incidents import record_incident
from app.scheduler.sync_loop import SyncLoop

log = structlog.get_logger()

BROKEN_PAUSE_SECONDS = 1.0


Work = Callable[[AtHand, int, Callable[[], bool], Callable[[], bool]], bool]
"""`work(at_hand, fence, may_act, is_over)`: the fence goes with every claim, `may_act` is asked before each transaction
or call, `is_over` before each further piece. Returns whether there was something to do."""


@dataclass(frozen=True)
class Loop:
    """A line of the list: after a look that found nothing to do, it pauses."""

    name: str
    work: Work
    pause_seconds: float


def _work_on_assets(at_hand: AtHand, fence: int, _may_act: Callable[[], bool], is_over: Callable[[], bool]) -> bool:
    work_on_assets(at_hand.config.media_dir, clock=at_hand.clock, fence=fence, is_over=is_over)
    return False  # it has gone on until nothing was left


def _wake_snoozed(at_hand: AtHand, _fence: int, may_act: Callable[[], bool], _is_over: Callable[[], bool]) -> bool:
    return may_act() and wake_snoozed(at_hand.clock.now()) > 0


def _process_events(at_hand: AtHand, _fence: int, may_act: Callable[[], bool], is_over: Callable[[], bool]) -> bool:
    return process_events(clock=at_hand.clock, may_act=may_act, is_over=is_over)


def _send_dispatches(at_hand: AtHand, fence: int, may_act: Callable[[], bool], is_over: Callable[[], bool]) -> bool:
    clock, config = at_hand.clock, at_hand.config
    dispatcher = Dispatcher(
        clock=clock,
        fence=fence,
        may_act=may_act,
        connect=lambda account: instagram_for(account, app=at_hand.instagram_app, keys=at_hand.keys, clock=clock),
        link_to=lambda asset, until: media_url(asset, until, config),
    )
    return send_dispatches(dispatcher, is_over)


LOOPS = (
    Loop("events", _process_events, 0.2),
    Loop("dispatches", _send_dispatches, 0.25),
    Loop("assets", _work_on_assets, 1.0),
    Loop("sync", SyncLoop(), 0.2),
    Loop("snoozed", _wake_snoozed, 5.0),
)


def start_loop(
    loop: Loop, at_hand: AtHand, *, fence: int, may_act: Callable[[], bool], over: threading.Event
) -> threading.Thread:
    """Return a started thread that repeats the loop until `over` is set, whatever goes wrong in it."""

    def repeat() -> None:
        pause = 0.0
        while not over.wait(pause):
            has_worked = _run_safely(loop, at_hand, fence, may_act, over.is_set)
            pause = BROKEN_PAUSE_SECONDS if has_worked is None else 0.0 if has_worked else loop.pause_seconds

    thread = threading.Thread(target=repeat, name=loop.name, daemon=True)
    thread.start()
    return thread


def _run_safely(
    loop: Loop, at_hand: AtHand, fence: int, may_act: Callable[[], bool], is_over: Callable[[], bool]
) -> bool | None:
    """Return whether there was work; None when it broke."""
    try:
        return loop.work(at_hand, fence, may_act, is_over)
    except SQLAlchemyError as error:
        log.warning("database_away", loop=loop.name, error=type(error).__name__)
    except Exception as error:
        log.exception("loop_broke", loop=loop.name)
        record_incident("loop_broke", loop.name, at_hand.clock.now(), error=type(error).__name__)
    return None
