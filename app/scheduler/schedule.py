"""The timetable: name, when (in the server's own zone, UTC), and the job. One list."""

from dataclasses import dataclass

from apscheduler.triggers.cron import CronTrigger


@dataclass(frozen=True)
class Entry:
    """A line of the timetable. `job` is a text reference, as the job store keeps it."""

    name: str
    when: CronTrigger
    job: str


TIMETABLE = (
    Entry("refresh_tokens", CronTrigger(hour=22, minute=17, timezone="UTC"), "app.scheduler.jobs.refresh_tokens:run"),
    Entry("sweep_files", CronTrigger(minute=41, timezone="UTC"), "app.scheduler.jobs.sweep_files:run"),
    Entry("check_zones", CronTrigger(hour=21, minute=5, timezone="UTC"), "app.scheduler.jobs.check_zones:run"),
    Entry("forget_old", CronTrigger(hour=21, minute=35, timezone="UTC"), "app.scheduler.jobs.forget_old:run"),
    Entry("forget_hints", CronTrigger(minute="*/5", timezone="UTC"), "app.scheduler.jobs.forget_hints:run"),
)
