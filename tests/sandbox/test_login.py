"""Logging in: the consent page, the code, the tokens and their ages."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.driver import APP_ID, APP_SECRET, BASIC, CALLBACK, COMMENTS, PUBLISH, Driver, User, error_of

HOUR, DAY = 3600, 86_400


def request_params(**changes: str) -> dict[str, str]:
    return {
        "client_id": APP_ID,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": f"{BASIC},{PUBLISH}",
        "state": "s-1",
    } | changes


def decide(driver: Driver, user: User | None, decision: str = "allow", **changes: Any) -> requests.Response:
    form: dict[str, Any] = {**request_params(), "decision": decision, "allowed": [BASIC, PUBLISH], **changes}
    return driver.call("POST", "/oauth/authorize", data=form | ({"account": user.user_id} if user else {}))


def new_code(driver: Driver, user: User, **changes: Any) -> str:
    return parse_qs(urlsplit(decide(driver, user, **changes).headers["Location"]).query)["code"][0]


def exchange(driver: Driver, code: str, **changes: str) -> requests.Response:
    form = {
        "client_id": APP_ID,
        "client_secret": APP_SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "code": code,
    } | changes
    return driver.call("POST", "/oauth/access_token", data=form)


def token_call(driver: Driver, path: str, **params: str) -> requests.Response:
    return driver.call("GET", path, params=params)


def lengthen(driver: Driver, token: str, **changes: str) -> requests.Response:
    params = {"grant_type": "ig_exchange_token", "client_secret": APP_SECRET, "access_token": token}
    return token_call(driver, "/access_token", **params | changes)


def refresh(driver: Driver, token: str) -> requests.Response:
    return token_call(driver, "/refresh_access_token", grant_type="ig_refresh_token", access_token=token)


@pytest.mark.parametrize(("language", "button"), [("en", "Allow"), ("ru", "Разрешить"), ("kk", "Рұқсат беру")])
def test_the_consent_page_speaks_the_browsers_language(driver: Driver, user: User, language: str, button: str) -> None:
    page = driver.call("GET", "/oauth/authorize", params=request_params(), headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text
    assert button in page.text
    assert "alma.coffee" in page.text
    assert PUBLISH in page.text
    assert COMMENTS not in page.text


def test_allowing_sends_the_browser_back_with_code_and_state(driver: Driver, user: User) -> None:
    target = decide(driver, user).headers["Location"]
    assert target.startswith(CALLBACK + "?code=")
    assert target.endswith("&state=s-1#_")


def test_cancelling_sends_the_documented_refusal(driver: Driver, user: User) -> None:
    target = urlsplit(decide(driver, user, "cancel").headers["Location"])
    assert parse_qs(target.query) == {
        "error": ["access_denied"],
        "error_reason": ["user_denied"],
        "error_description": ["The user denied your request"],
        "state": ["s-1"],
    }


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"client_id": "1"}, "Sorry, this page isn&#39;t available"),
        ({"redirect_uri": "https://elsewhere.example/"}, "Invalid redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "Invalid redirect_uri"),
        ({"scope": "business_basic"}, "Invalid request"),
        ({"response_type": "token"}, "Invalid request"),
    ],
)
def test_a_wrong_request_is_answered_with_a_page(
    driver: Driver, user: User, changes: dict[str, str], text: str
) -> None:
    driver.control("settings", {"redirect_uris": [CALLBACK]})
    page = driver.call("GET", "/oauth/authorize", params=request_params(**changes))
    assert page.status_code == 400
    assert text in page.text
    assert decide(driver, user, **changes).status_code == 400


def test_an_account_that_is_no_tester_is_told_so(driver: Driver) -> None:
    outsider = driver.add_account("outsider", is_tester=False)
    page = decide(driver, outsider)
    assert page.status_code == 400
    assert "Insufficient developer role" in page.text


def test_a_code_becomes_a_short_lived_token(driver: Driver, user: User) -> None:
    answer = exchange(driver, new_code(driver, user))
    assert answer.status_code == 200
    body = answer.json()
    assert body["user_id"] == int(user.user_id)
    assert body["permissions"] == [BASIC, PUBLISH]
    assert body["access_token"].startswith("IGAA")
    me = driver.call("GET", "/v25.0/me", params={"fields": "user_id", "access_token": body["access_token"]})
    assert me.json()["user_id"] == user.user_id


def test_the_other_shape_of_the_exchange_is_a_switch(driver: Driver, user: User) -> None:
    driver.control("settings", {"token_shape": "data", "token_user_id": "id"})
    (row,) = exchange(driver, new_code(driver, user)).json()["data"]
    assert row["user_id"] == user.id
    assert row["permissions"] == f"{BASIC},{PUBLISH}"


def test_only_ticked_scopes_are_granted_but_always_the_basic_one(driver: Driver, user: User) -> None:
    code = new_code(driver, user, allowed=[])
    assert exchange(driver, code).json()["permissions"] == [BASIC]


def test_a_code_works_once(driver: Driver, user: User) -> None:
    code = new_code(driver, user)
    assert exchange(driver, code).status_code == 200
    answer = exchange(driver, code)
    assert answer.status_code == 400
    assert answer.json() == {
        "error_type": "OAuthException",
        "code": 400,
        "error_message": "This authorization code has been used",
    }


def test_a_code_lives_for_an_hour(driver: Driver, user: User) -> None:
    code = new_code(driver, user)
    driver.advance(HOUR + 1)
    assert exchange(driver, code).json()["error_message"] == "Matching code was not found or was already used"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"client_id": "1"}, "Invalid platform app"),
        ({"client_secret": "no"}, "Error validating client secret"),
        ({"grant_type": "password"}, "Invalid grant_type"),
        ({"redirect_uri": CALLBACK + "/"}, "Invalid redirect_uri"),
        ({"code": "AQnothing"}, "Matching code was not found or was already used"),
        ({"code": ""}, "Missing required field code"),
    ],
)
def test_a_wrong_exchange_is_refused_and_keeps_the_code(
    driver: Driver, user: User, changes: dict[str, str], message: str
) -> None:
    code = new_code(driver, user)
    answer = exchange(driver, **{"code": code} | changes)
    assert answer.status_code == 400
    assert answer.json()["error_message"] == message
    assert exchange(driver, code).status_code == 200


def test_a_short_token_dies_after_an_hour_and_a_long_one_after_sixty_days(driver: Driver, user: User) -> None:
    short = exchange(driver, new_code(driver, user)).json()["access_token"]
    long = lengthen(driver, short).json()
    assert long["token_type"] == "bearer"
    assert 60 * DAY - 5 <= long["expires_in"] <= 60 * DAY
    driver.advance(HOUR + 1)
    assert error_of(token_call(driver, "/me", access_token=short)) == (400, 190, 463)
    assert token_call(driver, "/me", access_token=long["access_token"]).status_code == 200
    driver.advance(60 * DAY)
    assert error_of(token_call(driver, "/me", access_token=long["access_token"])) == (400, 190, 463)


def test_a_wrong_lengthening_is_refused(driver: Driver, user: User) -> None:
    short = exchange(driver, new_code(driver, user)).json()["access_token"]
    assert error_of(lengthen(driver, short, client_secret="no")) == (400, 100, None)
    assert error_of(lengthen(driver, short, grant_type="other")) == (400, 100, None)
    assert error_of(lengthen(driver, "IGAAnothing")) == (400, 190, None)
    assert error_of(lengthen(driver, user.access_token)) == (400, 100, None)
    answer = driver.call("POST", "/access_token", data={"access_token": short})
    assert answer.json()["error"]["message"] == "Unsupported request - method type: post"


def test_a_token_can_be_refreshed_after_a_day(driver: Driver, user: User) -> None:
    assert error_of(refresh(driver, user.access_token)) == (400, 100, None)
    driver.advance(DAY + 1)
    answer = refresh(driver, user.access_token).json()
    assert answer["access_token"] != user.access_token
    assert answer["expires_in"] >= 60 * DAY - 5
    driver.advance(59 * DAY)
    assert error_of(refresh(driver, user.access_token)) == (400, 190, 463)
    assert refresh(driver, answer["access_token"]).status_code == 200


def test_a_refresh_can_keep_the_tokens_text(driver: Driver, user: User) -> None:
    driver.control("settings", {"refresh_new_token": False})
    driver.advance(30 * DAY)
    assert refresh(driver, user.access_token).json()["access_token"] == user.access_token
    driver.advance(50 * DAY)
    assert token_call(driver, "/me", access_token=user.access_token).status_code == 200


def test_a_refresh_needs_the_basic_scope_and_a_long_token(driver: Driver, user: User) -> None:
    old = {"issued_at": 0, "expires_in": 10**11}
    bare = driver.control(f"accounts/{user.user_id}/token", {"scopes": [PUBLISH], **old})["access_token"]
    assert error_of(refresh(driver, bare)) == (403, 10, None)
    short = driver.control(f"accounts/{user.user_id}/token", {"kind": "short", **old})["access_token"]
    assert error_of(refresh(driver, short)) == (400, 100, None)


def test_a_personal_account_can_log_in_but_not_use_the_api(driver: Driver) -> None:
    personal = driver.add_account("nurlan", account_type="PERSONAL")
    assert exchange(driver, new_code(driver, personal)).status_code == 200
    assert driver.get("/me", personal, fields="account_type")["account_type"] == "PERSONAL"
    assert error_of(driver.call("GET", "/me/media", personal)) == (403, 10, None)


@pytest.mark.parametrize("subcode", [458, 459, 460, 464, 467])
def test_tokens_die_with_a_subcode(driver: Driver, user: User, subcode: int) -> None:
    code = new_code(driver, user)
    driver.control(f"accounts/{user.user_id}/revoke", {"subcode": subcode})
    assert error_of(driver.call("GET", "/me", user)) == (400, 190, subcode)
    assert exchange(driver, code).status_code == 400


def test_tokens_are_read_from_header_query_form_and_json(driver: Driver, user: User) -> None:
    media = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})["id"]
    token = {"access_token": user.access_token}
    assert driver.call("GET", "/me", user).status_code == 200
    assert driver.call("GET", "/me", params=token).status_code == 200
    assert driver.call("POST", f"/{media}", data=token | {"comment_enabled": "true"}).status_code == 200
    assert driver.call("POST", f"/{media}", json=token | {"comment_enabled": True}).status_code == 200


def test_a_missing_or_unknown_token_is_refused(driver: Driver, user: User) -> None:
    assert error_of(driver.call("GET", "/me")) == (400, 2500, None)
    assert error_of(token_call(driver, "/me", access_token="EAAnope")) == (400, 190, None)
    driver.control("settings", {"status_190": 401})
    assert error_of(token_call(driver, "/me", access_token="EAAnope")) == (401, 190, None)
