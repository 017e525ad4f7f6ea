"""Comments, messages and webhooks: the examples of Instagram's pages, beside those of `test_examples`."""

import json
from typing import Any

import pytest

from tests.sandbox import examples_webhooks as printed
from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User
from tests.sandbox.receiver import Receiver
from tests.sandbox.stage import Stage, shape, shape_of


@pytest.fixture
def stage(driver: Driver, user: User, media: MediaServer) -> Stage:
    return Stage(driver, user, media)


@pytest.fixture
def told(stage: Stage, receiver: Receiver) -> Receiver:
    """The endpoint of an app that is told everything about the account."""
    stage.driver.subscribe(stage.user)
    return receiver


def only_body(receiver: Receiver) -> Any:
    receiver.wait(lambda: len(receiver.got) >= 1)
    (body,) = receiver.bodies()
    return body


@pytest.mark.parametrize("example", list(printed.MESSAGING))
def test_what_a_person_does_is_told_as_printed(stage: Stage, told: Receiver, example: str) -> None:
    text, act = printed.MESSAGING[example]
    act = json.loads(json.dumps(act).replace("<mid>", stage.received))
    stage.driver.act(stage.user, stage.person, **act)
    body = only_body(told)
    assert shape(body) == shape_of(printed.HEAD + text + printed.TAIL)
    (entry,) = body["entry"]
    (item,) = entry["messaging"]
    assert (entry["id"], item["recipient"]["id"], item["sender"]["id"]) == (stage.user.user_id,) * 2 + (stage.person,)
    assert entry["time"] > 1_700_000_000_000 < item["timestamp"]


@pytest.mark.parametrize("example", list(printed.PASSED_ON))
def test_what_only_others_are_told_can_be_sent_as_printed(stage: Stage, told: Receiver, example: str) -> None:
    (entry,) = json.loads(printed.PASSED_ON[example])["entry"]
    (kind,) = set(entry) & {"changes", "messaging", "standby"}
    event = {"standby": entry[kind][0]} if kind == "standby" else entry[kind][0]
    name = "0" if entry["id"] == "0" else stage.user.user_id
    stage.driver.control(f"accounts/{name}/events", event)
    body = only_body(told)
    assert shape(body) == shape_of(printed.PASSED_ON[example])
    assert (body["entry"][0][kind], body["entry"][0]["id"]) == (entry[kind], name)


def test_comments_replies_and_the_accounts_own_are_told_as_printed(stage: Stage, told: Receiver) -> None:
    comment = stage.control_id(f"media/{stage.reel}/comments", {"from": stage.person, "text": "Hi"})
    told.wait(lambda: len(told.got) == 1)
    answer = {"from": stage.person, "text": "Hi", "parent_id": comment}
    stage.control_id(f"media/{stage.reel}/comments", answer)
    told.wait(lambda: len(told.got) == 2)
    stage.driver.call("POST", f"/{comment}/replies", stage.user, data={"message": "Thanks"})
    told.wait(lambda: len(told.got) == 3)
    live = stage.control_id(f"accounts/{stage.user.user_id}/media", {"media_type": "LIVE"})
    stage.control_id(f"media/{live}/comments", {"from": stage.person, "text": "live!"})
    told.wait(lambda: len(told.got) == 4)
    expected = [printed.COMMENT, printed.REPLY, printed.OWN, printed.LIVE]
    assert [shape(body) for body in told.bodies()] == [shape_of(text) for text in expected]
    fields = [change["field"] for change in told.changes()]
    assert fields == ["comments", "comments", "comments", "live_comments"]
    assert told.bodies()[0]["entry"][0]["time"] < 10_000_000_000


def test_echoes_and_what_one_does_to_oneself_are_told_as_printed(stage: Stage, told: Receiver) -> None:
    driver, me = stage.driver, stage.user.user_id
    sent = driver.send(stage.user, stage.person, {"text": "test"}).json()
    told.wait(lambda: len(told.got) == 1)
    driver.act(stage.user, me, message={"text": "note"})
    told.wait(lambda: len(told.got) == 2)
    driver.act(stage.user, me, postback={"title": "t", "payload": "P"})
    told.wait(lambda: len(told.got) == 3)
    expected = [printed.ECHO, printed.SELF, printed.SELF_POSTBACK]
    assert [shape(body) for body in told.bodies()] == [shape_of(text) for text in expected]
    assert told.items()[0]["message"]["mid"] == sent["message_id"]
    assert [item["sender"]["id"] for item in told.items()] == [me] * 3


def test_the_other_shapes_that_were_seen_come_by_switch(stage: Stage, told: Receiver) -> None:
    stage.driver.control("settings", {"edit_zero": "instead", "comment_envelope": "entry"})
    stage.driver.say(stage.user, stage.person)
    told.wait(lambda: len(told.got) == 1)
    stage.control_id(f"media/{stage.reel}/comments", {"from": stage.person, "text": "Hi"})
    told.wait(lambda: len(told.got) == 2)
    zero, comment = told.bodies()
    assert shape(zero) == shape_of(printed.EDIT_ZERO)
    assert shape(comment) == shape_of(printed.PRINTED_COMMENT)


def test_the_handshake_is_the_one_of_the_page(stage: Stage, receiver: Receiver) -> None:
    assert stage.driver.control("webhook/verify", {}) == {"verified": True}
    receiver.token = "another"
    assert stage.driver.control("webhook/verify", {}) == {"verified": False}


MESSAGE = {
    "id": "str",
    "created_time": "str",
    "from": {"username": "str", "id": "str"},
    "to": {"data": [{"username": "str", "id": "str"}]},
    "message": "str",
    "is_unsupported": "bool",
}
EVERY_FIELD = "id,created_time,from,to,message,attachments,shares,story,reactions,is_unsupported,reply_to"
CDN = printed.CDN


@pytest.mark.parametrize(
    ("message", "member", "expected"),
    [
        (
            {"attachments": [{"type": "image", "payload": {"url": CDN}}]},
            "attachments",
            {"data": [{"id": "str", "name": "str", "image_data": {"url": "str"}}]},
        ),
        (
            {"attachments": [{"type": "video", "payload": {"url": CDN}}]},
            "attachments",
            {"data": [{"id": "str", "name": "str", "video_data": {"url": "str"}}]},
        ),
        (
            {"attachments": [{"type": "file", "payload": {"url": CDN}}]},
            "attachments",
            {"data": [{"id": "str", "name": "str", "file_url": "str"}]},
        ),
        (
            {"attachments": [{"type": "ig_post", "payload": {"ig_post_media_id": "1", "title": "", "url": CDN}}]},
            "shares",
            {"data": [{"link": "str"}]},
        ),
        (
            {"text": "nice", "reply_to": {"story": {"id": "18074819347285670", "url": CDN}}},
            "story",
            {"reply_to": {"link": "str", "id": "str"}},
        ),
        (
            {"attachments": [{"type": "story_mention", "payload": {"url": CDN}}]},
            "story",
            {"mention": {"link": "str", "id": "str"}},
        ),
        ({"text": "this", "reply_to": {"mid": "<mid>"}}, "reply_to", {"mid": "str", "is_self_reply": "bool"}),
    ],
)
def test_a_message_shows_only_what_it_has(stage: Stage, message: Any, member: str, expected: Any) -> None:
    message = json.loads(json.dumps(message).replace("<mid>", stage.received))
    mid = stage.driver.act(stage.user, stage.person, message=message)
    assert shape(stage.driver.get(f"/{mid}", stage.user, fields=EVERY_FIELD)) == MESSAGE | {member: expected}
    assert set(stage.driver.get(f"/{mid}", stage.user)) == {"id", "created_time"}


def test_reactions_of_a_message_are_read_as_printed(stage: Stage) -> None:
    stage.driver.act(stage.user, stage.person, reaction={"mid": stage.received, "reaction": "love"})
    shown = stage.driver.get(f"/{stage.received}", stage.user, fields="reactions")
    assert shown["reactions"] == {
        "data": [{"reaction": "love", "users": [{"username": "customer", "id": stage.person}]}]
    }


def test_every_field_of_a_comment_is_there(stage: Stage) -> None:
    every = "id,text,timestamp,username,from,parent_id,like_count,hidden,replies,media{id,media_product_type},user"
    comment = stage.driver.get(f"/{stage.comment}", stage.user, fields=every)
    expected = ["id", "text", "timestamp", "username", "from", "like_count", "hidden", "replies", "media"]
    assert sorted(comment) == sorted(expected)
    assert comment["media"] == {"id": stage.reel, "media_product_type": "REELS"}
    own = stage.driver.get(f"/{stage.reply}", stage.user, fields=every)
    assert (own["parent_id"], own["user"]) == (stage.comment, {"id": stage.user.user_id})


def test_with_standard_access_comments_are_an_empty_page_with_cursors(stage: Stage) -> None:
    stage.driver.control("settings", {"access": "standard"})
    page = stage.driver.get(f"/{stage.reel}/comments", stage.user)
    assert (page["data"], set(page["paging"])) == ([], {"cursors"})
    assert stage.driver.get(f"/{stage.reel}", stage.user, fields="comments_count")["comments_count"] > 0


def test_a_page_that_is_not_the_last_has_a_next_one_with_the_token(stage: Stage) -> None:
    stage.control_id(f"media/{stage.reel}/comments", {"from": stage.person, "text": "Hi"})
    page = stage.driver.get(f"/v25.0/{stage.reel}/comments", stage.user, limit="1", order="chronological")
    assert page["data"][0]["text"] == "Hi"
    assert page["paging"]["next"].startswith(f"{stage.driver.url}/v25.0/{stage.reel}/comments?")
    assert stage.user.access_token in page["paging"]["next"]
    assert "next" not in stage.driver.http.get(page["paging"]["next"]).json()["paging"]


# Rows of the Messenger platform's error table (2026-06-25) that only happen elsewhere: they can be ordered.
ELSEWHERE = [
    (10, 2018278), (10, 2018065), (10, 2018108), (10, 1893063), (10, 2534077), (10, 2018300), (100, 2534013),
    (100, 2534029), (100, 2534037), (200, 1545041), (613, 2018338), (1, 1357046), (1, 99),
]  # fmt: skip


@pytest.mark.parametrize(("code", "subcode"), ELSEWHERE)
def test_rows_of_the_error_table_that_do_not_happen_here_can_be_ordered(stage: Stage, code: int, subcode: int) -> None:
    error = {"code": code, "error_subcode": subcode, "type": "IGApiException", "message": "…"}
    stage.driver.order("error", "/messages$", error=error, status=400)
    answer = stage.driver.send(stage.user, stage.person, {"text": "Hello"})
    found = answer.json()["error"]
    assert (answer.status_code, found["code"], found["error_subcode"]) == (400, code, subcode)
    assert set(found) >= {"message", "type", "fbtrace_id"}
    assert stage.driver.send(stage.user, stage.person, {"text": "Hello"}).status_code == 200


def test_the_captured_refusals_are_answered_to_the_letter(stage: Stage) -> None:
    stage.driver.advance(25 * 3600)
    answer = stage.driver.send(stage.user, stage.person, {"text": "Hello"})
    error = answer.json()["error"]
    assert error.pop("fbtrace_id")
    assert (answer.status_code, error) == (
        403,
        {
            "message": "This message is sent outside of allowed window.",
            "type": "IGApiException",
            "code": 10,
            "error_subcode": 2534022,
        },
    )
    stage.driver.control("settings", {"human_agent": "rejected"})
    answer = stage.driver.send(stage.user, stage.person, {"text": "Hello"}, tag="HUMAN_AGENT")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"].startswith(
        "To use 'Human Agent', your use of this endpoint must be reviewed and approved by Facebook."
    )
    assert stage.driver.call("GET", f"/{stage.driver.add_person()}", stage.user).json()["error"]["code"] == 230


def test_profiles_and_flows_are_answered_as_printed(stage: Stage) -> None:
    path, driver, user = "/me/messenger_profile", stage.driver, stage.user
    actions = [{"question": "Opening hours?", "payload": "HOURS"}]
    breakers = [{"call_to_actions": actions, "locale": "default"}, {"call_to_actions": actions, "locale": "zh_CN"}]
    body = {"platform": "instagram", "ice_breakers": breakers}
    assert driver.call("POST", path, user, json=body).json() == {"result": "success"}
    assert driver.get(path, user, fields="ice_breakers") == {"data": breakers}
    gone = driver.call("DELETE", path, user, params={"fields": "['ice_breakers']"})
    assert gone.json() == {"result": "success"}
    menu = [
        {
            "locale": "default",
            "call_to_actions": [
                {"type": "postback", "title": "Talk to an agent", "payload": "CARE_HELP"},
                {"type": "web_url", "title": "Shop now", "url": "https://example.com/"},
            ],
        }
    ]
    driver.call("POST", path, user, json={"platform": "instagram", "persistent_menu": menu})
    assert driver.get(path, user, fields="persistent_menu") == {"data": [{"persistent_menu": menu}]}
    driver.control("settings", {"profile_answer": "success"})
    assert driver.call("DELETE", path, user, json={"fields": ["persistent_menu"]}).json() == {"success": True}
    replies = [{"content_type": "text", "title": "Yes", "payload": "YES"}]
    flow = [{"message": {"text": "Hello", "quick_replies": replies}}]
    given = {"eligible_platforms": ["instagram"], "name": "Ads", "welcome_message_flow": flow}
    flow_id = driver.call("POST", "/me/welcome_message_flows", user, json=given).json()["flow_id"]
    (row,) = driver.get("/me/welcome_message_flows", user)["data"]
    assert (row["id"], row["eligible_platforms"], row["is_used_in_ad"]) == (flow_id, ["INSTAGRAM"], False)
    assert json.loads(row["welcome_message_flow"])
    assert row["last_update_time"].endswith("+0000")
    assert driver.call("DELETE", f"/me/welcome_message_flows?flow_id={flow_id}", user).json() == {"success": True}
