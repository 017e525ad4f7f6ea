"""Several schedulers at once, frozen ones that wake too late, a database that is killed: no harm."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import db, schema
from app.publishing.models import Post, PostKind, PostState
from app.scheduler.lease import STANDSTILL_SECONDS
from app.scheduler.models import Lease
from tests.crash.rig import Rig, is_alive, open_rig
from tests.factories import make_workspace
from tests.mariadb import MariaDB
from tests.media_files import MediaFiles
from tests.sandbox_server import SandboxServer
from tests.waiting import wait_until


def add_posts(rig: Rig, accounts: int, each: int) -> list[int]:
    """Write posts that are all due at the same second."""
    workspace = make_workspace(now=rig.clock.now())
    made = [rig.add_account(workspace, f"shop{n}") for n in range(accounts)]
    return [rig.add_post_to(account, PostKind.REEL).id for account in made for _ in range(each)]


def check_each_went_out_once(rig: Rig, post_ids: list[int]) -> None:
    """Compare all posts with what the sandbox published."""
    with db.every_workspace(), db.reading() as session:
        posts = session.scalars(select(Post).where(Post.id.in_(post_ids))).all()
        bound = {post.caption: post.ig_media_id for post in posts}
        assert {post.state for post in posts} == {PostState.PUBLISHED}
    live = Counter(row["caption"] for row in rig.sandbox.published())
    assert live == Counter(bound.keys())
    by_id = {row["id"]: row["caption"] for row in rig.sandbox.published()}
    assert all(media_id is None or by_id[media_id] == caption for caption, media_id in bound.items())


@pytest.mark.parametrize("how_many", [2, 4])
def test_many_schedulers_publish_each_post_once_while_they_are_killed_and_frozen(
    rig: Rig, how_many: int, tell: Callable[[str], None]
) -> None:
    rig.forget_everything()
    posts = add_posts(rig, accounts=4, each=5)
    chance = random.Random(how_many)
    running = [rig.start_scheduler() for _ in range(how_many)]
    signals: Counter[str] = Counter()
    for _ in range(12):
        time.sleep(chance.uniform(0.05, 0.3))
        victim = chance.randrange(how_many)
        if chance.random() < 0.6:
            os.kill(running[victim], signal.SIGKILL)
            running[victim] = rig.start_scheduler()
            signals["killed"] += 1
        else:
            os.kill(running[victim], signal.SIGSTOP)
            time.sleep(chance.uniform(0.05, 0.2))
            os.kill(running[victim], signal.SIGCONT)
            signals["frozen"] += 1
        rig.clock.advance(5)
        rig.sandbox.advance(5)
    assert not rig.drive(posts)
    check_each_went_out_once(rig, posts)
    tell(f"{how_many} schedulers, {len(posts)} posts, {dict(signals)}: 0 published twice, 0 lost")


# On SQLite a process frozen within a write keeps the whole file locked: more than one scheduler is MariaDB's business.
@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_leader_frozen_in_the_publish_call_wakes_to_find_itself_overtaken(rig: Rig, where: str) -> None:
    rig.forget_everything()
    post = rig.add_post(PostKind.REEL)
    frozen = rig.start_scheduler(f"post.call:5:{where}", signal.SIGSTOP)
    wait_until(lambda: fence_of() == 1)
    rig.start_scheduler()
    drive_until_overtaken(rig, post.id)
    assert not rig.drive([post.id])
    os.kill(frozen, signal.SIGCONT)
    time.sleep(1)
    assert is_alive(frozen)
    check_each_went_out_once(rig, [post.id])


def drive_until_overtaken(rig: Rig, post_id: int) -> None:
    """Move time on until the first scheduler stands still in its call and the second one leads."""

    def is_overtaken() -> bool:
        rig.step_clock([post_id])
        return fence_of() == 2

    wait_until(is_overtaken, seconds=10 * STANDSTILL_SECONDS)


def fence_of() -> int:
    """Return the number of the scheduler that leads."""
    with db.reading() as session:
        return session.scalar(select(Lease.fence)) or 0


def test_schedulers_survive_a_mariadb_that_is_killed_again_and_again(
    environ: dict[str, str],
    sandbox: SandboxServer,
    media_files: MediaFiles,
    tmp_path: Path,
    tell: Callable[[str], None],
) -> None:
    server = MariaDB()
    server.start()
    try:
        url = server.make_database("killed")
        db.connect(url)
        schema.upgrade(db.engine())
        environ |= {"DATABASE_URL": url} | {
            f"INSTAGRAM_{n}_URL": sandbox.url for n in ("GRAPH", "TOKEN", "LOGIN", "UPLOAD")
        }
        with open_rig(tmp_path, environ, sandbox, media_files.reel(), media_files.picture()) as rig:
            rig.forget_everything()
            posts = add_posts(rig, accounts=2, each=4)
            for post_id in posts:
                spread_out(post_id)
            rig.start_scheduler()
            for _ in range(5):
                time.sleep(1)
                server.kill()
                rig.clock.advance(10)
                rig.sandbox.advance(10)
                time.sleep(0.5)
                server.start()
            assert not rig.drive(posts)
            check_each_went_out_once(rig, posts)
            tell(f"MariaDB killed 5 times under {len(posts)} posts: 0 published twice, 0 lost")
    finally:
        db.disconnect()
        server.stop()


def spread_out(post_id: int) -> None:
    """Let posts be due at different times."""
    with db.every_workspace(), db.transaction() as session:
        post = session.get_one(Post, post_id)
        assert post.due_at is not None
        post.due_at += timedelta(seconds=5 * (post_id % 10))


@pytest.mark.parametrize("hours", [2, -2])
def test_a_clock_that_jumps_by_hours_leaves_nothing_stuck_and_nothing_doubled(rig: Rig, hours: int) -> None:
    rig.forget_everything()
    post = rig.add_post(PostKind.REEL)
    rig.sandbox.add_fault(r"/media_publish$", "drop_response")
    scheduler = rig.start_scheduler()
    for _ in range(400):
        rig.step_clock([post.id])
        time.sleep(0.01)
        if rig.sandbox.published():
            break
    rig.clock.advance(hours * 3600)
    assert not rig.drive([post.id])
    assert is_alive(scheduler)
    check_each_went_out_once(rig, [post.id])
