"""The scheduler process: takes the lease, ticks, and hands due work to the workers for as long as it leads."""

import threading
import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.instagram_for import instagram_for
from app.accounts.models import Account
from app.assets.models import Asset
from app.assets.public_links import media_url
from app.clock import Clock, SystemClock
from app.config import Config
from app.crypto import KeyRing
from app.dispatches.due_dispatches import forget_future_tries
from app.instagram.client import Instagram, Observer
from app.instagram_app import instagram_app_from
from app.publishing.advance_post import advance_post
from app.publishing.claims import SCHEDULER_LEASE
from app.publishing.due_posts import forget_future_looks, list_alarms, list_due_posts, recompute_due_times
from app.publishing.publisher import Publisher
from app.scheduler import at_hand
from app.scheduler.alarms import Alarms
from app.scheduler.incidents import record_incident
from app.scheduler.lease import RENEW_SECONDS, SchedulerLease
from app.scheduler.loops import LOOPS, start_loop
from app.scheduler.workers import Workers

log = structlog.get_logger()

TICK_SECONDS = 1.0
ALARMS_AHEAD = timedelta(seconds=30)
CLOCK_JUMP_SECONDS = 5.0


class Scheduler:
    """One process that may come to lead. `run` returns when `stop` was called."""

    def __init__(self, config: Config, clock: Clock | None = None, *, tick_seconds: float = TICK_SECONDS) -> None:
        self.config = config
        self.clock = clock or SystemClock()
        self.tick_seconds = tick_seconds
        self.lease = SchedulerLease(SCHEDULER_LEASE)
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask `run` to end, from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Wait for the lease, lead while it is ours, begin again when it is lost."""
        while not self._stopping.is_set():
            try:
                if self.lease.try_to_take(self.clock.now()):
                    log.info("leading", fence=self.lease.fence)
                    Term(self, self._stopping).lead()
            except SQLAlchemyError as error:
                log.warning("database_away", error=type(error).__name__)
            self._stopping.wait(min(1.0, self.tick_seconds))
        log.info("stopped")


class Term:
    """From taking the lease to losing it or being stopped."""

    def __init__(self, scheduler: Scheduler, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._is_over = threading.Event()
        self.config, self.clock, self.lease = scheduler.config, scheduler.clock, scheduler.lease
        self.tick_seconds = scheduler.tick_seconds
        self.keys = KeyRing(self.config.encryption_keys)
        self.instagram_app = instagram_app_from(self.config)
        self.publisher = Publisher(
            clock=self.clock,
            fence=self.lease.fence,
            may_act=self.lease.may_act,
            connect=self._connect,
            link_to=self._link_to,
        )
        self.workers = Workers(lambda post_id: advance_post(post_id, self.publisher), self.clock)
        self.alarms = Alarms(self.clock)
        self._wall, self._ticks = self.clock.now(), time.monotonic()

    def lead(self) -> None:
        """Tick until the lease is lost or the process is to stop."""
        with_us = at_hand.AtHand(self.config, self.clock, self.keys, self.instagram_app, self._wake)
        at_hand.put(with_us)
        helpers = [threading.Thread(target=self._keep_lease, name="lease", daemon=True)]
        helpers[0].start()
        may_act = self.lease.may_act
        helpers += [
            start_loop(loop, with_us, fence=self.lease.fence, may_act=may_act, over=self._is_over) for loop in LOOPS
        ]
        try:
            recompute_due_times(self.clock.now())
            self.alarms.start()
            while not self._stopping.is_set() and not self._is_over.is_set():
                self._tick_safely()
                self._stopping.wait(self.tick_seconds)
        finally:
            self._end(helpers)

    def _end(self, helpers: list[threading.Thread]) -> None:
        still_ours = not self._is_over.is_set()
        self.alarms.stop()
        self.workers.stop(wait=still_ours)
        self._is_over.set()
        for helper in helpers:
            helper.join(timeout=10)
        at_hand.put(None)
        if still_ours:
            self.lease.let_go(self.clock.now())

    def _tick_safely(self) -> None:
        try:
            self._tick(self.clock.now())
        except SQLAlchemyError as error:
            log.warning("database_away", error=type(error).__name__)
        except Exception as error:
            log.exception("tick_broke")
            record_incident("tick_broke", "tick", self.clock.now(), error=type(error).__name__)

    def _tick(self, now: datetime) -> None:
        """The guarantee: whatever is due and free is found here, whether or not an alarm rang for it."""
        self._notice_clock_jump(now)
        for due in list_due_posts(now):
            self.workers.take(due.post_id, is_urgent=due.is_urgent)
        self.alarms.forget_past(now)
        for coming in list_alarms(now, ALARMS_AHEAD):
            self.alarms.set_for(coming.post_id, coming.at)

    def _wake(self, post_id: int) -> None:
        self.workers.take(post_id, is_urgent=True)

    def _notice_clock_jump(self, now: datetime) -> None:
        wall, ticks = self.clock.now(), time.monotonic()
        jumped = (wall - self._wall).total_seconds() - (ticks - self._ticks)
        self._wall, self._ticks = wall, ticks
        if abs(jumped) > CLOCK_JUMP_SECONDS:
            record_incident("clock_jumped", "clock", now, seconds=round(jumped))
            if jumped < 0:
                forget_future_looks(now)
                forget_future_tries(now)

    def _keep_lease(self) -> None:
        """Renew the lease; the term is over when it is lost, or was not renewed for too long."""
        while not self._is_over.wait(RENEW_SECONDS):
            try:
                if not self.lease.renew(self.clock.now()):
                    log.warning("lease_lost", fence=self.lease.fence)
                    self._is_over.set()
            except SQLAlchemyError as error:
                log.warning("lease_not_renewed", error=type(error).__name__)

    def _connect(self, account: Account, observe: Observer) -> Instagram:
        return instagram_for(account, app=self.instagram_app, keys=self.keys, clock=self.clock, observe=observe)

    def _link_to(self, asset: Asset, until: datetime) -> str:
        return media_url(asset, until, self.config)
