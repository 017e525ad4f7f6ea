"""A post's page: its state, the buttons that help, and its log."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app import db
from app.publishing.models import AttemptStep, Post, PostState, StepName, StepPhase, Wait
from tests.blueprints.publishing.conftest import toast
from tests.clocks import DEFAULT_NOW, FrozenClock
from tests.factories import Cast
from tests.web_client import Browser, OpenBrowser

HOUR = timedelta(hours=1)
Write = Callable[..., int]
Read = Callable[[int], Post]
Log = Callable[..., None]
CALL = {
    "method": "GET",
    "path": "/v25.0/178",
    "http_status": 200,
    "ms": 212,
    "answer": '{"id": "<b>"}',
    "trace_id": "A1",
}


@pytest.fixture
def log(cast: Cast) -> Log:
    """Write lines of a post's log, a second apart."""

    def write_lines(post_id: int, *lines: tuple[StepName, StepPhase, bool, dict[str, Any]], **values: Any) -> None:
        with db.workspace_scope(cast.workspace.id), db.transaction() as session:
            for seconds, (name, phase, ok, detail) in enumerate(lines):
                at = DEFAULT_NOW + timedelta(seconds=seconds)
                step = AttemptStep(post_id=post_id, at=at, name=name, phase=phase, ok=ok, detail=detail, **values)
                session.add(step)
                session.flush()

    return write_lines


def in_doubt(write: Write) -> int:
    return write(
        due_at=DEFAULT_NOW - HOUR,
        state=PostState.UNCONFIRMED,
        reason="unconfirmed",
        reason_values={"fitting": ["17900000000000001"]},
        publish_called_at=DEFAULT_NOW - HOUR,
        next_step_at=None,
    )


def test_a_published_post_links_to_instagram(member: Browser, write: Write) -> None:
    post_id = write(
        due_at=DEFAULT_NOW, state=PostState.PUBLISHED, published_at=DEFAULT_NOW, next_step_at=None,
        permalink="https://www.instagram.com/reel/Abc/",
    )  # fmt: skip
    page = member.get(f"/posts/{post_id}").text
    assert re.search(r'href="https://www.instagram.com/reel/Abc/"[^>]*rel="noopener noreferrer"', page)
    assert "2 March 2026, 09:00:00" in page


def test_a_published_post_without_a_link_says_so(member: Browser, write: Write) -> None:
    post_id = write(due_at=DEFAULT_NOW, state=PostState.PUBLISHED, published_at=DEFAULT_NOW, next_step_at=None)
    assert "Instagram has not told us its link" in member.get(f"/posts/{post_id}").text


@pytest.mark.parametrize(("state", "polls"), [(PostState.PUBLISHING, True), (PostState.DRAFT, False)])
def test_the_page_asks_again_only_while_the_post_moves(
    member: Browser, write: Write, state: PostState, polls: bool
) -> None:
    post_id = write(due_at=DEFAULT_NOW, state=state, next_step_at=None)
    for path in (f"/posts/{post_id}", f"/posts/{post_id}/progress"):
        assert (f'hx-get="/posts/{post_id}/progress"' in member.get(path).text) is polls


def test_a_failed_post_says_why_and_can_be_tried_again(member: Browser, write: Write, read: Read) -> None:
    post_id = write(due_at=DEFAULT_NOW - HOUR, state=PostState.FAILED, reason="container_never_ready")
    page = member.get(f"/posts/{post_id}").text
    assert "Instagram kept processing the video for hours and never finished." in page
    answer = member.post(f"/posts/{post_id}/retry")
    assert (answer.status_code, answer.location) == (303, f"/posts/{post_id}")
    assert read(post_id).state is PostState.SCHEDULED
    assert f"/posts/{post_id}/take-back" in toast(member)


def test_a_late_post_offers_the_three_ways_out(member: Browser, write: Write) -> None:
    post_id = write(due_at=DEFAULT_NOW - 2 * HOUR, wait=Wait.LATE, next_step_at=None)
    page = member.get(f"/posts/{post_id}").text
    for way in ("retry", "time", "cancel"):
        assert f'"/posts/{post_id}/{way}"' in page


def test_a_post_in_doubt_puts_the_question_with_three_answers(member: Browser, write: Write, read: Read) -> None:
    post_id = in_doubt(write)
    page = member.get(f"/posts/{post_id}").text
    assert "Is this Reel on the profile of @alma.coffee?" in page
    assert 'value="17900000000000001"' in page
    for answer in ("check", "confirm", "publish-again"):
        assert f'action="/posts/{post_id}/{answer}"' in page


@pytest.mark.parametrize(
    ("path", "fields", "state", "ig_media_id"),
    [
        ("check", {}, PostState.PUBLISHING, None),
        ("confirm", {}, PostState.PUBLISHED, None),
        ("confirm", {"ig_media_id": "17900000000000001"}, PostState.PUBLISHED, "17900000000000001"),
        ("confirm", {"ig_media_id": "17900000000000009"}, PostState.UNCONFIRMED, None),
        ("publish-again", {}, PostState.SCHEDULED, None),
    ],
)
def test_each_answer_is_carried_out(
    member: Browser,
    write: Write,
    read: Read,
    path: str,
    fields: dict[str, str],
    state: PostState,
    ig_media_id: str | None,
) -> None:
    post_id = in_doubt(write)
    assert member.post(f"/posts/{post_id}/{path}", fields).status_code == 303
    assert (read(post_id).state, read(post_id).ig_media_id) == (state, ig_media_id)


def test_cancelling_can_be_undone(member: Browser, write: Write, read: Read, clock: FrozenClock) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    member.post(f"/posts/{post_id}/cancel")
    assert read(post_id).state is PostState.CANCELLED
    assert f'action="/posts/{post_id}/restore"' in toast(member)
    member.post(f"/posts/{post_id}/restore")
    assert read(post_id).state is PostState.SCHEDULED
    clock.advance(hours=3)
    member.post(f"/posts/{post_id}/cancel")
    assert "restore" not in toast(member)
    member.post(f"/posts/{post_id}/restore")
    assert "has passed already" in toast(member)


@pytest.mark.parametrize("order", ["take-back", "cancel", "restore", "retry", "check", "publish-again", "delete"])
def test_an_order_for_a_post_that_is_going_out_changes_nothing_and_says_so(
    member: Browser, write: Write, read: Read, order: str
) -> None:
    post_id = write(due_at=DEFAULT_NOW, state=PostState.PUBLISHING)
    assert member.post(f"/posts/{post_id}/{order}").status_code == 303
    assert "This post is being published right now." in toast(member)
    assert read(post_id).state is PostState.PUBLISHING


@pytest.mark.parametrize(
    "path", ["take-back", "cancel", "restore", "retry", "check", "confirm", "publish-again", "delete"]
)
def test_another_workspaces_post_is_not_there(
    open_browser: OpenBrowser, cast: Cast, write: Write, read: Read, path: str
) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    outsider = open_browser(cast.outsider, cast.other_workspace)
    assert outsider.post(f"/posts/{post_id}/{path}").status_code == 404
    for page in ("", "/edit", "/time", "/progress"):
        assert outsider.get(f"/posts/{post_id}{page}").status_code == 404
    assert read(post_id).state is PostState.SCHEDULED


def test_deleting_takes_the_post_away(member: Browser, write: Write) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    answer = member.post(f"/posts/{post_id}/delete")
    assert (answer.status_code, answer.location) == (303, "/posts")
    assert member.get(f"/posts/{post_id}").status_code == 404


def test_one_tap_on_a_chip_moves_a_post(member: Browser, write: Write, read: Read) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    page = member.get(f"/posts/{post_id}/time").text
    chosen = re.findall(r'name="chosen" value="([^"]*)"', page)
    assert "2026-03-03T10:00" in chosen
    assert member.post(f"/posts/{post_id}/time", {"chosen": "2026-03-03T10:00"}).status_code == 303
    due_at = read(post_id).due_at
    assert due_at is not None and due_at.isoformat() == "2026-03-03T05:00:00+00:00"


def test_moving_into_the_past_is_refused_beside_the_field(member: Browser, write: Write, read: Read) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    answer = member.post(f"/posts/{post_id}/time", {"due_date": "2026-03-01", "due_time": "10:00"})
    assert answer.status_code == 422
    assert "1 March 2026, 10:00 has passed already." in answer.text
    assert read(post_id).due_at == DEFAULT_NOW + HOUR


def test_polls_in_a_row_are_told_as_one(member: Browser, write: Write, log: Log) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    poll = (StepName.READ_CONTAINER, StepPhase.OUTCOME, True, {"status": "IN_PROGRESS", "calls": [CALL]})
    done = (StepName.READ_CONTAINER, StepPhase.OUTCOME, True, {"status": "FINISHED", "calls": [CALL]})
    log(post_id, poll, poll, poll, done)
    page = member.get(f"/posts/{post_id}").text
    assert page.count("timeline-step") == 1
    assert "Asked Instagram 4 times" in page and "Instagram is ready: only publishing is left" in page
    assert "09:00:03" in page


def test_equal_refusals_in_a_row_are_told_as_one(member: Browser, write: Write, log: Log) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    intention: tuple[StepName, StepPhase, bool, dict[str, object]] = (
        StepName.CREATE_CONTAINER,
        StepPhase.INTENTION,
        True,
        {},
    )
    away = (StepName.CREATE_CONTAINER, StepPhase.OUTCOME, False, {"error": "instagram_unreachable", "calls": [CALL]})
    down = (StepName.CREATE_CONTAINER, StepPhase.OUTCOME, False, {"error": "instagram_down", "calls": [CALL]})
    log(post_id, intention, away, intention, away, intention, away, intention, down)
    page = member.get(f"/posts/{post_id}").text
    assert page.count("timeline-step") == 2
    assert "Asked Instagram 3 times" in page
    assert page.count("Instagram cannot be reached from this server.") == 1


def test_an_intention_and_its_outcome_are_one_line_and_a_lonely_intention_says_so(
    member: Browser, write: Write, log: Log
) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    intention = (StepName.PUBLISH, StepPhase.INTENTION, True, {"container": "178"})
    log(post_id, intention)
    assert "no answer was written down" in member.get(f"/posts/{post_id}").text
    log(post_id, (StepName.PUBLISH, StepPhase.OUTCOME, True, {"ig_media_id": "179"}))
    page = member.get(f"/posts/{post_id}").text
    assert page.count("timeline-step") == 1 and "no answer was written down" not in page


def test_instagrams_answers_are_shown_as_text(member: Browser, write: Write, log: Log) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    log(post_id, (StepName.CREATE_CONTAINER, StepPhase.OUTCOME, True, {"calls": [CALL]}))
    page = member.get(f"/posts/{post_id}").text
    assert "&lt;b&gt;" in page and "<b>" not in page
    assert "200 after 0.2 s" in page


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_every_kind_of_step_has_a_sentence(
    open_browser: OpenBrowser, cast: Cast, write: Write, log: Log, language: str
) -> None:
    moment = DEFAULT_NOW.isoformat()
    details: list[dict[str, Any]] = [
        {},
        {"error": "no_answer", "outcome_unknown": True, "reason": "container_never_ready", "wait": "quota"},
        {"order": "retry", "status": "ERROR", "verdict": "live", "was": moment, "is": moment},
    ]
    browser = open_browser(cast.member, cast.workspace, language)
    for name in StepName:
        post_id = write(due_at=DEFAULT_NOW + HOUR)
        lines = [(name, phase, ok, detail) for phase in StepPhase for ok in (True, False) for detail in details]
        log(post_id, *lines, user_id=cast.member.id)
        page = browser.get(f"/posts/{post_id}/progress")
        assert page.status_code == 200, name
        titles = re.findall(r'class="timeline-head"><span>([^<]*)<', page.text)
        assert titles and all(title.strip() for title in titles), name
        assert "Ольга" in page.text, name
