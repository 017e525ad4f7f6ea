"""The control calls: reset, clock, journal, settings, callbacks."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from tests.sandbox.driver import APP_SECRET, Driver, User


@dataclass
class Ear:
    """A server that hears callbacks and answers them."""

    url: str = ""
    answer: bytes = b'{"url": "https://app.example/deletion?id=1", "confirmation_code": "1"}'
    status: int = 200
    heard: list[dict[str, list[str]]] = field(default_factory=list)


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ear.heard.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(ear.status)
            self.end_headers()
            self.wfile.write(ear.answer)

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ear.url = f"http://127.0.0.1:{server.server_port}/callback"
    yield ear
    server.shutdown()
    server.server_close()


def read_signed(text: str, secret: str) -> dict[str, object]:
    """Verify a signed_request as Meta's page tells apps to, and return its payload."""
    assert "=" not in text
    signature, payload = text.split(".")
    expected = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)) == expected
    read: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


def test_reset_forgets_everything(driver: Driver, user: User) -> None:
    driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})
    driver.order("error", "/never")
    driver.advance(1000)
    driver.control("settings", {"quota_total": 7})
    driver.call("GET", "/me", user)
    driver.control("reset", {})
    assert driver.call("GET", "/me", user).json()["error"]["code"] == 190
    assert driver.control("published?source=all")["data"] == []
    assert driver.control("faults")["data"] == []
    assert driver.control("accounts")["data"] == []
    assert driver.control("settings")["quota_total"] == 50
    assert [entry["n"] for entry in driver.control("journal")["data"]] == [1]
    now = datetime.fromisoformat(driver.control("clock")["now"])
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_seed_makes_the_ids_reproducible(driver: Driver) -> None:
    made = []
    for seed in (5, 5, 6):
        driver.control("reset", {"seed": seed})
        made.append(driver.add_account())
    assert made[0] == made[1] != made[2]


def test_settings_are_checked(driver: Driver) -> None:
    address = f"{driver.url}/sandbox/settings"
    for wrong in ({"nonsense": 1}, {"quota_total": "many"}, {"resumable": "maybe"}, {"redirect_uris": [1]}):
        assert driver.http.post(address, json=wrong).status_code == 400
    settings = driver.control("settings", {"redirect_uris": ["https://a.example/"], "processing_s": 1.5})
    assert settings["redirect_uris"] == ["https://a.example/"]
    assert driver.control("settings") == settings


def test_the_clock_can_be_set_and_moved(driver: Driver) -> None:
    now = driver.control("clock", {"set": "2030-01-01T00:00:00Z"})["now"]
    assert now.startswith("2030-01-01T00:00:0")
    assert driver.control("clock", {"advance_s": 86_400})["now"].startswith("2030-01-02")
    assert driver.control("clock", {"set": 0})["now"].startswith("1970-01-01")


def test_the_journal_masks_secrets_and_starts_after_a_number(driver: Driver, user: User) -> None:
    token = user.access_token
    driver.call("GET", "/v25.0/me", params={"access_token": token, "fields": "id"})
    driver.call("POST", "/oauth/access_token", data={"client_secret": APP_SECRET, "code": "AQsecret"})
    driver.call("GET", "/nonsense", user)
    entries = driver.control("journal")["data"]
    assert [(entry["method"], entry["path"], entry["status"]) for entry in entries] == [
        ("GET", "/v25.0/me", 200),
        ("POST", "/oauth/access_token", 400),
        ("GET", "/nonsense", 400),
    ]
    assert entries[0]["params"] == {"access_token": "***", "fields": "id"}
    assert token not in json.dumps(entries)
    assert APP_SECRET not in json.dumps(entries)
    assert "AQsecret" not in json.dumps(entries)
    assert [entry["n"] for entry in driver.control("journal?after=2")["data"]] == [3]
    moment = datetime.fromisoformat(entries[0]["at"])
    assert abs(moment - datetime.now(UTC)) < timedelta(seconds=10)
    assert len(entries[0]["at"]) == len("2026-11-21T04:00:00.000000+00:00")


def test_revoking_kills_the_tokens_and_calls_the_app(driver: Driver, user: User, ear: Ear) -> None:
    driver.control("settings", {"deauthorize_url": ear.url})
    answer = driver.control(f"accounts/{user.user_id}/revoke", {})
    assert answer["callback"]["status"] == 200
    payload = read_signed(ear.heard[0]["signed_request"][0], APP_SECRET)
    assert payload["user_id"] == user.id
    assert payload["algorithm"] == "HMAC-SHA256"
    assert driver.call("GET", "/me", user).json()["error"]["error_subcode"] == 458
    (delivery,) = driver.control("deliveries")["data"]
    assert (delivery["kind"], delivery["status"], delivery["url"]) == ("deauthorize", 200, ear.url)


def test_the_signing_secret_and_the_id_are_switches(driver: Driver, user: User, ear: Ear) -> None:
    settings = {"deauthorize_url": ear.url, "signing_secret": "meta-secret", "signed_user_id": "user_id"}
    driver.control("settings", settings)
    driver.control(f"accounts/{user.user_id}/revoke", {})
    assert read_signed(ear.heard[0]["signed_request"][0], "meta-secret")["user_id"] == user.user_id


def test_asking_for_deletion_answers_what_the_app_answered(driver: Driver, user: User, ear: Ear) -> None:
    address = f"{driver.url}/sandbox/accounts/{user.user_id}/delete-data"
    assert driver.http.post(address).status_code == 409
    driver.control("settings", {"data_deletion_url": ear.url})
    assert driver.http.post(address).json() == json.loads(ear.answer)
    ear.status, ear.answer = 400, b"no"
    answer = driver.http.post(address)
    assert (answer.status_code, answer.json()) == (400, {"body": "no"})
    assert driver.call("GET", "/me", user).status_code == 200


def test_a_dead_callback_is_reported(driver: Driver, user: User) -> None:
    driver.control("settings", {"deauthorize_url": "http://127.0.0.1:9/"})
    assert driver.control(f"accounts/{user.user_id}/revoke", {})["callback"]["status"] is None


def test_tokens_can_be_made_with_scopes_age_and_life(driver: Driver, user: User) -> None:
    made = driver.control(f"accounts/{user.id}/token", {"issued_at": "2026-01-01T00:00:00Z", "expires_in": 60})
    assert made["expires_at"].startswith("2026-01-01T00:01:00")
    answer = driver.call("GET", "/me", params={"access_token": made["access_token"]})
    assert answer.json()["error"]["error_subcode"] == 463


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("accounts", {}, 400),
        ("accounts", {"username": "alma.coffee"}, 409),
        ("accounts", {"username": "x", "account_type": "SHOP"}, 400),
        ("accounts", {"username": "x", "nonsense": 1}, 400),
        ("accounts", {"username": 5}, 400),
        ("accounts/1/token", {}, 404),
        ("accounts/1/revoke", {}, 404),
        ("people", {}, 400),
        ("clock", {"set": "tomorrow"}, 400),
    ],
)
def test_wrong_control_calls_are_refused(
    driver: Driver, user: User, path: str, body: dict[str, object], status: int
) -> None:
    answer = driver.http.post(f"{driver.url}/sandbox/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_people_have_an_id(driver: Driver) -> None:
    assert driver.control("people", {"username": "dana", "name": "Dana", "follows": True})["id"].isdigit()
