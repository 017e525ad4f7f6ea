"""What the examples of Instagram's pages are played on, and how printed and real answers are compared."""

import json
from typing import Any

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User


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
        """Make a control call and return the id it answers."""
        return str(self.driver.control(path, body)["id"])

    def fill(self, text: str) -> str:
        """Return a text with the names in angle brackets replaced by what they stand for."""
        for name, value in self.places.items():
            text = text.replace(f"<{name}>", value)
        return text


def members(value: Any) -> Any:
    """Return what an answer is made of: its names, without the values."""
    if isinstance(value, dict):
        return {name: members(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [members(value[0])] if value else []
    return type(value).__name__


def shape(value: Any) -> Any:
    """Return what a body is made of: every member and every list item, numbers and texts by their type only."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


def shape_of(printed: str) -> Any:
    """Return the shape of a body as a page prints it."""
    return shape(json.loads(printed))
