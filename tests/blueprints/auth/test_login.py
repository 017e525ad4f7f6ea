"""Signing in and out, as a browser sees it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app import db
from app.web.context import get_passwords
from app.workspaces import people
from app.workspaces.models import Login, User
from tests.clocks import FrozenClock
from tests.factories import Cast
from tests.web_client import Browser, OpenBrowser

PASSWORD = "верблюд пьёт кофе"


@pytest.fixture(autouse=True)
def passwords(cast: Cast, nobody: Browser) -> None:
    """Give the owner a password."""
    with nobody.app.app_context():
        people.change_password(cast.owner.id, PASSWORD, passwords=get_passwords())


def sign_in(browser: Browser, password: str = PASSWORD, path: str = "/login", email: str = "owner@alma.example"):  # type: ignore[no-untyped-def]
    return browser.post(path, {"email": email, "password": password})


def test_the_right_password_signs_in_and_leads_to_today(nobody: Browser) -> None:
    answer = sign_in(nobody)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Айгерим" in nobody.get("/").text


def test_the_address_may_be_typed_in_capitals_and_with_space_around(nobody: Browser) -> None:
    assert sign_in(nobody, email=" Owner@ALMA.example ").status_code == 303


def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(nobody: Browser) -> None:
    wrong = sign_in(nobody, "не тот пароль")
    unknown = sign_in(nobody, email="nobody@alma.example")
    assert wrong.status_code == unknown.status_code == 422
    for answer in (wrong, unknown):
        assert "E-mail or password is wrong." in answer.text
    assert nobody.login_token is None


def test_what_was_typed_as_password_never_stands_in_the_page(nobody: Browser) -> None:
    assert "не тот пароль" not in sign_in(nobody, "не тот пароль").text


def test_a_page_asked_for_before_signing_in_comes_after_it(nobody: Browser) -> None:
    asked = nobody.get("/settings/devices?x=1")
    assert asked.status_code == 303
    assert sign_in(nobody, path=asked.location).location == "/settings/devices?x=1"


@pytest.mark.parametrize(
    "foreign", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\tx", "javascript:alert(1)", "evil"]
)
def test_signing_in_never_leads_to_another_site(nobody: Browser, foreign: str) -> None:
    answer = nobody.post(
        "/login", {"email": "owner@alma.example", "password": PASSWORD}, query_string={"next": foreign}
    )
    assert answer.location == "/"


def test_each_sign_in_makes_a_new_session_value(nobody: Browser, open_browser: OpenBrowser) -> None:
    with nobody.client.session_transaction(base_url=nobody.base_url) as session:
        session["planted"] = "by somebody else"
    sign_in(nobody)
    first = nobody.login_token
    with nobody.client.session_transaction(base_url=nobody.base_url) as session:
        assert "planted" not in session
    sign_in(nobody)
    assert first is not None
    assert nobody.login_token not in {None, first}


def test_the_database_holds_no_value_that_a_cookie_holds(nobody: Browser) -> None:
    sign_in(nobody)
    with db.reading() as session:
        digests = list(session.scalars(select(Login.digest)))
    assert nobody.login_token not in digests
    assert len(nobody.login_token or "") >= 43  # 256 bits


def test_signing_out_ends_the_login_on_the_server(nobody: Browser, open_browser: OpenBrowser) -> None:
    sign_in(nobody)
    token = nobody.login_token or ""
    assert nobody.post("/logout").location == "/login"
    thief = open_browser()
    thief.sign_in(token)
    assert thief.get("/").status_code == 303


def test_a_login_ends_after_fourteen_idle_days(owner: Browser, clock: FrozenClock) -> None:
    clock.advance(days=13, hours=23)
    assert owner.get("/").status_code == 200
    clock.advance(days=14, minutes=1)
    assert owner.get("/").status_code == 303


def test_a_login_ends_after_sixty_days_however_often_it_is_used(owner: Browser, clock: FrozenClock) -> None:
    for _ in range(5):
        clock.advance(days=12 - 1 / 1440)
        owner.get("/")
    assert owner.get("/").status_code == 200
    clock.advance(minutes=10)
    assert owner.get("/").status_code == 303


def test_a_device_is_marked_as_seen_at_most_once_a_minute(owner: Browser, clock: FrozenClock, cast: Cast) -> None:
    began = clock.now()
    clock.advance(seconds=59)
    owner.get("/")
    assert last_seen(cast) == began
    clock.advance(seconds=1)
    owner.get("/")
    assert last_seen(cast) == began + timedelta(seconds=60)


def last_seen(cast: Cast):  # type: ignore[no-untyped-def]
    with db.reading() as session:
        return session.scalar(select(Login.last_seen_at).where(Login.user_id == cast.owner.id))


def test_disabling_somebody_ends_their_logins_at_once(owner: Browser, cast: Cast, clock: FrozenClock) -> None:
    people.disable(cast.owner.id, clock.now())
    assert owner.get("/").status_code == 303
    assert sign_in(owner).status_code == 422
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == 0


def test_a_login_of_somebody_disabled_behind_our_back_opens_nothing(
    owner: Browser, cast: Cast, clock: FrozenClock
) -> None:
    with db.transaction() as session:
        session.execute(update(User).where(User.id == cast.owner.id).values(disabled_at=clock.now()))
    assert owner.get("/").status_code == 303


def test_somebody_in_no_workspace_cannot_sign_in(nobody: Browser, cast: Cast) -> None:
    with db.transaction() as session:
        session.delete(session.get_one(User, cast.owner.id).memberships[0])
    assert sign_in(nobody).status_code == 422


def test_who_is_signed_in_is_led_past_the_sign_in_page(owner: Browser) -> None:
    assert owner.get("/login?next=/settings/").location == "/settings/"


def test_too_many_tries_are_told_how_long_to_wait(nobody: Browser, clock: FrozenClock) -> None:
    for _ in range(5):
        sign_in(nobody, "не тот пароль")
    answer = sign_in(nobody)
    assert answer.status_code == 429
    assert "Try again in 2 seconds." in answer.text
    clock.advance(seconds=2)
    assert sign_in(nobody).status_code == 303


def test_a_password_that_is_far_too_long_is_simply_wrong(nobody: Browser) -> None:
    assert sign_in(nobody, "п" * 100_000).status_code == 422
