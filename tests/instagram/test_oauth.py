import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.instagram.client import CallRecord
from app.instagram.errors import InstagramError, Remedy
from app.instagram.oauth import (
    NEEDED_SCOPES,
    SCOPES,
    authorize_url,
    exchange_code,
    exchange_for_long_lived,
    refresh,
)
from tests.instagram.conftest import SECRET, TOKEN, app_at
from tests.instagram.leaks import everything_about
from tests.instagram.scripted_peer import ScriptedPeer, error, http

REDIRECT = "https://example.com/instagram/callback"
CODE = "AQCsomethingSecret_0123456789"
OPAQUE_SHORT, OPAQUE_LONG = "opaque-short-token", "opaque-long-token"
WRONG_SECRET = error(100, message="Error validating client secret.")
LONG = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 5183944}


def test_the_consent_page_is_asked_for_every_scope() -> None:
    address = urlsplit(authorize_url(app_at("https://www.instagram.com"), REDIRECT, "st&te"))
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://www.instagram.com/oauth/authorize"
    assert dict(parse_qsl(address.query)) == {
        "client_id": "123456",
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": ",".join(SCOPES),
        "state": "st&te",
    }
    assert set(NEEDED_SCOPES) <= set(SCOPES)


def test_the_password_can_be_asked_for_again() -> None:
    assert authorize_url(app_at("x"), REDIRECT, "s", force_reauth=True).endswith("&force_reauth=true")


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": TOKEN, "user_id": 17841400000000001, "permissions": list(NEEDED_SCOPES)},
        {"data": [{"access_token": TOKEN, "user_id": "17841400000000001", "permissions": ",".join(NEEDED_SCOPES)}]},
        {"access_token": TOKEN, "user_id": "17841400000000001", "permissions": "%2C".join(NEEDED_SCOPES)},
        {"access_token": TOKEN, "user_id": "17841400000000001", "permissions": " ".join(NEEDED_SCOPES)},
    ],
)
def test_every_shape_of_the_first_token_is_read(peer: ScriptedPeer, answer: dict[str, Any]) -> None:
    peer.will(http(answer))
    token = exchange_code(app_at(peer.url), CODE, REDIRECT)
    assert (token.access_token, token.user_id) == (TOKEN, "17841400000000001")
    assert token.permissions == frozenset(NEEDED_SCOPES)


def test_the_code_is_sent_in_the_form_without_the_browsers_fragment(peer: ScriptedPeer) -> None:
    peer.will(http({"access_token": TOKEN}))
    assert exchange_code(app_at(peer.url), f"{CODE}#_", REDIRECT).permissions == frozenset()
    request = peer.received[0]
    assert (request.method, request.path, request.query) == ("POST", "/oauth/access_token", {})
    assert request.form == {
        "client_id": "123456",
        "client_secret": SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        "code": CODE,
    }
    assert "authorization" not in request.headers


def test_a_used_code_means_logging_in_again(peer: ScriptedPeer) -> None:
    message = "Matching code was not found or was already used"
    peer.will(http({"error_type": "OAuthException", "code": 400, "error_message": message}, 400))
    with pytest.raises(InstagramError) as caught:
        exchange_code(app_at(peer.url, SECRET, "another"), CODE, REDIRECT)
    assert (caught.value.key, caught.value.remedy) == ("login_code_used", Remedy.RECONNECT)
    assert len(peer.received) == 1


def test_the_long_lived_token_is_fetched(peer: ScriptedPeer) -> None:
    peer.will(http(LONG))
    token = exchange_for_long_lived(app_at(peer.url), "IGAAshort")
    assert (token.access_token, token.expires_in_seconds) == (TOKEN, 5183944)
    request = peer.received[0]
    assert (request.method, request.path) == ("GET", "/access_token")
    assert request.query == {"grant_type": "ig_exchange_token", "client_secret": SECRET, "access_token": "IGAAshort"}


def test_a_token_is_refreshed_without_a_secret(peer: ScriptedPeer) -> None:
    peer.will(http(LONG))
    assert refresh(app_at(peer.url), "IGAAold").access_token == TOKEN
    request = peer.received[0]
    assert (request.method, request.path) == ("GET", "/refresh_access_token")
    assert request.query == {"grant_type": "ig_refresh_token", "access_token": "IGAAold"}


@pytest.mark.parametrize("expires_in", [None, 0, -5, "soon", 10**18, True])
def test_a_token_with_an_absurd_life_is_taken_to_last_sixty_days(peer: ScriptedPeer, expires_in: object) -> None:
    peer.will(http({**LONG, "expires_in": expires_in}))
    assert refresh(app_at(peer.url), "IGAAold").expires_in_seconds == 60 * 24 * 3600


def test_the_next_secret_is_tried_when_instagram_calls_one_wrong(peer: ScriptedPeer) -> None:
    login_refusal = {"error_type": "OAuthException", "code": 400, "error_message": "Error validating client secret"}
    peer.will(http(login_refusal, 400), http({"access_token": TOKEN}), http(WRONG_SECRET, 400), http(LONG))
    app = app_at(peer.url, "replaced-secret", SECRET)
    exchange_code(app, CODE, REDIRECT)
    exchange_for_long_lived(app, "IGAAshort")
    assert [request.form.get("client_secret") or request.query["client_secret"] for request in peer.received] == [
        "replaced-secret",
        SECRET,
        "replaced-secret",
        SECRET,
    ]


def test_when_every_secret_is_wrong_the_app_is_at_fault(peer: ScriptedPeer) -> None:
    peer.will(*[http(WRONG_SECRET, 400)] * 2)
    with pytest.raises(InstagramError) as caught:
        exchange_for_long_lived(app_at(peer.url, "one-secret", "two-secret"), "IGAAshort")
    assert (caught.value.key, caught.value.remedy) == ("app_secret_wrong", Remedy.FIX_APP)


def test_an_answer_without_a_token_is_an_error(peer: ScriptedPeer) -> None:
    peer.will(http({}), http({"access_token": ""}))
    with pytest.raises(InstagramError):
        exchange_code(app_at(peer.url), CODE, REDIRECT)
    with pytest.raises(InstagramError):
        refresh(app_at(peer.url), "IGAAold")


def test_no_credential_of_the_login_shows_anywhere(peer: ScriptedPeer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    records: list[CallRecord] = []
    app = app_at(peer.url)
    steps: dict[str, Callable[[], object]] = {
        CODE: lambda: exchange_code(app, CODE, REDIRECT, observe=records.append),
        OPAQUE_SHORT: lambda: exchange_for_long_lived(app, OPAQUE_SHORT, observe=records.append),
        OPAQUE_LONG: lambda: refresh(app, OPAQUE_LONG, observe=records.append),
    }
    for credential, step in steps.items():
        peer.will(http(error(100, message=f"Bad: {credential} {SECRET}"), 400))
        with pytest.raises(InstagramError) as caught:
            step()
        peer.will(http({"access_token": credential, "permissions": []}))
        texts = [everything_about(caught.value), repr(step()), repr(records), caplog.text]
        assert all(credential not in text and SECRET not in text for text in texts)
    assert len(records) == 6
