"""Insights: the examples and tables of Instagram's pages, beside those of `test_examples`."""

from typing import Any

import pytest

from tests.sandbox.driver import Driver, User
from tests.sandbox.stage import shape, shape_of

DAY = 86_400
FRAME = (
    '{"data":[{"name":"reach","period":"day","title":"Accounts reached","description":"…","total_value":%s,'
    '"id":"17841405309211844/insights/reach/day"}],"paging":{"previous":"…","next":"…"}}'
)
BROKEN_DOWN = '{"value":224,"breakdowns":[{"dimension_keys":["media_product_type"],"results":%s}]}'
LIFETIME = (
    '{"data":[{"name":"follower_demographics","period":"lifetime","title":"…","description":"…","total_value":'
    '{"breakdowns":[%s]},"id":"17841…/insights/follower_demographics/lifetime"}]}'
)


@pytest.fixture(scope="module")
def shop(sandbox_server: Any) -> tuple[Driver, User]:
    """A shop with many followers, and a Story, a Reel and a picture of some days ago; nothing here changes them."""
    driver = Driver(sandbox_server.url)
    driver.control("reset", {"seed": 7})
    user = driver.add_account(followers_count=12_000, history_days=120)
    now = driver.control("clock")["unix"]
    for kind, age in (("REELS", 5 * DAY), ("IMAGE", 4 * DAY), ("STORY", 0.5 * DAY)):
        driver.control(f"accounts/{user.user_id}/media", {"media_type": kind, "timestamp": now - age})
    return driver, user


@pytest.fixture(scope="module")
def posts(shop: tuple[Driver, User]) -> dict[str, str]:
    rows = shop[0].control("published?source=all")["data"]
    return {row["media_product_type"]: row["id"] for row in rows}


def ask(shop: tuple[Driver, User], path: str = "/me", **params: str) -> Any:
    driver, user = shop
    return driver.get(f"/v25.0{path}/insights", user, **params)


def refused(shop: tuple[Driver, User], path: str = "/me", **params: str) -> dict[str, Any]:
    driver, user = shop
    answer = driver.call("GET", f"/v25.0{path}/insights", user, params=params)
    assert answer.status_code in (400, 500), answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error.pop("fbtrace_id")
    return error


def test_a_series_is_two_days_as_printed(shop: tuple[Driver, User]) -> None:
    printed = (
        '{"data":[{"name":"reach","period":"day","values":[{"value":0,"end_time":"2025-12-09T08:00:00+0000"},'
        '{"value":0,"end_time":"2025-12-10T08:00:00+0000"}],"title":"Reach","description":"…","id":"1/insights/reach/day"}'
        '],"paging":{"previous":"…","next":"…"}}'
    )
    answer = ask(shop, metric="reach", period="day")
    assert shape(answer) == shape_of(printed)
    (frame,) = answer["data"]
    assert frame["id"] == f"{shop[1].user_id}/insights/reach/day"
    assert all(row["end_time"][11:] in ("07:00:00+0000", "08:00:00+0000") for row in frame["values"])


def test_the_neighbours_of_a_time_window_are_windows(shop: tuple[Driver, User]) -> None:
    driver, _ = shop
    first = ask(shop, metric="reach", period="day")
    before = driver.http.get(first["paging"]["previous"]).json()
    assert before["data"][0]["values"][-1]["end_time"] <= first["data"][0]["values"][-1]["end_time"]
    assert before["data"][0]["values"] != first["data"][0]["values"]


def test_a_breakdown_is_as_printed(shop: tuple[Driver, User]) -> None:
    answer = ask(shop, metric="reach", period="day", metric_type="total_value", breakdown="media_product_type")
    results = answer["data"][0]["total_value"]["breakdowns"][0].pop("results")
    assert shape(answer) == shape_of(FRAME % (BROKEN_DOWN % "[]").replace(',"results":[]', ""))
    assert all(shape(row) == {"dimension_values": ["str"], "value": "int"} for row in results)


def test_follows_and_unfollows_are_as_printed(shop: tuple[Driver, User]) -> None:
    asked = {"metric": "follows_and_unfollows", "metric_type": "total_value", "period": "day"}
    now = int(shop[0].control("clock")["unix"])
    window = {"since": str(now - 10 * DAY), "until": str(now)}
    (frame,) = ask(shop, **asked, **window, breakdown="follow_type")["data"]
    total = frame["total_value"]
    assert "value" not in total
    (breakdown,) = total["breakdowns"]
    assert breakdown["dimension_keys"] == ["follow_type"]
    assert [row["dimension_values"] for row in breakdown["results"]] == [["FOLLOWER"], ["NON_FOLLOWER"]]
    (bare,) = ask(shop, **asked, **window)["data"]
    assert "value" not in bare["total_value"]


def test_demographics_are_as_printed(shop: tuple[Driver, User]) -> None:
    asked = {"metric": "follower_demographics", "period": "lifetime", "metric_type": "total_value"}
    answer = ask(shop, **asked, timeframe="this_month", breakdown="country")
    row = '{"dimension_values":["US"],"value":700}'
    rows = len(answer["data"][0]["total_value"]["breakdowns"][0]["results"])
    inner = '{"dimension_keys":["country"],"results":[' + ",".join([row] * rows) + "]}"
    assert shape(answer) == shape_of(LIFETIME % inner)
    two = ask(shop, **asked, timeframe="this_week", breakdown="age,gender")
    assert two["data"][0]["total_value"]["breakdowns"][0]["dimension_keys"] == ["age", "gender"]


def test_under_the_threshold_there_is_a_frame_without_results(shop: tuple[Driver, User]) -> None:
    driver, _ = shop
    small = driver.add_account("small", followers_count=20)
    asked = {"period": "lifetime", "metric_type": "total_value", "timeframe": "this_month", "breakdown": "age"}
    answer = driver.get("/me/insights", small, metric="follower_demographics", **asked)
    assert shape(answer) == shape_of(LIFETIME % '{"dimension_keys":["age"]}')


# The table of metrics in force: name → periods, metric types and breakdowns.
PRODUCT = "media_product_type"
METRICS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "reach": (("time_series", "total_value"), (PRODUCT, "follow_type")),
    "views": (("total_value",), (PRODUCT, "follower_type", "follow_type")),
    "accounts_engaged": (("total_value",), ()),
    "total_interactions": (("total_value",), (PRODUCT,)),
    "likes": (("total_value",), (PRODUCT,)),
    "comments": (("total_value",), (PRODUCT,)),
    "shares": (("total_value",), (PRODUCT,)),
    "saves": (("total_value",), (PRODUCT,)),
    "replies": (("total_value",), ()),
    "reposts": (("total_value",), ()),
    "follows_and_unfollows": (("total_value",), ("follow_type",)),
    "profile_links_taps": (("total_value",), ("contact_button_type",)),
    "follower_count": (("time_series",), ()),
}
ALL_BREAKDOWNS = (PRODUCT, "follow_type", "contact_button_type", "age")


@pytest.mark.parametrize("metric", list(METRICS))
def test_every_row_of_the_table_of_metrics_holds(shop: tuple[Driver, User], metric: str) -> None:
    types, breakdowns = METRICS[metric]
    for metric_type in ("time_series", "total_value"):
        asked = {"metric": metric, "period": "day", "metric_type": metric_type}
        if metric_type in types:
            assert [frame["name"] for frame in ask(shop, **asked)["data"]] == [metric]
        else:
            assert refused(shop, **asked)["code"] == 100
    for breakdown in breakdowns:
        frame = ask(shop, metric=metric, period="day", metric_type="total_value", breakdown=breakdown)["data"][0]
        assert frame["total_value"]["breakdowns"][0]["dimension_keys"] == [breakdown]
    if "total_value" in types:
        for breakdown in set(ALL_BREAKDOWNS) - set(breakdowns):
            asked = {"metric": metric, "period": "day", "metric_type": "total_value", "breakdown": breakdown}
            error = refused(shop, **asked)
            assert (error["code"], error["message"]) == (1, "An unknown error has occurred.")


ERRORS: list[tuple[dict[str, str], dict[str, Any]]] = [
    (
        {"metric": "views,total_interactions,likes", "period": "day"},
        {
            "code": 100,
            "type": "IGApiException",
            "message": "The following metrics (views,total_interactions,likes) should be specified with parameter "
            "metric_type=total_value",
        },
    ),
    (
        {"metric": "reach", "period": "day", "since": "-31", "until": "0"},
        {
            "code": 100,
            "type": "IGApiException",
            "message": "There cannot be more than 30 days (2592000 s) between since and until",
        },
    ),
    (
        {"metric": "follower_count", "period": "day", "since": "-45", "until": "-40"},
        {
            "code": 100,
            "type": "IGApiException",
            "message": "(follower_count) metric only supports querying data for the last 30 days excluding the "
            "current day",
        },
    ),
]


@pytest.mark.parametrize(("asked", "expected"), ERRORS)
def test_refusals_are_answered_to_the_letter(
    shop: tuple[Driver, User], asked: dict[str, str], expected: dict[str, Any]
) -> None:
    now = int(shop[0].control("clock")["unix"])
    days = {name: str(now + int(asked[name]) * DAY) for name in ("since", "until") if name in asked}
    assert refused(shop, **(asked | days)) == expected


def test_an_unknown_name_lists_the_whole_enumeration(shop: tuple[Driver, User]) -> None:
    error = refused(shop, metric="followers", period="day")
    assert (error["code"], error["type"]) == (100, "IGApiException")
    assert error["message"].startswith("metric[0] must be one of the following values: reach, ")
    for name in ("follower_count", "website_clicks", "online_followers", "profile_views", "threads_views"):
        assert name in error["message"]


def test_gone_names_are_silently_missing(shop: tuple[Driver, User]) -> None:
    asked = {"period": "day", "metric_type": "total_value"}
    assert ask(shop, metric="profile_views", **asked) == {"data": []}
    mixed = ask(shop, metric="reach,profile_views", **asked)
    assert [frame["name"] for frame in mixed["data"]] == ["reach"]


SUGGESTED = {
    "REELS": "reach,views,likes,comments,saved,shares,total_interactions,ig_reels_avg_watch_time,"
    "ig_reels_video_view_total_time",
    "FEED": "reach,views,likes,comments,saved,shares,total_interactions,follows,profile_visits",
    "STORY": "reach,views,replies,shares,total_interactions,follows,profile_visits,navigation",
}


@pytest.mark.parametrize("kind", list(SUGGESTED))
def test_the_suggested_sets_of_media_are_answered_whole(
    shop: tuple[Driver, User], posts: dict[str, str], kind: str
) -> None:
    names = SUGGESTED[kind].split(",")
    answer = ask(shop, f"/{posts[kind]}", metric=SUGGESTED[kind])
    assert [frame["name"] for frame in answer["data"]] == names
    printed = '{"name":"views","period":"lifetime","values":[{"value":2257}],"title":"V","description":"…","id":"1"}'
    assert all(shape(frame) == shape_of(printed) for frame in answer["data"])
    assert answer["data"][0]["id"] == f"{posts[kind]}/insights/reach/lifetime"


def test_the_suggested_set_of_accounts_is_answered_whole(shop: tuple[Driver, User]) -> None:
    names = "reach,views,accounts_engaged,total_interactions,likes,comments,shares,saves,replies,profile_links_taps"
    answer = ask(shop, metric=names, period="day", metric_type="total_value")
    assert [frame["name"] for frame in answer["data"]] == names.split(",")


def test_navigation_keeps_both_members_in_lower_case(shop: tuple[Driver, User], posts: dict[str, str]) -> None:
    (frame,) = ask(shop, f"/{posts['STORY']}", metric="navigation", breakdown="story_navigation_action_type")["data"]
    assert shape(frame["values"]) == [{"value": "int"}]
    (breakdown,) = frame["total_value"]["breakdowns"]
    values = {row["dimension_values"][0] for row in breakdown["results"]}
    assert values <= {"tap_forward", "tap_back", "tap_exit", "swipe_forward"}
    assert sum(row["value"] for row in breakdown["results"]) == frame["values"][0]["value"]


def test_refusals_of_media_are_answered_to_the_letter(shop: tuple[Driver, User], posts: dict[str, str]) -> None:
    driver, user = shop
    error = refused(shop, f"/{posts['REELS']}", metric="profile_visits,follows")
    message = "The Media Insights API does not support the profile_visits, follows metric for this media product type."
    assert error == {"message": message, "type": "IGApiException", "code": 100}
    old = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE", "is_before_business": True})["id"]
    error = refused(shop, f"/{old}", metric="reach")
    assert (error["type"], error["code"], error["error_subcode"]) == ("IGApiException", 100, 2108006)
    new = driver.control(f"accounts/{user.user_id}/media", {"media_type": "STORY"})["id"]
    error = refused(shop, f"/{new}", metric="reach")
    assert (error["code"], error["type"], error["message"]) == (
        10,
        "OAuthException",
        "(#10) Not enough viewers for the media to show insights",
    )
