"""What the composer tells of a time and of what stands in its way, before anything is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.accounts.models import Account
from app.assets.models import Asset
from app.blueprints.publishing import words
from app.errors import RuleError
from app.publishing.due_time import DueTime, resolve_due_time
from app.publishing.outlook import Check, foresee, worst
from app.publishing.quick_times import QuickTime, suggest_times
from app.web.sentences import sentence


@dataclass(frozen=True)
class Chip:
    """A time to choose with one tap."""

    label: str
    date: str
    time: str


@dataclass(frozen=True)
class Plan:
    """What is known of a post that is being written."""

    due: DueTime | None
    problem: RuleError | None
    checks: Sequence[Check]
    has_files: bool
    label: str
    """Word on the button that plans."""
    nearest: Chip | None
    """The time to offer in place of one that clocks skip."""

    @property
    def problem_text(self) -> str:
        """The sentence for what is wrong with the time."""
        return sentence(self.problem.key, self.problem.values).text if self.problem else ""

    @property
    def is_twice(self) -> bool:
        """Whether the wall time comes twice that day."""
        return self.problem is not None and self.problem.key == "due_time_twice"

    @property
    def is_chosen_of_two(self) -> bool:
        """Whether the wall time comes twice and one of the two is chosen."""
        if self.due is None:
            return False
        try:
            resolve_due_time(self.due.wall, self.due.zone)
        except RuleError:
            return True
        return False

    @property
    def words(self) -> str:
        """When the post goes out, in one sentence."""
        return words.goes_out(self.due) if self.due else ""

    @property
    def missing(self) -> list[str]:
        """What must still be filled in before anything can be foretold, as sentences."""
        missing = [] if self.has_files else [_("Add the video.")]
        if self.due is None and self.problem is None:
            missing.append(_("Choose a day and a time."))
        return missing

    @property
    def worst(self) -> Check:
        """The gravest check."""
        return worst(self.checks)

    @property
    def is_moving(self) -> bool:
        """Whether a file is on its way through the checks, so that the outlook will change by itself."""
        return any(check.key in {"outlook_file_uploading", "outlook_file_in_work"} for check in self.checks)


def chips(now: datetime, zone: str) -> list[Chip]:
    """Return the quick choices."""
    return [
        Chip(words.suggestion_label(suggestion), f"{suggestion.wall:%Y-%m-%d}", f"{suggestion.wall:%H:%M}")
        for suggestion in suggest_times(now, zone)
    ]


def preset(now: datetime, zone: str) -> datetime | None:
    """Return the wall time that a new post begins with: the next usual one, so that one tap plans it."""
    usual = (s.wall for s in suggest_times(now, zone) if s.kind is not QuickTime.IN_AN_HOUR)
    return next(usual, None)


def make_plan(
    wall: datetime | None,
    fold: int | None,
    *,
    zone: str,
    account: Account | None,
    files: Sequence[Asset],
    now: datetime,
    is_paused: bool,
) -> Plan:
    """Return what follows from a wall time and from what is chosen so far."""
    due, problem = _resolve(wall, fold, zone, now)
    checks = [] if account is None else foresee(account, files, due.at if due else now, now, is_paused=is_paused)
    nearest = None
    if problem is not None and problem.key == "due_time_missing":
        at: datetime = problem.values["nearest"]
        nearest = Chip(_("Take %(time)s", time=f"{at:%H:%M}"), f"{at:%Y-%m-%d}", f"{at:%H:%M}")
    return Plan(due, problem, checks, bool(files), words.schedule_label(due, now), nearest)


def _resolve(
    wall: datetime | None, fold: int | None, zone: str, now: datetime
) -> tuple[DueTime | None, RuleError | None]:
    if wall is None:
        return None, None
    try:
        due = resolve_due_time(wall, zone, fold=fold)
    except RuleError as error:
        return None, error
    if due.at <= now:
        return None, RuleError("due_in_past", field="due_time", wall=wall, zone=zone)
    return due, None
