"""What the operator can order for a post."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from app import db
from app.accounts.models import Account
from app.crypto import KeyRing
from app.errors import NotFound, RuleError
from app.publishing.models import Post, PostState, StepName, Wait
from app.publishing.order_post import (
    cancel_post,
    check_now,
    confirm_live,
    publish_again,
    restore_post,
    retry_post,
    take_back_post,
)
from app.publishing.queries import get_post, list_steps
from app.publishing.rules import CANCELLABLE, TAKE_BACK
from tests.clocks import DEFAULT_NOW, FrozenClock
from tests.factories import Cast, make_account, make_asset, make_cast, make_post

DUE = DEFAULT_NOW + timedelta(hours=2)
CALLED = DEFAULT_NOW - timedelta(minutes=20)


@pytest.fixture
def cast(database: object) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    return make_account(cast.workspace, keys)


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    with db.workspace_scope(cast.workspace.id):
        yield


@pytest.fixture
def given(cast: Cast, clock: FrozenClock) -> dict[str, Any]:
    return {"user_id": cast.member.id, "clock": clock}


@pytest.fixture
def write(cast: Cast, account: Account) -> Callable[..., int]:
    """Write a Reel and return its id."""

    def write_one(due_at: datetime = DUE, **values: Any) -> int:
        return make_post(account, make_asset(cast.workspace), due_at=due_at, **values).id

    return write_one


def in_doubt(write: Callable[..., int]) -> int:
    return write(
        CALLED,
        state=PostState.UNCONFIRMED,
        reason="unconfirmed",
        reason_values={"fitting": ["17900000000000001", "17900000000000002"]},
        publish_called_at=CALLED,
        ig_container_id="178",
        next_step_at=None,
    )


def orders(post_id: int) -> list[str]:
    return [step.detail["order"] for step in list_steps(post_id) if step.name is StepName.ORDERED]


def due_of(post: Post) -> datetime:
    assert post.due_at is not None
    return post.due_at


@pytest.mark.parametrize("state", sorted(CANCELLABLE))
def test_what_is_not_being_published_can_be_cancelled(
    write: Callable[..., int], given: dict[str, Any], state: PostState
) -> None:
    post_id = write(state=state, ig_container_id="178")
    cancel_post(post_id, **given)
    post = get_post(post_id)
    assert (post.state, post.next_step_at, post.ig_container_id) == (PostState.CANCELLED, None, None)
    assert list_steps(post_id)[-1].name is StepName.CANCELLED


@pytest.mark.parametrize("state", sorted(set(PostState) - CANCELLABLE))
def test_what_is_being_published_or_is_no_plan_cannot_be_cancelled_or_taken_back(
    write: Callable[..., int], given: dict[str, Any], state: PostState
) -> None:
    post_id = write(state=state)
    for order in (cancel_post, take_back_post):
        with pytest.raises(RuleError) as caught:
            order(post_id, **given)
        assert (caught.value.key, caught.value.values) == ("post_moved_on", {"state": state})
    assert get_post(post_id).state is state


def test_taking_back_makes_a_draft_that_keeps_its_time_for_the_next_try(
    write: Callable[..., int], given: dict[str, Any]
) -> None:
    post_id = write()
    take_back_post(post_id, **given)
    post = get_post(post_id)
    assert (post.state, post.next_step_at, post.due_at) == (PostState.DRAFT, None, DUE)


def test_cancelling_can_be_undone_while_the_time_lies_ahead(
    write: Callable[..., int], given: dict[str, Any], clock: FrozenClock
) -> None:
    post_id = write()
    cancel_post(post_id, **given)
    restore_post(post_id, **given)
    post = get_post(post_id)
    assert (post.state, post.due_at) == (PostState.SCHEDULED, DUE)
    assert post.next_step_at is not None
    cancel_post(post_id, **given)
    clock.set(DUE)
    with pytest.raises(RuleError, match="due_in_past"):
        restore_post(post_id, **given)
    assert get_post(post_id).state is PostState.CANCELLED


@pytest.mark.parametrize(
    "values",
    [
        {"state": PostState.FAILED, "reason": "container_failed", "next_step_at": None, "containers_lost": 3},
        {"state": PostState.CANCELLED, "next_step_at": None},
        {"state": PostState.STAGED, "wait": Wait.LATE, "next_step_at": None, "ig_container_id": "178"},
    ],
)
def test_a_failed_cancelled_or_late_post_goes_out_now_as_a_new_attempt(
    write: Callable[..., int], given: dict[str, Any], clock: FrozenClock, values: dict[str, Any]
) -> None:
    post_id = write(DEFAULT_NOW - timedelta(hours=5), **values)
    retry_post(post_id, **given)
    post = get_post(post_id)
    assert (post.state, post.wait, post.reason) == (PostState.SCHEDULED, None, None)
    assert (post.ig_container_id, post.containers_lost) == (None, 0)
    assert due_of(post) - clock.now() == TAKE_BACK
    assert orders(post_id) == ["retry"]


def test_a_post_that_is_on_time_is_not_retried(write: Callable[..., int], given: dict[str, Any]) -> None:
    post_id = write(claim=7)
    with pytest.raises(RuleError, match="post_moved_on"):
        retry_post(post_id, **given)
    assert (get_post(post_id).claim, get_post(post_id).due_at) == (7, DUE)


def test_checking_once_more_only_asks(write: Callable[..., int], given: dict[str, Any], clock: FrozenClock) -> None:
    post_id = in_doubt(write)
    check_now(post_id, **given)
    post = get_post(post_id)
    assert (post.state, post.next_step_at) == (PostState.PUBLISHING, clock.now())
    assert (post.ig_container_id, post.publish_called_at) == ("178", CALLED)


@pytest.mark.parametrize("ig_media_id", [None, "17900000000000002"])
def test_a_post_confirmed_by_hand_is_published_and_never_sent_again(
    write: Callable[..., int], given: dict[str, Any], ig_media_id: str | None
) -> None:
    post_id = in_doubt(write)
    confirm_live(post_id, ig_media_id=ig_media_id, **given)
    post = get_post(post_id)
    assert (post.state, post.published_at, post.ig_media_id) == (PostState.PUBLISHED, CALLED, ig_media_id)


def test_only_a_media_that_was_found_can_be_named(write: Callable[..., int], given: dict[str, Any]) -> None:
    post_id = in_doubt(write)
    with pytest.raises(RuleError, match="not_a_candidate"):
        confirm_live(post_id, ig_media_id="17900000000000003", **given)
    assert get_post(post_id).state is PostState.UNCONFIRMED


def test_publishing_again_starts_with_a_new_container(write: Callable[..., int], given: dict[str, Any]) -> None:
    post_id = in_doubt(write)
    publish_again(post_id, **given)
    post = get_post(post_id)
    assert (post.state, post.ig_container_id, post.publish_called_at) == (PostState.SCHEDULED, None, None)
    assert orders(post_id) == ["publish_again"]


def test_questions_are_only_answered_while_they_are_asked(write: Callable[..., int], given: dict[str, Any]) -> None:
    post_id = write(state=PostState.PUBLISHED)
    for order in (check_now, confirm_live, publish_again, restore_post):
        with pytest.raises(RuleError, match="post_moved_on"):
            order(post_id, **given)


def test_another_workspaces_post_is_unknown(write: Callable[..., int], given: dict[str, Any], cast: Cast) -> None:
    post_id = write()
    with db.workspace_scope(cast.other_workspace.id):
        for order in (cancel_post, take_back_post, restore_post, retry_post, check_now, confirm_live, publish_again):
            with pytest.raises(NotFound):
                order(post_id, **given)
    assert get_post(post_id).state is PostState.SCHEDULED
