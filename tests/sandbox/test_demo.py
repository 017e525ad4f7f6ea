"""The demo shop: full, the same for the same seed, quick to open, decent to look at."""

import io
import re
import time
from datetime import datetime
from typing import Any

import av
import pytest
from PIL import Image

from sandbox.demo.drawing import SUBJECTS, draw
from sandbox.demo.story import COMMENTS, CONVERSATIONS, DAYS, POSTS, Story
from tests.sandbox.driver import Driver, User
from tests.sandbox.test_process import start

NOW = 1_790_000_000.0
KAZAKH = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")


@pytest.fixture
def shop(driver: Driver) -> User:
    driver.control("settings", {"conversation_calls_per_s": 1000})
    return User(**driver.control("demo", {}))


def everything(driver: Driver, user: User, path: str, **params: str) -> list[dict[str, Any]]:
    rows, params = [], {"limit": "50", **params}
    while True:
        page = driver.get(path, user, **params)
        rows += page["data"]
        if "next" not in page.get("paging", {}):
            return rows
        params["after"] = page["paging"]["cursors"]["after"]


def test_the_shop_is_open_in_less_than_five_seconds_and_full(driver: Driver) -> None:
    before = time.monotonic()
    shop = User(**driver.control("demo", {}))
    assert time.monotonic() - before < 5
    driver.control("settings", {"conversation_calls_per_s": 1000})
    media = everything(driver, shop, "/me/media", fields="comments_count,media_type,like_count,timestamp")
    assert len(media) == POSTS
    assert sum(row["comments_count"] for row in media) == COMMENTS
    assert {row["media_type"] for row in media} == {"VIDEO", "IMAGE", "CAROUSEL_ALBUM"}
    assert [row["timestamp"] for row in media] == sorted((row["timestamp"] for row in media), reverse=True)
    assert all(row["like_count"] > 0 for row in media)
    assert len(driver.get("/me/stories", shop)["data"]) == 2
    assert len(everything(driver, shop, "/me/conversations")) == CONVERSATIONS


def test_opening_it_again_changes_nothing(driver: Driver, shop: User) -> None:
    again = User(**driver.control("demo", {}))
    assert (again.user_id, again.id) == (shop.user_id, shop.id)
    assert len(everything(driver, again, "/me/media")) == POSTS


def test_its_numbers_reach_back(driver: Driver, shop: User) -> None:
    now = int(driver.control("clock")["unix"])
    window = {"since": str(now - 30 * 86_400), "until": str(now)}
    reach = driver.get("/me/insights", shop, metric="reach", period="day", **window)["data"][0]["values"]
    assert len(reach) >= 30
    assert all(row["value"] > 0 for row in reach)


def test_some_messages_wait_near_the_end_of_their_day(driver: Driver, shop: User) -> None:
    fields = "participants,messages.limit(1){from,created_time}"
    rows = everything(driver, shop, "/me/conversations", fields=fields)
    now = driver.control("clock")["unix"]
    ages = []
    for row in rows:
        (last,) = row["messages"]["data"]
        if last["from"]["id"] != shop.user_id:
            ages.append((now - _unix(last["created_time"])) / 3600)
    assert len([age for age in ages if 22 < age < 24]) == 4
    assert len([age for age in ages if age < 22]) >= 8


def _unix(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp()


def test_the_same_seed_tells_the_same_story() -> None:
    first, second, other = Story(1, NOW), Story(1, NOW), Story(2, NOW)
    assert (first.posts, first.remarks, first.dialogues) == (second.posts, second.remarks, second.dialogues)
    assert other.remarks != first.remarks


def test_the_story_is_in_three_voices_and_in_order() -> None:
    story = Story(1, NOW)
    texts = [remark.text for remark in story.remarks]
    assert len([text for text in texts if KAZAKH.search(text)]) > 200
    assert len([text for text in texts if not KAZAKH.search(text)]) > 200
    assert not [text for text in texts if "{" in text]
    assert [remark.at for remark in story.remarks] == sorted(remark.at for remark in story.remarks)
    for place, remark in enumerate(story.remarks):
        assert remark.at >= story.posts[remark.post].at
        if remark.parent is not None:
            parent = story.remarks[remark.parent]
            assert remark.parent < place or parent.at == remark.at
            assert (parent.post, remark.person) == (remark.post, None)
    assert NOW - story.posts[0].at > (DAYS - 10) * 86_400


@pytest.mark.parametrize("subject", SUBJECTS)
def test_pictures_are_the_same_for_the_same_key(subject: str) -> None:
    first, second = draw(f"1-1-{subject}", (120, 150)), draw(f"1-1-{subject}", (120, 150))
    assert first.tobytes() == second.tobytes()
    assert len(first.resize((12, 15)).getcolors(1000) or ()) > 30


def test_pictures_and_reels_are_drawn_when_they_are_looked_at(driver: Driver, shop: User) -> None:
    rows = everything(driver, shop, "/me/media", fields="media_type,media_url,thumbnail_url,children{media_url}")
    reel = next(row for row in rows if row["media_type"] == "VIDEO")
    album = next(row for row in rows if row["media_type"] == "CAROUSEL_ALBUM")
    assert len(album["children"]["data"]) == 3
    for url in (reel["thumbnail_url"], album["media_url"], album["children"]["data"][2]["media_url"]):
        with Image.open(io.BytesIO(driver.http.get(url).content)) as picture:
            assert picture.format == "JPEG"
    with av.open(io.BytesIO(driver.http.get(reel["media_url"]).content)) as video:
        assert video.streams.video[0].frames > 10
    assert driver.http.get(f"{driver.url}/cdn/drawn/1-x-cup.jpg").status_code == 400


def test_the_program_can_begin_with_it() -> None:
    process, driver = start("--demo")
    accounts = driver.control("accounts")["data"]
    assert [account["username"] for account in accounts] == ["alma.coffee"]
    process.terminate()
    process.wait(10)
