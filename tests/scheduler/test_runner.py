"""The scheduler as a whole: the alarm wakes to the second, breakage is seen, stopping is quick and leaves no gap."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text, update

from app import db
from app.accounts.models import Account
from app.config import Config
from app.crypto import KeyRing
from app.publishing.models import PostState
from app.scheduler.models import Incident, Lease
from app.scheduler.runner import Scheduler
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.processes import end_with_parent
from tests.publishing.conftest import Desk, desk, file_server  # noqa: F401 - fixtures
from tests.sandbox_server import PROJECT_DIR
from tests.waiting import wait_until

AN_HOUR = 3600.0
STOPS_WITHIN_SECONDS = 10.0


@contextmanager
def running(scheduler: Scheduler) -> Iterator[threading.Thread]:
    """Run a scheduler in a thread of its own."""
    thread = threading.Thread(target=scheduler.run)
    thread.start()
    try:
        yield thread
    finally:
        scheduler.stop()
        thread.join(30)
    assert not thread.is_alive()


def holder() -> str | None:
    """Return who holds the lease; empty when it is free, None when there is none yet."""
    with db.reading() as session:
        return session.scalar(select(Lease.holder))


def incidents() -> set[str]:
    """Return the kinds of the incidents there are."""
    with db.reading() as session:
        return set(session.scalars(select(Incident.kind)))


def set_to_real_time(desk: Desk, keys: KeyRing) -> None:  # noqa: F811
    """Let the desk's clock, and Instagram's, tell today's time, with a token of today."""
    desk.clock.set(datetime.now(UTC).replace(microsecond=0))  # as planned times are
    desk.sandbox.call("POST", "/clock", {"set": desk.clock.now().timestamp()})
    token = desk.sandbox.call("POST", f"/accounts/{desk.account.ig_user_id}/token", {})["access_token"]
    with db.every_workspace(), db.transaction() as session:
        session.get_one(Account, desk.account.id).seal_token(token, keys)


def test_the_alarm_and_not_the_tick_publishes_at_the_due_instant(desk: Desk, config: Config, keys: KeyRing) -> None:  # noqa: F811
    set_to_real_time(desk, keys)
    post_id = desk.add_reel(due_in=timedelta(seconds=8))
    due_at = desk.run(post_id, until=lambda post: post.snapshot is not None).due_at
    assert due_at is not None
    with db.transaction() as session:
        session.execute(update(Lease).values(holder=""))
    with running(Scheduler(config, tick_seconds=AN_HOUR)):
        wait_until(lambda: desk.post(post_id).state is PostState.PUBLISHED)
    published_at = desk.post(post_id).published_at
    assert published_at is not None
    assert published_at >= due_at
    assert len(desk.sandbox.published()) == 1


def test_stopping_frees_the_lease_for_the_next_one_at_once(database: Database, config: Config) -> None:
    first, second = Scheduler(config, tick_seconds=0.05), Scheduler(config, tick_seconds=0.05)
    with running(first):
        wait_until(holder)
        with running(second):
            first.stop()
            wait_until(lambda: second.lease.fence == 2, seconds=8)
    assert holder() == ""


def test_a_tick_that_breaks_is_an_incident_and_the_next_one_goes_on(database: Database, config: Config) -> None:
    class ClockThatStumbles(FrozenClock):
        looks = 0

        def now(self) -> datetime:
            if threading.current_thread().name == "leader":
                self.looks += 1
                if self.looks == 30:
                    raise ZeroDivisionError
            return datetime.now(UTC)

    clock = ClockThatStumbles()
    scheduler = Scheduler(config, clock, tick_seconds=0.02)
    thread = threading.Thread(target=scheduler.run, name="leader")
    thread.start()
    wait_until(lambda: "tick_broke" in incidents())
    seen = clock.looks
    wait_until(lambda: clock.looks > seen + 10)
    scheduler.stop()
    thread.join(30)
    assert not thread.is_alive()


def test_a_clock_that_jumps_is_an_incident(database: Database, config: Config) -> None:
    class ClockThatJumps(FrozenClock):
        ahead = timedelta(0)

        def now(self) -> datetime:
            return datetime.now(UTC) + self.ahead

    clock = ClockThatJumps()
    with running(Scheduler(config, clock, tick_seconds=0.05)):
        wait_until(holder)
        clock.ahead = timedelta(hours=-1)
        wait_until(lambda: "clock_jumped" in incidents())


def test_a_database_without_its_alarms_keeps_nobody_from_leading(desk: Desk, config: Config, keys: KeyRing) -> None:  # noqa: F811
    set_to_real_time(desk, keys)
    post_id = desk.add_reel(due_in=timedelta(seconds=5))
    desk.run(post_id, until=lambda post: post.snapshot is not None)
    with db.transaction() as session:
        session.execute(update(Lease).values(holder=""))
    with running(Scheduler(config, tick_seconds=0.05)):
        wait_until(lambda: holder() not in {None, ""})
        with db.transaction() as session:
            session.execute(text("DELETE FROM apscheduler_jobs"))
        wait_until(lambda: desk.post(post_id).state is PostState.PUBLISHED)


def test_sigterm_ends_the_process_within_seconds_and_frees_the_lease(
    database: Database, config: Config, environ: dict[str, str]
) -> None:
    process = subprocess.Popen(
        [*end_with_parent(), sys.executable, "-m", "app.scheduler"],
        cwd=PROJECT_DIR,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(holder, seconds=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOPS_WITHIN_SECONDS) == 0
    finally:
        process.kill()
    assert holder() == ""
