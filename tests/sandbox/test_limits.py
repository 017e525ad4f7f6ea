"""Rate limits and the headers that tell of them."""

import json
import time

from tests.sandbox.driver import Driver, User, error_of

HEADER = "X-Business-Use-Case-Usage"


def test_every_answer_tells_how_much_is_used(driver: Driver, user: User) -> None:
    driver.control("settings", {"calls_total": 10})
    for _ in range(4):
        answer = driver.call("GET", "/me", user)
    (figures,) = json.loads(answer.headers[HEADER])[user.user_id]
    assert figures["type"] == "instagram"
    assert figures["call_count"] == 40
    assert figures["estimated_time_to_regain_access"] == 0


def test_too_many_calls_are_refused_until_the_day_has_rolled_on(driver: Driver, user: User) -> None:
    driver.control("settings", {"calls_total": 2})
    assert [driver.call("GET", "/me", user).status_code for _ in range(3)] == [200, 200, 400]
    answer = driver.call("GET", "/me", user)
    assert error_of(answer) == (400, 80002, 2446079)
    (figures,) = json.loads(answer.headers[HEADER])[user.user_id]
    assert (figures["call_count"], figures["estimated_time_to_regain_access"]) == (100, 60)
    other = driver.add_account("other")
    assert driver.call("GET", "/me", other).status_code == 200
    driver.advance(86_400 + 600)
    assert driver.call("GET", "/me", user).status_code == 200


def test_the_limit_is_a_switch_and_the_figure_can_be_set(driver: Driver, user: User) -> None:
    driver.control("settings", {"rate_limited": True})
    assert error_of(driver.call("GET", "/me", user)) == (400, 80002, 2446079)
    driver.control("settings", {"rate_limited": False, "usage_percent": 97})
    answer = driver.call("GET", "/me", user)
    assert json.loads(answer.headers[HEADER])[user.user_id][0]["call_count"] == 97


def test_latency_is_added_to_api_calls_only(driver: Driver, user: User) -> None:
    driver.control("settings", {"latency_s": 0.3})
    before = time.monotonic()
    driver.control("clock")
    assert time.monotonic() - before < 0.3
    before = time.monotonic()
    driver.call("GET", "/me", user)
    assert time.monotonic() - before >= 0.3
