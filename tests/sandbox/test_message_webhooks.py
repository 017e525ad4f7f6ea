"""Webhooks of conversations: each kind of event in its documented shape, and the awkward ways they come."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from tests.sandbox.driver import APP_SECRET, Driver, User
from tests.sandbox.receiver import Receiver


@pytest.fixture
def person(driver: Driver, user: User, receiver: Receiver) -> str:
    """Somebody of the audience of a subscribed account."""
    driver.subscribe(user)
    return driver.add_person()


def only_item(receiver: Receiver, count: int = 1) -> dict[str, Any]:
    def items() -> list[dict[str, Any]]:
        """What came, once each: on a busy machine an answer may be late, and the sandbox sends again."""
        return [json.loads(text) for text in dict.fromkeys(json.dumps(item) for item in receiver.items())]

    receiver.wait(lambda: len(items()) >= count)
    item = items()[count - 1]
    assert abs(item["timestamp"] / 1000 - time.time()) < 10
    return item


def parts(user: User, person: str) -> dict[str, Any]:
    return {"sender": {"id": person}, "recipient": {"id": user.user_id}}


def test_a_text_comes_in_the_messaging_envelope(driver: Driver, user: User, person: str, receiver: Receiver) -> None:
    mid = driver.say(user, person, "Сәлем 🌸 50/50")
    item = only_item(receiver)
    assert item == parts(user, person) | {
        "timestamp": item["timestamp"],
        "message": {"mid": mid, "text": "Сәлем 🌸 50/50"},
    }
    (entry,) = receiver.bodies()[0]["entry"]
    assert (entry["id"], receiver.bodies()[0]["object"]) == (user.user_id, "instagram")
    assert abs(entry["time"] / 1000 - time.time()) < 10
    raw, signature = receiver.got[0]
    assert raw.isascii()
    assert b"\\u0421" in raw
    assert b"50\\/50" in raw
    assert signature == "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()


MEDIA = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=17997515821557846&signature=Abyo"


@pytest.mark.parametrize(
    "message",
    [
        {"attachments": [{"type": "image", "payload": {"url": MEDIA}}, {"type": "video", "payload": {"url": MEDIA}}]},
        {"attachments": [{"type": "ig_post", "payload": {"ig_post_media_id": "18139", "title": "t", "url": MEDIA}}]},
        {"attachments": [{"type": "ig_reel", "payload": {"reel_video_id": "179062", "title": "t", "url": MEDIA}}]},
        {"attachments": [{"type": "story_mention", "payload": {"url": MEDIA}}]},
        {"attachments": [{"type": "like_heart"}]},
        {"attachments": [{"type": "ephemeral"}]},
        {"attachments": [{"type": "unsupported_type"}]},
        {"text": "this one", "reply_to": {"mid": "aWdf1"}},
        {"text": "nice", "reply_to": {"story": {"id": "1", "url": MEDIA, "link_sticker_url": "https://example.com/"}}},
        {"text": "Order status", "quick_reply": {"payload": "ORDER_STATUS"}},
        {"text": "Hi", "referral": {"ref": "r", "ad_id": "6", "source": "ADS", "type": "OPEN_THREAD"}},
        {"is_unsupported": True},
    ],
)
def test_every_kind_of_message_comes_as_it_was_written(
    driver: Driver, user: User, person: str, receiver: Receiver, message: dict[str, Any]
) -> None:
    mid = driver.act(user, person, message=message)
    assert only_item(receiver)["message"] == {"mid": mid} | message


def test_an_unsent_message_keeps_its_id_and_loses_its_text(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    mid = driver.say(user, person)
    driver.act(user, person, message={"mid": mid, "is_deleted": True})
    assert only_item(receiver, 2)["message"] == {"mid": mid, "is_deleted": True}


def test_reactions_postbacks_edits_receipts_and_links(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    mid = driver.say(user, person)
    expected: list[tuple[str, dict[str, Any]]] = []
    acts: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
        (
            {"reaction": {"mid": mid, "action": "react", "reaction": "love"}},
            "reaction",
            {"mid": mid, "action": "react", "reaction": "love", "emoji": "\u2764\ufe0f"},
        ),
        ({"reaction": {"mid": mid, "action": "unreact"}}, "reaction", {"mid": mid, "action": "unreact"}),
        (
            {"reaction": {"mid": mid, "emoji": "🔥"}},
            "reaction",
            {"mid": mid, "action": "react", "reaction": "other", "emoji": "🔥"},
        ),
        ({"read": {"mid": mid}}, "read", {"mid": mid}),
        (
            {"message_edit": {"mid": mid, "text": "edited text"}},
            "message_edit",
            {"mid": mid, "text": "edited text", "num_edit": 1},
        ),
        (
            {"referral": {"ref": "spring-campaign"}},
            "referral",
            {"ref": "spring-campaign", "source": "SHORTLINKS", "type": "OPEN_THREAD"},
        ),
    ]
    for number, (act, member, value) in enumerate(acts, start=2):
        driver.act(user, person, **act)
        expected.append((member, value))
        assert only_item(receiver, number)[member] == value
    tapped = driver.act(user, person, postback={"title": "Talk to an agent", "payload": "CARE_HELP"})
    postback = only_item(receiver, len(acts) + 2)["postback"]
    assert postback == {"mid": tapped, "title": "Talk to an agent", "payload": "CARE_HELP"}


def test_fields_the_app_does_not_subscribe_to_are_not_sent(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    driver.control("settings", {"webhook_fields": ["message_reactions"]})
    mid = driver.say(user, person)
    driver.act(user, person, reaction={"mid": mid, "reaction": "love"})
    assert "reaction" in only_item(receiver)


def test_an_account_gets_every_field_of_the_app_unless_switched(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    mid = driver.say(user, person)
    driver.act(user, person, reaction={"mid": mid, "reaction": "love"})
    receiver.wait(lambda: len(receiver.got) == 2)
    driver.control("settings", {"account_fields": "own"})
    driver.act(user, person, reaction={"mid": mid, "reaction": "like"})
    driver.say(user, person, "last")
    assert only_item(receiver, 3)["message"]["text"] == "last"


def test_events_close_together_can_come_in_one_body(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    post = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})["id"]
    driver.control("settings", {"webhook_batch_s": 0.5})
    mids = [driver.say(user, person, str(number)) for number in range(3)]
    driver.control(f"media/{post}/comments", {"from": person, "text": "Hi"})
    receiver.wait(lambda: len(receiver.got) == 1)
    messaging, changes = receiver.bodies()[0]["entry"]
    assert [item["message"]["mid"] for item in messaging["messaging"]] == mids
    assert len(changes["changes"]) == 1


def test_an_edit_number_zero_can_come_with_or_instead_of_a_new_message(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    driver.control("settings", {"edit_zero": "instead"})
    mid = driver.say(user, person)
    item = only_item(receiver)
    assert item == {"timestamp": item["timestamp"], "message_edit": {"mid": mid, "num_edit": 0}}
    driver.control("settings", {"edit_zero": "with"})
    driver.say(user, person)
    receiver.wait(lambda: len(receiver.got) == 3)
    assert {*receiver.items()[1], *receiver.items()[2]} >= {"message", "message_edit"}


def test_a_shared_post_can_come_twice_in_one_message(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    driver.control("settings", {"share_copies": True})
    shared = {"type": "ig_post", "payload": {"ig_post_media_id": "1", "title": "", "url": MEDIA}}
    driver.act(user, person, message={"attachments": [shared]})
    assert only_item(receiver)["message"]["attachments"] == [shared, {"type": "share", "payload": {"url": MEDIA}}]


def test_comments_can_come_as_the_page_prints_them(driver: Driver, user: User, person: str, receiver: Receiver) -> None:
    driver.control("settings", {"comment_envelope": "entry"})
    post = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})["id"]
    driver.control(f"media/{post}/comments", {"from": person, "text": "Hi"})
    receiver.wait(lambda: len(receiver.got) == 1)
    (body,) = receiver.bodies()[0]
    assert (body["entry"][0]["field"], body["entry"][0]["value"]["text"]) == ("comments", "Hi")


@pytest.mark.parametrize(
    "item",
    [
        {"timestamp": 1, "pass_thread_control": {"previous_owner_app_id": 4130, "new_owner_app_id": 226}},
        {"timestamp": 1, "take_thread_control": {"previous_owner_app_id": 4130, "metadata": "m"}},
        {"timestamp": 1, "optin": {"type": "notification_messages", "payload": "p"}},
    ],
)
def test_handover_and_optins_are_sent_as_they_are(
    driver: Driver, user: User, person: str, receiver: Receiver, item: dict[str, Any]
) -> None:
    item = parts(user, person) | item
    driver.control(f"accounts/{user.user_id}/events", item)
    receiver.wait(lambda: len(receiver.got) == 1)
    assert receiver.items() == [item]


def test_standby_has_an_envelope_of_its_own(driver: Driver, user: User, person: str, receiver: Receiver) -> None:
    item = parts(user, person) | {"timestamp": 1, "message": {"mid": "aWdf", "text": "…"}}
    driver.control(f"accounts/{user.user_id}/events", {"standby": item})
    receiver.wait(lambda: len(receiver.got) == 1)
    (entry,) = receiver.bodies()[0]["entry"]
    assert entry["standby"] == [item]


def test_after_failing_for_too_long_the_account_is_unsubscribed(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    driver.control("settings", {"webhook_disable_s": 3600, "webhook_retry_s": [0.2, 0.05]})
    receiver.statuses = [500, 500, 500]
    driver.say(user, person)
    receiver.wait(lambda: len(receiver.got) >= 1)
    driver.advance(3601)
    receiver.wait(lambda: not driver.get("/me/subscribed_apps", user)["data"])


@pytest.mark.parametrize("body", [{}, {"message": {}, "read": {}}, {"message": {"nonsense": 1}}, {"postback": {}}])
def test_a_wrong_act_is_refused(driver: Driver, user: User, person: str, body: dict[str, Any]) -> None:
    answer = driver.http.post(f"{driver.url}/sandbox/accounts/{user.user_id}/messages", json={"from": person, **body})
    assert answer.status_code == 400
