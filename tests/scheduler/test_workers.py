"""Each post is in one pair of hands; slow work keeps nobody urgent waiting; what was begun is ended."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app import db
from app.scheduler.models import Incident
from app.scheduler.workers import CALM_THREADS, STEPS_IN_A_ROW, Workers
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.waiting import wait_until


@pytest.fixture
def employ(clock: FrozenClock) -> Iterator[Callable[[Callable[[int], bool]], Workers]]:
    """Make workers that are dismissed at the end."""
    employed: list[Workers] = []

    def make(advance: Callable[[int], bool]) -> Workers:
        employed.append(Workers(advance, clock))
        return employed[-1]

    yield make
    for workers in employed:
        workers.stop(wait=True)


Employ = Callable[[Callable[[int], bool]], Workers]


def test_no_post_is_ever_in_two_hands(employ: Employ) -> None:
    lock, at_work, done, doubled = threading.Lock(), Counter[int](), Counter[int](), []

    def advance(post_id: int) -> bool:
        with lock:
            at_work[post_id] += 1
            if at_work[post_id] > 1:
                doubled.append(post_id)
        time.sleep(0.001)
        with lock:
            at_work[post_id] -= 1
            done[post_id] += 1
        return False

    workers = employ(advance)
    with ThreadPoolExecutor(8) as pool:
        for n in range(400):
            pool.submit(workers.take, n % 5, is_urgent=n % 2 == 0)
    wait_until(lambda: set(done) == set(range(5)))
    assert doubled == []


def test_slow_preparing_keeps_no_due_post_waiting(employ: Employ) -> None:
    let_go, published = threading.Event(), threading.Event()

    def advance(post_id: int) -> bool:
        if post_id == 1000:
            published.set()
        else:
            let_go.wait(20)
        return False

    workers = employ(advance)
    for post_id in range(CALM_THREADS * 3):
        workers.take(post_id, is_urgent=False)
    workers.take(1000, is_urgent=True)
    assert published.wait(20)
    assert not let_go.is_set()
    let_go.set()


def test_a_post_goes_some_steps_in_a_row_and_is_then_anybodys(employ: Employ) -> None:
    steps: list[int] = []

    def advance(post_id: int) -> bool:
        steps.append(post_id)
        return True

    workers = employ(advance)
    workers.take(1, is_urgent=True)
    wait_until(lambda: len(steps) == STEPS_IN_A_ROW)

    def take_until_taken() -> bool:
        workers.take(1, is_urgent=True)
        return len(steps) > STEPS_IN_A_ROW

    wait_until(take_until_taken)


def test_a_step_that_breaks_is_an_incident_and_the_post_is_free_again(database: Database, employ: Employ) -> None:
    broken = [True]
    done = threading.Event()

    def advance(_post_id: int) -> bool:
        if broken.pop() if broken else False:
            raise ZeroDivisionError
        done.set()
        return False

    workers = employ(advance)
    workers.take(5, is_urgent=False)
    wait_until(incidents)
    assert incidents() == [("step_broke", "post-5", {"error": "ZeroDivisionError"})]

    def take_until_done() -> bool:
        workers.take(5, is_urgent=False)
        return done.is_set()

    wait_until(take_until_done)


def incidents() -> list[tuple[str, str, dict[str, str]]]:
    """Return every incident."""
    with db.reading() as session:
        return [(row.kind, row.job, row.detail) for row in session.scalars(select(Incident))]


def test_stopping_lets_a_begun_step_end_and_begins_no_other(employ: Employ) -> None:
    begun, let_go, steps = threading.Event(), threading.Event(), []

    def advance(post_id: int) -> bool:
        steps.append(post_id)
        begun.set()
        let_go.wait(20)
        return True

    workers = employ(advance)
    workers.take(1, is_urgent=True)
    assert begun.wait(20)
    stopping = threading.Thread(target=workers.stop, kwargs={"wait": True})
    stopping.start()
    wait_until(lambda: workers._is_stopping)
    workers.take(2, is_urgent=True)
    assert stopping.is_alive()
    let_go.set()
    stopping.join(20)
    assert not stopping.is_alive()
    assert steps == [1]
