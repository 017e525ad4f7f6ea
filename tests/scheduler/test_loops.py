"""The scheduler's loops go on, whatever goes wrong in them, and end when the term does."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import db
from app.clock import SystemClock
from app.config import Config
from app.crypto import KeyRing
from app.instagram_app import instagram_app_from
from app.scheduler.at_hand import AtHand
from app.scheduler.loops import LOOPS, Loop, start_loop
from app.scheduler.models import Incident
from tests.conftest import Database
from tests.waiting import wait_until


def run(loop: Loop, config: Config, until: Callable[[], object]) -> None:
    """Run a loop until something is so, then end it."""
    over = threading.Event()
    at_hand = AtHand(
        config, SystemClock(), KeyRing(config.encryption_keys), instagram_app_from(config), lambda _id: None
    )
    thread = start_loop(loop, at_hand, fence=1, may_act=lambda: True, over=over)
    try:
        wait_until(until)
    finally:
        over.set()
        thread.join(10)
    assert not thread.is_alive()


def test_a_loop_that_breaks_is_an_incident_and_goes_on(database: Database, config: Config) -> None:
    looks: list[int] = []

    def work(*_: Any) -> bool:
        looks.append(len(looks))
        if len(looks) == 1:
            raise ZeroDivisionError
        if len(looks) == 2:
            raise OperationalError("", None, Exception("away"))
        return len(looks) < 50  # while there is work, it does not pause

    run(Loop("breaks", work, 3600), config, lambda: len(looks) == 50)
    with db.reading() as session:
        incidents = session.scalars(select(Incident)).all()
    assert [(incident.kind, incident.job) for incident in incidents] == [("loop_broke", "breaks")]


def test_every_loop_of_the_list_runs_on_an_empty_database(database: Database, config: Config) -> None:
    for loop in LOOPS:
        looks = threading.Event()

        def work(*given: Any, loop: Loop = loop, looks: threading.Event = looks) -> bool:
            has_worked = loop.work(*given)
            looks.set()
            return has_worked

        run(replace(loop, work=work), config, looks.is_set)
    with db.reading() as session:
        assert session.scalars(select(Incident)).all() == []
