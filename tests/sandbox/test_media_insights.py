"""Numbers of media: what each kind has, how they grow, what is refused."""

import itertools
from typing import Any

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import BASIC, Driver, User, error_of

DAY = 86_400
SETS = {
    "IMAGE": "reach,views,likes,comments,saved,shares,total_interactions,follows,profile_visits,reposts",
    "REELS": "reach,views,likes,comments,saved,shares,total_interactions,ig_reels_avg_watch_time,"
    "ig_reels_video_view_total_time,reels_skip_rate,reposts",
    "STORY": "reach,views,replies,shares,total_interactions,follows,profile_visits,navigation,reposts",
}


@pytest.fixture
def shop(driver: Driver) -> User:
    return driver.add_account("shop", followers_count=5000)


def post(driver: Driver, user: User, kind: str, **values: Any) -> str:
    return str(driver.control(f"accounts/{user.user_id}/media", {"media_type": kind, **values})["id"])


def read(driver: Driver, user: User, media_id: str, metric: str) -> dict[str, Any]:
    data = driver.get(f"/v25.0/{media_id}/insights", user, metric=metric)["data"]
    return {frame["name"]: frame["values"][0]["value"] for frame in data}


@pytest.mark.parametrize("kind", list(SETS))
def test_every_kind_has_its_metrics(driver: Driver, shop: User, kind: str) -> None:
    media_id = post(driver, shop, kind)
    driver.advance(DAY / 2)
    found = read(driver, shop, media_id, SETS[kind])
    assert list(found) == SETS[kind].split(",")
    assert 0 < found["reach"] <= found["views"]
    frame = driver.get(f"/{media_id}/insights", shop, metric="reach")["data"][0]
    assert list(frame) == ["name", "period", "values", "title", "description", "id"]
    assert (frame["period"], frame["id"]) == ("lifetime", f"{media_id}/insights/reach/lifetime")


@pytest.mark.parametrize(
    ("kind", "metric"),
    [
        ("REELS", "follows"),
        ("REELS", "profile_visits"),
        ("IMAGE", "navigation"),
        ("STORY", "likes"),
        ("IMAGE", "plays"),
    ],
)
def test_what_a_kind_does_not_have_fails_the_whole_call(driver: Driver, shop: User, kind: str, metric: str) -> None:
    answer = driver.call("GET", f"/{post(driver, shop, kind)}/insights", shop, params={"metric": f"reach,{metric}"})
    assert error_of(answer) == (400, 100, None)
    text = f"The Media Insights API does not support the {metric} metric for this media product type."
    assert answer.json()["error"]["message"] == text
    assert answer.json()["error"]["type"] == "IGApiException"


def test_an_unknown_metric_lists_all_there_are(driver: Driver, shop: User) -> None:
    answer = driver.call("GET", f"/{post(driver, shop, 'IMAGE')}/insights", shop, params={"metric": "reach,magic"})
    assert answer.json()["error"]["message"].startswith("metric[1] must be one of the following values: reach, views,")


def test_a_reel_published_here_earns_its_numbers_over_time(driver: Driver, shop: User, media: MediaServer) -> None:
    reel = driver.live(shop, media_type="REELS", video_url=media.reel)
    seen = [read(driver, shop, reel, "reach,views,likes,saved,shares,total_interactions")]
    assert seen[0]["likes"] == 0
    for _ in range(4):
        driver.advance(DAY)
        seen.append(read(driver, shop, reel, "reach,views,likes,saved,shares,total_interactions"))
    for earlier, later in itertools.pairwise(seen):
        assert later["reach"] > earlier["reach"]
        assert later["views"] >= later["reach"]
    last = seen[-1]
    assert last["total_interactions"] == last["likes"] + last["saved"] + last["shares"]
    assert driver.get(f"/{reel}", shop, fields="like_count")["like_count"] == last["likes"] > 0
    watch = read(driver, shop, reel, "views,ig_reels_avg_watch_time,ig_reels_video_view_total_time")
    assert watch["ig_reels_video_view_total_time"] == watch["ig_reels_avg_watch_time"] * watch["views"]
    assert watch["ig_reels_avg_watch_time"] < 3000


def test_comments_and_given_likes_are_counted_as_they_are(driver: Driver, shop: User) -> None:
    media_id = post(driver, shop, "IMAGE", like_count=321)
    driver.control(f"media/{media_id}/comments", {"from": driver.add_person(), "text": "Hi"})
    driver.advance(DAY)
    found = read(driver, shop, media_id, "likes,comments,reach")
    assert (found["likes"], found["comments"]) == (321, 1)
    assert found["reach"] >= 321


def test_breakdowns_keep_both_members_and_add_up(driver: Driver, shop: User) -> None:
    story, picture = post(driver, shop, "STORY"), post(driver, shop, "IMAGE")
    driver.advance(DAY / 2)
    for media_id, metric, dimension in (
        (story, "navigation", "story_navigation_action_type"),
        (picture, "profile_activity", "action_type"),
    ):
        (frame,) = driver.get(f"/{media_id}/insights", shop, metric=metric, breakdown=dimension)["data"]
        value = frame["values"][0]["value"]
        assert frame["total_value"]["value"] == value > 0
        (table,) = frame["total_value"]["breakdowns"]
        assert table["dimension_keys"] == [dimension]
        assert sum(row["value"] for row in table["results"]) == value
        assert all(row["dimension_values"][0].islower() for row in table["results"])
    answer = driver.call("GET", f"/{picture}/insights", shop, params={"metric": "reach", "breakdown": "action_type"})
    assert error_of(answer) == (400, 100, None)


def test_a_total_value_can_be_asked_for(driver: Driver, shop: User) -> None:
    media_id = post(driver, shop, "IMAGE")
    (frame,) = driver.get(f"/{media_id}/insights", shop, metric="views", metric_type="total_value")["data"]
    assert "values" not in frame
    assert set(frame["total_value"]) == {"value"}


def test_insights_are_a_field_too_and_many_media_can_be_asked_at_once(driver: Driver, shop: User) -> None:
    ids = [post(driver, shop, "REELS"), post(driver, shop, "IMAGE")]
    driver.advance(DAY)
    row = driver.get(f"/{ids[0]}", shop, fields="id,insights.metric(reach,views)")
    assert [frame["name"] for frame in row["insights"]["data"]] == ["reach", "views"]
    found = driver.get("/v25.0/", shop, ids=",".join(ids), fields="insights.metric(reach)")
    assert set(found) == set(ids)
    listed = driver.get("/me/media", shop, fields="insights.metric(reach,views){name,values}")["data"]
    assert all(row["insights"]["data"] for row in listed)
    shop.access_token = driver.control(f"accounts/{shop.user_id}/token", {"scopes": [BASIC]})["access_token"]
    for path, params in (
        (f"/{ids[0]}", {"fields": "insights.metric(reach)"}),
        (f"/{ids[0]}/insights", {"metric": "reach"}),
    ):
        assert error_of(driver.call("GET", path, shop, params=params)) == (403, 10, None)


def test_a_story_needs_viewers_and_lives_a_day(driver: Driver, shop: User) -> None:
    story = post(driver, shop, "STORY")
    answer = driver.call("GET", f"/{story}/insights", shop, params={"metric": "reach"})
    assert error_of(answer) == (400, 10, None)
    assert answer.json()["error"]["message"] == "(#10) Not enough viewers for the media to show insights"
    driver.advance(DAY / 2)
    assert read(driver, shop, story, "reach")["reach"] >= 5
    driver.advance(DAY)
    assert error_of(driver.call("GET", f"/{story}/insights", shop, params={"metric": "reach"})) == (400, 100, 33)


def test_album_items_and_media_of_before_the_business_have_none(driver: Driver, shop: User, media: MediaServer) -> None:
    items = [driver.ready(shop, image_url=media.picture, is_carousel_item="true") for _ in range(2)]
    album = driver.live(shop, media_type="CAROUSEL", children=",".join(items))
    item = driver.get(f"/{album}/children", shop)["data"][0]["id"]
    assert error_of(driver.call("GET", f"/{item}/insights", shop, params={"metric": "reach"})) == (400, 100, None)
    old = post(driver, shop, "IMAGE", is_before_business=True)
    assert error_of(driver.call("GET", f"/{old}/insights", shop, params={"metric": "reach"})) == (400, 100, 2108006)


def test_facebook_numbers_need_facebook(driver: Driver, shop: User) -> None:
    reel = post(driver, shop, "REELS")
    answer = driver.call("GET", f"/{reel}/insights", shop, params={"metric": "views,facebook_views"})
    assert error_of(answer) == (400, 100, 2207086)
    driver.control("settings", {"facebook_shared": True})
    assert set(read(driver, shop, reel, "crossposted_views,facebook_views")) == {"crossposted_views", "facebook_views"}


def test_views_of_pictures_and_late_numbers_are_switches(driver: Driver, shop: User) -> None:
    picture = post(driver, shop, "IMAGE")
    driver.advance(DAY)
    driver.control("settings", {"photo_views": "reject"})
    answer = driver.call("GET", f"/{picture}/insights", shop, params={"metric": "views"})
    assert error_of(answer) == (400, 100, None)
    driver.control("settings", {"insights_delay_s": 2 * DAY})
    assert read(driver, shop, picture, "reach")["reach"] == 0


def test_numbers_are_kept_for_two_years(driver: Driver, shop: User) -> None:
    media_id = post(driver, shop, "IMAGE", timestamp=1_600_000_000)
    assert driver.get(f"/{media_id}/insights", shop, metric="reach") == {"data": []}
    assert error_of(driver.call("GET", f"/{media_id}/insights", shop)) == (400, 100, None)
