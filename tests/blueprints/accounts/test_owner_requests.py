"""Instagram's callbacks on the owner's behalf, as the local Instagram really sends them."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from app import db
from app.accounts.models import Account, AccountState
from app.crypto import KeyRing
from tests.blueprints.accounts.conftest import Browser
from tests.clocks import DEFAULT_NOW, FrozenClock
from tests.conftest import SECRETS
from tests.factories import Cast, make_account
from tests.processes import free_port
from tests.sandbox_server import SandboxServer

SECRET = SECRETS["INSTAGRAM_APP_SECRET"]


def signed(user_id: str, secret: str = SECRET, **values: object) -> str:
    payload = {"algorithm": "HMAC-SHA256", "issued_at": int(DEFAULT_NOW.timestamp()), "user_id": user_id} | values
    body = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=")
    signature = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return f"{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}.{body.decode()}"


@pytest.fixture
def stranger(web: Flask, cast: Cast, clock: FrozenClock) -> Browser:
    return Browser(web, None, None, clock)


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    return make_account(cast.workspace, keys, ig_user_id="17841400000000009", ig_app_scoped_id="26000000000000009")


def accounts(cast: Cast) -> list[Account]:
    with db.workspace_scope(cast.workspace.id), db.reading() as session:
        return list(session.query(Account))


@pytest.mark.parametrize("path", ["/instagram/deauthorize", "/instagram/data-deletion"])
@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "x.y",
        signed("26000000000000009", secret="another-secret"),
        signed("26000000000000009", algorithm="none"),
        signed("26000000000000009")[:-2],
    ],
    ids=["missing", "empty", "garbage", "other secret", "other algorithm", "cut off"],
)
def test_what_instagram_did_not_sign_changes_nothing(
    stranger: Browser, cast: Cast, account: Account, path: str, text: str | None
) -> None:
    answer = stranger.send(path, {} if text is None else {"signed_request": text})
    assert answer.status_code == 400
    assert accounts(cast)[0].state is AccountState.CONNECTED


def test_removing_the_app_is_noted_once_and_answered_always(stranger: Browser, cast: Cast, account: Account) -> None:
    for user_id in (account.ig_app_scoped_id, account.ig_app_scoped_id, "404"):
        answer = stranger.send("/instagram/deauthorize", {"signed_request": signed(str(user_id))})
        assert answer.status_code == 200
    assert (accounts(cast)[0].state, accounts(cast)[0].problem) == (AccountState.RECONNECT, "app_removed")


def test_deleting_answers_with_a_page_that_says_done(stranger: Browser, cast: Cast, account: Account) -> None:
    text = signed(account.ig_user_id)
    answers = [stranger.send("/instagram/data-deletion", {"signed_request": text}).get_json() for _ in "12"]

    assert answers[0] == answers[1]
    code = answers[0]["confirmation_code"]
    assert answers[0]["url"] == f"http://127.0.0.1:8000/instagram/data-deletion/{code}"
    page = stranger.get(f"/instagram/data-deletion/{code}")
    assert page.status_code == 200
    assert "Done" in page.text
    assert code in page.text
    assert accounts(cast) == []
    assert stranger.get("/instagram/data-deletion/0000").status_code == 404


@pytest.fixture
def origin(web: Flask) -> Iterator[str]:
    """The web application on a port of its own."""
    server = make_server("127.0.0.1", free_port(), web, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def test_the_local_instagram_is_understood(
    sandbox: SandboxServer, origin: str, stranger: Browser, cast: Cast, keys: KeyRing, clock: FrozenClock
) -> None:
    sandbox.settings(
        deauthorize_url=f"{origin}/instagram/deauthorize", data_deletion_url=f"{origin}/instagram/data-deletion"
    )
    ig_user_id, token = sandbox.add_account()
    me = requests.get(f"{sandbox.url}/me?fields=id", headers={"Authorization": f"Bearer {token}"}, timeout=10).json()
    make_account(cast.workspace, keys, ig_user_id=ig_user_id, ig_app_scoped_id=me["id"], token=token)

    sandbox.call("POST", f"/accounts/{ig_user_id}/revoke")
    assert accounts(cast)[0].problem == "app_removed"

    answered = sandbox.call("POST", f"/accounts/{ig_user_id}/delete-data")
    assert "confirmation_code" in json.dumps(answered)
    assert accounts(cast) == []
