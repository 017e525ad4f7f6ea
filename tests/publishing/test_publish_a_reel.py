"""From a scheduled row to a live Reel, and everything that goes wrong on the way, against the local Instagram."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import db
from app.accounts.models import Account, AccountState
from app.assets.models import AssetKind
from app.publishing.advance_post import advance_post
from app.publishing.claims import Fenced, claim_post, record
from app.publishing.models import Post, PostKind, PostState, StepName, Wait
from app.publishing.order_post import cancel_post, check_now, confirm_live, publish_again, retry_post
from app.publishing.release_queue import release_queue
from app.scheduler.models import Lease
from app.workspaces.models import ServerState, Workspace
from tests.factories import make_user
from tests.publishing.conftest import FENCE, Desk

PUBLISH = r"/media_publish$"
CREATE = r"/\d+/media$"


def test_a_reel_goes_live_at_its_second_with_its_link(desk: Desk) -> None:
    post_id = desk.add_reel(caption="Раф с облепихой #алматы")
    due_at = desk.post(post_id).due_at
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    assert post.published_at == due_at
    (live,) = desk.sandbox.published()
    assert (live["id"], live["caption"]) == (post.ig_media_id, "Раф с облепихой #алматы")
    assert post.permalink


def test_only_one_call_is_left_for_the_due_second(desk: Desk) -> None:
    post_id = desk.add_reel()
    post = desk.run(post_id, until=lambda post: post.snapshot is not None)
    assert post.state is PostState.STAGED
    assert post.next_step_at == post.due_at
    before = len(desk.sandbox.journal())
    desk.step(post_id)
    assert [call["path"].rpartition("/")[2] for call in desk.sandbox.journal()[before:]] == ["media_publish"]


def test_every_step_is_in_the_log_with_what_instagram_answered(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.run_to_rest(post_id)
    names = [step.name for step in desk.steps(post_id)]
    for name in (StepName.CREATE_CONTAINER, StepName.READ_CONTAINER, StepName.SNAPSHOT, StepName.PUBLISH):
        assert name in names
    published = next(step for step in desk.steps(post_id) if step.detail.get("ig_media_id"))
    assert '"id"' in published.detail["calls"][0]["answer"]
    log = " ".join(str(step.detail) for step in desk.steps(post_id))
    assert "IGAA" not in log


@pytest.mark.parametrize("kind", list(PostKind))
def test_every_kind_goes_live(desk: Desk, kind: PostKind) -> None:
    post_id = desk.add_reel(kind=kind)
    if kind is not PostKind.REEL:
        with db.every_workspace(), db.transaction() as session:
            post = session.get_one(Post, post_id)
            post.media[0].original_path = "picture.jpg"
            post.media[0].kind = AssetKind.IMAGE
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED
    assert len(desk.sandbox.published()) == 1


@pytest.mark.parametrize("action", ["drop_response", "done_but_error", "malformed"])
def test_a_lost_answer_is_found_out_and_never_published_again(desk: Desk, action: str) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, action)
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    (live,) = desk.sandbox.published()
    assert post.ig_media_id == live["id"]
    assert len(desk.publishes()) == 1


def test_a_live_post_that_was_answered_as_spam_is_live(desk: Desk) -> None:
    post_id = desk.add_reel()
    spam = {"code": 4, "error_subcode": 2207051, "message": "action is blocked"}
    desk.fault(PUBLISH, "done_but_error", error=spam, status=400)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED
    assert len(desk.sandbox.published()) == 1


def test_a_call_that_never_arrived_is_made_again_with_the_same_container(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, "drop_request")
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    assert len(desk.sandbox.published()) == 1
    assert len({call["params"]["creation_id"] for call in desk.publishes()}) == 1
    assert post.published_at - post.due_at >= timedelta(seconds=60)  # type: ignore[operator]


@pytest.mark.parametrize("action", ["late_status", "late_list"])
def test_one_witness_that_lags_leads_to_no_second_post(desk: Desk, action: str) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, action, delay_s=100)
    desk.fault(PUBLISH, "drop_response")
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    assert len(desk.sandbox.published()) == 1
    assert post.ig_media_id in {None, desk.sandbox.published()[0]["id"]}


def test_the_same_post_from_the_phone_is_never_taken_for_ours(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, "foreign_post")
    desk.fault(PUBLISH, "drop_request")
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.UNCONFIRMED
    assert post.ig_media_id is None
    assert len(post.reason_values["fitting"]) == 1  # type: ignore[index]


def test_ours_beside_the_same_from_the_phone_is_live_and_bound_to_neither(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, "foreign_post")
    desk.fault(PUBLISH, "drop_response")
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    assert post.ig_media_id is None


def test_unreadable_containers_do_not_keep_witnesses_from_agreeing(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.run_to(post_id, PostState.STAGED)
    container = desk.post(post_id).ig_container_id
    desk.fault(PUBLISH, "drop_response")
    desk.run_to(post_id, PostState.PUBLISHING)
    desk.sandbox.call(
        "POST", "/faults", {"path": f"/{container}$", "action": "unreadable", "times": 1, "delay_s": 9999}
    )
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    assert post.ig_media_id == desk.sandbox.published()[0]["id"]


def test_a_container_that_cannot_be_read_never_fails_a_post(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(r"/\d+$", "unreadable", delay_s=60)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_an_error_that_passes_is_tried_again(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(CREATE, "error", times=3, status=500, error={"code": 2, "message": "try later"}, method="POST")
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_what_only_the_operator_can_mend_fails_with_the_reason_and_can_be_retried(desk: Desk) -> None:
    post_id = desk.add_reel()
    refusal = {"code": 36004, "error_subcode": 2207010, "message": "too long"}
    desk.fault(CREATE, "error", status=400, error=refusal, method="POST")
    post = desk.run_to_rest(post_id)
    assert (post.state, post.reason) == (PostState.FAILED, "caption_too_long")
    user = make_user("smm@alma.example", _workspace(desk))
    with db.workspace_scope(post.workspace_id):
        retry_post(post_id, user_id=user.id, clock=desk.clock)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_dead_token_keeps_the_queue_until_the_account_is_connected_again(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.fault(CREATE, "error", status=400, error={"code": 190, "error_subcode": 463, "message": "x"}, method="POST")
    post = desk.run_to_rest(post_id)
    assert (post.state, post.wait) == (PostState.PREPARING, Wait.ACCOUNT)
    assert _account(desk).state is AccountState.RECONNECT
    _set_account(desk, state=AccountState.CONNECTED)
    with db.workspace_scope(post.workspace_id):
        release_queue(desk.account.id, desk.clock.now())
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_used_up_quota_is_waited_for(desk: Desk) -> None:
    desk.sandbox.settings(quota_total=0)
    post_id = desk.add_reel()
    post = desk.run(post_id, until=lambda post: post.wait is Wait.QUOTA)
    assert post.state is PostState.STAGED
    assert desk.publishes() == []
    desk.sandbox.settings(quota_total=50)
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_slowdown_holds_the_whole_account(desk: Desk) -> None:
    first, second = desk.add_reel(), desk.add_reel()
    desk.fault(CREATE, "error", status=400, error={"code": 80002, "message": "too many calls"}, method="POST")
    desk.step(first)
    desk.step(second)
    assert desk.post(second).wait is Wait.LIMIT
    creates = [call for call in desk.sandbox.journal() if call["method"] == "POST"]
    assert len(creates) == 1


def test_a_post_that_is_too_late_waits_for_the_operator(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.clock.advance(hours=3)
    advance_post(post_id, desk.publisher)
    post = desk.post(post_id)
    assert (post.wait, post.next_step_at) == (Wait.LATE, None)
    assert desk.sandbox.published() == []


def test_a_post_that_is_a_little_late_goes_out_at_once(desk: Desk) -> None:
    post_id = desk.add_reel(due_in=timedelta(minutes=1))
    desk.move_to(desk.clock.now() + timedelta(minutes=30))
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_container_past_its_day_is_made_anew(desk: Desk) -> None:
    post_id = desk.add_reel(due_in=timedelta(minutes=5), grace_seconds=10**7)
    desk.run_to(post_id, PostState.STAGED)
    first = desk.post(post_id).ig_container_id
    desk.move_to(desk.clock.now() + timedelta(hours=30))
    post = desk.run_to_rest(post_id)
    assert post.state is PostState.PUBLISHED
    assert post.ig_container_id != first


def test_nothing_goes_out_while_paused_and_all_goes_on_after(desk: Desk) -> None:
    post_id = desk.add_reel()
    desk.run(post_id, until=lambda post: post.snapshot is not None)
    with db.transaction() as session:
        session.add(ServerState(key="paused", at=desk.clock.now()))
    desk.step(post_id)
    assert desk.publishes() == []
    with db.transaction() as session:
        session.delete(session.get_one(ServerState, "paused"))
    assert desk.run_to_rest(post_id).state is PostState.PUBLISHED


def test_a_paused_workspace_keeps_its_posts(desk: Desk) -> None:
    post_id = desk.add_reel()
    with db.transaction() as session:
        session.execute(update(Workspace).values(paused_at=desk.clock.now()))
    desk.step(post_id)
    assert desk.sandbox.journal() == []


def test_whoever_was_overtaken_writes_nothing(desk: Desk) -> None:
    post = desk.post(desk.add_reel())
    with db.every_workspace():
        hold = claim_post(post, fence=FENCE, now=desk.clock.now())
        assert hold is not None
        with db.transaction() as session:
            session.execute(update(Lease).values(fence=FENCE + 1))
        with pytest.raises(Fenced):
            record(hold, desk.clock.now(), caption="zombie")
        assert claim_post(desk.post(post.id), fence=FENCE, now=desk.clock.now()) is None
        assert claim_post(desk.post(post.id), fence=FENCE + 1, now=desk.clock.now()) is not None
    assert desk.post(post.id).caption != "zombie"


def test_of_many_who_saw_the_same_row_one_gets_it(desk: Desk) -> None:
    post = desk.post(desk.add_reel())

    def claim(_: int) -> object:
        with db.every_workspace():
            return claim_post(post, fence=FENCE, now=desk.clock.now())

    with ThreadPoolExecutor(8) as pool:
        holds = list(pool.map(claim, range(24)))
    assert len([hold for hold in holds if hold is not None]) == 1


def test_a_post_that_was_cancelled_in_mid_step_stays_cancelled(desk: Desk) -> None:
    post = desk.post(desk.add_reel())
    user = make_user("smm@alma.example", _workspace(desk))
    with db.workspace_scope(desk.account.workspace_id):
        hold = claim_post(post, fence=FENCE, now=desk.clock.now())
        assert hold is not None
        cancel_post(post.id, user_id=user.id, clock=desk.clock)
        with pytest.raises(Fenced):
            record(hold, desk.clock.now(), state=PostState.STAGED)
    assert desk.post(post.id).state is PostState.CANCELLED


def test_a_question_to_the_operator_can_be_answered_in_three_ways(desk: Desk) -> None:
    user = make_user("smm@alma.example", _workspace(desk))
    post_id = _unconfirmed(desk)
    with db.workspace_scope(desk.account.workspace_id):
        check_now(post_id, user_id=user.id, clock=desk.clock)
    assert desk.run_to_rest(post_id).state is PostState.UNCONFIRMED
    candidate = desk.post(post_id).reason_values["fitting"][0]  # type: ignore[index]
    with db.workspace_scope(desk.account.workspace_id):
        confirm_live(post_id, ig_media_id=candidate, user_id=user.id, clock=desk.clock)
    post = desk.run_to_rest(post_id)
    assert (post.state, post.ig_media_id) == (PostState.PUBLISHED, candidate)
    other = _unconfirmed(desk)
    with db.workspace_scope(desk.account.workspace_id):
        publish_again(other, user_id=user.id, clock=desk.clock)
    assert desk.run_to_rest(other).state is PostState.PUBLISHED


def _unconfirmed(desk: Desk) -> int:
    post_id = desk.add_reel()
    desk.fault(PUBLISH, "foreign_post")
    desk.fault(PUBLISH, "drop_request")
    assert desk.run_to_rest(post_id).state is PostState.UNCONFIRMED
    return post_id


def _account(desk: Desk) -> Account:
    with db.every_workspace(), db.reading() as session:
        return session.get_one(Account, desk.account.id)


def _set_account(desk: Desk, **values: object) -> None:
    with db.every_workspace(), db.transaction() as session:
        session.execute(update(Account).values(**values), execution_options={"synchronize_session": False})


def _workspace(desk: Desk) -> Workspace:
    with db.reading() as session:
        return session.get_one(Workspace, desk.account.workspace_id)
