"""Writing, planning and publishing posts; a form that is sent twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from app import db
from app.accounts.models import Account, AccountState
from app.assets.models import Asset, AssetKind, AssetState
from app.crypto import KeyRing
from app.errors import NotFound, RuleError
from app.publishing.content import PostContent
from app.publishing.due_time import recompute, resolve_due_time
from app.publishing.models import Attempt, AttemptStep, Post, PostKind, PostState, StepName
from app.publishing.queries import get_post, list_steps
from app.publishing.rules import EDITABLE, PREPARE_AHEAD, TAKE_BACK
from app.publishing.save_post import FormMark, publish_now, reschedule_post, save_draft, schedule_post
from tests.clocks import FrozenClock
from tests.factories import Cast, make_account, make_asset, make_cast, make_post

MARK = FormMark("t" * 32, "a" * 64)
IN_THE_EVENING = resolve_due_time(datetime(2026, 3, 2, 19, 0), "Asia/Almaty")


@pytest.fixture
def cast(database: object) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    return make_account(cast.workspace, keys)


@pytest.fixture
def asset(cast: Cast) -> Asset:
    return make_asset(cast.workspace, facts={"duration_seconds": 8.0})


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    with db.workspace_scope(cast.workspace.id):
        yield


@pytest.fixture
def given(cast: Cast, clock: FrozenClock) -> dict[str, Any]:
    return {"user_id": cast.member.id, "clock": clock}


def content_of(account: Account, *assets: Asset, **values: Any) -> PostContent:
    return PostContent(account.id, PostKind.REEL, media_asset_ids=tuple(a.id for a in assets), **values)


def count(model: type) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def names(post_id: int) -> list[StepName]:
    return [step.name for step in list_steps(post_id)]


def test_a_draft_needs_no_video_and_no_time(account: Account, given: dict[str, Any], cast: Cast) -> None:
    post = get_post(save_draft(content_of(account, caption="Набросок\r\nвторая строка"), **given).id)
    assert (post.state, post.caption, post.due_at) == (PostState.DRAFT, "Набросок\nвторая строка", None)
    assert (post.next_step_at, post.created_by_id) == (None, cast.member.id)
    assert names(post.id) == [StepName.CREATED]


def test_a_planned_post_keeps_its_wall_time_and_is_prepared_a_quarter_of_an_hour_before(
    account: Account, asset: Asset, given: dict[str, Any]
) -> None:
    post = get_post(schedule_post(content_of(account, asset), IN_THE_EVENING, **given).id)
    assert (post.state, post.due_at) == (PostState.SCHEDULED, IN_THE_EVENING.at)
    assert (post.due_wall, post.due_zone, post.due_fold) == (IN_THE_EVENING.wall, "Asia/Almaty", 0)
    assert post.next_step_at == IN_THE_EVENING.at - PREPARE_AHEAD
    assert [link.asset_id for link in post.post_assets] == [asset.id]
    assert names(post.id) == [StepName.CREATED, StepName.SCHEDULED]


def test_a_post_is_not_planned_for_a_time_that_has_passed(
    account: Account, asset: Asset, given: dict[str, Any], clock: FrozenClock
) -> None:
    clock.set(IN_THE_EVENING.at)
    with pytest.raises(RuleError, match="due_in_past"):
        schedule_post(content_of(account, asset), IN_THE_EVENING, **given)
    assert count(Post) == 0


def test_a_time_a_moment_ahead_is_still_taken(
    account: Account, asset: Asset, given: dict[str, Any], clock: FrozenClock
) -> None:
    clock.set(IN_THE_EVENING.at - timedelta(seconds=1))
    post = schedule_post(content_of(account, asset), IN_THE_EVENING, **given)
    assert get_post(post.id).next_step_at == clock.now()


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("caption_too_long", {"caption": "я" * 2201}),
        ("too_many_hashtags", {"caption": "#а " * 31}),
        ("too_many_mentions", {"caption": "@a " * 21}),
        ("thumb_offset", {"thumb_offset_ms": 8001}),
    ],
)
def test_what_instagram_would_refuse_is_not_planned_but_kept_as_a_draft(
    account: Account, asset: Asset, given: dict[str, Any], key: str, values: dict[str, Any]
) -> None:
    content = content_of(account, asset, **values)
    plans: list[Callable[[], Post]] = [
        lambda: schedule_post(content, IN_THE_EVENING, **given),
        lambda: publish_now(content, **given),
    ]
    for plan in plans:
        with pytest.raises(RuleError, match=key):
            plan()
    assert count(Post) == count(AttemptStep) == 0
    assert save_draft(content, **given).state is PostState.DRAFT


def test_a_caption_at_the_limit_is_planned(account: Account, asset: Asset, given: dict[str, Any]) -> None:
    content = content_of(account, asset, caption="я" * 2140 + " #а" * 20)
    assert schedule_post(content, IN_THE_EVENING, **given).state is PostState.SCHEDULED


def test_a_post_is_planned_while_its_file_is_still_on_its_way(
    account: Account, cast: Cast, given: dict[str, Any]
) -> None:
    asset = make_asset(cast.workspace, state=AssetState.UPLOADING, facts=None, ready_at=None)
    assert schedule_post(content_of(account, asset), IN_THE_EVENING, **given).state is PostState.SCHEDULED


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("media_refused", {"state": AssetState.REFUSED, "refusal": "reel_too_short"}),
        ("wrong_kind_of_file", {"kind": AssetKind.IMAGE}),
    ],
)
def test_a_file_that_can_never_go_out_is_not_planned(
    account: Account, cast: Cast, given: dict[str, Any], key: str, values: dict[str, Any]
) -> None:
    with pytest.raises(RuleError, match=key):
        schedule_post(content_of(account, make_asset(cast.workspace, **values)), IN_THE_EVENING, **given)


def test_another_workspaces_account_and_files_are_unknown(
    account: Account, asset: Asset, given: dict[str, Any], cast: Cast, keys: KeyRing
) -> None:
    foreign_account = make_account(cast.other_workspace, keys, ig_user_id="17841400000000002")
    foreign_asset = make_asset(cast.other_workspace)
    for content in (
        content_of(foreign_account, asset),
        content_of(account, foreign_asset),
        content_of(account, asset, cover_asset_id=foreign_asset.id),
    ):
        with pytest.raises(NotFound):
            save_draft(content, **given)
    assert count(Post) == 0


def test_nothing_is_written_for_a_disconnected_account(cast: Cast, keys: KeyRing, given: dict[str, Any]) -> None:
    gone = make_account(cast.workspace, keys, state=AccountState.DISCONNECTED)
    with pytest.raises(NotFound):
        save_draft(content_of(gone), **given)


def test_publish_now_leaves_time_to_take_it_back_and_keeps_instant_and_wall_time_together(
    account: Account, asset: Asset, given: dict[str, Any], clock: FrozenClock
) -> None:
    clock.set(clock.now() + timedelta(milliseconds=1))
    post = get_post(publish_now(content_of(account, asset), **given).id)
    assert post.due_at is not None and post.due_wall is not None
    assert TAKE_BACK <= post.due_at - clock.now() < TAKE_BACK + timedelta(seconds=1)
    assert recompute(post.due_wall, "Asia/Almaty", post.due_fold) == post.due_at


def test_editing_a_staged_post_takes_it_out_of_the_schedulers_hands(
    account: Account, asset: Asset, given: dict[str, Any]
) -> None:
    staged = make_post(
        account,
        asset,
        due_at=IN_THE_EVENING.at,
        state=PostState.STAGED,
        ig_container_id="178",
        claim=4,
        snapshot={"taken_at": "x"},
    )
    schedule_post(content_of(account, asset, caption="Новые слова"), IN_THE_EVENING, post_id=staged.id, **given)
    post = get_post(staged.id)
    assert (post.state, post.caption, post.ig_container_id) == (PostState.SCHEDULED, "Новые слова", None)
    assert (post.claim, post.snapshot) == (5, None)
    assert names(post.id) == [StepName.EDITED, StepName.SCHEDULED]


def test_saving_a_planned_post_as_a_draft_takes_it_out_of_the_queue(
    account: Account, asset: Asset, given: dict[str, Any]
) -> None:
    planned = make_post(account, asset, due_at=IN_THE_EVENING.at)
    save_draft(content_of(account, asset), post_id=planned.id, **given)
    post = get_post(planned.id)
    assert (post.state, post.next_step_at) == (PostState.DRAFT, None)


@pytest.mark.parametrize("state", sorted(set(PostState) - EDITABLE))
def test_a_post_that_is_under_way_or_out_is_not_changed(
    account: Account, asset: Asset, given: dict[str, Any], state: PostState
) -> None:
    post = make_post(account, asset, due_at=IN_THE_EVENING.at, state=state, claim=4)
    content = content_of(account, asset, caption="Другое")
    changes: list[Callable[[], Post]] = [
        lambda: save_draft(content, post_id=post.id, **given),
        lambda: schedule_post(content, IN_THE_EVENING, post_id=post.id, **given),
        lambda: publish_now(content, post_id=post.id, **given),
        lambda: reschedule_post(post.id, IN_THE_EVENING, **given),
    ]
    for change in changes:
        with pytest.raises(RuleError) as caught:
            change()
        assert (caught.value.key, caught.value.values["state"]) == ("post_moved_on", state)
    after = get_post(post.id)
    assert (after.state, after.claim, after.caption) == (state, 4, post.caption)


def test_moving_a_post_changes_nothing_but_its_time(account: Account, asset: Asset, given: dict[str, Any]) -> None:
    post = make_post(account, asset, due_at=IN_THE_EVENING.at, state=PostState.STAGED, ig_container_id="178")
    later = resolve_due_time(datetime(2026, 3, 3, 10, 0), "Asia/Almaty")
    reschedule_post(post.id, later, **given)
    moved = get_post(post.id)
    assert (moved.state, moved.due_at, moved.ig_container_id) == (PostState.SCHEDULED, later.at, None)
    assert moved.caption == post.caption


def test_the_same_form_sent_twice_writes_one_post(account: Account, asset: Asset, given: dict[str, Any]) -> None:
    content = content_of(account, asset)
    first = schedule_post(content, IN_THE_EVENING, mark=MARK, **given)
    second = schedule_post(content, IN_THE_EVENING, mark=MARK, **given)
    assert first.id == second.id
    assert (count(Post), count(Attempt), len(names(first.id))) == (1, 1, 2)


def test_the_same_form_sent_late_is_no_error_though_its_time_has_passed(
    account: Account, asset: Asset, given: dict[str, Any], clock: FrozenClock
) -> None:
    first = schedule_post(content_of(account, asset), IN_THE_EVENING, mark=MARK, **given)
    clock.set(IN_THE_EVENING.at + timedelta(seconds=1))
    assert schedule_post(content_of(account, asset), IN_THE_EVENING, mark=MARK, **given).id == first.id


def test_a_form_that_was_changed_after_it_was_sent_changes_its_post(
    account: Account, asset: Asset, given: dict[str, Any]
) -> None:
    first = save_draft(content_of(account, caption="Одно"), mark=MARK, **given)
    changed = FormMark(MARK.token, "b" * 64)
    second = schedule_post(content_of(account, asset, caption="Другое"), IN_THE_EVENING, mark=changed, **given)
    assert first.id == second.id
    assert (get_post(first.id).caption, count(Post)) == ("Другое", 1)


def test_the_same_token_in_another_workspace_is_another_form(
    account: Account, given: dict[str, Any], cast: Cast, keys: KeyRing
) -> None:
    first = save_draft(content_of(account), mark=MARK, **given)
    foreign = make_account(cast.other_workspace, keys, ig_user_id="17841400000000002")
    with db.workspace_scope(cast.other_workspace.id):
        second = save_draft(content_of(foreign), mark=MARK, user_id=cast.outsider.id, clock=given["clock"])
    assert first.id != second.id


def test_a_double_click_that_reaches_two_workers_at_once_writes_one_post(
    account: Account, asset: Asset, given: dict[str, Any], cast: Cast
) -> None:
    at_once = Barrier(4)

    def click(_number: int) -> int:
        with db.workspace_scope(cast.workspace.id):
            at_once.wait()
            return schedule_post(content_of(account, asset), IN_THE_EVENING, mark=MARK, **given).id

    with ThreadPoolExecutor(4) as workers:
        ids = set(workers.map(click, range(4)))
    assert (len(ids), count(Post), count(Attempt)) == (1, 1, 1)
