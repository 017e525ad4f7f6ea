"""Private replies to comments: once, within seven days, opening nothing."""

from typing import Any

import pytest

from tests.sandbox.driver import BASIC, Driver, User, error_of
from tests.sandbox.receiver import Receiver

DAY = 86_400
TEXT = {"text": "Рахмет!"}


@pytest.fixture
def comment(driver: Driver, user: User) -> str:
    """A comment of somebody who has never written."""
    post = driver.control(f"accounts/{user.user_id}/media", {"media_type": "REELS"})["id"]
    person = driver.add_person("aru")
    return str(driver.control(f"media/{post}/comments", {"from": person, "text": "Бағасы?"})["id"])


def reply(driver: Driver, user: User, comment: str, message: Any = TEXT) -> Any:
    body = {"recipient": {"comment_id": comment}, "message": message}
    return driver.call("POST", f"/v25.0/{user.user_id}/messages", user, json=body)


def person_of(driver: Driver, user: User, comment: str) -> str:
    return str(driver.get(f"/{comment}", user, fields="from")["from"]["id"])


def test_a_comment_gets_one_private_reply(driver: Driver, user: User, comment: str, receiver: Receiver) -> None:
    driver.subscribe(user)
    answer = reply(driver, user, comment)
    assert answer.json()["recipient_id"] == person_of(driver, user, comment)
    assert error_of(reply(driver, user, comment)) == (400, 100, 2534025)
    receiver.wait(lambda: len(receiver.got) == 1)
    assert receiver.items()[0]["message"]["is_echo"] is True
    driver.control("settings", {"private_reply_twice": "10900"})
    assert error_of(reply(driver, user, comment)) == (400, 10900, None)


def test_a_private_reply_opens_no_window_and_gives_no_consent(driver: Driver, user: User, comment: str) -> None:
    person = reply(driver, user, comment).json()["recipient_id"]
    assert error_of(driver.send(user, person, TEXT)) == (403, 10, 2534022)
    assert error_of(driver.call("GET", f"/{person}", user)) == (400, 230, None)
    driver.say(user, person)
    assert driver.send(user, person, TEXT).status_code == 200
    assert driver.get(f"/{person}", user, fields="username")["username"] == "aru"


def test_a_comment_of_more_than_seven_days_gets_no_private_reply(driver: Driver, user: User, comment: str) -> None:
    driver.advance(7 * DAY + 60)
    assert error_of(reply(driver, user, comment)) == (400, 100, 2534025)


def test_deleted_foreign_and_own_comments_get_no_private_reply(driver: Driver, user: User, comment: str) -> None:
    other = driver.add_account("other")
    assert error_of(reply(driver, other, comment)) == (400, 100, 2534025)
    own = driver.call("POST", f"/{comment}/replies", user, data={"message": "900 ₸"}).json()["id"]
    assert error_of(reply(driver, user, own)) == (400, 100, 2534025)
    driver.call("DELETE", f"/{comment}", user)
    assert error_of(reply(driver, user, comment)) == (400, 100, 2534025)


def test_a_private_reply_is_text_unless_switched(driver: Driver, user: User, comment: str) -> None:
    rich = {"text": "?", "quick_replies": [{"content_type": "text", "title": "A", "payload": "A"}]}
    assert error_of(reply(driver, user, comment, rich)) == (400, 100, 2534015)
    driver.control("settings", {"private_reply_content": "any"})
    assert reply(driver, user, comment, rich).status_code == 200


def test_private_replies_need_the_scope_of_comments_and_are_limited(driver: Driver, user: User, comment: str) -> None:
    driver.control("settings", {"private_replies_per_hour": 0})
    assert error_of(reply(driver, user, comment)) == (400, 613, 2534040)
    driver.control("settings", {"private_replies_per_hour": 1})
    assert reply(driver, user, comment).status_code == 200
    user.access_token = driver.control(f"accounts/{user.user_id}/token", {"scopes": [BASIC]})["access_token"]
    assert error_of(reply(driver, user, comment)) == (403, 10, None)


def test_live_comments_can_be_answered_in_private_while_the_broadcast_runs(
    driver: Driver, user: User, receiver: Receiver
) -> None:
    driver.subscribe(user)
    live = driver.control(f"accounts/{user.user_id}/media", {"media_type": "LIVE"})["id"]
    assert driver.get("/me/live_media", user)["data"] == [{"id": live}]
    assert driver.get("/me/media", user)["data"] == []
    person = driver.add_person()
    comments = [driver.control(f"media/{live}/comments", {"from": person, "text": "live!"})["id"] for _ in range(2)]
    receiver.wait(lambda: len(receiver.got) == 2)
    assert {change["field"] for change in receiver.changes()} == {"live_comments"}
    assert reply(driver, user, comments[0]).status_code == 200
    assert error_of(driver.call("POST", f"/{comments[0]}/replies", user, data={"message": "x"})) == (400, 100, None)
    driver.control(f"media/{live}/end", {})
    assert error_of(reply(driver, user, comments[1])) == (400, 100, 2534025)
    assert driver.get(f"/{live}/comments", user) == {"data": []}
    assert driver.get("/me/live_media", user)["data"] == []
