"""Numbers of accounts: what is valid, what is refused, and that they hang together."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import BASIC, Driver, User, error_of

DAY = 86_400
TOTALS = "reach,views,accounts_engaged,total_interactions,likes,comments,shares,saves,replies,profile_links_taps"


@pytest.fixture
def shop(driver: Driver) -> User:
    """An account with a year behind it."""
    return driver.add_account("shop", followers_count=12_000, history_days=400)


def ask(driver: Driver, user: User, metric: str, **params: Any) -> Any:
    return driver.get(f"/v25.0/{user.user_id}/insights", user, metric=metric, **{"period": "day", **params})


def refuse(driver: Driver, user: User, metric: str, **params: Any) -> Any:
    given = {"metric": metric, "period": "day", **params}
    answer = driver.call("GET", "/me/insights", user, params=given)
    return error_of(answer), answer.json()["error"]["message"]


def midnight(driver: Driver, days_ago: int) -> int:
    """Return the start of a Pacific day."""
    zone = ZoneInfo("America/Los_Angeles")
    today = datetime.fromtimestamp(driver.control("clock")["unix"], zone).date()
    return int(datetime.combine(today.fromordinal(today.toordinal() - days_ago), datetime.min.time(), zone).timestamp())


def month(driver: Driver) -> dict[str, int]:
    return {"since": midnight(driver, 28), "until": midnight(driver, 0)}


def test_reach_without_a_type_is_two_days_that_end_at_pacific_midnight(driver: Driver, shop: User) -> None:
    answer = ask(driver, shop, "reach")
    (frame,) = answer["data"]
    assert list(frame) == ["name", "period", "title", "description", "values", "id"]
    assert frame["id"] == f"{shop.user_id}/insights/reach/day"
    assert len(frame["values"]) == 2
    assert all(row["end_time"][11:] in ("07:00:00+0000", "08:00:00+0000") for row in frame["values"])
    link = parse_qs(urlsplit(answer["paging"]["previous"]).query)
    assert int(link["until"][0]) - int(link["since"][0]) == DAY
    assert driver.http.get(answer["paging"]["previous"]).json()["data"][0]["name"] == "reach"


def test_total_values_come_together(driver: Driver, shop: User) -> None:
    data = ask(driver, shop, TOTALS, metric_type="total_value", **month(driver))["data"]
    found = {frame["name"]: frame["total_value"]["value"] for frame in data}
    assert list(found) == TOTALS.split(",")
    assert 0 < found["reach"] <= found["views"]
    assert found["accounts_engaged"] <= found["reach"]
    names = ("likes", "comments", "shares", "saves")
    assert found["total_interactions"] == sum(found[name] for name in names)


def test_daily_reach_is_never_more_than_the_views_of_the_day(driver: Driver, shop: User) -> None:
    for number in range(4):
        driver.control(f"accounts/{shop.user_id}/media", {"media_type": "REELS", "timestamp": midnight(driver, number)})
    rows = ask(driver, shop, "reach", metric_type="time_series", **month(driver))["data"][0]["values"]
    assert len(rows) == 28
    for days_ago in range(1, 6):
        window = {"since": midnight(driver, days_ago), "until": midnight(driver, days_ago - 1)}
        data = ask(driver, shop, "reach,views", metric_type="total_value", **window)["data"]
        reach, views = (frame["total_value"]["value"] for frame in data)
        assert reach == rows[-days_ago]["value"]
        assert reach <= views


def test_followers_by_day_add_up_with_follows_and_unfollows(driver: Driver, shop: User) -> None:
    before = driver.get("/me", shop, fields="followers_count")["followers_count"]
    assert before == 12_000
    fan = driver.add_person("fan")
    driver.control(f"accounts/{shop.user_id}/bonds", {"from": fan, "follows": True})
    since = midnight(driver, 0)
    driver.advance(10 * DAY)
    window = {"since": since, "until": midnight(driver, 0)}
    answer = ask(driver, shop, "follows_and_unfollows", metric_type="total_value", breakdown="follow_type", **window)
    frame = answer["data"][0]["total_value"]["breakdowns"][0]
    assert frame["dimension_keys"] == ["follow_type"]
    counted = {row["dimension_values"][0]: row["value"] for row in frame["results"]}
    gross = ask(driver, shop, "follower_count", **window)["data"][0]["values"]
    assert sum(row["value"] for row in gross) == counted["FOLLOWER"] > 0
    after = driver.get("/me", shop, fields="followers_count")["followers_count"]
    assert after == before + counted["FOLLOWER"] - counted["NON_FOLLOWER"]


def test_follows_without_a_breakdown_are_an_empty_frame(driver: Driver, shop: User) -> None:
    (frame,) = ask(driver, shop, "follows_and_unfollows", metric_type="total_value")["data"]
    assert frame["total_value"] == {}


def test_breakdowns_add_up(driver: Driver, shop: User) -> None:
    for kind in ("REELS", "IMAGE", "CAROUSEL"):
        driver.control(f"accounts/{shop.user_id}/media", {"media_type": kind, "timestamp": midnight(driver, 3)})
    for metric, dimension in (
        ("reach", "media_product_type"),
        ("reach", "follow_type"),
        ("views", "follower_type"),
        ("views", "media_product_type"),
        ("likes", "media_product_type"),
        ("profile_links_taps", "contact_button_type"),
    ):
        answer = ask(driver, shop, metric, metric_type="total_value", breakdown=dimension, **month(driver))
        value = answer["data"][0]["total_value"]
        (frame,) = value["breakdowns"]
        assert frame["dimension_keys"] == [dimension]
        assert sum(row["value"] for row in frame["results"]) == value["value"] > 0


def test_the_same_question_has_the_same_answer(driver: Driver, shop: User) -> None:
    window = month(driver)
    first = ask(driver, shop, TOTALS, metric_type="total_value", **window)["data"]
    assert ask(driver, shop, TOTALS, metric_type="total_value", **window)["data"] == first


def test_comments_of_people_are_counted_on_their_day(driver: Driver, shop: User) -> None:
    post = driver.control(f"accounts/{shop.user_id}/media", {"media_type": "IMAGE"})["id"]
    person = driver.add_person()
    for _ in range(3):
        driver.control(f"media/{post}/comments", {"from": person, "text": "Hi"})
    answer = ask(driver, shop, "comments", metric_type="total_value", since=midnight(driver, 0))
    assert answer["data"][0]["total_value"]["value"] == 3


@pytest.mark.parametrize("dimension", ["age", "gender", "country", "city", "age,gender"])
def test_demographics_have_at_most_45_values(driver: Driver, shop: User, dimension: str) -> None:
    params = {"period": "lifetime", "timeframe": "this_month", "metric_type": "total_value", "breakdown": dimension}
    (frame,) = ask(driver, shop, "follower_demographics", **params)["data"]
    assert frame["id"].endswith("/insights/follower_demographics/lifetime")
    (table,) = frame["total_value"]["breakdowns"]
    assert table["dimension_keys"] == dimension.split(",")
    assert 0 < len(table["results"]) <= 45
    assert sum(row["value"] for row in table["results"]) <= 12_000
    assert "value" not in frame["total_value"]
    driver.control("settings", {"timeframe_key": True})
    (frame,) = ask(driver, shop, "follower_demographics", **params)["data"]
    (table,) = frame["total_value"]["breakdowns"]
    assert table["dimension_keys"][0] == "timeframe"
    assert table["results"][0]["dimension_values"][0] == "THIS_MONTH"


def test_under_a_hundred_followers_some_metrics_are_missing(driver: Driver) -> None:
    small = driver.add_account("small", followers_count=99)
    params = {"period": "lifetime", "timeframe": "this_week", "metric_type": "total_value", "breakdown": "age"}
    for metric in ("follower_demographics", "engaged_audience_demographics"):
        (frame,) = ask(driver, small, metric, **params)["data"]
        assert frame["total_value"]["breakdowns"] == [{"dimension_keys": ["age"]}]
    driver.control("settings", {"demographics_below": "empty"})
    assert ask(driver, small, "follower_demographics", **params) == {"data": []}
    assert ask(driver, small, "follower_count") == {"data": []}
    assert ask(driver, small, "follows_and_unfollows", metric_type="total_value", breakdown="follow_type") == {
        "data": []
    }


def test_names_that_are_gone_are_left_out_in_silence(driver: Driver, shop: User) -> None:
    params = {"metric_type": "total_value"}
    assert ask(driver, shop, "profile_views", **params) == {"data": []}
    assert ask(driver, shop, "profile_views") == {"data": []}
    data = ask(driver, shop, "profile_views,reach,quotes", **params)["data"]
    assert [frame["name"] for frame in data] == ["reach"]
    driver.control("settings", {"profile_metrics": "answer"})
    assert len(ask(driver, shop, "profile_views,reach", **params)["data"]) == 2


def test_online_followers_answer_by_switch(driver: Driver, shop: User) -> None:
    assert ask(driver, shop, "online_followers", period="lifetime") == {"data": []}
    driver.control("settings", {"online_followers": "answer"})
    (frame,) = ask(driver, shop, "online_followers", period="lifetime")["data"]
    assert set(frame["values"][0]["value"]) == {str(hour) for hour in range(24)}


def test_one_wrong_metric_fails_all(driver: Driver, shop: User) -> None:
    error, message = refuse(driver, shop, "reach,impressions", metric_type="total_value")
    assert error == (400, 100, None)
    assert message.startswith("metric[1] must be one of the following values: reach, views,")


def test_a_missing_total_value_names_the_metrics(driver: Driver, shop: User) -> None:
    error, message = refuse(driver, shop, "reach,views,profile_views,total_interactions,likes")
    assert error == (400, 100, None)
    assert message == (
        "The following metrics (views,profile_views,total_interactions,likes) should be specified with parameter "
        "metric_type=total_value"
    )


@pytest.mark.parametrize(
    ("metric", "params", "text"),
    [
        (
            "reach",
            {"since": 1_700_000_000, "until": 1_700_000_000 + 31 * DAY},
            "There cannot be more than 30 days (2592000 s) between since and until",
        ),
        ("reach", {"since": 2, "until": 1}, "since"),
        ("reach", {"period": "year"}, "period must be one of"),
        ("reach", {"period": "lifetime"}, "Incompatible metrics (reach) with period (lifetime)"),
        ("reach", {"period": ""}, "period"),
        ("", {}, "metric"),
        ("reach", {"metric_type": "sum"}, "metric_type"),
        ("reach", {"metric_type": "total_value", "breakdown": "hair"}, "breakdown must be one of"),
        ("follower_count", {"metric_type": "total_value"}, "time_series"),
        ("follower_demographics", {"period": "lifetime", "metric_type": "total_value"}, "timeframe"),
        (
            "follower_demographics",
            {"period": "lifetime", "metric_type": "total_value", "timeframe": "last_90_days"},
            "no longer supported",
        ),
    ],
)
def test_wrong_questions_are_refused(
    driver: Driver, shop: User, metric: str, params: dict[str, Any], text: str
) -> None:
    error, message = refuse(driver, shop, metric, **params)
    assert error == (400, 100, None)
    assert text in message


def test_follower_count_goes_back_thirty_days(driver: Driver, shop: User) -> None:
    window = {"since": midnight(driver, 40), "until": midnight(driver, 35)}
    error, message = refuse(driver, shop, "follower_count", **window)
    assert error == (400, 100, None)
    assert (
        message == "(follower_count) metric only supports querying data for the last 30 days excluding the current day"
    )


def test_a_breakdown_that_does_not_fit_looks_like_a_passing_failure(driver: Driver, shop: User) -> None:
    params = {"metric_type": "total_value", "breakdown": "media_product_type"}
    error, message = refuse(driver, shop, "follows_and_unfollows", **params)
    assert error == (500, 1, None)
    assert message == "An unknown error has occurred."


def test_a_breakdown_of_a_series_is_ignored(driver: Driver, shop: User) -> None:
    assert ask(driver, shop, "reach", breakdown="follow_type")["data"][0]["values"]


def test_old_days_are_gone_and_days_before_the_account_are_zero(driver: Driver, shop: User) -> None:
    window = {"since": midnight(driver, 120), "until": midnight(driver, 100)}
    assert ask(driver, shop, "reach", **window) == {"data": []}
    young = driver.add_account("young", followers_count=500)
    rows = ask(driver, young, "reach", **month(driver))["data"][0]["values"]
    assert {row["value"] for row in rows} == {0}


def test_insights_need_their_scope(driver: Driver, shop: User) -> None:
    shop.access_token = driver.control(f"accounts/{shop.user_id}/token", {"scopes": [BASIC]})["access_token"]
    assert refuse(driver, shop, "reach")[0] == (403, 10, None)


def test_a_published_reel_counts_for_its_account(driver: Driver, media: MediaServer) -> None:
    user = driver.add_account("fresh", followers_count=3000)
    reel = driver.live(user, media_type="REELS", video_url=media.reel)
    since = midnight(driver, 0)
    driver.advance(5 * DAY)
    data = ask(driver, user, "views,likes", metric_type="total_value", since=since)["data"]
    earned = driver.get(f"/{reel}/insights", user, metric="views,likes")["data"]
    for total, own in zip(data, earned, strict=True):
        assert total["total_value"]["value"] == own["values"][0]["value"] > 0
