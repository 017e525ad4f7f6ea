"""Webhooks while everything is killed, the long form of tests/crash/test_webhook_chaos.py: how many promises broke.

20,000 items of all kinds, each posted one to five times in any order, alone or with others, while the web server, the
scheduler and MariaDB are killed at 100 random points. Bad is: an item that was acknowledged and is not there, an event
that failed, and every difference between what came of it all and what comes of the same items when each comes once, in
order, and nothing is killed (a message, a comment, a conversation's order, its unread count, …).
CHAOS_EVENTS and CHAOS_KILLS make it shorter.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

from app import db, schema
from app.clock import SystemClock
from app.config import Config
from app.crypto import KeyRing
from app.events.process_events import process_events
from app.events.store_updates import store_updates
from script.benches._stage import make_environ, result
from tests.crash.webhook_chaos import NOWHERE, open_chaos
from tests.crash.webhook_chaos import run as run_chaos
from tests.crash.webhook_history import History, differences, state_of
from tests.factories import make_account, make_workspace

EVENTS = int(os.environ.get("CHAOS_EVENTS", "20000"))
KILLS = int(os.environ.get("CHAOS_KILLS", "100"))
SEED = 20261121
PATIENCE_SECONDS = 1800
AT_ONCE = 1000


def run() -> dict[str, Any]:
    """Return how many promises broke, and the first of them in words."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        environ = make_environ(folder, "", NOWHERE)
        with open_chaos(folder, environ) as chaos:
            history = History(chaos.account.ig_user_id, EVENTS, SEED)
            outcome = run_chaos(chaos, history, kills=KILLS, seed=SEED, patience_seconds=PATIENCE_SECONDS)
            after_chaos = state_of(chaos.workspace.id)
            kills, keys = dict(chaos.kills), KeyRing(Config.from_environment(chaos.environ).encryption_keys)
        calm = _undisturbed(history, outcome.stored, folder / "calm.db", keys)
    different = differences(after_chaos, calm)
    bad = len(outcome.lost) + outcome.failed + len(different)
    return result(
        "webhook_chaos",
        bad,
        "broken promises",
        0,
        ok=bad == 0,
        events=EVENTS,
        acknowledged=len(outcome.acknowledged),
        lost=len(outcome.lost),
        failed=outcome.failed,
        different=different[:10],
        kills=kills,
    )


def _undisturbed(history: History, stored: set[int], path: Path, keys: KeyRing) -> dict[str, Any]:
    db.connect(f"sqlite:///{path}")
    try:
        schema.upgrade(db.engine())
        workspace = make_workspace()
        make_account(workspace, keys)
        clock, numbers = SystemClock(), sorted(stored)
        for start in range(0, len(numbers), AT_ONCE):
            store_updates(history.updates(numbers[start : start + AT_ONCE]), body_bytes=0, now=clock.now())
        while process_events(clock=clock):
            pass
        return state_of(workspace.id)
    finally:
        db.disconnect()
