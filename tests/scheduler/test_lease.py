"""One scheduler acts at a time, and which one is told by a count that goes up, not by clocks."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import update

from app import db
from app.scheduler.lease import SchedulerLease
from app.scheduler.models import Lease
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.waiting import wait_until

NAME = "scheduler"


def held_by(holder: str) -> None:
    """Write another holder into the lease's row."""
    with db.transaction() as session:
        session.execute(update(Lease).values(holder=holder))


def test_of_many_that_start_at_once_one_leads(database: Database, clock: FrozenClock) -> None:
    leases = [SchedulerLease(NAME) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda lease: lease.try_to_take(clock.now()), leases))
    assert taken.count(True) == 1
    assert [lease.may_act() for lease in leases] == taken


def test_who_renews_keeps_the_lease_and_who_waits_does_not_get_it(database: Database, clock: FrozenClock) -> None:
    first, second = SchedulerLease(NAME), SchedulerLease(NAME, standstill_seconds=0.05)
    assert first.try_to_take(clock.now())
    for _ in range(5):
        assert first.renew(clock.now())
        assert not second.try_to_take(clock.now())


def test_a_heartbeat_that_stands_still_is_taken_over_and_the_old_holder_is_fenced(
    database: Database, clock: FrozenClock
) -> None:
    first, second = SchedulerLease(NAME), SchedulerLease(NAME, standstill_seconds=0.05)
    assert first.try_to_take(clock.now())
    wait_until(lambda: second.try_to_take(clock.now()))
    assert second.fence == first.fence + 1
    assert not first.renew(clock.now())
    assert not first.may_act()
    assert second.renew(clock.now())


def test_the_lease_of_a_dead_process_of_this_machine_is_free_at_once(database: Database, clock: FrozenClock) -> None:
    code = "from app.scheduler.lease import SchedulerLease; print(SchedulerLease('x').holder)"
    dead = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert SchedulerLease(NAME).try_to_take(clock.now())
    held_by(dead)
    assert SchedulerLease(NAME).try_to_take(clock.now())


def test_the_lease_of_another_machine_is_only_free_when_it_stands_still(database: Database, clock: FrozenClock) -> None:
    assert SchedulerLease(NAME).try_to_take(clock.now())
    held_by("elsewhere:0badcafe:4026531836:4711:99")
    patient = SchedulerLease(NAME, standstill_seconds=0.05)
    assert not patient.try_to_take(clock.now())
    wait_until(lambda: patient.try_to_take(clock.now()))


def test_a_lease_that_was_let_go_is_free_at_once(database: Database, clock: FrozenClock) -> None:
    first = SchedulerLease(NAME)
    assert first.try_to_take(clock.now())
    first.let_go(clock.now())
    assert not first.may_act()
    assert SchedulerLease(NAME).try_to_take(clock.now())
