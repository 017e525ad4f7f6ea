"""Sending: what may be sent, to whom, when; reactions and sender actions."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import BASIC, COMMENTS, Driver, User, error_of
from tests.sandbox.receiver import Receiver

DAY = 86_400
TEXT = {"text": "Рахмет!"}


@pytest.fixture
def person(driver: Driver, user: User) -> str:
    """Somebody who has just written."""
    person_id = driver.add_person()
    driver.say(user, person_id)
    return person_id


def template(**payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": payload}}


def file_of(kind: str, url: str) -> dict[str, Any]:
    return {"attachment": {"type": kind, "payload": {"url": url}}}


def test_a_message_goes_to_somebody_who_has_written(driver: Driver, user: User, person: str) -> None:
    answer = driver.send(user, person, TEXT)
    assert answer.status_code == 200
    assert set(answer.json()) == {"recipient_id", "message_id"}
    assert answer.json()["recipient_id"] == person
    assert answer.json()["message_id"].startswith("aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOj")


def test_a_form_carries_objects_as_json(driver: Driver, user: User, person: str) -> None:
    form = {"recipient": json.dumps({"id": person}), "message": json.dumps(TEXT)}
    assert driver.call("POST", "/me/messages", user, data=form).status_code == 200


def test_nobody_is_written_to_first(driver: Driver, user: User) -> None:
    assert error_of(driver.send(user, driver.add_person(), TEXT)) == (403, 10, 2534022)
    assert error_of(driver.send(user, "529999999999999", TEXT)) == (400, 100, 2534014)
    other = driver.add_account("other")
    assert error_of(driver.send(user, other.user_id, TEXT)) == (400, 100, 2534014)


def test_the_window_ends_24_hours_after_the_persons_last_word(driver: Driver, user: User, person: str) -> None:
    driver.advance(DAY - 60)
    assert driver.send(user, person, TEXT).status_code == 200
    driver.advance(120)
    answer = driver.send(user, person, TEXT)
    assert error_of(answer) == (403, 10, 2534022)
    error = answer.json()["error"]
    assert error == {
        "message": "This message is sent outside of allowed window.",
        "type": "IGApiException",
        "code": 10,
        "error_subcode": 2534022,
        "fbtrace_id": error["fbtrace_id"],
    }
    driver.say(user, person)
    assert driver.send(user, person, TEXT).status_code == 200


@pytest.mark.parametrize(
    "act",
    [
        {"postback": {"title": "Сағат нешеге дейін?", "payload": "HOURS"}},
        {"message": {"text": "Иә", "quick_reply": {"payload": "YES"}}},
        {"message": {"text": "Керемет", "reply_to": {"story": {"id": "1", "url": "https://example.com/"}}}},
        {"referral": {"ref": "spring"}},
    ],
)
def test_taps_story_replies_and_links_open_the_window_again(
    driver: Driver, user: User, person: str, act: dict[str, Any]
) -> None:
    driver.advance(2 * DAY)
    driver.act(user, person, **act)
    assert driver.send(user, person, TEXT).status_code == 200


def test_reactions_and_reading_open_nothing(driver: Driver, user: User, person: str) -> None:
    mid = driver.send(user, person, TEXT).json()["message_id"]
    driver.advance(2 * DAY)
    driver.act(user, person, reaction={"mid": mid, "action": "react", "reaction": "love"})
    driver.act(user, person, read={"mid": mid})
    assert error_of(driver.send(user, person, TEXT)) == (403, 10, 2534022)


def test_a_human_agent_has_seven_days(driver: Driver, user: User, person: str) -> None:
    driver.advance(7 * DAY - 60)
    assert driver.send(user, person, TEXT, tag="HUMAN_AGENT", messaging_type="MESSAGE_TAG").status_code == 200
    driver.advance(120)
    assert error_of(driver.send(user, person, TEXT, tag="HUMAN_AGENT")) == (403, 10, 2534022)
    assert error_of(driver.send(user, person, TEXT, tag="ACCOUNT_UPDATE")) == (400, 100, None)


def test_without_approval_the_human_agent_tag_is_refused(driver: Driver, user: User, person: str) -> None:
    driver.control("settings", {"human_agent": "rejected"})
    answer = driver.send(user, person, TEXT, tag="HUMAN_AGENT")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"].startswith("To use 'Human Agent', your use of this endpoint must be rev")
    assert driver.send(user, person, TEXT).status_code == 200


def test_length_counts_in_bytes(driver: Driver, user: User, person: str) -> None:
    assert driver.send(user, person, {"text": "я" * 500}).status_code == 200
    assert error_of(driver.send(user, person, {"text": "я" * 501})) == (400, 100, None)
    assert driver.send(user, person, {"text": "z" * 1000}).status_code == 200


BUTTON = {"type": "postback", "title": "Order", "payload": "ORDER"}
LINK = {"type": "web_url", "title": "Shop", "url": "https://example.com/"}


@pytest.mark.parametrize(
    "message",
    [
        {"text": "Size?", "quick_replies": [{"content_type": "text", "title": "S", "payload": "S"}] * 13},
        {"text": "Phone?", "quick_replies": [{"content_type": "user_phone_number"}]},
        template(
            template_type="generic", elements=[{"title": "Latte", "subtitle": "900 ₸", "buttons": [BUTTON, LINK]}]
        ),
        template(template_type="button", text="What next?", buttons=[BUTTON]),
        {"attachment": {"type": "like_heart"}},
    ],
)
def test_quick_replies_templates_and_hearts_are_sent(
    driver: Driver, user: User, person: str, message: dict[str, Any]
) -> None:
    assert driver.send(user, person, message).status_code == 200


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": " "},
        {"text": "x", "attachment": {"type": "like_heart"}},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "S", "payload": "S"}] * 14},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "S"}]},
        {"text": "x", "quick_replies": [{"content_type": "location"}]},
        template(template_type="generic", elements=[]),
        template(template_type="generic", elements=[{"title": "Alone"}]),
        template(template_type="generic", elements=[{"title": "T" * 81, "subtitle": "s"}]),
        template(template_type="generic", elements=[{"title": "T", "subtitle": "s"}] * 11),
        template(template_type="generic", elements=[{"title": "T", "buttons": [BUTTON] * 4}]),
        template(template_type="button", text="x", buttons=[]),
        template(template_type="button", text="x" * 641, buttons=[BUTTON]),
        template(template_type="button", text="x", buttons=[{"type": "phone_number", "title": "T", "payload": "1"}]),
        template(template_type="receipt"),
        {"attachment": {"type": "image", "payload": {}}},
        {"attachment": {"type": "sticker", "payload": {"url": "https://example.com/"}}},
        {"attachments": [{"type": "image", "payload": {"url": "https://example.com/"}}] * 11},
        {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": "17900000000000000"}}},
    ],
)
def test_what_a_message_cannot_be_is_refused(driver: Driver, user: User, person: str, message: dict[str, Any]) -> None:
    assert error_of(driver.send(user, person, message)) == (400, 100, 2534015)


def test_a_long_quick_reply_is_cut_to_twenty_characters(driver: Driver, user: User, person: str) -> None:
    reply = {"content_type": "text", "title": "Жеткізу қанша тұрады екен?", "payload": "P"}
    driver.send(user, person, {"text": "?", "quick_replies": [reply]})
    page = driver.http.get(f"{driver.url}/u/alma.coffee/direct/", params={"as": "dana"}).text
    assert "Жеткізу қанша тұрады<" in page


def test_one_of_our_posts_can_be_sent(driver: Driver, user: User, person: str, receiver: Receiver) -> None:
    driver.subscribe(user)
    post = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE", "caption": "Latte"})["id"]
    answer = driver.send(user, person, {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": post}}})
    assert answer.status_code == 200
    receiver.wait(lambda: len(receiver.got) == 1)
    (shared,) = receiver.items()[0]["message"]["attachments"]
    assert (shared["type"], shared["payload"]["ig_post_media_id"], shared["payload"]["title"]) == (
        "ig_post",
        post,
        "Latte",
    )


def test_files_are_fetched_and_examined(driver: Driver, user: User, person: str, media: MediaServer) -> None:
    picture, reel = media.picture, media.reel
    pdf = media.files.folder / "menu.pdf"
    pdf.write_bytes(b"%PDF-1.4\n%%EOF\n")
    for kind, url in (("image", picture), ("video", reel), ("file", media.address(pdf))):
        assert driver.send(user, person, file_of(kind, url)).status_code == 200, kind
    for kind, url in (("image", reel), ("video", picture), ("file", picture), ("audio", picture)):
        assert error_of(driver.send(user, person, file_of(kind, url))) == (400, 100, 2018047), kind
    assert error_of(driver.send(user, person, file_of("image", f"{media.url}/missing"))) == (400, 100, 2018008)
    assert error_of(driver.send(user, person, file_of("image", "ftp://example.com/a.png"))) == (400, 100, 2018008)
    images = [file_of("image", picture)["attachment"]] * 10
    assert driver.send(user, person, {"attachments": images}).status_code == 200
    assert driver.send(user, person, {"attachments": images[0]}).status_code == 200


def test_a_file_that_is_too_big_or_too_slow_is_refused(
    driver: Driver, user: User, person: str, media: MediaServer
) -> None:
    big = media.files.folder / "big.png"
    if not big.exists():
        big.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(8 * 1024 * 1024))
    assert error_of(driver.send(user, person, file_of("image", media.address(big)))) == (400, 100, 2018109)
    driver.control("settings", {"attachment_timeout_s": 0.3})
    slow = f"{media.url}/slow"
    assert error_of(driver.send(user, person, file_of("video", slow))) == (400, 100, 2018294)
    assert error_of(driver.send(user, person, file_of("image", slow))) == (400, 100, 2018008)


def test_a_file_is_uploaded_once_and_sent_by_its_id(
    driver: Driver, user: User, person: str, media: MediaServer
) -> None:
    payload = {"url": media.picture, "is_reusable": True}
    body = {"message": {"attachment": {"type": "image", "payload": payload}}}
    upload = driver.call("POST", f"/v25.0/{user.user_id}/message_attachments", user, json=body).json()["attachment_id"]
    by_id = {"type": "image", "payload": {"attachment_id": upload}}
    for _ in range(2):
        assert driver.send(user, person, {"attachment": by_id}).status_code == 200
    mixed = [by_id, file_of("image", media.picture)["attachment"]]
    assert driver.send(user, person, {"attachments": mixed}).status_code == 200
    unknown = {"attachment": {"type": "image", "payload": {"attachment_id": "1"}}}
    assert error_of(driver.send(user, person, unknown)) == (400, 100, 2018074)


def test_a_send_is_echoed(driver: Driver, user: User, person: str, receiver: Receiver, media: MediaServer) -> None:
    driver.subscribe(user)
    mid = driver.send(user, person, TEXT).json()["message_id"]
    receiver.wait(lambda: len(receiver.got) == 1)
    (item,) = receiver.items()
    assert (item["sender"], item["recipient"]) == ({"id": user.user_id}, {"id": person})
    assert item["message"] == {"mid": mid, "text": "Рахмет!", "is_echo": True}
    driver.send(user, person, file_of("image", media.picture))
    receiver.wait(lambda: len(receiver.got) == 2)
    (picture,) = receiver.items()[1]["message"]["attachments"]
    assert driver.http.get(picture["payload"]["url"]).headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("setting", "field", "is_sent"),
    [
        ("either", "message_echoes", True),
        ("either", "messages", True),
        ("messages", "message_echoes", False),
        ("message_echoes", "messages", False),
    ],
)
def test_which_field_switches_echoes_on_can_be_chosen(
    driver: Driver, user: User, person: str, receiver: Receiver, setting: str, field: str, is_sent: bool
) -> None:
    driver.subscribe(user)
    driver.control("settings", {"echo_field": setting, "webhook_fields": [field, "message_reactions"]})
    driver.send(user, person, TEXT)
    mid = driver.say(user, person) if field == "messages" else ""
    driver.control(f"accounts/{user.user_id}/events", {"field": "last", "value": {"mid": mid}})
    receiver.wait(lambda: bool(receiver.changes()))
    assert any(item["message"].get("is_echo") for item in receiver.items()) is is_sent


def test_actions_leave_no_message(driver: Driver, user: User, person: str, receiver: Receiver) -> None:
    driver.subscribe(user)
    for action in ("typing_on", "typing_off", "mark_seen"):
        assert driver.send(user, person, sender_action=action).json() == {"recipient_id": person}
    assert error_of(driver.send(user, person, sender_action="dance")) == (400, 100, None)
    assert error_of(driver.send(user, person, TEXT, sender_action="typing_on")) == (400, 100, 2018014)
    assert receiver.got == []


def test_the_account_reacts_and_takes_it_back_without_a_webhook(
    driver: Driver, user: User, person: str, receiver: Receiver
) -> None:
    driver.control("settings", {"conversation_calls_per_s": 100})
    mid = driver.say(user, person)
    driver.subscribe(user)
    for reaction in ("love", "\U0001f525"):
        payload = {"message_id": mid, "reaction": reaction}
        assert driver.send(user, person, sender_action="react", payload=payload).json() == {"recipient_id": person}
    shown = driver.get(f"/{mid}", user, fields="reactions")["reactions"]["data"]
    assert shown == [{"reaction": "other", "users": [{"username": "alma.coffee", "id": user.user_id}]}]
    driver.send(user, person, sender_action="unreact", payload={"message_id": mid})
    assert "reactions" not in driver.get(f"/{mid}", user, fields="reactions")
    missing = {"message_id": "aWdfnone", "reaction": "love"}
    assert error_of(driver.send(user, person, sender_action="react", payload=missing)) == (400, 100, 2534015)
    assert receiver.got == []


def test_people_who_block_and_owners_who_forbid_are_respected(driver: Driver, user: User, person: str) -> None:
    driver.control(f"accounts/{user.user_id}/bonds", {"from": person, "is_blocked": True})
    assert error_of(driver.send(user, person, TEXT)) == (400, 551, 1545041)
    driver.control(f"accounts/{user.user_id}/bonds", {"from": person, "is_blocked": False})
    driver.control("settings", {"message_access": False})
    assert error_of(driver.send(user, person, TEXT)) == (400, 200, 2534041)


def test_with_standard_access_only_people_with_a_role_are_reached(driver: Driver, user: User, person: str) -> None:
    driver.control("settings", {"access": "standard"})
    assert error_of(driver.send(user, person, TEXT)) == (400, 200, 2018028)
    tester = driver.add_person("tester", has_role=True)
    driver.say(user, tester)
    assert driver.send(user, tester, TEXT).status_code == 200


def test_sends_a_second_are_limited(driver: Driver, user: User, person: str, media: MediaServer) -> None:
    driver.control("settings", {"sends_per_s": 2, "media_sends_per_s": 1})
    answers = [driver.send(user, person, TEXT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert error_of(answers[2]) == (400, 613, 2534040)
    video = file_of("video", media.reel)
    assert [driver.send(user, person, video).status_code for _ in range(2)] == [200, 400]
    driver.advance(2)
    assert driver.send(user, person, TEXT).status_code == 200


def test_sending_needs_its_scope(driver: Driver, user: User, person: str) -> None:
    token = driver.control(f"accounts/{user.user_id}/token", {"scopes": [BASIC, COMMENTS]})
    user.access_token = token["access_token"]
    assert error_of(driver.send(user, person, TEXT)) == (403, 10, None)


def test_a_message_to_oneself_has_no_window_once_one_was_written_in_the_app(
    driver: Driver, user: User, receiver: Receiver
) -> None:
    driver.subscribe(user)
    assert error_of(driver.send(user, user.user_id, TEXT)) == (403, 10, 2534022)
    driver.act(user, user.user_id, message={"text": "Note"})
    driver.advance(9 * DAY)
    assert driver.send(user, user.user_id, TEXT).status_code == 200
    receiver.wait(lambda: len(receiver.got) == 2)
    for item in receiver.items():
        assert (item["message"]["is_echo"], item["message"]["is_self"]) == (True, True)


def test_a_picture_stays_reachable_only_with_its_signature(
    driver: Driver, user: User, person: str, media: MediaServer, receiver: Receiver, tmp_path: Path
) -> None:
    driver.subscribe(user)
    driver.send(user, person, file_of("image", media.picture))
    receiver.wait(lambda: len(receiver.got) == 1)
    url = receiver.items()[0]["message"]["attachments"][0]["payload"]["url"]
    assert "/ig_messaging_cdn/?asset_id=" in url
    assert driver.http.get(url).status_code == 200
    assert driver.http.get(url[:-1]).status_code == 404
