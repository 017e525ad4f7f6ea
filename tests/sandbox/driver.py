"""Drives a sandbox over HTTP: its control calls, and the API as a client would."""

import time
from dataclasses import dataclass
from typing import Any

import requests

CALLBACK = "http://127.0.0.1:8000/accounts/callback"
APP_ID, APP_SECRET = "900000000000001", "sandbox-app-secret"
BASIC = "instagram_business_basic"
PUBLISH = "instagram_business_content_publish"
COMMENTS = "instagram_business_manage_comments"
MESSAGES = "instagram_business_manage_messages"
INSIGHTS = "instagram_business_manage_insights"


@dataclass
class User:
    """An account of the sandbox with its ids and a token."""

    user_id: str
    id: str
    access_token: str

    @property
    def headers(self) -> dict[str, str]:
        """The header that says who calls."""
        return {"Authorization": f"Bearer {self.access_token}"}


class Driver:
    """One sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def control(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Any:
        """Make a control call: GET without a body, else POST."""
        method = method or ("GET" if body is None else "POST")
        answer = self.http.request(method, f"{self.url}/sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def add_account(self, username: str = "alma.coffee", **values: Any) -> User:
        """Create an account."""
        return User(**self.control("accounts", {"username": username, **values}))

    def call(self, method: str, path: str, user: User | None = None, **parts: Any) -> requests.Response:
        """Make an API call; `parts` are those of requests."""
        headers = parts.pop("headers", user.headers if user else {})
        return self.http.request(method, f"{self.url}{path}", headers=headers, allow_redirects=False, **parts)

    def get(self, path: str, user: User, **params: Any) -> Any:
        """Read something that must succeed."""
        answer = self.call("GET", path, user, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create(self, user: User, **params: Any) -> requests.Response:
        """Ask for a container."""
        return self.call("POST", f"/v25.0/{user.user_id}/media", user, data=params)

    def container(self, user: User, **params: Any) -> str:
        """Return the id of a new container."""
        answer = self.create(user, **params)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def status(self, user: User, container_id: str) -> dict[str, Any]:
        """Return a container's status once its bytes have been examined."""
        deadline = time.monotonic() + 20
        while True:
            answer: dict[str, Any] = self.get(f"/v25.0/{container_id}", user, fields="status_code,status")
            if answer["status_code"] != "IN_PROGRESS" or time.monotonic() > deadline:
                return answer
            time.sleep(0.01)

    def ready(self, user: User, **params: Any) -> str:
        """Return the id of a container that can be published."""
        container_id = self.container(user, **params)
        status = self.status(user, container_id)
        assert status["status_code"] == "FINISHED", (status, self.control("containers"))
        return container_id

    def publish(self, user: User, container_id: str) -> requests.Response:
        """Ask for a container to go live."""
        return self.call("POST", f"/v25.0/{user.user_id}/media_publish", user, data={"creation_id": container_id})

    def live(self, user: User, **params: Any) -> str:
        """Publish something and return its media id."""
        answer = self.publish(user, self.ready(user, **params))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def subscribe(self, user: User, fields: str = "comments,messages") -> None:
        """Switch an account's webhooks on."""
        answer = self.call("POST", f"/v25.0/{user.user_id}/subscribed_apps", user, params={"subscribed_fields": fields})
        assert answer.json() == {"success": True}

    def add_person(self, username: str = "dana", **values: Any) -> str:
        """Create somebody of the audience and return the scoped id."""
        return str(self.control("people", {"username": username, **values})["id"])

    def say(self, user: User, person: str, text: str = "Сәлем", **values: Any) -> str:
        """Write a message to an account as a person and return its id."""
        return self.act(user, person, message={"text": text, **values})

    def act(self, user: User, person: str, **act: Any) -> str:
        """Do something in a conversation as a person and return the message's id."""
        return str(self.control(f"accounts/{user.user_id}/messages", {"from": person, **act})["mid"])

    def send(self, user: User, person: str, message: Any = None, **values: Any) -> requests.Response:
        """Send a message, or what `values` say, to a person as the account."""
        body = {"recipient": {"id": person}, **({} if message is None else {"message": message}), **values}
        return self.call("POST", f"/v25.0/{user.user_id}/messages", user, json=body)

    def order(self, action: str, path: str, **values: Any) -> None:
        """Order a fault."""
        self.control("faults", {"action": action, "path": path, **values})

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock."""
        self.control("clock", {"advance_s": seconds})


def error_of(answer: requests.Response) -> tuple[int, int, int | None]:
    """Return HTTP status, code and subcode of a refusal."""
    error = answer.json()["error"]
    assert error["message"]
    assert error["type"]
    assert error["fbtrace_id"]
    return answer.status_code, error["code"], error.get("error_subcode")
