"""Carrying out all that is due: several at a time, one of each conversation or thread of comments."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.dispatches.advance_dispatch import advance_dispatch
from app.dispatches.dispatcher import Dispatcher
from app.dispatches.due_dispatches import DueDispatch, forget_old_signs, list_due_dispatches, list_signs

log = structlog.get_logger()

THREADS = 8
"""They mostly wait for Instagram."""
THREADS_PER_ACCOUNT = 4
LOOK_SECONDS = 0.25


def send_dispatches(dispatcher: Dispatcher, is_over: Callable[[], bool]) -> bool:
    """Go on until nothing is due any more, or `is_over`; return whether there was anything.

    What broke is logged and raised at the end, when all else is done.
    """
    forget_old_signs(dispatcher.now())
    due = _list_due(dispatcher)
    if not due:
        return False
    shift = _Shift(dispatcher, is_over)
    try:
        while not is_over() and (shift.take(due) or shift.is_busy()):
            shift.wait()
            due = _list_due(dispatcher)
    finally:
        shift.end(wait=not is_over())
    if shift.broken is not None:
        raise shift.broken
    return True


def _list_due(dispatcher: Dispatcher) -> list[DueDispatch]:
    now = dispatcher.now()
    return [*list_due_dispatches(now), *list_signs(now)]


class _Shift:
    """The threads of one stretch of work, and the lanes they are at."""

    def __init__(self, dispatcher: Dispatcher, is_over: Callable[[], bool]) -> None:
        self._dispatcher = dispatcher
        self._is_over = is_over
        self._pool = ThreadPoolExecutor(THREADS, "dispatch")
        self._lock = threading.Lock()
        self._lanes: dict[str, int] = {}
        self._is_somebody_free = threading.Event()
        self.broken: Exception | None = None

    def take(self, due: list[DueDispatch]) -> int:
        """Begin with as many as there are threads for; return how many were begun."""
        return sum(self._begin(one) for one in due)

    def is_busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._lanes)

    def wait(self) -> None:
        """Wait until a thread is free, but not for long: something new may be due."""
        self._is_somebody_free.wait(LOOK_SECONDS)
        self._is_somebody_free.clear()

    def end(self, *, wait: bool) -> None:
        """Begin nothing more; with `wait`, let what was begun come to its end."""
        self._pool.shutdown(wait=wait, cancel_futures=True)

    def _begin(self, due: DueDispatch) -> bool:
        with self._lock:
            at_work = Counter(self._lanes.values())
            is_full = len(self._lanes) >= THREADS or at_work[due.account_id] >= THREADS_PER_ACCOUNT
            if due.lane in self._lanes or is_full:
                return False
            self._lanes[due.lane] = due.account_id
        self._pool.submit(self._work, due)
        return True

    def _work(self, due: DueDispatch) -> None:
        structlog.contextvars.bind_contextvars(job="send_dispatch", dispatch_id=due.dispatch_id)
        try:
            if not self._is_over():
                advance_dispatch(due, self._dispatcher)
        except SQLAlchemyError as error:
            log.warning("database_away", error=type(error).__name__)
            self.broken = error
        except Exception as error:
            log.exception("dispatch_broke")
            self.broken = error
        finally:
            structlog.contextvars.clear_contextvars()
            with self._lock:
                del self._lanes[due.lane]
            self._is_somebody_free.set()
