"""APScheduler, which only rings: alarms to the millisecond for staged posts, and the timetable.

Losing the whole job store loses nothing: the tick finds every post by its row.
"""

from datetime import datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from app import db
from app.clock import Clock
from app.scheduler.incidents import record_incident
from app.scheduler.schedule import TIMETABLE

# Given with every job as it is added: each is frozen into the stored job (trust.md 2.2).
NEVER_DROPPED = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1, "replace_existing": True}
THREADS = 8
AFTER_DISTURBANCE_SECONDS = 0.2
AFTER_START = timedelta(seconds=20)
log = structlog.get_logger()
INCIDENTS = {EVENT_JOB_ERROR: "job_error", EVENT_JOB_MISSED: "job_missed", EVENT_JOB_MAX_INSTANCES: "job_overlap"}


class _LastingScheduler(BackgroundScheduler):  # type: ignore[misc]
    """One whose thread outlives what goes wrong in the job store.

    APScheduler 3.11 guards the reading of due jobs only: a job that another process took away meanwhile, or a database
    that is away when the job is removed, would end the thread, and nothing would ring any more.
    """

    def _process_jobs(self) -> float | None:
        try:
            wait_seconds: float | None = super()._process_jobs()
        except (JobLookupError, SQLAlchemyError) as error:
            log.warning("alarms_disturbed", error=type(error).__name__)
            return AFTER_DISTURBANCE_SECONDS
        return wait_seconds


class Alarms:
    """The alarm clock of the scheduler that leads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._set_for: dict[int, datetime] = {}
        self._scheduler = _LastingScheduler(
            jobstores={"default": SQLAlchemyJobStore(engine=db.engine(), tablename="apscheduler_jobs")},
            executors={"default": ThreadPoolExecutor(THREADS)},
            timezone="UTC",
        )
        self._scheduler.add_listener(self._write_incident, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Begin to ring; each line of the timetable also runs once soon, for what was missed while we were down."""
        for entry in TIMETABLE:
            first = self._clock.now() + AFTER_START
            self._scheduler.add_job(entry.job, entry.when, id=entry.name, next_run_time=first, **NEVER_DROPPED)
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def set_for(self, post_id: int, at: datetime) -> None:
        """Ring for a post at an instant; a second call for the same instant does nothing."""
        if self._set_for.get(post_id) == at:
            return
        self._scheduler.add_job(
            "app.scheduler.jobs.publish_post:run",
            "date",
            run_date=at,
            args=[post_id],
            id=f"post-{post_id}",
            **NEVER_DROPPED,
        )
        self._set_for[post_id] = at

    def forget_past(self, now: datetime) -> None:
        """Drop the memory of alarms that have rung."""
        self._set_for = {post_id: at for post_id, at in self._set_for.items() if at > now}

    def _write_incident(self, event: JobEvent) -> None:
        error = getattr(event, "exception", None)
        record_incident(
            INCIDENTS[event.code], str(event.job_id), self._clock.now(), error=type(error).__name__ if error else None
        )
