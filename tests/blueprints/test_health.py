"""Whether the server is up, and whether all that it needs is there."""

import shutil

from app import db
from app.config import Config
from app.scheduler.models import Lease
from tests.clocks import FrozenClock
from tests.factories import Cast
from tests.web_client import Browser


def beat(clock: FrozenClock) -> None:
    with db.transaction() as session:
        session.merge(Lease(name="scheduler", holder="test", fence=1, beat=1, heartbeat_at=clock.now()))


def test_ready_means_database_migrations_scheduler_and_media(
    nobody: Browser, cast: Cast, clock: FrozenClock, config: Config
) -> None:
    never = nobody.get("/readyz")
    assert (never.status_code, never.get_json()["scheduler"]) == (503, False)
    beat(clock)
    fresh = nobody.get("/readyz")
    assert fresh.status_code == 200
    assert fresh.get_json() == {
        "ready": True,
        "database": True,
        "migrations": True,
        "scheduler": True,
        "media": True,
    }
    clock.advance(seconds=31)
    assert nobody.get("/readyz").get_json()["scheduler"] is False
    beat(clock)
    shutil.rmtree(config.media_dir)
    assert nobody.get("/readyz").get_json()["media"] is False


def test_the_process_answers_without_asking_anything(nobody: Browser) -> None:
    assert nobody.get("/healthz").text == "ok\n"
