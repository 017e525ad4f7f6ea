"""The threads that do the steps: each post is in one pair of hands at a time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from app.clock import Clock
from app.scheduler.incidents import record_incident

log = structlog.get_logger()

URGENT_THREADS = 40
"""At the due second each publish call mostly waits for Instagram."""
CALM_THREADS = 12
STEPS_IN_A_ROW = 4


class Workers:
    """Two pools, so that slow preparing never keeps a due post waiting."""

    def __init__(self, advance: Callable[[int], bool], clock: Clock) -> None:
        self._advance = advance
        self._clock = clock
        self._at_work: set[int] = set()
        self._lock = threading.Lock()
        self._is_stopping = False
        self._urgent = ThreadPoolExecutor(URGENT_THREADS, "urgent")
        self._calm = ThreadPoolExecutor(CALM_THREADS, "calm")

    def take(self, post_id: int, *, is_urgent: bool) -> None:
        """Begin with a post, unless somebody is at it already."""
        with self._lock:
            if self._is_stopping or post_id in self._at_work:
                return
            self._at_work.add(post_id)
        (self._urgent if is_urgent else self._calm).submit(self._work, post_id)

    def stop(self, *, wait: bool) -> None:
        """Take nothing new; with `wait`, let what was begun come to its end."""
        with self._lock:
            self._is_stopping = True
        for pool in (self._urgent, self._calm):
            pool.shutdown(wait=wait, cancel_futures=True)

    def _work(self, post_id: int) -> None:
        structlog.contextvars.bind_contextvars(job="advance_post", post_id=post_id)
        try:
            for _ in range(STEPS_IN_A_ROW):
                if self._is_stopping or not self._advance(post_id):
                    break
        except Exception as error:
            log.exception("step_broke")
            record_incident("step_broke", f"post-{post_id}", self._clock.now(), error=type(error).__name__)
        finally:
            structlog.contextvars.clear_contextvars()
            with self._lock:
                self._at_work.discard(post_id)
