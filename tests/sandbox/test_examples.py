"""The example calls of Instagram's pages, as they are printed there, and the members of the answers."""

import json
from typing import Any

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User
from tests.sandbox.examples_reading import READS, REFUSALS
from tests.sandbox.examples_writing import WRITES


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


@pytest.mark.parametrize("example", list(READS))
def test_an_example_of_reading_is_answered_as_printed(stage: Stage, example: str) -> None:
    path, expected = READS[example]
    answer = stage.driver.call("GET", stage.fill(path), stage.user)
    assert answer.status_code == 200, answer.text
    assert members(answer.json()) == expected


@pytest.mark.parametrize("example", list(WRITES))
def test_an_example_of_writing_is_answered_as_printed(stage: Stage, example: str) -> None:
    method, path, body, expected = WRITES[example]
    filled = json.loads(stage.fill(json.dumps(body)))
    answer = stage.driver.call(method, stage.fill(path), stage.user, json=filled)
    assert answer.status_code == 200, answer.text
    assert members(answer.json()) == expected


@pytest.mark.parametrize("example", list(REFUSALS))
def test_an_example_of_a_refusal_is_answered_as_printed(stage: Stage, example: str) -> None:
    method, path, status, expected = REFUSALS[example]
    answer = stage.driver.call(method, stage.fill(path), stage.user)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["fbtrace_id"]
    assert {name: error.get(name) for name in expected} == expected
    assert "error_subcode" in expected or "error_subcode" not in error
