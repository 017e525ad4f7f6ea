"""What went wrong in the scheduler itself is written where the operator can see it."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from app.db import transaction
from app.scheduler.models import Incident

KEPT = timedelta(days=30)
log = structlog.get_logger()


def record_incident(kind: str, job: str, now: datetime, **detail: Any) -> None:
    """Write an incident row, or at least a log line when the database is away."""
    log.warning("incident", kind=kind, job=job, **detail)
    try:
        with transaction() as session:
            session.add(Incident(at=now, kind=kind, job=job[:120], detail=detail))
    except SQLAlchemyError:
        log.exception("incident_not_recorded", kind=kind, job=job)


def forget_old_incidents(now: datetime) -> None:
    """Delete incidents that nobody will look at any more."""
    with transaction() as session:
        session.execute(delete(Incident).where(Incident.at < now - KEPT))
