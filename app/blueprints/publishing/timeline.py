"""The log of a post in words: what was done, when, by whom, and what Instagram answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.publishing.models import AttemptStep, StepName, StepPhase
from app.web import formats
from app.web.i18n import page_locale, page_zone_name
from app.web.sentences import sentence

# Lines that repeat until Instagram is done; neighbours are told as one.
POLLS = frozenset({StepName.READ_CONTAINER, StepName.WITNESSES, StepName.READ_MEDIA})
CALLS = frozenset({StepName.CREATE_CONTAINER, StepName.PUBLISH})

ORDERS = {
    "retry": _l("Ordered: try again"),
    "take_back": _l("Taken back: a draft again"),
    "restore": _l("Put back into the queue"),
    "check_now": _l("Ordered: ask Instagram once more"),
    "confirm_live": _l("Confirmed by hand: the post is live"),
    "publish_again": _l("Ordered: publish again, as it was not live"),
}
CONTAINER_STATES = {
    "IN_PROGRESS": _l("Instagram is still processing the file"),
    "FINISHED": _l("Instagram is ready: only publishing is left"),
    "PUBLISHED": _l("Instagram says that it is published"),
    "ERROR": _l("Instagram could not process the file"),
    "EXPIRED": _l("Instagram no longer keeps the upload"),
}
VERDICTS = {
    "live": _l("Checked with Instagram: the post is live"),
    "not_live": _l("Checked with Instagram: nothing was published, so the same upload is published again"),
    "expired": _l("Checked with Instagram: nothing was published, and the upload has expired"),
    "look_again": _l("Checked with Instagram: not clear yet, so it is asked again"),
    "unconfirmed": _l("Checked with Instagram: it cannot be told from here"),
}


@dataclass(frozen=True)
class Call:
    """One call to Instagram and its answer, free of credentials."""

    request: str
    result: str
    answer: str
    trace_id: str | None


@dataclass
class Entry:
    """One thing that happened, or several alike in a row."""

    title: str
    at: datetime
    time: str
    tone: str = "muted"
    icon: str = "circle"
    text: str = ""
    author: str | None = None
    calls: list[Call] = field(default_factory=list)
    alike: object | None = None
    """Entries in a row with the same become one; None stands alone."""
    times: int = 1

    @property
    def repeated(self) -> str:
        """How often Instagram was asked, where that was more than once."""
        if self.times < 2:
            return ""
        return str(ngettext("Asked Instagram %(num)s time", "Asked Instagram %(num)s times", self.times))


@dataclass(frozen=True)
class Day:
    """The entries of one day, as the page's zone has it."""

    label: str
    entries: Sequence[Entry]


def make_timeline(steps: Iterable[AttemptStep], authors: Mapping[int, str]) -> list[Day]:
    """Return the log by days, oldest first; an intention is told together with its outcome."""
    entries: list[Entry] = []
    intention: AttemptStep | None = None
    for step in steps:
        if step.phase is StepPhase.INTENTION:
            intention = step
            entries.append(_entry(step, authors))
            continue
        if step.name in CALLS and intention is not None and intention.name is step.name:
            entries.pop()
        intention = None
        _add(entries, _entry(step, authors))
    return _by_day(entries)


def _add(entries: list[Entry], entry: Entry) -> None:
    """Add an entry; polls in a row become one, which shows the latest answer, and so do equal refusals."""
    last = entries[-1] if entries else None
    if last is not None and entry.alike is not None and last.alike == entry.alike:
        entry.times = last.times + 1
        entry.calls = [*last.calls, *entry.calls]
        entries.pop()
    entries.append(entry)


def _entry(step: AttemptStep, authors: Mapping[int, str]) -> Entry:
    words = _TITLES[step.name](step)
    title, tone, icon, text = words
    if not step.ok and tone == "muted":
        tone, icon = "warn", "alert-triangle"
    return Entry(
        title=title,
        at=step.at,
        time=formats.clock_time_with_seconds(step.at, ZoneInfo(page_zone_name())),
        tone=tone,
        icon=icon,
        text=text,
        author=authors.get(step.user_id) if step.user_id else None,
        calls=[_call(made) for made in step.detail.get("calls", [])],
        alike=_alike(step, title, text),
    )


def _alike(step: AttemptStep, title: str, text: str) -> object | None:
    if step.name in POLLS:
        return step.name
    return (step.name, title, text) if step.name in CALLS and not step.ok else None


Words = tuple[str, str, str, str]
"""Title, tone, icon, further text."""


def _create_container(step: AttemptStep) -> Words:
    if step.phase is StepPhase.INTENTION:
        return _("Handing the file to Instagram"), "muted", "cloud-upload", ""
    if step.ok:
        return _("Instagram has taken the post and fetches the file"), "muted", "cloud-upload", ""
    return _("Instagram did not take the post"), "warn", "alert-triangle", _reason(step)


def _read_container(step: AttemptStep) -> Words:
    status = str(step.detail.get("status", ""))
    if status not in CONTAINER_STATES:
        return _("Instagram did not say how far it is"), "muted", "refresh", _reason(step)
    tone, icon = {"FINISHED": ("muted", "check"), "ERROR": ("warn", "alert-triangle")}.get(status, ("muted", "refresh"))
    return str(CONTAINER_STATES[status]), tone, icon, ""


def _snapshot(step: AttemptStep) -> Words:
    used, total = step.detail.get("quota_usage"), step.detail.get("quota_total")
    text = ""
    if used is not None and total is not None:
        text = _("%(used)s of %(total)s posts of the last 24 hours are used.", used=used, total=total)
    return _("Noted what is on Instagram just before publishing"), "muted", "camera", text


def _publish(step: AttemptStep) -> Words:
    if step.phase is StepPhase.INTENTION:
        return _("Publishing; no answer was written down"), "accent", "send", ""
    if step.ok:
        return _("Published"), "ok", "circle-check", ""
    if step.detail.get("outcome_unknown"):
        text = _("It may be live all the same, so nothing is repeated before that is clear.")
        return _("Instagram did not say whether it published"), "warn", "help-circle", f"{_reason(step)} {text}".strip()
    return _("Instagram did not publish"), "warn", "alert-triangle", _reason(step)


def _witnesses(step: AttemptStep) -> Words:
    verdict = str(step.detail.get("verdict", ""))
    tone, icon = {"live": ("ok", "circle-check"), "unconfirmed": ("warn", "help-circle")}.get(verdict, ("muted", "eye"))
    return str(VERDICTS.get(verdict, VERDICTS["look_again"])), tone, icon, ""


def _read_media(step: AttemptStep) -> Words:
    title = _("Read the link of the post") if step.ok else _("Looked for the link of the post: not there yet")
    return title, "muted", "link", ""


def _waiting(step: AttemptStep) -> Words:
    said = sentence(f"wait_{step.detail.get('wait', '')}")
    return said.what, "warn", "clock-pause", said.remedy


def _failed(step: AttemptStep) -> Words:
    said = sentence(str(step.detail.get("reason", "unknown_error")), step.detail)
    return _("Not published"), "bad", "alert-circle", said.what


def _published(step: AttemptStep) -> Words:
    return _("Live on Instagram"), "ok", "circle-check", ""


def _zone_changed(step: AttemptStep) -> Words:
    was, now = _moment(step.detail.get("was")), _moment(step.detail.get("is"))
    text = _("The wall time stays; the instant moved from %(was)s to %(now)s.", was=was, now=now)
    return _("The rules of the time zone have changed"), "muted", "world", text


def _scheduled(step: AttemptStep) -> Words:
    return _("Planned for %(when)s", when=_moment(step.detail.get("due_at"))), "accent", "clock", ""


def _ordered(step: AttemptStep) -> Words:
    return str(ORDERS.get(str(step.detail.get("order")), _("An order was given"))), "accent", "user", ""


_TITLES: dict[StepName, Callable[[AttemptStep], Words]] = {
    StepName.CREATED: lambda step: (_("Written"), "muted", "pencil", ""),
    StepName.EDITED: lambda step: (_("Changed"), "muted", "pencil", ""),
    StepName.SCHEDULED: _scheduled,
    StepName.CANCELLED: lambda step: (_("Cancelled"), "muted", "ban", ""),
    StepName.ORDERED: _ordered,
    StepName.ZONE_CHANGED: _zone_changed,
    StepName.CREATE_CONTAINER: _create_container,
    StepName.READ_CONTAINER: _read_container,
    StepName.SNAPSHOT: _snapshot,
    StepName.PUBLISH: _publish,
    StepName.WITNESSES: _witnesses,
    StepName.READ_MEDIA: _read_media,
    StepName.WAITING: _waiting,
    StepName.FAILED: _failed,
    StepName.PUBLISHED: _published,
    StepName.UNCONFIRMED: lambda step: (_("Whether it is live, only a person can tell"), "warn", "help-circle", ""),
}


def _reason(step: AttemptStep) -> str:
    key = step.detail.get("error")
    return sentence(str(key), step.detail).what if key else ""


def _call(made: Mapping[str, Any]) -> Call:
    status = made.get("http_status")
    seconds = formats.number((made.get("ms") or 0) / 1000, page_locale(), 1)
    result = (
        _("%(status)s after %(seconds)s s", status=status, seconds=seconds)
        if status
        else _("no answer after %(seconds)s s", seconds=seconds)
    )
    return Call(
        f"{made.get('method', '')} {made.get('path', '')}", result, made.get("answer") or "", made.get("trace_id")
    )


def _moment(stored: str | None) -> str:
    if not stored:
        return formats.MISSING
    return formats.date_and_time(datetime.fromisoformat(stored), page_locale(), ZoneInfo(page_zone_name()))


def _by_day(entries: Sequence[Entry]) -> list[Day]:
    days: dict[Any, list[Entry]] = {}
    for entry in entries:
        days.setdefault(entry.at.astimezone(ZoneInfo(page_zone_name())).date(), []).append(entry)
    return [Day(formats.full_date(day, page_locale()), found) for day, found in days.items()]
