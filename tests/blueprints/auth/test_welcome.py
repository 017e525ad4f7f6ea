"""The first start of a server."""

import threading

import pytest
from sqlalchemy import func, select

from app import db
from app.config import Config
from app.workspaces.models import Membership, Role, User, Workspace
from app.workspaces.passwords import Passwords
from app.workspaces.set_up import AlreadySetUp, FirstOwner, set_up
from tests.clocks import FrozenClock
from tests.factories import make_cast
from tests.web_client import Browser

FIRST = {
    "language": "kk",
    "name": "Айгерим",
    "email": "Aigerim@Alma.example",
    "password": "верблюд пьёт кофе",
    "workspace_name": "Алма Кофе",
    "timezone": "Орал",
}


def test_on_a_fresh_server_every_page_leads_to_the_first_one(nobody: Browser) -> None:
    assert nobody.get("/").location == "/welcome"
    assert nobody.get("/settings/team").location == "/welcome"
    assert nobody.get("/login").location == "/welcome"
    assert nobody.get("/healthz").status_code == 200


def test_the_first_page_makes_owner_and_workspace_and_signs_in(nobody: Browser) -> None:
    answer = nobody.post("/welcome", FIRST)
    assert (answer.status_code, answer.location) == (303, "/")
    with db.reading() as session:
        user = session.scalars(select(User)).one()
        workspace = session.scalars(select(Workspace)).one()
        role = session.scalars(select(Membership.role)).one()
    assert (user.email, user.name, user.locale) == ("aigerim@alma.example", "Айгерим", "kk")
    assert (workspace.name, workspace.timezone, role) == ("Алма Кофе", "Asia/Oral", Role.OWNER)
    assert '<html lang="kk"' in nobody.get("/").text


def test_the_zone_may_be_given_as_the_list_shows_it(nobody: Browser) -> None:
    page = nobody.get("/welcome").text
    assert 'value="Almaty, UTC+5"' in page
    assert nobody.post("/welcome", FIRST | {"timezone": "Almaty, UTC+5"}).status_code == 303


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "кофе"}, "needs at least 8 characters"),
        ({"password": "qwerty123"}, "easy to guess"),
        ({"password": "aigerim@alma.example"}, "easy to guess"),
        ({"email": "aigerim"}, "not an e-mail address"),
        ({"timezone": "Атлантида"}, "no such time zone"),
        ({"workspace_name": "  "}, "Please fill in this field"),
        ({"language": "kz"}, "Please fill in"),
    ],
)
def test_what_cannot_be_accepted_is_said_and_makes_nobody(
    nobody: Browser, change: dict[str, str], sentence: str
) -> None:
    answer = nobody.post("/welcome", FIRST | change)
    assert answer.status_code == 422
    if change != {"language": "kz"}:
        assert sentence in answer.text
    assert 'value="Айгерим"' in answer.text
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_once_anybody_exists_the_first_page_does_not(nobody: Browser) -> None:
    make_cast()
    assert nobody.get("/welcome").status_code == 404
    assert nobody.post("/welcome", FIRST).status_code == 404


def test_of_two_who_begin_at_once_one_becomes_the_owner(database: object, config: Config, clock: FrozenClock) -> None:
    passwords = Passwords(pepper=config.password_pepper, rounds=4)
    gate, outcomes = threading.Barrier(4), []

    def begin(number: int) -> None:
        first = FirstOwner(f"П{number}", f"p{number}@alma.example", "верблюд пьёт кофе", "Алма", "Asia/Almaty", "ru")
        gate.wait()
        try:
            set_up(first, passwords=passwords, now=clock.now())
            outcomes.append("owner")
        except AlreadySetUp:
            outcomes.append("late")

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["late", "late", "late", "owner"]
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Workspace)) == 1
