"""The example calls of Instagram's pages, as they are printed there, and the members of the answers."""

import json
from typing import Any

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User

DAY = 86_400


class Stage:
    """An account with a post, a comment with a reply, and a conversation."""

    def __init__(self, driver: Driver, user: User, media: MediaServer) -> None:
        self.driver, self.user = driver, user
        driver.control("settings", {"conversation_calls_per_s": 1000})
        self.person = driver.add_person("customer", name="Customer", follows=True)
        self.reel = driver.live(user, media_type="REELS", video_url=media.reel, caption="This is awesome!")
        self.comment = self.control_id(f"media/{self.reel}/comments", {"from": self.person, "text": "*Sniff*"})
        reply = driver.call("POST", f"/{self.comment}/replies", user, data={"message": "Thanks"})
        self.reply = str(reply.json()["id"])
        self.received = driver.say(user, self.person, "hi")
        self.conversation = str(driver.get("/me/conversations", user)["data"][0]["id"])
        self.places = {
            "user": user.user_id, "media": self.reel, "comment": self.comment, "reply": self.reply,
            "person": self.person, "conversation": self.conversation, "message": self.received,
            "picture": media.picture, "reel": media.reel,
        }  # fmt: skip

    def control_id(self, path: str, body: dict[str, Any]) -> str:
        return str(self.driver.control(path, body)["id"])

    def fill(self, text: str) -> str:
        for name, value in self.places.items():
            text = text.replace(f"<{name}>", value)
        return text


@pytest.fixture
def stage(driver: Driver, user: User, media: MediaServer) -> Stage:
    return Stage(driver, user, media)


def members(value: Any) -> Any:
    """Return what an answer is made of: its names, without the values."""
    if isinstance(value, dict):
        return {name: members(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [members(value[0])] if value else []
    return type(value).__name__


PAGED = {"cursors": {"before": "str", "after": "str"}}
# Page of the example: the call, and the members of its answer.
READS: dict[str, tuple[str, Any]] = {
    "get-started, /me": (
        "/v25.0/me?fields=user_id,username",
        {"user_id": "str", "username": "str", "id": "str"},
    ),
    "content-publishing, media": ("/v25.0/<user>/media", {"data": [{"id": "str"}], "paging": PAGED}),
    "content-publishing, limit": (
        "/v25.0/<user>/content_publishing_limit?fields=quota_usage,config",
        {"data": [{"quota_usage": "int", "config": {"quota_total": "int", "quota_duration": "int"}}]},
    ),
    "ig-media/comments": (
        "/v25.0/<media>/comments",
        {"data": [{"id": "str", "text": "str", "timestamp": "str"}], "paging": PAGED},
    ),
    "postman, comments with from": (
        "/v25.0/<media>/comments?fields=from,text",
        {"data": [{"from": {"id": "str", "username": "str"}, "text": "str", "id": "str"}], "paging": PAGED},
    ),
    "comment-moderation, replies by expansion": (
        "/v25.0/<media>/comments?fields=id,replies{id,text,timestamp,username}",
        {
            "data": [
                {
                    "id": "str",
                    "replies": {"data": [{"id": "str", "text": "str", "timestamp": "str", "username": "str"}]},
                }
            ],
            "paging": PAGED,
        },
    ),
    "ig-comment": (
        "/v25.0/<comment>?fields=hidden,media,timestamp",
        {"hidden": "bool", "media": {"id": "str"}, "timestamp": "str", "id": "str"},
    ),
    "ig-comment/replies": (
        "/v25.0/<comment>/replies",
        {"data": [{"id": "str", "text": "str", "timestamp": "str"}], "paging": PAGED},
    ),
    "ig-comment, parent_id of a reply": ("/v25.0/<reply>?fields=parent_id", {"parent_id": "str", "id": "str"}),
    "conversations-api, list": (
        "/v25.0/<user>/conversations?platform=instagram",
        {"data": [{"id": "str", "updated_time": "str"}], "paging": PAGED},
    ),
    "conversations-api, one person": (
        "/v25.0/me/conversations?platform=instagram&user_id=<person>",
        {"data": [{"id": "str", "updated_time": "str"}]},
    ),
    "conversations-api, messages": (
        "/v25.0/<conversation>?fields=messages",
        {
            "messages": {"data": [{"id": "str", "created_time": "str", "is_unsupported": "bool"}], "paging": PAGED},
            "id": "str",
        },
    ),
    "conversations-api, participants": (
        "/v25.0/<conversation>?fields=participants",
        {"participants": {"data": [{"username": "str", "id": "str"}]}, "id": "str"},
    ),
    "conversations-api, message": (
        "/v25.0/<message>?fields=id,created_time,from,to,message",
        {
            "id": "str",
            "created_time": "str",
            "from": {"username": "str", "id": "str"},
            "to": {"data": [{"username": "str", "id": "str"}]},
            "message": "str",
        },
    ),
    "user-profile": (
        "/v25.0/<person>?fields=name,username,profile_pic,follower_count,is_user_follow_business,"
        "is_business_follow_user,is_verified_user",
        {
            "name": "str",
            "username": "str",
            "profile_pic": "str",
            "follower_count": "int",
            "is_user_follow_business": "bool",
            "is_business_follow_user": "bool",
            "is_verified_user": "bool",
            "id": "str",
        },
    ),
    "postman, reach without metric_type": (
        "/v25.0/<user>/insights?metric=reach&period=day",
        {
            "data": [
                {
                    "name": "str",
                    "period": "str",
                    "title": "str",
                    "description": "str",
                    "values": [{"value": "int", "end_time": "str"}],
                    "id": "str",
                }
            ],
            "paging": {"previous": "str", "next": "str"},
        },
    ),
    "live, reach and views": (
        "/v26.0/<user>/insights?metric=reach,views&period=day&metric_type=total_value",
        {
            "data": [
                {
                    "name": "str",
                    "period": "str",
                    "title": "str",
                    "description": "str",
                    "total_value": {"value": "int"},
                    "id": "str",
                }
            ],
            "paging": {"previous": "str", "next": "str"},
        },
    ),
    "instagram-media/insights": (
        "/v26.0/<media>/insights?metric=views,reach,ig_reels_avg_watch_time,ig_reels_video_view_total_time",
        {
            "data": [
                {
                    "name": "str",
                    "period": "str",
                    "values": [{"value": "int"}],
                    "title": "str",
                    "description": "str",
                    "id": "str",
                }
            ]
        },
    ),
}


@pytest.mark.parametrize("example", list(READS))
def test_an_example_of_reading_is_answered_as_printed(stage: Stage, example: str) -> None:
    path, expected = READS[example]
    answer = stage.driver.call("GET", stage.fill(path), stage.user)
    assert answer.status_code == 200, answer.text
    assert members(answer.json()) == expected


SENT = {"recipient_id": "str", "message_id": "str"}
TO = {"recipient": {"id": "<person>"}}
BUTTONS = [
    {"type": "web_url", "url": "https://example.com/", "title": "View Website"},
    {"type": "postback", "title": "Start Chatting", "payload": "DEVELOPER_DEFINED_PAYLOAD"},
]
WRITES: dict[str, tuple[str, str, dict[str, Any], Any]] = {
    "ig-media/comments": ("POST", "/v25.0/<media>/comments", {"message": "This is awesome!"}, {"id": "str"}),
    "ig-comment/replies": ("POST", "/v25.0/<comment>/replies", {"message": "Thanks"}, {"id": "str"}),
    "ig-comment, hide": ("POST", "/v25.0/<comment>", {"hide": "true"}, {"success": "bool"}),
    "ig-comment, delete": ("DELETE", "/v25.0/<comment>", {}, {"success": "bool"}),
    "ig-media, comment_enabled": ("POST", "/v25.0/<media>", {"comment_enabled": "false"}, {"success": "bool"}),
    "private-replies": (
        "POST",
        "/v25.0/<user>/messages",
        {"recipient": {"comment_id": "<comment>"}, "message": {"text": "Thanks! Details in DM."}},
        SENT,
    ),
    "messaging-api, text": ("POST", "/v25.0/<user>/messages", TO | {"message": {"text": "Hello"}}, SENT),
    "messaging-api, image": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachment": {"type": "image", "payload": {"url": "<picture>"}}}},
        SENT,
    ),
    "messaging-api, image under the plural key": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachments": {"type": "image", "payload": {"url": "<picture>"}}}},
        SENT,
    ),
    "messaging-api, images": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachments": [{"type": "image", "payload": {"url": "<picture>"}}] * 2}},
        SENT,
    ),
    "messaging-api, video": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachment": {"type": "video", "payload": {"url": "<reel>"}}}},
        SENT,
    ),
    "messaging-api, own post": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": "<media>"}}}},
        SENT,
    ),
    "messaging-api, sticker": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachment": {"type": "like_heart"}}},
        SENT,
    ),
    "postman, quick replies": (
        "POST",
        "/v25.0/me/messages",
        TO
        | {
            "messaging_type": "RESPONSE",
            "message": {
                "text": "Pick a color:",
                "quick_replies": [{"content_type": "text", "title": "Yes", "payload": "YES"}],
            },
        },
        SENT,
    ),
    "generic-template": (
        "POST",
        "/v25.0/me/messages",
        TO
        | {
            "message": {
                "attachment": {
                    "type": "template",
                    "payload": {
                        "template_type": "generic",
                        "elements": [
                            {
                                "title": "Welcome!",
                                "image_url": "https://example.com/a.jpg",
                                "subtitle": "We have the right hat for everyone.",
                                "default_action": {"type": "web_url", "url": "https://example.com/"},
                                "buttons": BUTTONS,
                            }
                        ],
                    },
                }
            }
        },
        SENT,
    ),
    "button-template": (
        "POST",
        "/v25.0/me/messages",
        TO
        | {
            "message": {
                "attachment": {
                    "type": "template",
                    "payload": {"template_type": "button", "text": "What do you want to do next?", "buttons": BUTTONS},
                }
            }
        },
        SENT,
    ),
    "postman, human agent": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"text": "Hello"}, "tag": "HUMAN_AGENT"},
        SENT,
    ),
    "sender-actions, typing": (
        "POST",
        "/v25.0/me/messages",
        TO | {"sender_action": "typing_on"},
        {"recipient_id": "str"},
    ),
    "messaging-api, react": (
        "POST",
        "/v25.0/me/messages",
        TO | {"sender_action": "react", "payload": {"message_id": "<message>", "reaction": "love"}},
        {"recipient_id": "str"},
    ),
    "messaging-api, unreact": (
        "POST",
        "/v25.0/me/messages",
        TO | {"sender_action": "unreact", "payload": {"message_id": "<message>"}},
        {"recipient_id": "str"},
    ),
    "postman, upload": (
        "POST",
        "/v25.0/me/message_attachments",
        {"message": {"attachment": {"type": "image", "payload": {"url": "<picture>", "is_reusable": True}}}},
        {"attachment_id": "str"},
    ),
    "webhooks, subscribe": (
        "POST",
        "/v25.0/<user>/subscribed_apps",
        {"subscribed_fields": "comments,messages"},
        {"success": "bool"},
    ),
    "postman, subscribe by a list": (
        "POST",
        "/v25.0/<user>/subscribed_apps",
        {"subscribed_fields": ["comments", "messages"]},
        {"success": "bool"},
    ),
    "ice-breakers": (
        "POST",
        "/v25.0/me/messenger_profile",
        {"platform": "instagram", "ice_breakers": [{"question": "Opening hours?", "payload": "HOURS"}]},
        {"result": "str"},
    ),
}


@pytest.mark.parametrize("example", list(WRITES))
def test_an_example_of_writing_is_answered_as_printed(stage: Stage, example: str) -> None:
    method, path, body, expected = WRITES[example]
    filled = json.loads(stage.fill(json.dumps(body)))
    answer = stage.driver.call(method, stage.fill(path), stage.user, json=filled)
    assert answer.status_code == 200, answer.text
    assert members(answer.json()) == expected


REFUSALS: dict[str, tuple[str, str, int, dict[str, Any]]] = {
    "object that is not there": (
        "GET",
        "/v25.0/17900000000000000",
        400,
        {
            "message": "Unsupported get request. Object with ID '17900000000000000' does not exist, cannot be loaded "
            "due to missing permissions, or does not support this operation",
            "type": "IGApiException",
            "code": 100,
            "error_subcode": 33,
        },
    ),
    "method that is not known": (
        "GET",
        "/v25.0/<user>/messages",
        400,
        {"message": "Unsupported request - method type: get", "type": "IGApiException", "code": 100},
    ),
    "version twice": (
        "GET",
        "/v25.0/v25.0/<user>/media",
        400,
        {"type": "OAuthException", "code": 2500},
    ),
    "field that does not exist": (
        "GET",
        "/v25.0/<media>?fields=video_duration",
        400,
        {"message": "Tried accessing nonexisting field (video_duration)", "type": "IGApiException", "code": 100},
    ),
    "comment_enabled is missing": (
        "POST",
        "/v25.0/<media>",
        400,
        {"message": "The parameter comment_enabled is required.", "type": "IGApiException", "code": 100},
    ),
    "metrics a reel does not have": (
        "GET",
        "/v25.0/<media>/insights?metric=profile_visits,follows",
        400,
        {
            "message": "The Media Insights API does not support the profile_visits, follows metric for this media "
            "product type.",
            "type": "IGApiException",
            "code": 100,
        },
    ),
}


@pytest.mark.parametrize("example", list(REFUSALS))
def test_an_example_of_a_refusal_is_answered_as_printed(stage: Stage, example: str) -> None:
    method, path, status, expected = REFUSALS[example]
    answer = stage.driver.call(method, stage.fill(path), stage.user)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["fbtrace_id"]
    assert {name: error.get(name) for name in expected} == expected
    assert "error_subcode" in expected or "error_subcode" not in error
