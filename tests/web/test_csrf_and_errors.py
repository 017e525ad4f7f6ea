"""Forged requests, and answers to what goes wrong."""

import logging
import re
import time
from dataclasses import replace
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app, db
from app.config import Config
from app.errors import NotFound, RuleError
from app.web.access import public
from app.workspaces.models import User, Workspace
from tests.clocks import FrozenClock
from tests.factories import Cast
from tests.web_client import CSRF_SECRET, Browser, checked

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def name_of(cast: Cast) -> str:
    with db.reading() as session:
        return session.scalar(select(User.name).where(User.id == cast.member.id)) or ""


@on_sqlite
@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:8000"}, False),
    ],
)
def test_the_browser_must_say_that_the_form_is_ours(
    member: Browser, cast: Cast, headers: dict[str, str], passes: bool
) -> None:
    answer = member.post("/settings/profile", {"name": "Новое имя"}, headers=headers)
    assert answer.status_code == (303 if passes else 400)
    assert (name_of(cast) == "Новое имя") is passes
    assert "Send again" not in answer.text


@on_sqlite
@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://evil.example", False),
        ("null", False),
        ("http://127.0.0.1:9000", False),
    ],
)
def test_a_browser_that_does_not_say_so_is_judged_by_its_origin(member: Browser, origin: str, passes: bool) -> None:
    del member.client.environ_base["HTTP_SEC_FETCH_SITE"]
    answer = member.post("/settings/profile", {"name": "Новое имя"}, headers={"Origin": origin})
    assert answer.status_code == (303 if passes else 400)


@on_sqlite
def test_a_token_of_another_session_is_refused(member: Browser, owner: Browser) -> None:
    with owner.client.session_transaction(base_url=owner.base_url) as session:
        session["csrf_token"] = CSRF_SECRET[::-1]
    fields = {"csrf_token": member.csrf_token, "name": "Новое имя"}
    assert owner.client.post("/settings/profile", data=fields, base_url=owner.base_url).status_code == 400


@on_sqlite
def test_a_form_that_waited_too_long_is_kept_and_can_be_sent_again(member: Browser, cast: Cast) -> None:
    stale = checked(member.client.post("/settings/profile", data={"name": "Ольга «О»"}, base_url=member.base_url))
    assert stale.status_code == 400
    assert "Please send it once more" in stale.text
    assert 'name="name" value="Ольга «О»"' in stale.text
    token = re.search(
        r'action="/settings/profile">\s*<input type="hidden" name="csrf_token" value="([^"]+)"', stale.text
    )
    assert token is not None
    again = {"csrf_token": token[1], "name": "Ольга «О»"}
    assert member.client.post("/settings/profile", data=again, base_url=member.base_url).status_code == 303
    assert name_of(cast) == "Ольга «О»"


@on_sqlite
def test_a_password_is_never_put_into_a_page_to_be_sent_again(member: Browser) -> None:
    fields = {"current_password": "верблюд пьёт кофе", "password": "верблюд пьёт чай"}
    stale = checked(member.client.post("/settings/profile/password", data=fields, base_url=member.base_url))
    assert stale.status_code == 400
    assert "верблюд" not in stale.text
    assert "Send again" not in stale.text


@on_sqlite
def test_scripts_send_the_token_in_a_header(member: Browser) -> None:
    assert member.fetch("POST", "/theme", data={"theme": "dark"}).status_code == 204
    assert member.fetch("POST", "/theme", data={"theme": "dark"}, headers={"X-CSRFToken": "forged"}).status_code == 400


@on_sqlite
def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(nobody: Browser, cast: Cast) -> None:
    assert nobody.get("/settings/team?x=1").location == "/login?next=/settings/team?x%3D1"
    by_htmx = nobody.client.get(
        "/", headers={"HX-Request": "true", "HX-Current-URL": f"{nobody.base_url}/settings/"}, base_url=nobody.base_url
    )
    assert (by_htmx.status_code, by_htmx.headers["HX-Redirect"]) == (401, "/login?next=/settings/")
    elsewhere = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/x"}
    foreign = nobody.client.get("/", headers=elsewhere, base_url=nobody.base_url)
    assert foreign.headers["HX-Redirect"] == "/login"


@on_sqlite
def test_a_role_that_is_too_low_is_told_so(member: Browser) -> None:
    answer = member.get("/settings/team")
    assert answer.status_code == 403
    assert "Your role in this workspace does not allow it" in answer.text


@on_sqlite
def test_a_page_that_is_not_there_says_so_in_the_language_of_the_user(member: Browser) -> None:
    answer = member.get("/nowhere/at/all")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


@on_sqlite
def test_a_script_that_wants_json_gets_its_errors_as_json(member: Browser) -> None:
    answer = member.fetch("GET", "/nowhere", headers={"Accept": "application/json"})
    assert answer.get_json()["error"]["status"] == 404


@on_sqlite
def test_a_large_request_is_refused_before_it_is_read(member: Browser) -> None:
    answer = member.post("/settings/profile", {"name": "x" * 1_200_000})
    assert answer.status_code == 413


def _raise(error: Exception) -> NoReturn:
    raise error


@on_sqlite
def test_errors_of_the_domain_become_answers(app: Flask, member: Browser) -> None:
    for path, error in (
        ("/rule", RuleError("name_too_long", most=120)),
        ("/missing", NotFound()),
        ("/bug", ValueError("token IGAAsecretsecret of somebody")),
    ):
        app.add_url_rule(path, path, public(lambda error=error: _raise(error)))
    rule = member.get("/rule")
    assert (rule.status_code, "120 characters are allowed" in rule.text) == (422, True)
    assert member.get("/missing").status_code == 404
    bug = member.get("/bug")
    assert bug.status_code == 500
    assert "ValueError" not in bug.text
    assert "IGAA" not in bug.text
    assert bug.headers["X-Request-Id"] in bug.text


def test_without_its_database_the_site_says_so_quickly(config: Config, clock: FrozenClock) -> None:
    away = create_app(replace(config, database_url="mysql+pymysql://nobody:nothing@127.0.0.1:9/none"), clock=clock)
    browser = Browser(away, clock)
    browser.sign_in("x" * 43)
    began = time.monotonic()
    for path in ("/", "/settings/", "/login"):
        answer = browser.get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "Back in a moment" in answer.text
        assert "pymysql" not in answer.text
    assert time.monotonic() - began < 6  # two seconds each is the promise
    assert browser.get("/healthz").status_code == 200
    ready = browser.get("/readyz")
    assert ready.status_code == 503
    assert ready.get_json() | {"media": True} == {
        "ready": False,
        "database": False,
        "migrations": False,
        "scheduler": False,
        "media": True,
    }
    db.disconnect()


@on_sqlite
def test_no_scope_and_no_session_stay_behind_whatever_happens(app: Flask, owner: Browser) -> None:
    app.add_url_rule("/bug", "bug", public(lambda: _raise(ValueError("bug"))))
    logging.disable(logging.CRITICAL)
    try:
        owner.get("/")
        owner.get("/bug")
    finally:
        logging.disable(logging.NOTSET)
    with pytest.raises(db.NoWorkspace):
        db.current_workspace_id()
    with db.reading() as session:
        assert session.info["writing"] is False
        assert session.get(Workspace, 1) is not None
