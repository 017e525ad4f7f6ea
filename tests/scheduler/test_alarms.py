"""The alarm clock rings at its instant, once, also for what came while nobody ran; what goes wrong is visible."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from app import db
from app.clock import SystemClock
from app.config import Config
from app.crypto import KeyRing
from app.instagram_app import instagram_app_from
from app.scheduler import at_hand
from app.scheduler.alarms import Alarms
from app.scheduler.models import Incident
from tests.conftest import Database
from tests.waiting import wait_until

SOON = timedelta(milliseconds=400)


class Bell:
    """Remembers which posts were woken, and when."""

    def __init__(self) -> None:
        self.rung: list[tuple[int, datetime]] = []

    def __call__(self, post_id: int) -> None:
        self.rung.append((post_id, datetime.now(UTC)))

    @property
    def woken(self) -> list[int]:
        """The posts' ids, in order."""
        return [post_id for post_id, _ in self.rung]


@pytest.fixture
def bell(database: Database, config: Config, keys: KeyRing) -> Iterator[Bell]:
    """What the jobs of this process find at hand."""
    bell = Bell()
    at_hand.put(at_hand.AtHand(config, SystemClock(), keys, instagram_app_from(config), bell))
    yield bell
    at_hand.put(None)


@pytest.fixture
def alarms(bell: Bell) -> Iterator[Alarms]:
    alarms = Alarms(SystemClock())
    alarms.start()
    yield alarms
    alarms.stop()


def incidents() -> list[tuple[str, str]]:
    """Return kind and job of every incident."""
    with db.reading() as session:
        return [(row.kind, row.job) for row in session.scalars(select(Incident).order_by(Incident.id))]


def test_alarms_ring_in_the_order_of_their_instants_and_never_before(alarms: Alarms, bell: Bell) -> None:
    begin = datetime.now(UTC) + SOON
    at = {post_id: begin + timedelta(milliseconds=150 * n) for n, post_id in enumerate([3, 1, 2])}
    for post_id in (1, 2, 3):
        alarms.set_for(post_id, at[post_id])
    wait_until(lambda: len(bell.rung) == 3)
    assert bell.woken == [3, 1, 2]
    assert all(rung_at >= at[post_id] for post_id, rung_at in bell.rung)


def test_another_instant_replaces_the_alarm(alarms: Alarms, bell: Bell) -> None:
    now = datetime.now(UTC)
    alarms.set_for(1, now + SOON)
    alarms.set_for(1, now + timedelta(hours=1))
    alarms.set_for(2, now + SOON + timedelta(milliseconds=200))
    wait_until(lambda: bell.rung)
    assert bell.woken == [2]


def test_the_same_instant_set_at_every_tick_rings_once(alarms: Alarms, bell: Bell) -> None:
    at = datetime.now(UTC) + SOON
    for _ in range(20):
        alarms.set_for(1, at)
    alarms.set_for(2, at + timedelta(milliseconds=300))
    wait_until(lambda: 2 in bell.woken)
    assert bell.woken == [1, 2]


def test_a_forgotten_instant_can_be_set_again(alarms: Alarms, bell: Bell) -> None:
    at = datetime.now(UTC) + SOON
    alarms.set_for(1, at)
    wait_until(lambda: bell.rung)
    alarms.forget_past(at + timedelta(seconds=1))
    alarms.set_for(1, at)
    wait_until(lambda: len(bell.rung) == 2)


def test_an_alarm_that_came_while_nobody_ran_rings_at_the_next_start(bell: Bell) -> None:
    before = Alarms(SystemClock())
    before.start()
    at = datetime.now(UTC) + SOON
    before.set_for(1, at)
    before.stop()
    wait_until(lambda: datetime.now(UTC) > at + timedelta(seconds=1.2))
    assert bell.rung == []
    after = Alarms(SystemClock())
    after.start()
    wait_until(lambda: bell.rung)
    after.stop()
    assert incidents() == []


def test_the_clock_of_a_leader_survives_another_one_that_rings_from_the_same_store(alarms: Alarms, bell: Bell) -> None:
    overtaken = Alarms(SystemClock())
    overtaken.start()
    at = datetime.now(UTC) + SOON
    for post_id in range(30):
        alarms.set_for(post_id, at + timedelta(milliseconds=20 * post_id))
    overtaken.set_for(99, at)  # so that it knows that there is something to come
    wait_until(lambda: set(bell.woken) == {*range(30), 99})
    ringing = [thread for thread in threading.enumerate() if thread.name == "APScheduler"]
    overtaken.stop()
    assert len(ringing) == 2


def test_a_job_that_raises_leaves_an_incident(alarms: Alarms) -> None:
    at_hand.put(None)
    alarms.set_for(7, datetime.now(UTC) + timedelta(milliseconds=50))
    wait_until(incidents)
    assert incidents() == [("job_error", "post-7")]


def test_a_job_that_was_dropped_leaves_an_incident(bell: Bell) -> None:
    stranger = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(engine=db.engine())}, timezone="UTC")
    stranger.start(paused=True)
    at = datetime.now(UTC) + SOON
    stranger.add_job(
        "app.scheduler.jobs.publish_post:run",
        "date",
        run_date=at,
        args=[9],
        id="impatient",
        misfire_grace_time=1,
    )
    stranger.shutdown()
    wait_until(lambda: datetime.now(UTC) > at + timedelta(seconds=1.2))
    alarms = Alarms(SystemClock())
    alarms.start()
    wait_until(incidents)
    alarms.stop()
    assert incidents() == [("job_missed", "impatient")]
    assert bell.rung == []
