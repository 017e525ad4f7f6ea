"""What went wrong in the scheduler is a row, for a while; a database that is away makes nothing worse."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app import db
from app.scheduler.incidents import KEPT, forget_old_incidents, record_incident
from app.scheduler.models import Incident
from tests.clocks import FrozenClock
from tests.conftest import Database


def kinds() -> list[str]:
    """Return the kind of every incident."""
    with db.reading() as session:
        return list(session.scalars(select(Incident.kind).order_by(Incident.id)))


def test_an_incident_is_a_row_with_its_job_and_detail(database: Database, clock: FrozenClock) -> None:
    record_incident("job_missed", "j" * 500, clock.now(), error="KeyError")
    with db.reading() as session:
        (incident,) = session.scalars(select(Incident))
    assert (incident.at, incident.kind, incident.detail) == (clock.now(), "job_missed", {"error": "KeyError"})
    assert incident.job == "j" * 120


def test_old_incidents_are_forgotten_and_new_ones_kept(database: Database, clock: FrozenClock) -> None:
    record_incident("old", "job", clock.now() - KEPT - timedelta(seconds=1))
    record_incident("new", "job", clock.now() - KEPT + timedelta(seconds=1))
    forget_old_incidents(clock.now())
    assert kinds() == ["new"]


def test_a_database_that_is_away_is_no_second_accident(tmp_path: Path, clock: FrozenClock) -> None:
    db.connect(f"sqlite:///{tmp_path / 'no such folder' / 'socialflow.db'}")
    try:
        record_incident("job_error", "job", clock.now())
    finally:
        db.disconnect()
