"""The queue in the browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from app import db
from app.accounts.models import Account
from app.assets.models import AssetState
from app.publishing.models import PostState, Wait
from tests.clocks import DEFAULT_NOW
from tests.factories import Cast, make_asset
from tests.web_client import Browser, OpenBrowser

HOUR = timedelta(hours=1)
Write = Callable[..., int]


def cards(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'id="post-(\d+)"', text)]


def queries_of(browser: Browser, path: str) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    with db.reading() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_an_empty_queue_says_what_will_be_here(member: Browser, account: Account) -> None:
    for tab, words in {
        "planned": "Nothing is planned",
        "attention": "Nothing needs you",
        "drafts": "No drafts",
        "published": "Nothing published yet",
        "cancelled": "Nothing was cancelled",
    }.items():
        assert words in member.get(f"/posts?tab={tab}").text


def test_without_an_account_the_first_step_is_to_connect_one(member: Browser) -> None:
    assert "Connect an Instagram account first" in member.get("/posts").text


def test_a_planned_post_is_shown_with_its_time_its_account_and_its_outlook(member: Browser, write: Write) -> None:
    post_id = write(due_at=DEFAULT_NOW + 2 * HOUR, caption="Раф с облепихой")
    page = member.get("/posts").text
    assert cards(page) == [post_id]
    for words in ("Mon, 2 March, 11:00", "in 2 hours", "Раф с облепихой", "@alma.coffee", "Will go out on time"):
        assert words in page


def test_a_time_in_another_zone_is_shown_as_it_was_planned_there(member: Browser, write: Write) -> None:
    write(due_at=DEFAULT_NOW + 2 * HOUR, due_zone="Europe/Berlin")
    assert "Mon, 2 March, 07:00 · Berlin, UTC+1" in member.get("/posts").text


def test_the_tabs_tell_how_much_is_in_them(member: Browser, write: Write) -> None:
    for _number in range(101):
        write()
    write(due_at=DEFAULT_NOW + HOUR)
    counts = re.findall(r'class="tab-count">([^<]*)<', member.get("/posts").text)
    assert counts == ["1", "0", "99+", "0", "0"]


@pytest.mark.parametrize(
    ("values", "badge", "sentence", "button"),
    [
        ({"state": PostState.FAILED, "reason": "video_processing_failed"}, "Not published", "", "/retry"),
        (
            {"state": PostState.FAILED, "reason": "caption_too_long", "reason_values": {"error": "caption_too_long"}},
            "Not published",
            "The caption is too long for Instagram.",
            "/edit",
        ),
        ({"state": PostState.UNCONFIRMED, "reason": "unconfirmed"}, "Needs your eyes", "it cannot be told", ""),
        ({"wait": Wait.LATE, "next_step_at": None}, "Waiting for you", "The time of this post has passed", "/retry"),
    ],
)
def test_what_needs_somebody_says_why_and_offers_one_button(
    member: Browser, write: Write, values: dict[str, object], badge: str, sentence: str, button: str
) -> None:
    post_id = write(due_at=DEFAULT_NOW - 2 * HOUR, **values)
    page = member.get("/posts?tab=attention").text
    problem = page.partition("post-card-problem")[2].partition("post-card-end")[0]
    assert badge in page and sentence in problem
    assert f"/posts/{post_id}{button}" in problem
    assert problem.count("<button") + problem.count('class="button') <= 2


@pytest.mark.parametrize(
    ("wait", "word"),
    [
        (Wait.FILE, "Waiting for file"),
        (Wait.ACCOUNT, "Waiting for the account"),
        (Wait.QUOTA, "Waiting for quota"),
        (Wait.LIMIT, "Waiting for Instagram"),
    ],
)
def test_a_post_that_stands_still_says_what_for(member: Browser, write: Write, wait: Wait, word: str) -> None:
    write(due_at=DEFAULT_NOW + HOUR, wait=wait)
    assert word in member.get("/posts").text


def test_load_more_is_a_link_and_a_fragment(member: Browser, write: Write) -> None:
    ids = [write(due_at=DEFAULT_NOW + HOUR * number) for number in range(30)]
    first = member.get("/posts")
    url = re.findall(r'class="button" href="(/posts\?[^"]*cursor[^"]*)"', first.text)[0].replace("&amp;", "&")
    assert cards(first.text) == ids[:25]
    page, fragment = member.get(url), member.get(url, headers={"HX-Request": "true"})
    assert cards(page.text) == cards(fragment.text) == ids[25:]
    assert "<html" in page.text and "<html" not in fragment.text
    assert "cursor=" not in fragment.text


def test_only_what_is_about_to_change_is_asked_for_again(member: Browser, write: Write, cast: Cast) -> None:
    write(due_at=DEFAULT_NOW + 5 * HOUR)
    assert "/posts/refresh" not in member.get("/posts").text
    moving = [
        write(due_at=DEFAULT_NOW + HOUR, state=PostState.PUBLISHING),
        write(due_at=DEFAULT_NOW + HOUR, assets=[make_asset(cast.workspace, state=AssetState.CHECKING)]),
    ]
    page = member.get("/posts").text
    url = re.findall(r'hx-get="(/posts/refresh[^"]*)"', page)[0].replace("&amp;", "&")
    fragment = member.get(url, headers={"HX-Request": "true"}).text
    assert cards(fragment.replace("#post-", "")) == moving
    assert [f'hx-target="#post-{post_id}"' in fragment for post_id in moving] == [True, True]


def test_a_refresh_of_nothing_stops_asking(member: Browser, account: Account) -> None:
    text = member.get("/posts/refresh?id=999&id=x&key=5", headers={"HX-Request": "true"}).text
    assert 'id="refresh-5"' in text and "hx-get" not in text


def test_the_page_costs_as_many_queries_with_one_post_as_with_many(member: Browser, write: Write, cast: Cast) -> None:
    write(due_at=DEFAULT_NOW + HOUR)
    member.get("/posts")
    alone = queries_of(member, "/posts")
    for number in range(24):
        write(due_at=DEFAULT_NOW + HOUR * number, assets=[make_asset(cast.workspace)])
    assert queries_of(member, "/posts") == alone


def test_another_workspace_sees_none_of_it(open_browser: OpenBrowser, cast: Cast, write: Write) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR, caption="canary")
    outsider = open_browser(cast.outsider, cast.other_workspace)
    for path in ("/posts", f"/posts/refresh?id={post_id}&key=0"):
        assert "canary" not in outsider.get(path).text


@pytest.mark.parametrize("cursor", ["x", "~1", "2026-03-02T04:00:00~1", "~99999999999999999999999", "%00"])
def test_a_cursor_made_by_hand_is_no_error(member: Browser, account: Account, cursor: str) -> None:
    for tab in ("planned", "published", "attention", "nonsense"):
        assert member.get(f"/posts?tab={tab}&cursor={cursor}").status_code == 200
