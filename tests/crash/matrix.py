"""Which cases are run: every crash point crossed with every fault at every call, whole or in samples."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.publishing.models import PostKind, PostState
from tests.crash.rig import Case, Outcome, Rig

Faults = tuple[Mapping[str, Any], ...]

CALLS = {
    "create": {"method": "POST", "path": r"/\d+/media$"},
    "status": {"method": "GET", "path": r"/v[\d.]+/\d+$"},
    "list": {"method": "GET", "path": r"/(media|stories)$"},
    "quota": {"method": "GET", "path": r"/content_publishing_limit$"},
    "publish": {"method": "POST", "path": r"/media_publish$"},
}
THROTTLED = {"code": 80002, "error_subcode": 2446079, "message": "There have been too many calls."}
DOWN = {"code": 2, "message": "An unexpected error has occurred.", "is_transient": True}
SPAM = {"code": 4, "error_subcode": 2207051, "message": "action is blocked"}
DEAD = {"code": 190, "error_subcode": 463, "message": "Session has expired"}
ANYWHERE: tuple[Mapping[str, Any], ...] = (
    {"action": "drop_request"},
    {"action": "drop_response"},
    {"action": "done_but_error", "status": 500, "error": DOWN},
    {"action": "error", "status": 500, "error": DOWN},
    {"action": "error", "status": 400, "error": THROTTLED},
    {"action": "malformed"},
    {"action": "delay", "delay_s": 0.2},
)
AT_PUBLISH: tuple[tuple[Mapping[str, Any], ...], ...] = (
    ({"action": "done_but_error", "status": 400, "error": SPAM},),
    ({"action": "late_status", "delay_s": 90}, {"action": "drop_response"}),
    ({"action": "late_list", "delay_s": 90}, {"action": "drop_response"}),
    ({"action": "late_status", "delay_s": 90}, {"action": "late_list", "delay_s": 90}, {"action": "drop_response"}),
    ({"action": "foreign_post"},),
    ({"action": "foreign_post"}, {"action": "drop_request"}),
    ({"action": "foreign_post"}, {"action": "drop_response"}),
)


def list_faults() -> list[Faults]:
    """Return nothing wrong, then each fault at each call, then the ones that only publishing knows."""
    at_calls = [({**call, **fault},) for call in CALLS.values() for fault in ANYWHERE]
    unreadable = [({**CALLS["status"], "action": "unreadable", "delay_s": delay},) for delay in (20, 7200)]
    at_publish = [tuple({**CALLS["publish"], **fault} for fault in faults) for faults in AT_PUBLISH]
    dead = [({**CALLS["create"], "action": "error", "status": 400, "error": DEAD},)]
    return [(), *at_calls, *unreadable, *at_publish, *dead]


@dataclass
class Tally:
    """What came of many cases, counted."""

    cases: int = 0
    crashed: int = 0
    states: Counter[str] = field(default_factory=Counter)
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrongly_bound: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.cases += 1
        self.crashed += outcome.is_crashed
        self.states[f"{outcome.state}{f' ({outcome.wait})' if outcome.wait else ''}"] += 1
        for is_bad, cases in (
            (outcome.is_doubled, self.doubled),
            (outcome.is_lost, self.lost),
            (outcome.is_wrongly_bound, self.wrongly_bound),
            (outcome.is_stuck, self.stuck),
        ):
            if is_bad:
                cases.append(str(outcome.case))

    @property
    def bad(self) -> list[str]:
        """Every case that broke a promise."""
        return [*self.doubled, *self.lost, *self.wrongly_bound, *self.stuck]

    def __str__(self) -> str:
        return (
            f"{self.cases} cases, {self.crashed} killed: {len(self.doubled)} published twice, {len(self.lost)} lost, "
            f"{len(self.wrongly_bound)} bound to a wrong media id, {len(self.stuck)} stuck, "
            f"{self.states[PostState.UNCONFIRMED]} unconfirmed; {dict(self.states)}"
        )


def run_share(rig: Rig, kinds: Iterable[PostKind], share: int, shares: int, crashes_each: int, seed: int) -> Tally:
    """Run one share of the matrix: each fault once without a crash, then killed at `crashes_each` of its points.

    The points are those that the run without a crash has passed; `crashes_each` 0 means all of them.
    """
    tally = Tally()
    chance = random.Random(seed)
    scenarios = [(kind, faults) for kind in kinds for faults in list_faults()]
    for kind, faults in scenarios[share::shares]:
        listed = rig.run(Case(kind, faults))
        tally.add(listed)
        for point in _choose(listed.points, crashes_each, chance):
            tally.add(rig.run(Case(kind, faults, point)))
    return tally


def run_every_point(rig: Rig, kind: PostKind) -> Tally:
    """Run one kind without faults, killed at every point there is: workers', lease's, alarm clock's, tick's."""
    tally = Tally()
    listed = rig.run(Case(kind))
    tally.add(listed)
    for point in dict.fromkeys(listed.points):
        tally.add(rig.run(Case(kind, (), point)))
    return tally


def _choose(points: Sequence[str], how_many: int, chance: random.Random) -> list[str]:
    of_steps = [point for point in dict.fromkeys(points) if point.startswith("post.")]
    return of_steps if how_many == 0 else chance.sample(of_steps, min(how_many, len(of_steps)))
