"""Webhooks: subscription, signature, retries, copies, the handshake."""

import hashlib
import hmac
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.driver import APP_SECRET, BASIC, Driver, User, error_of


@dataclass
class Receiver:
    """An app's webhook: remembers raw bodies and answers what it is told to."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    token: str = "verify-me"
    got: list[tuple[bytes, str]] = field(default_factory=list)

    def bodies(self) -> list[Any]:
        """Return what came, read."""
        return [json.loads(raw) for raw, _ in self.got]

    def wait(self, is_done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + 10
        while not is_done():
            assert time.monotonic() < deadline, self.got
            time.sleep(0.01)


@pytest.fixture
def receiver(driver: Driver) -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((raw, self.headers["X-Hub-Signature-256"]))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.end_headers()

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            is_right = query["hub.verify_token"] == [receiver.token] and query["hub.mode"] == ["subscribe"]
            self.send_response(200 if is_right else 403)
            self.end_headers()
            self.wfile.write(query["hub.challenge"][0].encode())

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    driver.control("settings", {"webhook_url": receiver.url, "verify_token": receiver.token})
    yield receiver
    driver.control("reset", {})
    server.shutdown()
    server.server_close()


def subscribe(driver: Driver, user: User, fields: str = "comments,messages") -> None:
    answer = driver.call("POST", f"/v25.0/{user.user_id}/subscribed_apps", user, params={"subscribed_fields": fields})
    assert answer.json() == {"success": True}


def test_an_account_subscribes_and_unsubscribes(driver: Driver, user: User) -> None:
    path = "/me/subscribed_apps"
    assert driver.get(path, user) == {"data": []}
    subscribe(driver, user)
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
    subscribe(driver, user)
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
    subscribe(driver, other)
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
