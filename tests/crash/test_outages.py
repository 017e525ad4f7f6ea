"""What APScheduler alone would lose: posts due together, posts due while nobody runs, a job store that is gone."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app import db
from app.publishing.models import Post, PostKind, PostState, Wait
from tests.crash.rig import Rig
from tests.crash.test_many_schedulers import add_posts, check_each_went_out_once

TOGETHER = 60


def test_many_posts_due_in_the_same_second_all_go_out(rig: Rig, tell: Callable[[str], None]) -> None:
    rig.forget_everything()
    posts = add_posts(rig, accounts=4, each=TOGETHER // 4)
    rig.start_scheduler()
    assert not rig.drive(posts)
    check_each_went_out_once(rig, posts)
    tell(f"{TOGETHER} due together: 0 lost, 0 double")


@pytest.mark.parametrize("job_store", ["kept", "lost"])
def test_posts_due_while_no_scheduler_ran_go_out_when_one_starts(rig: Rig, job_store: str) -> None:
    rig.forget_everything()
    posts = add_posts(rig, accounts=2, each=5)
    rig.start_scheduler()
    rig.clock.advance(20)
    rig.sandbox.advance(20)
    rig.drive_real(0.5)
    rig.kill_all()
    if job_store == "lost":
        with db.transaction() as session:
            session.execute(text("DELETE FROM apscheduler_jobs"))
    rig.clock.advance(1200)
    rig.sandbox.advance(1200)
    rig.start_scheduler()
    assert not rig.drive(posts)
    check_each_went_out_once(rig, posts)


@pytest.mark.parametrize(
    ("outage", "goes_out"), [(timedelta(minutes=1), 6), (timedelta(hours=3), 0), (timedelta(days=3), 0)]
)
def test_after_an_outage_nothing_is_forgotten(rig: Rig, outage: timedelta, goes_out: int) -> None:
    rig.forget_everything()
    posts = add_posts(rig, accounts=2, each=3)
    rig.clock.advance(outage.total_seconds())
    rig.sandbox.advance(outage.total_seconds())
    rig.start_scheduler()
    assert not rig.drive(posts)
    with db.every_workspace(), db.reading() as session:
        found = Counter((post.state, post.wait) for post in session.scalars(select(Post)))
    assert found == ({(PostState.PUBLISHED, None): 6} if goes_out else {(PostState.SCHEDULED, Wait.LATE): 6})
    assert len(rig.sandbox.published()) == goes_out


def test_every_kind_of_post_goes_out_after_a_kill_and_a_restart(rig: Rig) -> None:
    for kind in PostKind:
        rig.forget_everything()
        post = rig.add_post(kind)
        rig.start_scheduler()
        rig.drive_real(0.3)
        rig.kill_all()
        rig.start_scheduler()
        assert not rig.drive([post.id])
        assert len(rig.sandbox.published()) == 1
        rig.kill_all()
