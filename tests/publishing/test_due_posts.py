"""Which posts the scheduler looks at, and what becomes of planned times when a zone's rules change."""

import struct
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import db
from app.accounts.models import Account
from app.config import Config
from app.crypto import KeyRing
from app.instagram_app import instagram_app_from
from app.publishing.due_posts import list_alarms, list_due_posts, recompute_due_times
from app.publishing.models import Post, PostState, StepName
from app.publishing.queries import list_steps
from app.scheduler import at_hand
from app.scheduler.jobs import check_zones
from app.workspaces.pause import pause_server, pause_workspace, resume_server, resume_workspace
from tests.clocks import DEFAULT_NOW, FrozenClock
from tests.conftest import Database
from tests.factories import make_account, make_post, make_workspace

ZONE = "Test/Almaty"
WALL = datetime(2026, 3, 4, 12, 0)


@pytest.fixture
def account(database: Database, keys: KeyRing) -> Account:
    return make_account(make_workspace(), keys)


@pytest.fixture
def write(account: Account) -> Callable[..., int]:
    """Write a post with a next step and return its id."""

    def write_one(**values: Any) -> int:
        with db.every_workspace():
            return make_post(account, due_at=values.pop("due_at", DEFAULT_NOW + timedelta(hours=1)), **values).id

    return write_one


@pytest.fixture
def set_offset(tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """Lay a zone of our own where Python looks for zones, so many hours ahead of UTC; it may be changed."""
    target = tmp_path / "zones" / ZONE
    target.parent.mkdir(parents=True)
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[str(tmp_path / "zones"), *before])

    def set_hours(hours: int) -> None:
        target.write_bytes(zone_file(hours))

    yield set_hours
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


def zone_file(hours: int) -> bytes:
    """Return a compiled zone (RFC 8536, version 2) that is always so many hours ahead of UTC."""
    header = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    body = struct.pack(">lbb", hours * 3600, 0, 0) + b"TST\0"
    return header + body + header + body + f"\n<+{hours:02}>-{hours}\n".encode()


def post(post_id: int) -> Post:
    """Return a post as it is in the database."""
    with db.every_workspace(), db.reading() as session:
        return session.get_one(Post, post_id, populate_existing=True)


def at_noon(hours: int) -> datetime:
    """Return the instant of WALL so many hours ahead of UTC."""
    return WALL.replace(tzinfo=UTC) - timedelta(hours=hours)


def test_due_posts_come_longest_due_first_and_those_about_to_be_live_are_urgent(
    write: Callable[..., int], clock: FrozenClock
) -> None:
    now = clock.now()
    staged = write(state=PostState.STAGED, next_step_at=now)
    scheduled = write(next_step_at=now - timedelta(seconds=5))
    doubtful = write(state=PostState.PUBLISHING, next_step_at=now - timedelta(seconds=1))
    write(next_step_at=now + timedelta(microseconds=1))
    write(state=PostState.FAILED, next_step_at=None)
    due = list_due_posts(now)
    assert [found.post_id for found in due] == [scheduled, doubtful, staged]
    assert [found.is_urgent for found in due] == [False, True, True]
    assert [found.post_id for found in list_due_posts(now, limit=1)] == [scheduled]


def test_nothing_is_due_while_paused(write: Callable[..., int], account: Account, clock: FrozenClock) -> None:
    post_id = write(next_step_at=clock.now())
    pause_server(clock.now())
    assert list_due_posts(clock.now()) == []
    resume_server()
    assert [found.post_id for found in list_due_posts(clock.now())] == [post_id]
    pause_workspace(account.workspace_id, clock.now())
    assert list_due_posts(clock.now()) == []
    resume_workspace(account.workspace_id)
    assert [found.post_id for found in list_due_posts(clock.now())] == [post_id]


def test_only_staged_posts_get_an_alarm_and_only_shortly_before(write: Callable[..., int], clock: FrozenClock) -> None:
    now = clock.now()
    soon = write(state=PostState.STAGED, next_step_at=now + timedelta(seconds=20))
    write(state=PostState.STAGED, next_step_at=now + timedelta(seconds=40))
    write(next_step_at=now + timedelta(seconds=20))
    alarms = list_alarms(now, timedelta(seconds=30))
    assert [(alarm.post_id, alarm.at) for alarm in alarms] == [(soon, now + timedelta(seconds=20))]


def test_a_new_rule_moves_the_instant_and_keeps_what_the_operator_typed(
    write: Callable[..., int], account: Account, clock: FrozenClock, set_offset: Callable[[int], None]
) -> None:
    set_offset(5)
    planned = write(due_at=at_noon(5), due_wall=WALL, due_zone=ZONE)
    staged = write(due_at=at_noon(5), due_wall=WALL, due_zone=ZONE, state=PostState.STAGED)
    drafted = write(due_at=at_noon(5), due_wall=WALL, due_zone=ZONE, state=PostState.CANCELLED, next_step_at=None)
    assert recompute_due_times(clock.now()) == 0
    set_offset(6)
    zoneinfo.ZoneInfo.clear_cache()
    assert recompute_due_times(clock.now()) == 2
    assert (post(planned).due_at, post(planned).due_wall) == (at_noon(6), WALL)
    assert post(planned).next_step_at == at_noon(6) - timedelta(minutes=15)
    assert post(staged).next_step_at == at_noon(6) - timedelta(seconds=10)
    assert post(drafted).due_at == at_noon(5)
    with db.workspace_scope(account.workspace_id):
        (line,) = list_steps(planned)
    assert line.name is StepName.ZONE_CHANGED
    assert line.detail == {"was": at_noon(5).isoformat(), "is": at_noon(6).isoformat()}


def test_the_daily_job_reads_the_rules_anew(
    write: Callable[..., int], config: Config, keys: KeyRing, clock: FrozenClock, set_offset: Callable[[int], None]
) -> None:
    set_offset(5)
    planned = write(due_at=at_noon(5), due_wall=WALL, due_zone=ZONE)
    recompute_due_times(clock.now())
    set_offset(6)
    at_hand.put(at_hand.AtHand(config, clock, keys, instagram_app_from(config), lambda _post_id: None))
    check_zones.run()
    at_hand.put(None)
    assert post(planned).due_at == at_noon(6)


def test_a_post_whose_time_has_passed_is_left_alone(
    write: Callable[..., int], clock: FrozenClock, set_offset: Callable[[int], None]
) -> None:
    set_offset(5)
    late = write(due_at=at_noon(5), due_wall=WALL, due_zone=ZONE)
    set_offset(6)
    clock.set(at_noon(5))
    assert recompute_due_times(clock.now()) == 0
    assert post(late).due_at == at_noon(5)
