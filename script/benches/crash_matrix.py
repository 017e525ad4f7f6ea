"""Crash points crossed with faults, the long form of tests/crash: how many cases broke a promise. The goal is none.

Each case is one post, brought out by real scheduler processes against the local Instagram on a clock that is moved:
something goes wrong at one call, the process is killed at one commit or call, and started again. A case is bad when
the post went live twice, was lost, was bound to a wrong media id, or never came to rest. `unconfirmed` counts those
that ended as a question to the operator, which is allowed where nobody can know. `evidence` names a file with the
logs of the bad cases.

About 0.7 s a case. CRASH_CASES (default 1500) is how many are run at least; one in five on MariaDB, the rest on
SQLite.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import db
from app.publishing.models import AttemptStep, Post, PostKind
from script.benches._stage import Stage, open_stage, result
from tests.crash.matrix import Tally, list_faults, run_every_point, run_share
from tests.crash.rig import Case, Outcome, Rig

CASES = int(os.environ.get("CRASH_CASES", "1500"))
SHARES = 5
SEED = 20261121
POINTS_OF_A_POST = 60
"""About so many crash points has a post without faults; the rest of the cases are crossed with faults."""
EVIDENCE = Path(tempfile.gettempdir()) / f"crash_matrix-{os.getpid()}.json"
"""Where the logs of bad cases are written as soon as one is met."""


def run() -> dict[str, Any]:
    """Run the matrix and return how many cases were bad, with the log of each."""
    scenarios = len(PostKind) * len(list_faults())
    crashes_each = max(1, -(-(CASES - POINTS_OF_A_POST * (len(PostKind) + 1)) // scenarios) - 1)
    tallies: dict[str, list[Tally]] = {}
    evidence: list[dict[str, Any]] = []
    for backend, shares in (("sqlite", range(SHARES - 1)), ("mariadb", range(SHARES - 1, SHARES))):
        with open_stage(backend) as stage, _open_rig(stage) as rig:
            kinds = PostKind if backend == "sqlite" else (PostKind.REEL,)
            tallies[backend] = []
            for kind in kinds:
                tallies[backend].append(_told(run_every_point(rig, kind)))
            for share in shares:
                tallies[backend].append(_told(run_share(rig, PostKind, share, SHARES, crashes_each, SEED + share)))
            evidence += rig.evidence
    return _summary(tallies, evidence)


class _WatchedRig(Rig):
    """Keeps the log of every case that was bad, before the next one clears it away."""

    real_seconds_at_most = 300.0  # a busy machine is not a stuck post
    evidence: list[dict[str, Any]]

    def run(self, case: Case) -> Outcome:
        """Run a case; look closer when it broke a promise."""
        outcome = super().run(case)
        if outcome.is_doubled or outcome.is_lost or outcome.is_wrongly_bound or outcome.is_stuck:
            self.evidence.append(
                {
                    "case": str(case),
                    "faults": list(case.faults),
                    "state": outcome.state,
                    "wait": outcome.wait,
                    "live": outcome.live,
                    "fake_seconds": round(outcome.fake_seconds),
                    "post": _post(),
                    "steps": _steps(),
                    "published": self.sandbox.published(),
                    "journal": [
                        [call["at"], call["method"], call["path"], call["status"], call["fault"]]
                        for call in self.sandbox.journal()
                    ],
                    "points": outcome.points,
                }
            )
            EVIDENCE.write_text(json.dumps(self.evidence, indent=1, ensure_ascii=False, default=str))
        return outcome


def _told(tally: Tally) -> Tally:
    """Say how far we are: the whole takes long."""
    print(tally, file=sys.stderr, flush=True)
    return tally


@contextmanager
def _open_rig(stage: Stage) -> Iterator[_WatchedRig]:
    folder = Path(tempfile.mkdtemp(dir=stage.folder))
    rig = _WatchedRig(folder, stage.environ, stage.sandbox, stage.reel, stage.picture)
    rig.evidence = []
    try:
        yield rig
    finally:
        rig.close()


def _post() -> dict[str, str]:
    with db.every_workspace(), db.reading() as session:
        post = session.scalars(select(Post)).one()
        return {column.key: str(getattr(post, column.key)) for column in Post.__table__.columns}


def _steps() -> list[dict[str, Any]]:
    with db.every_workspace(), db.reading() as session:
        steps = session.scalars(select(AttemptStep).order_by(AttemptStep.id))
        return [
            {"at": step.at.isoformat(), "name": step.name, "phase": step.phase, "ok": step.ok, "detail": step.detail}
            for step in steps
        ]


def _summary(tallies: dict[str, list[Tally]], evidence: list[dict[str, Any]]) -> dict[str, Any]:
    every = [tally for found in tallies.values() for tally in found]
    bad = {
        "published_twice": sum(len(tally.doubled) for tally in every),
        "lost": sum(len(tally.lost) for tally in every),
        "wrongly_bound": sum(len(tally.wrongly_bound) for tally in every),
        "stuck": sum(len(tally.stuck) for tally in every),
    }
    states: dict[str, int] = {}
    for tally in every:
        for state, count in tally.states.items():
            states[state] = states.get(state, 0) + count
    if evidence:
        EVIDENCE.write_text(json.dumps(evidence, indent=1, ensure_ascii=False, default=str))
    cases = sum(tally.cases for tally in every)
    value = len(evidence)
    return result(
        "crash_matrix",
        value,
        "bad cases",
        0,
        ok=value == 0,
        cases=cases,
        on_mariadb=sum(tally.cases for tally in tallies["mariadb"]),
        killed=sum(tally.crashed for tally in every),
        **bad,
        evidence=str(EVIDENCE) if evidence else None,
        unconfirmed=states.get("unconfirmed", 0),
        states=states,
    )
