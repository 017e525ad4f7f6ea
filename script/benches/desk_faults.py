"""Answers while Instagram, the network and the scheduler fail, the long form of tests/dispatches. The goal is none bad.

Each run asks for one or two replies, private replies or messages, lets one to three things go wrong (requests and
answers lost, errors before and after the work, limits, unreadable answers, the scheduler killed in mid-step), and
counts what stands on Instagram. A run is bad when words stand there more often than they were sent, or were lost
without a word. `unconfirmed` counts the answers that ended as a question to a person, which is allowed where nobody
can know.

FAULT_RUNS (default 500) is how many are run, one in five on MariaDB, the rest on SQLite.
"""

import os
import sys
from typing import Any

from app import db
from app.dispatches.models import DispatchState
from script.benches._stage import open_stage, result
from tests.clocks import FrozenClock
from tests.dispatches.desk import open_desk
from tests.dispatches.fault_runs import Tally, run_many

RUNS = int(os.environ.get("FAULT_RUNS", "500"))
SEED = 20261121


def run() -> dict[str, Any]:
    """Run them and return how many were bad, with a line about each."""
    on_mariadb = RUNS // 5
    tallies = [_run("sqlite", RUNS - on_mariadb), _run("mariadb", on_mariadb)]
    bad = [line for tally in tallies for line in tally.bad]
    return result(
        "desk_faults",
        len(bad),
        "bad runs",
        0,
        ok=not bad,
        runs=sum(tally.runs for tally in tallies),
        on_mariadb=on_mariadb,
        killed=sum(tally.killed for tally in tallies),
        sent_twice=sum(len(tally.doubled) for tally in tallies),
        lost=sum(len(tally.lost) for tally in tallies),
        unconfirmed=sum(tally.states[DispatchState.UNCONFIRMED] for tally in tallies),
        answers=sum(sum(tally.states.values()) for tally in tallies),
        bad=bad,
    )


def _run(backend: str, runs: int) -> Tally:
    with open_stage(backend) as stage:
        try:
            desk = open_desk(stage.config, stage.keys, FrozenClock(), stage.sandbox, stage.files)
            tally = run_many(desk, runs, SEED)
        finally:
            db.leave_workspace()
    print(f"{backend}: {tally}", file=sys.stderr, flush=True)
    return tally
