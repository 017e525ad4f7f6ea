"""Webhooks: subscription, signature, retries, copies, the handshake."""

import hashlib
import hmac
import time

from tests.sandbox.driver import APP_SECRET, BASIC, Driver, User, error_of
from tests.sandbox.receiver import Receiver


def test_an_account_subscribes_and_unsubscribes(driver: Driver, user: User) -> None:
    path = "/me/subscribed_apps"
    assert driver.get(path, user) == {"data": []}
    driver.subscribe(user)
    row = {"id": "900000000000001", "subscribed_fields": ["comments", "messages"]}
    assert driver.get(path, user) == {"data": [row]}
    assert driver.call("DELETE", path, user).json() == {"success": True}
    assert driver.get(path, user) == {"data": []}
    assert error_of(driver.call("POST", path, user)) == (400, 100, None)
    assert error_of(driver.call("POST", path, user, json={"subscribed_fields": ["feed"]})) == (400, 100, None)
    user.access_token = driver.control(f"accounts/{user.user_id}/token", {"scopes": [BASIC]})["access_token"]
    assert error_of(driver.call("POST", path, user, json={"subscribed_fields": ["comments"]})) == (403, 10, None)


def test_a_comment_is_told_with_a_signature_over_the_exact_bytes(
    driver: Driver, user: User, receiver: Receiver
) -> None:
    driver.subscribe(user)
    media = driver.control(f"accounts/{user.user_id}/media", {"media_type": "REELS"})["id"]
    person = driver.control("people", {"username": "dana"})["id"]
    comment = driver.control(f"media/{media}/comments", {"from": person, "text": "Қанша? 1/2"})["id"]
    receiver.wait(lambda: len(receiver.got) == 1)
    raw, signature = receiver.got[0]
    assert signature == "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert raw.isascii()
    assert b"1\\/2" in raw
    (entry,) = receiver.bodies()[0]["entry"]
    assert entry["id"] == user.user_id
    assert abs(entry["time"] - time.time()) < 10
    assert entry["changes"] == [
        {
            "field": "comments",
            "value": {
                "from": {"id": person, "username": "dana"},
                "media": {"id": media, "media_product_type": "REELS"},
                "id": comment,
                "text": "Қанша? 1/2",
            },
        }
    ]
    own = driver.call("POST", f"/{comment}/replies", user, data={"message": "500"}).json()["id"]
    receiver.wait(lambda: len(receiver.got) == 2)
    value = receiver.bodies()[1]["entry"][0]["changes"][0]["value"]
    assert (value["id"], value["parent_id"]) == (own, comment)
    assert value["from"] == {"id": user.user_id, "username": "alma.coffee", "self_ig_scoped_id": user.id}
    receiver.wait(lambda: len(driver.control("deliveries")["data"]) == 2)
    delivery = driver.control("deliveries")["data"][0]
    assert (delivery["status"], delivery["body_sha256"]) == (200, hashlib.sha256(raw).hexdigest())


def test_without_a_subscription_nothing_is_told(driver: Driver, user: User, receiver: Receiver) -> None:
    other = driver.add_account("other")
    driver.subscribe(other)
    person = driver.control("people", {"username": "dana"})["id"]
    for account in (user, other):
        media = driver.control(f"accounts/{account.user_id}/media", {"media_type": "IMAGE"})["id"]
        driver.control(f"media/{media}/comments", {"from": person, "text": "Hi"})
    receiver.wait(lambda: len(receiver.got) >= 1)
    assert [body["entry"][0]["id"] for body in receiver.bodies()] == [other.user_id]


def test_what_is_not_answered_200_is_sent_again(driver: Driver, user: User, receiver: Receiver) -> None:
    driver.control("settings", {"webhook_retry_s": [0.05, 0.05]})
    receiver.statuses = [503, 302]
    driver.control(f"accounts/{user.user_id}/events", {"field": "comments", "value": {"id": "1"}})
    receiver.wait(lambda: len(driver.control("deliveries")["data"]) == 3)
    assert [row["status"] for row in driver.control("deliveries")["data"]] == [503, 302, 200]
    assert len({raw for raw, _ in receiver.got}) == 1


def test_events_are_sent_as_they_are_alone_and_in_a_batch(driver: Driver, user: User, receiver: Receiver) -> None:
    item = {"sender": {"id": "5"}, "recipient": {"id": user.user_id}, "timestamp": 1, "message": {"mid": "m"}}
    driver.control(f"accounts/{user.user_id}/events", item)
    receiver.wait(lambda: len(receiver.got) == 1)
    (entry,) = receiver.bodies()[0]["entry"]
    assert entry["messaging"] == [item]
    assert abs(entry["time"] / 1000 - time.time()) < 10
    changes = [{"field": "comments", "value": {"id": str(number)}} for number in range(1000)]
    driver.control(f"accounts/{user.user_id}/events", {"batch": changes})
    receiver.wait(lambda: len(receiver.got) == 2)
    assert receiver.bodies()[1]["entry"][0]["changes"] == changes


def test_copies_and_disorder_can_be_asked_for(driver: Driver, user: User, receiver: Receiver) -> None:
    driver.control("settings", {"webhook_copies": 3, "webhook_shuffle_s": 0.3})
    for number in range(20):
        driver.control(f"accounts/{user.user_id}/events", {"field": "comments", "value": {"id": number}})
    receiver.wait(lambda: len(receiver.got) == 60)
    order = [body["entry"][0]["changes"][0]["value"]["id"] for body in receiver.bodies()]
    assert order != sorted(order)
    assert sorted(order) == sorted(list(range(20)) * 3)


def test_the_handshake_needs_the_right_token(driver: Driver, receiver: Receiver) -> None:
    assert driver.control("webhook/verify", {}) == {"verified": True}
    driver.control("settings", {"verify_token": "wrong"})
    assert driver.control("webhook/verify", {}) == {"verified": False}
    driver.control("settings", {"webhook_url": "http://127.0.0.1:9/"})
    assert driver.control("webhook/verify", {}) == {"verified": False}
