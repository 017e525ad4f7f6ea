"""The short form: web server, scheduler and MariaDB are killed while Instagram posts; nothing acknowledged is lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

from app import db
from app.crypto import KeyRing
from app.events.process_events import process_events
from app.events.store_updates import store_updates
from tests.clocks import FrozenClock
from tests.conftest import SECRETS
from tests.crash.webhook_chaos import open_chaos, run
from tests.crash.webhook_history import History, differences, state_of
from tests.factories import make_account, make_workspace

EVENTS, KILLS, SEED = 400, 6, 7


def test_what_was_acknowledged_is_there_once_and_in_order_whoever_was_killed(
    tmp_path: Path, migrated_sqlite: Path, keys: KeyRing, tell: Callable[[str], None]
) -> None:
    environ = SECRETS | {"MEDIA_DIR": str(tmp_path / "media")}
    (tmp_path / "media").mkdir(exist_ok=True)
    with open_chaos(tmp_path, environ) as chaos:
        history = History(chaos.account.ig_user_id, EVENTS, SEED)
        outcome = run(chaos, history, kills=KILLS, seed=SEED, patience_seconds=60)
        after_chaos = state_of(chaos.workspace.id)
    assert outcome.lost == set()
    assert outcome.failed == 0
    assert len(outcome.acknowledged) > EVENTS // 2
    calm = undisturbed(history, outcome.stored, migrated_sqlite, tmp_path / "calm.db", keys)
    assert "\n".join(differences(after_chaos, calm)) == ""
    tell(f"{len(outcome.acknowledged)} acknowledged, {sum(chaos.kills.values())} killed: 0 lost, 0 doubled")


def undisturbed(history: History, stored: set[int], template: Path, path: Path, keys: KeyRing) -> dict[str, object]:
    """Return what comes of the same items when each comes once, in order, and nothing is killed."""
    shutil.copyfile(template, path)
    db.connect(f"sqlite:///{path}")
    try:
        workspace = make_workspace()
        make_account(workspace, keys)
        clock = FrozenClock()
        store_updates(history.updates(sorted(stored)), body_bytes=0, now=clock.now())
        while process_events(clock=clock):
            pass
        return state_of(workspace.id)
    finally:
        db.disconnect()
