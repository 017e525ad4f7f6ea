"""The control API is the contract that tests and demos are written against: each row of its table, walked."""

import re
from typing import Any

import pytest

from tests.sandbox.driver import Driver, User
from tests.sandbox.receiver import Receiver
from tests.sandbox.test_docs import PAGE

DELIVERY = {"at", "url", "body_sha256", "status", "ms"}
CALL = {"n", "at", "method", "path", "params", "status"}
PUBLISHED = {"id", "container_id", "user_id", "media_type", "caption", "published_at", "assets"}
SETTINGS = {
    "processing_s": 1, "webhook_url": None, "verify_token": "t", "app_id": "1", "app_secret": "s",
    "deauthorize_url": None, "data_deletion_url": None, "redirect_uris": ["https://a.example/"], "quota_total": 25,
    "webhook_timeout_s": 1, "webhook_retry_s": [1, 2],
}  # fmt: skip

# Method, path, body, members that the answer has at least.
TABLE: list[tuple[str, str, dict[str, Any] | None, set[str]]] = [
    ("POST", "settings", SETTINGS, set(SETTINGS)),
    ("POST", "accounts", {"username": "bare"}, {"user_id", "access_token"}),
    (
        "POST",
        "accounts",
        {"username": "x", "name": "X", "account_type": "BUSINESS", "followers_count": 5, "history_days": 9},
        {"user_id", "access_token"},
    ),
    (
        "POST",
        "accounts/<user>/token",
        {"scopes": ["instagram_business_basic"], "issued_at": 1, "expires_in": 5},
        {"access_token"},
    ),
    ("POST", "accounts/<user>/token", {}, {"access_token"}),
    ("POST", "people", {"username": "aru", "name": "Aru", "follows": True}, {"id"}),
    ("POST", "people", {"username": "aru2"}, {"id"}),
    ("POST", "accounts/<user>/media", {"media_type": "IMAGE", "caption": "x", "like_count": 3}, {"id"}),
    ("POST", "media/<media>/comments", {"from": "<person>", "text": "Hi"}, {"id"}),
    ("POST", "media/<media>/comments", {"from": "<person>", "text": "Hi", "parent_id": "<comment>"}, {"id"}),
    ("POST", "accounts/<user>/messages", {"from": "<person>", "message": {"text": "Hi"}}, {"mid"}),
    ("POST", "accounts/<user>/events", {"field": "comments", "value": {"id": "1"}}, set()),
    ("POST", "accounts/<user>/events", {"sender": {"id": "1"}, "message": {"mid": "m"}}, set()),
    ("POST", "faults", {"path": "/never", "times": 2, "action": "error", "method": "GET", "status": 400,
                        "error": {"code": 1}, "delay_s": 1}, set()),
    ("GET", "faults", None, {"data"}),
    ("DELETE", "faults", None, set()),
    ("GET", "clock", None, {"now"}),
    ("POST", "clock", {"advance_s": 5}, {"now"}),
    ("POST", "clock", {"set": "2026-06-01T00:00:00Z"}, {"now"}),
    ("GET", "journal?after=0", None, {"data"}),
    ("GET", "published", None, {"data"}),
    ("GET", "deliveries", None, {"data"}),
    ("POST", "accounts/<user>/revoke", {}, set()),
    ("POST", "reset", {"seed": 1}, set()),
    ("POST", "reset", {}, set()),
]  # fmt: skip


@pytest.fixture
def places(driver: Driver, user: User, receiver: Receiver) -> dict[str, str]:
    media = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})["id"]
    person = driver.add_person()
    comment = driver.control(f"media/{media}/comments", {"from": person, "text": "Hi"})["id"]
    return {"<user>": user.user_id, "<media>": media, "<person>": person, "<comment>": comment}


def filled(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: filled(inner, places) for name, inner in value.items()}
    for name, place in places.items():
        value = value.replace(name, place) if isinstance(value, str) else value
    return value


@pytest.mark.parametrize(("method", "path", "body", "answered"), TABLE)
def test_every_call_of_the_table_is_there(
    driver: Driver, places: dict[str, str], method: str, path: str, body: dict[str, Any] | None, answered: set[str]
) -> None:
    answer = driver.control(filled(path, places), filled(body, places), method)
    assert set(answer) >= answered
    name = re.sub(r"<\w+>", "ID", path.partition("?")[0])
    assert re.search(rf"`[A-Z/]*{method}[A-Z/]* /sandbox/{name}[`?]", PAGE)


FAULTS = [
    "error", "drop_request", "drop_response", "done_but_error", "delay", "malformed", "unreadable", "late_status",
    "late_list", "foreign_post",
]  # fmt: skip


@pytest.mark.parametrize("action", FAULTS)
def test_every_action_of_the_table_can_be_ordered(driver: Driver, action: str) -> None:
    driver.control("faults", {"path": "/never", "times": 1, "action": action})
    (fault,) = driver.control("faults")["data"]
    assert (fault["action"], fault["times"]) == (action, 1)
    driver.control("faults", method="DELETE")
    assert driver.control("faults")["data"] == []


def test_the_records_have_the_members_of_the_table(driver: Driver, user: User, receiver: Receiver) -> None:
    driver.call("GET", "/me", user)
    (call,) = [row for row in driver.control("journal?after=0")["data"] if row["path"] == "/me"]
    assert set(call) >= CALL
    driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})
    (published,) = driver.control("published?source=all")["data"]
    assert set(published) >= PUBLISHED
    driver.control(f"accounts/{user.user_id}/events", {"field": "comments", "value": {"id": "1"}})
    receiver.wait(lambda: len(driver.control("deliveries")["data"]) == 1)
    (delivery,) = driver.control("deliveries")["data"]
    assert set(delivery) >= DELIVERY
