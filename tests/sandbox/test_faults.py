"""Faults on order: what is done, what is answered, how often."""

import time

import pytest
import requests

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User, error_of


@pytest.fixture
def container(driver: Driver, user: User, media: MediaServer) -> str:
    return driver.ready(user, media_type="REELS", video_url=media.reel, caption="Once")


def live_ids(driver: Driver) -> list[str]:
    return [row["id"] for row in driver.control("published")["data"]]


def listed(driver: Driver, user: User) -> list[str]:
    return [row["id"] for row in driver.get("/me/media", user)["data"]]


def test_an_ordered_error_leaves_the_work_undone(driver: Driver, user: User, container: str) -> None:
    driver.order("error", "/media_publish$", error={"code": 4, "error_subcode": 2207051, "message": "blocked"})
    assert error_of(driver.publish(user, container)) == (400, 4, 2207051)
    assert live_ids(driver) == []
    assert driver.publish(user, container).status_code == 200


def test_an_ordered_error_without_details_is_code_two_and_429_is_a_limit(
    driver: Driver, user: User, container: str
) -> None:
    driver.order("error", "media_publish")
    driver.order("error", "media_publish", status=429)
    answer = driver.publish(user, container)
    assert error_of(answer) == (500, 2, None)
    assert answer.json()["error"]["is_transient"] is True
    assert error_of(driver.publish(user, container)) == (429, 4, None)


def test_a_dropped_request_is_cut_off_and_not_done(driver: Driver, user: User, container: str) -> None:
    driver.order("drop_request", "media_publish")
    with pytest.raises(requests.ConnectionError):
        driver.publish(user, container)
    assert live_ids(driver) == []
    assert driver.status(user, container)["status_code"] == "FINISHED"


def test_a_dropped_response_is_cut_off_but_done(driver: Driver, user: User, container: str) -> None:
    driver.order("drop_response", "media_publish")
    with pytest.raises(requests.ConnectionError):
        driver.publish(user, container)
    assert len(live_ids(driver)) == 1
    last = driver.control("journal")["data"][-1]
    assert (last["status"], last["fault"]) == (None, "drop_response")


def test_done_but_error_does_the_work_and_answers_the_error(driver: Driver, user: User, container: str) -> None:
    driver.order("done_but_error", "media_publish", error={"code": 4, "error_subcode": 2207051, "message": "blocked"})
    assert error_of(driver.publish(user, container)) == (400, 4, 2207051)
    assert driver.status(user, container)["status_code"] == "PUBLISHED"


def test_a_malformed_answer_is_no_json_but_the_work_is_done(driver: Driver, user: User, container: str) -> None:
    driver.order("malformed", "media_publish")
    answer = driver.publish(user, container)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert len(live_ids(driver)) == 1


def test_a_delayed_call_is_done_late(driver: Driver, user: User, container: str) -> None:
    driver.order("delay", "media_publish", delay_s=0.4)
    before = time.monotonic()
    with pytest.raises(requests.Timeout):
        path = f"/{user.user_id}/media_publish"
        driver.call("POST", path, user, data={"creation_id": container}, timeout=0.1)
    assert live_ids(driver) == []
    while not live_ids(driver) and time.monotonic() < before + 10:
        time.sleep(0.02)
    assert time.monotonic() - before >= 0.4


def test_an_unreadable_object_answers_100_33_to_reads_until_its_time_is_over(
    driver: Driver, user: User, container: str
) -> None:
    driver.order("unreadable", f"/{container}$", method="GET", delay_s=60)
    for _ in range(3):
        assert error_of(driver.call("GET", f"/{container}", user)) == (400, 100, 33)
    assert driver.publish(user, container).status_code == 200
    driver.advance(61)
    assert driver.status(user, container)["status_code"] == "PUBLISHED"


def test_unreadable_on_publishing_hides_the_container(driver: Driver, user: User, container: str) -> None:
    driver.order("unreadable", "media_publish", delay_s=60)
    assert driver.publish(user, container).status_code == 200
    assert error_of(driver.call("GET", f"/{container}", user)) == (400, 100, 33)
    assert len(listed(driver, user)) == 1


def test_the_status_can_show_late(driver: Driver, user: User, container: str) -> None:
    driver.order("late_status", "media_publish", delay_s=60)
    driver.publish(user, container)
    assert driver.status(user, container)["status_code"] == "FINISHED"
    assert error_of(driver.publish(user, container)) == (400, 24, 2207006)
    driver.advance(61)
    assert driver.status(user, container)["status_code"] == "PUBLISHED"


def test_the_status_can_lag_from_a_read_on(driver: Driver, user: User, container: str) -> None:
    driver.publish(user, container)
    driver.order("late_status", f"/{container}$", delay_s=60)
    assert driver.status(user, container)["status_code"] == "FINISHED"
    assert driver.status(user, container)["status_code"] == "FINISHED"
    driver.advance(61)
    assert driver.status(user, container)["status_code"] == "PUBLISHED"


def test_the_list_can_show_a_media_late(driver: Driver, user: User, container: str) -> None:
    driver.order("late_list", "media_publish", delay_s=60)
    media_id = driver.publish(user, container).json()["id"]
    assert listed(driver, user) == []
    assert driver.get(f"/{media_id}", user) == {"id": media_id}
    driver.advance(61)
    assert listed(driver, user) == [media_id]


def test_a_read_of_the_list_can_lag(driver: Driver, user: User, container: str) -> None:
    media_id = driver.publish(user, container).json()["id"]
    driver.order("late_list", "/media$", method="GET", delay_s=60)
    assert listed(driver, user) == []
    assert listed(driver, user) == [media_id]


def test_late_lists_hold_for_stories_too(driver: Driver, user: User, media: MediaServer) -> None:
    container = driver.ready(user, media_type="STORIES", image_url=media.picture)
    driver.order("late_list", "media_publish", delay_s=60)
    driver.publish(user, container)
    assert driver.get("/me/stories", user)["data"] == []
    driver.advance(61)
    assert len(driver.get("/me/stories", user)["data"]) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_somebody_posts_the_same_from_the_phone(driver: Driver, user: User, container: str, when: str) -> None:
    driver.order("foreign_post", "media_publish", when=when)
    media_id = driver.publish(user, container).json()["id"]
    rows = driver.get("/me/media", user, fields="caption,media_type,media_product_type")["data"]
    assert [(row["caption"], row["media_type"], row["media_product_type"]) for row in rows] == [
        ("Once", "VIDEO", "REELS")
    ] * 2
    assert rows[1 if when == "after" else 0]["id"] == media_id
    assert live_ids(driver) == [media_id]
    limit = driver.get("/me/content_publishing_limit", user)
    assert limit["data"][0]["quota_usage"] == 1


def test_a_foreign_post_happens_even_when_ours_does_not(driver: Driver, user: User, container: str) -> None:
    driver.order("foreign_post", "media_publish")
    driver.order("drop_request", "media_publish")
    with pytest.raises(requests.ConnectionError):
        driver.publish(user, container)
    assert len(listed(driver, user)) == 1
    assert live_ids(driver) == []


def test_a_fault_counts_down_and_matches_method_and_path(driver: Driver, user: User) -> None:
    driver.order("error", r"^/v25\.0/me$", method="get", times=2)
    assert driver.call("GET", "/me", user).status_code == 200
    assert [driver.call("GET", "/v25.0/me", user).status_code for _ in range(3)] == [500, 500, 200]
    driver.order("error", "/me", method="POST")
    assert driver.call("GET", "/me", user).status_code == 200
    (pending,) = driver.control("faults")["data"]
    assert (pending["action"], pending["times"], pending["method"]) == ("error", 1, "POST")
    assert driver.control("faults", method="DELETE") == {"data": []}


def test_two_faults_of_a_kind_meet_two_calls(driver: Driver, user: User) -> None:
    driver.order("error", "/me", error={"code": 1, "message": "one"})
    driver.order("error", "/me", error={"code": 2, "message": "two"})
    assert [driver.call("GET", "/me", user).json()["error"]["code"] for _ in range(2)] == [1, 2]


def test_token_calls_meet_faults_too(driver: Driver) -> None:
    driver.order("error", "/oauth/access_token", status=503)
    assert driver.call("POST", "/oauth/access_token", data={}).status_code == 503


@pytest.mark.parametrize(
    "order",
    [{"action": "explode", "path": "/"}, {"action": "error", "path": "("}, {"action": "error", "path": "", "x": 1}],
)
def test_a_wrong_order_is_refused(driver: Driver, order: dict[str, object]) -> None:
    assert driver.http.post(f"{driver.url}/sandbox/faults", json=order).status_code == 400
