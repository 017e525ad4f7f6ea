"""What two people, a clock or a bug do in the same moment leaves no post standing still for ever, and none mistaken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import db
from app.accounts.disconnect import disconnect_account
from app.accounts.models import Account, AccountState
from app.assets.examine_again import OUR_REASONS, examine_again
from app.assets.models import Asset, AssetKind, AssetState
from app.errors import RuleError
from app.instagram.client import CallRecord, Instagram
from app.publishing.advance_post import advance_post
from app.publishing.due_posts import forget_future_looks, recompute_due_times
from app.publishing.models import Post, PostKind, PostState, StepName, Wait
from app.publishing.order_post import confirm_live
from app.publishing.release_queue import release_queue
from app.publishing.rules import SNAPSHOT_AHEAD, UNKNOWN_PATIENCE
from app.workspaces.models import Workspace
from tests.factories import make_user
from tests.publishing.conftest import Desk

PUBLISH = r"/media_publish$"
CREATE = r"/\d+/media$"
DEAD = {"code": 190, "error_subcode": 463, "message": "Session has expired"}


def change(table: type[Post] | type[Account] | type[Asset], **values: object) -> None:
    """Change every row of a table."""
    with db.every_workspace(), db.transaction() as session:
        session.execute(update(table).values(**values), execution_options={"synchronize_session": False})


def connected_anew(desk: Desk) -> None:
    """The operator connects the account again: it has a new token, and its queue is released."""
    change(Account, state=AccountState.CONNECTED, token_issued_at=desk.clock.now() + timedelta(seconds=1))
    with db.workspace_scope(desk.account.workspace_id):
        release_queue(desk.account.id, desk.clock.now())


def interrupted(desk: Desk, deed: Callable[[], None], *, before_call: bool) -> Desk:
    """Return the desk with an engine in whose next step something comes between, before or after its first call."""
    left = [deed]
    connect = desk.publisher.connect

    def between() -> None:
        if left:
            left.pop()()

    def connect_between(account: Account, observe: Callable[[CallRecord], None]) -> Instagram:
        if before_call:
            between()

        def observe_between(call: CallRecord) -> None:
            observe(call)
            between()

        return connect(account, observe_between)

    return replace(desk, publisher=replace(desk.publisher, connect=connect_between))


def make_story(desk: Desk, post_id: int, caption: str = "") -> None:
    """Make a Reel that was written a story of a picture."""
    with db.every_workspace(), db.transaction() as session:
        post = session.get_one(Post, post_id)
        post.kind, post.caption = PostKind.STORY, caption
        post.media[0].original_path, post.media[0].kind = "picture.jpg", AssetKind.IMAGE


def test_a_file_that_is_examined_again_lets_its_post_move_again(desk: Desk) -> None:
    post_id = desk.add_reel()
    change(Asset, state=AssetState.REFUSED, refusal=OUR_REASONS[0])
    assert desk.run_to_rest(post_id).wait is Wait.FILE
    with db.workspace_scope(desk.account.workspace_id):
        asset_id = db_asset_id()
        examine_again(asset_id, clock=desk.clock)
    change(Asset, state=AssetState.READY)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def db_asset_id() -> int:
    """Return the id of the only file."""
    with db.reading() as session:
        return session.scalars(select(Asset.id)).one()


def test_a_token_refused_while_the_operator_connects_anew_keeps_no_post_back(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(CREATE, "error", status=400, error=DEAD, method="POST")
    interrupted(desk, lambda: connected_anew(desk), before_call=False).step(post_id)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_token_refused_while_it_was_being_renewed_keeps_no_post_back(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(CREATE, "error", status=400, error=DEAD, method="POST")

    def renew() -> None:
        change(Account, token_issued_at=desk.clock.now() + timedelta(seconds=1))

    interrupted(desk, renew, before_call=False).step(post_id)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_post_seen_without_an_account_moves_when_it_is_connected_in_that_moment(desk: Desk) -> None:
    post_id = desk.add_reel()
    change(Account, state=AccountState.RECONNECT)
    late = desk.clock.now() + timedelta(minutes=6)
    racing = replace(desk, publisher=replace(desk.publisher, clock=ClockThat(late, lambda: connected_anew(desk))))
    advance_post(post_id, racing.publisher)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


class ClockThat:
    """A clock that does something when it is looked at for the second time: after the row was read."""

    def __init__(self, now: datetime, deed: Callable[[], None]) -> None:
        self._now, self._looks, self._deed = now, 0, deed

    def now(self) -> datetime:
        """Return the instant."""
        self._looks += 1
        if self._looks == 2:
            self._deed()
        return self._now


def test_a_post_in_doubt_whose_account_is_taken_out_of_use_becomes_a_question(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, "drop_response")
    desk.run_to(post_id, PostState.PUBLISHING)
    with db.workspace_scope(desk.account.workspace_id):
        disconnect_account(desk.account.id, now=desk.clock.now())
    assert desk.run_to_rest(post_id).state is PostState.UNCONFIRMED


def test_a_post_in_doubt_that_waited_for_its_account_becomes_a_question_when_that_is_taken_out_of_use(
    desk: Desk,
) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, "drop_response")
    desk.run_to(post_id, PostState.PUBLISHING)
    change(Account, state=AccountState.RECONNECT)
    assert desk.run_to_rest(post_id).wait is Wait.ACCOUNT
    with db.workspace_scope(desk.account.workspace_id):
        disconnect_account(desk.account.id, now=desk.clock.now())
    assert desk.run_to_rest(post_id).state is PostState.UNCONFIRMED


def test_a_link_that_was_not_read_before_the_account_was_lost_is_read_after(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.run_to(post_id, PostState.PUBLISHED)
    change(Account, state=AccountState.RECONNECT)
    assert desk.run_to_rest(post_id).permalink is None
    connected_anew(desk)
    assert desk.run_to_rest(post_id).permalink


def test_one_media_is_never_confirmed_for_two_posts(desk: Desk) -> None:
    with db.reading() as session:
        user = make_user("smm@alma.example", session.get_one(Workspace, desk.account.workspace_id))
    doubtful: dict[str, Any] = {
        "state": PostState.UNCONFIRMED,
        "reason_values": {"fitting": ["17900000000000001"]},
        "publish_called_at": desk.clock.now(),
        "next_step_at": None,
    }
    first, second = desk.add_reel(**doubtful), desk.add_reel(**doubtful)
    with db.workspace_scope(desk.account.workspace_id):
        confirm_live(first, ig_media_id="17900000000000001", user_id=user.id, clock=desk.clock)
        with pytest.raises(RuleError, match="not_a_candidate"):
            confirm_live(second, ig_media_id="17900000000000001", user_id=user.id, clock=desk.clock)
    assert desk.post(second).state is PostState.UNCONFIRMED


@pytest.mark.parametrize("is_story", [True, False])
def test_a_lagging_list_binds_no_post_to_another_that_looks_alike(desk: Desk, is_story: bool) -> None:
    first = desk.add_reel(caption="раф  с облепихой")
    second = desk.add_reel(caption="раф с облепихой", due_in=timedelta(minutes=20, seconds=1))
    if is_story:
        make_story(desk, first, "what the operator calls it")
        make_story(desk, second, "and the other")
    for post_id in (first, second):
        desk.run(post_id, until=lambda post: post.snapshot is not None)
    desk.fault(PUBLISH, "late_list", delay_s=250)
    desk.fault(PUBLISH, "drop_response", times=2)
    desk.run_to(first, PostState.PUBLISHING)
    desk.run_to(second, PostState.PUBLISHING)
    desk.run_to_rest(first)
    desk.run_to_rest(second)
    containers = {row["id"]: row["container_id"] for row in desk.sandbox.published()}
    assert len(containers) == 2
    for post_id in (first, second):
        post = desk.post(post_id)
        assert post.state is PostState.PUBLISHED
        assert post.ig_media_id is None or containers[post.ig_media_id] == post.ig_container_id


def test_after_the_clock_was_set_back_no_wait_is_longer_than_it_was_meant(desk: Desk) -> None:
    post_id = desk.add_reel(due_in=timedelta(hours=3))
    desk.sandbox.settings(quota_total=0)
    desk.clock.advance(hours=2)
    desk.run(post_id, until=lambda post: post.wait is Wait.QUOTA)
    desk.sandbox.settings(quota_total=50)
    desk.clock.advance(hours=-2)
    forget_future_looks(desk.clock.now())
    post = desk.post(post_id)
    assert post.next_step_at is not None
    assert post.due_at is not None
    assert post.next_step_at <= post.due_at
    desk.clock.set(post.due_at - timedelta(minutes=1))
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_post_that_only_a_wrong_clock_called_late_is_planned_again(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.clock.advance(hours=3)
    advance_post(post_id, desk.publisher)
    assert desk.post(post_id).wait is Wait.LATE
    desk.clock.advance(hours=-3)
    forget_future_looks(desk.clock.now())
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    assert post.published_at == post.due_at


def test_a_hold_that_was_set_by_a_wrong_clock_ends(desk: Desk) -> None:
    change(Account, hold_until=desk.clock.now() + timedelta(hours=5))
    forget_future_looks(desk.clock.now())
    assert desk.run_to_rest(desk.add_reel()).state is PostState.PUBLISHED


def test_a_step_that_breaks_delays_itself_and_is_not_repeated_every_second(desk: Desk) -> None:
    post_id = desk.add_reel()

    def broken(_asset: Asset, _until: datetime) -> str:
        raise KeyError("a bug")

    bad = replace(desk, publisher=replace(desk.publisher, link_to=broken))
    with pytest.raises(KeyError):
        bad.step(post_id)
    next_step_at = desk.post(post_id).next_step_at
    assert next_step_at is not None
    assert next_step_at >= desk.clock.now() + timedelta(seconds=30)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_staged_post_that_is_looked_at_early_keeps_its_snapshot_for_the_end(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.run_to(post_id, PostState.STAGED)
    change(Post, next_step_at=desk.clock.now())
    desk.step(post_id)
    post = desk.post(post_id)
    assert post.due_at is not None
    assert post.next_step_at == post.due_at - SNAPSHOT_AHEAD
    assert post.snapshot is None
    desk.step(post_id)
    before = len(desk.sandbox.journal())
    desk.step(post_id)
    assert [call["path"].rpartition("/")[2] for call in desk.sandbox.journal()[before:]] == ["media_publish"]


def test_a_container_that_would_not_live_until_the_due_second_is_made_anew_in_time(desk: Desk) -> None:
    post_id = desk.add_reel(due_in=timedelta(hours=30))
    change(Post, next_step_at=desk.clock.now())
    desk.run_to(post_id, PostState.STAGED)
    change(Post, next_step_at=desk.clock.now())
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    assert post.published_at == post.due_at
    begins = [step.at for step in desk.steps(post_id) if step.name is StepName.CREATE_CONTAINER]
    assert post.due_at is not None
    assert post.due_at - begins[-1] > timedelta(minutes=10)


def test_a_zone_that_is_no_more_keeps_nobody_else_from_being_planned(desk: Desk) -> None:
    desk.add_reel(due_zone="Mars/Olympus")
    moved = desk.add_reel()
    change_wall_time(moved)
    assert recompute_due_times(desk.clock.now()) == 1


def change_wall_time(post_id: int) -> None:
    """Let a post's instant disagree with its wall time, as after a change of its zone's rules."""
    with db.every_workspace(), db.transaction() as session:
        post = session.get_one(Post, post_id)
        assert post.due_wall is not None
        post.due_wall += timedelta(hours=1)


def test_an_outage_after_a_call_that_never_arrived_is_no_reason_to_ask_the_operator(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, "drop_request")
    desk.run_to(post_id, PostState.PUBLISHING)
    desk.move_to(desk.clock.now() + UNKNOWN_PATIENCE + timedelta(minutes=5))
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED
    assert len(desk.sandbox.published()) == 1


def test_containers_that_come_to_nothing_after_the_call_are_not_made_without_end(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, "drop_request", times=50)
    for _ in range(4):
        post = desk.run(post_id, until=lambda post: post.state in {PostState.PUBLISHING, PostState.FAILED})
        if post.state is PostState.FAILED:
            break
        desk.sandbox.advance(25 * 3600)
        desk.run(post_id, until=lambda post: post.state is not PostState.PUBLISHING)
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.FAILED
    creates = [step for step in desk.steps(post_id) if step.name is StepName.CREATE_CONTAINER]
    assert len(creates) <= 2 * 3
