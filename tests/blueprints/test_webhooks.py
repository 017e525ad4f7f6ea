"""Instagram's door: who may knock, what is kept, and what is answered when the database is away."""

import hashlib
import hmac
import json
import random
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app, db
from app.blueprints.webhooks.routes import PLACES
from app.config import Config
from app.events.models import Event, EventState
from app.instagram.webhook import BODY_BYTES
from tests.clocks import FrozenClock
from tests.conftest import SECRETS
from tests.mariadb import MariaDB

ACCOUNT = "17841405765924832"
PERSON = "1666639284565392"
HOST = "http://127.0.0.1:8000"
URL = "/webhooks/instagram"
SECRET = SECRETS["INSTAGRAM_APP_SECRET"]


def message(mid: str, text: str = "Сәлем 👋", **values: Any) -> dict[str, Any]:
    """Return an item that says that somebody has written."""
    sides = {"sender": {"id": PERSON}, "recipient": {"id": ACCOUNT}, "timestamp": 1783880292117}
    return {**sides, "message": {"mid": mid, "text": text, **values}}


def body_of(*items: dict[str, Any], time: int = 1783880292963) -> bytes:
    """Return the bytes that Instagram would post: everything but ASCII escaped, slashes too."""
    body = {"object": "instagram", "entry": [{"time": time, "id": ACCOUNT, "messaging": list(items)}]}
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(client: FlaskClient, body: bytes, signed: str | None = None) -> TestResponse:
    headers = {"X-Hub-Signature-256": signature(body) if signed is None else signed}
    return client.post(URL, data=body, headers=headers, content_type="application/json", base_url=HOST)


def shake_hands(client: FlaskClient, **asked: str) -> TestResponse:
    query = {f"hub.{name}": value for name, value in asked.items()}
    return client.get(URL, query_string=query, base_url=HOST)


def events() -> list[Event]:
    with db.reading() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


@pytest.fixture
def client(database: object, config: Config, clock: FrozenClock) -> FlaskClient:
    """Who posts: no browser, no session."""
    return create_app(config, clock=clock).test_client()


def test_the_handshake_gives_the_bare_challenge_to_who_knows_the_token(client: FlaskClient) -> None:
    asked = {"mode": "subscribe", "challenge": "1158201444", "verify_token": "test-verify-token"}
    answer = shake_hands(client, **asked)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"1158201444", "text/plain")
    for wrong in (
        {"verify_token": "test-verify-tokeN"},
        {"verify_token": ""},
        {"mode": "unsubscribe"},
        {"challenge": "<script>alert(1)</script>"},
        {"challenge": ""},
    ):
        answer = shake_hands(client, **asked | wrong)
        assert (answer.status_code, answer.data) == (403, b"")


def test_without_a_verify_token_or_a_secret_of_ours_nobody_is_let_in(database: object, config: Config) -> None:
    client = create_app(replace(config, instagram_verify_token="", instagram_app_secrets=())).test_client()
    assert shake_hands(client, mode="subscribe", challenge="1").status_code == 403
    assert shake_hands(client, mode="subscribe", challenge="1", verify_token="").status_code == 403
    assert post(client, body_of(message("m1")), signature(body_of(message("m1")), "")).status_code == 401
    assert events() == []


def test_every_update_of_a_body_is_kept_before_the_answer(client: FlaskClient, clock: FrozenClock) -> None:
    body = body_of(message("m1"), message("m2", text="\ud83d"), {"something": {"new": [1]}})
    assert post(client, body).status_code == 200
    kept = events()
    assert [event.kind for event in kept] == ["message", "message", "unknown"]
    assert {(event.ig_user_id, event.state, event.received_at) for event in kept} == {
        (ACCOUNT, EventState.WAITING, clock.now())
    }
    assert kept[0].payload == {"time": 1783880292963, "messaging": [message("m1")]}
    assert kept[0].body_bytes == len(body)


def test_what_is_told_again_in_whatever_body_is_kept_once(client: FlaskClient) -> None:
    for body in (body_of(message("m1")), body_of(message("m1"), time=1783880299999), body_of(*[message("m1")] * 3)):
        assert post(client, body).status_code == 200
    assert len(events()) == 1
    post(client, body_of(message("m1"), message("M1")))
    assert len(events()) == 2


def test_a_thousand_updates_in_one_body_are_all_kept(client: FlaskClient) -> None:
    assert post(client, body_of(*(message(f"m{number}") for number in range(1000)))).status_code == 200
    assert len(events()) == 1000


def test_strange_contents_are_kept_and_never_lost_without_a_word(client: FlaskClient) -> None:
    deep: dict[str, Any] = {"sender": {"id": PERSON}}
    for _ in range(60):
        deep = {"in": deep}
    assert post(client, body_of(message("m1"), deep)).status_code == 200
    odd = b'{"object":"instagram","entry":[{"id":17841405765924832,"time":NaN,"messaging":[{"message":{"n":Infinity,'
    odd += b'"t":"\\u0000\\ud800","big":' + b"9" * 300 + b"}}]}]}"
    assert post(client, odd).status_code == 200
    assert post(client, b'{"object":"page"}').status_code == 200
    assert [event.kind for event in events()] == ["message", "unknown", "maybe_new", "unknown"]


def test_several_secrets_are_accepted_and_none_but_these(database: object, config: Config) -> None:
    client = create_app(replace(config, instagram_app_secrets=("first-secret", "second-secret"))).test_client()
    body = body_of(message("m1"))
    assert post(client, body, signature(body, "third-secret")).status_code == 401
    assert events() == []
    assert post(client, body, signature(body, "second-secret")).status_code == 200
    assert len(events()) == 1


def test_a_body_that_is_not_json_or_too_long_is_refused(client: FlaskClient) -> None:
    assert post(client, b"[" * 100_000).status_code == 400
    assert post(client, b"x" * (BODY_BYTES + 1)).status_code == 413
    just_fits = body_of(message("m1", text="x" * (BODY_BYTES - 300)))
    assert post(client, just_fits).status_code == 200
    assert len(events()) == 1


def test_a_body_written_anew_is_no_longer_signed(client: FlaskClient) -> None:
    body = body_of(message("m1", text="пять/шесть 👋"))
    for anew in (json.dumps(json.loads(body)).encode(), json.dumps(json.loads(body), ensure_ascii=False).encode()):
        assert post(client, anew, signature(body)).status_code == 401
    assert events() == []


def test_no_changed_body_or_signature_comes_through(client: FlaskClient) -> None:
    chance = random.Random(5)
    body = body_of(message("m1"))
    for _ in range(300):
        raw, signed = bytearray(body), signature(body)
        if chance.random() < 0.5:
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        else:
            place = chance.randrange(len(signed))
            signed = signed[:place] + chance.choice("0123456789abcdefABCDEF =\u00e9") + signed[place + 1 :]
        if (bytes(raw), signed) != (body, signature(body)):
            assert post(client, bytes(raw), signed.encode("latin-1", "replace").decode("latin-1")).status_code == 401
    assert events() == []


def test_while_too_many_wait_for_the_database_the_next_is_sent_away_at_once(client: FlaskClient) -> None:
    for _ in range(8):
        assert PLACES.acquire(blocking=False)
    try:
        answer = post(client, body_of(message("m1")))
    finally:
        PLACES.release(8)
    assert (answer.status_code, answer.data) == (503, b"")
    assert answer.headers["Retry-After"]
    assert post(client, body_of(message("m1"))).status_code == 200


def test_while_the_database_is_away_it_says_503_and_afterwards_goes_on_by_itself(environ: dict[str, str]) -> None:
    server = MariaDB()
    server.start()
    try:
        environ["DATABASE_URL"] = server.make_database("webhooks")
        app = create_app(Config.from_environment(environ))
        make_tables(app)
        client = app.test_client()
        assert post(client, body_of(message("m1"))).status_code == 200
        server.kill()
        answer = post(client, body_of(message("m2")))
        assert (answer.status_code, answer.data) == (503, b"")
        server.start()
        assert post(client, body_of(message("m2"))).status_code == 200
        assert len(events()) == 2
    finally:
        server.stop()
        db.disconnect()


def make_tables(app: Flask) -> None:
    from app import schema

    with app.app_context():
        schema.upgrade(db.engine())
