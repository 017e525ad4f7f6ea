"""The operator's commands."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app import create_app, db, schema
from app.config import Config
from app.scheduler.models import Lease
from app.workspaces.models import Login, Membership, Role, User
from app.workspaces.pause import find_pause
from tests.clocks import FrozenClock
from tests.factories import Cast
from tests.web_client import Browser

PASSWORD = "верблюд пьёт кофе"


def run(app: Flask, *words: str, given: str | None = None) -> Result:
    """Run a command as `flask --app app …` does."""
    return app.test_cli_runner().invoke(args=list(words), input=given)


def add(app: Flask, email: str, *words: str, password: str = PASSWORD) -> Result:
    return run(app, "users", "add", "--email", email, "--password-stdin", *words, given=password + "\n")


def test_every_command_explains_itself(app: Flask) -> None:
    for command in (
        ["users"],
        ["users", "add"],
        ["users", "set-password"],
        ["migrate"],
        ["pause"],
        ["resume"],
        ["doctor"],
    ):
        shown = run(app, *command, "--help")
        assert shown.exit_code == 0
        assert len(shown.output.splitlines()) > 4, command


def test_the_first_user_of_a_fresh_server_owns_its_workspace(app: Flask) -> None:
    added = add(app, "Boss@Alma.example", "--name", "Айгерим", "--workspace", "Алма Кофе")
    assert (added.exit_code, added.output) == (0, "Added boss@alma.example.\n")
    with db.reading() as session:
        member = session.scalars(select(Membership)).one()
        assert (member.role, member.workspace.name, member.user.name) == (Role.OWNER, "Алма Кофе", "Айгерим")
    browser = Browser(app, FrozenClock())
    assert browser.post("/login", {"email": "boss@alma.example", "password": PASSWORD}).status_code == 303


def test_a_workspace_that_does_not_exist_is_made_and_one_of_several_must_be_named(app: Flask, cast: Cast) -> None:
    assert add(app, "a@alma.example", "--workspace", "Новая").exit_code == 0
    assert add(app, "b@alma.example", "--workspace", "алма кофе", "--role", "member").exit_code == 0
    unnamed = add(app, "c@alma.example")
    assert unnamed.exit_code == 2
    assert "--workspace" in unnamed.output
    listed = run(app, "users", "list").output
    assert "owner   a@alma.example" in listed
    assert "member  b@alma.example" in listed
    assert "c@alma.example" not in listed


def test_a_weak_password_is_refused_in_words(app: Flask, cast: Cast) -> None:
    refused = add(app, "a@alma.example", "--workspace", "Алма Кофе", password="qwerty123")
    assert refused.exit_code == 1
    assert "easy to guess" in refused.output


def test_disabling_ends_every_login_and_enabling_allows_new_ones(app: Flask, owner: Browser, cast: Cast) -> None:
    assert run(app, "users", "disable", "Owner@alma.example").exit_code == 0
    assert owner.get("/").status_code == 303
    assert "(disabled)" in run(app, "users", "list").output
    assert run(app, "users", "enable", "owner@alma.example").exit_code == 0
    with db.reading() as session:
        assert session.get_one(User, cast.owner.id).disabled_at is None


def test_a_new_password_signs_everybody_else_out(app: Flask, owner: Browser, cast: Cast, nobody: Browser) -> None:
    changed = run(app, "users", "set-password", "owner@alma.example", "--password-stdin", given=PASSWORD + "\n")
    assert changed.exit_code == 0
    with db.reading() as session:
        assert session.scalars(select(Login).where(Login.user_id == cast.owner.id)).all() == []
    assert nobody.post("/login", {"email": "owner@alma.example", "password": PASSWORD}).status_code == 303


def test_somebody_who_does_not_exist_is_said_to_be_missing(app: Flask) -> None:
    for command in ("disable", "enable"):
        missing = run(app, "users", command, "ghost@alma.example")
        assert (missing.exit_code, "Nobody signs in" in missing.output) == (1, True)


def test_pause_and_resume_reach_one_workspace_or_all(app: Flask, cast: Cast) -> None:
    assert run(app, "pause", "--workspace", "Алма Кофе").exit_code == 0
    assert find_pause(cast.workspace.id) is not None
    assert find_pause(cast.other_workspace.id) is None
    assert run(app, "resume", "--workspace", str(cast.workspace.id)).exit_code == 0
    assert run(app, "pause").exit_code == 0
    assert find_pause(cast.other_workspace.id) is not None
    assert run(app, "resume").exit_code == 0
    assert find_pause(cast.workspace.id) is None
    assert run(app, "pause", "--workspace", "Нет такой").exit_code == 2


def test_migrate_makes_an_empty_database_current(empty_database_url: str, config: Config, clock: FrozenClock) -> None:
    app = create_app(replace(config, database_url=empty_database_url), clock=clock)
    assert "run: flask --app app migrate" in run(app, "doctor").output
    for _ in range(2):
        assert run(app, "migrate").exit_code == 0
    with db.engine().connect() as connection:
        assert schema.is_current(connection)
    db.disconnect()


@pytest.mark.parametrize(
    ("age", "says"), [(5, "ok    scheduler was alive 5 s ago"), (45, "FAIL  scheduler was alive 45 s")]
)
def test_the_doctor_tells_how_the_scheduler_is(app: Flask, clock: FrozenClock, age: int, says: str) -> None:
    beat = clock.now() - timedelta(seconds=age)
    with db.transaction() as session:
        session.add(Lease(name="scheduler", holder="test", fence=1, beat=1, heartbeat_at=beat))
    told = run(app, "doctor").output
    assert says in told
    assert "database is up to date" in told
    assert "PUBLIC_URL is http://127.0.0.1:8000" in told


def test_the_doctor_names_no_secret_and_fails_when_something_is_wrong(app: Flask, config: Config) -> None:
    told = run(app, "doctor")
    assert told.exit_code == 1
    assert "FAIL  scheduler has never run" in told.output
    for secret in (config.secret_key, config.password_pepper, *config.instagram_app_secrets):
        assert secret not in told.output
