"""The first page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from app.accounts.models import AccountState
from app.crypto import KeyRing
from app.publishing.models import PostState, Wait
from tests.clocks import FrozenClock
from tests.factories import Cast, make_account, make_asset, make_post
from tests.web_client import Browser

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_without_an_account_there_is_one_thing_to_do(owner: Browser) -> None:
    page = owner.get("/").text
    assert "Connect an Instagram account" in page
    assert "Needs you" not in page


def test_the_day_is_shown_in_order_and_other_days_are_not(
    member: Browser, cast: Cast, keys: KeyRing, clock: FrozenClock
) -> None:
    account, asset = make_account(cast.workspace, keys), make_asset(cast.workspace)
    for hours, caption in ((9, "вечерний"), (2, "утренний"), (30, "завтрашний")):
        make_post(account, asset, due_at=clock.now() + timedelta(hours=hours), caption=caption)
    page = member.get("/").text
    assert page.index("утренний") < page.index("вечерний")
    assert "11:00" in page
    assert "завтрашний" not in page


def test_what_needs_somebody_stands_first_with_its_reason(
    member: Browser, cast: Cast, keys: KeyRing, clock: FrozenClock
) -> None:
    account, asset = make_account(cast.workspace, keys), make_asset(cast.workspace)
    make_post(account, asset, due_at=clock.now() - timedelta(days=1), state=PostState.FAILED, reason="video_format")
    make_post(account, asset, due_at=clock.now() - timedelta(hours=5), wait=Wait.LATE, caption="опоздавший")
    page = member.get("/").text
    assert "Needs you" in page
    assert "Instagram does not take this video format." in page


def test_an_account_to_connect_again_is_on_every_page(owner: Browser, cast: Cast, keys: KeyRing) -> None:
    make_account(cast.workspace, keys, state=AccountState.RECONNECT, problem="token_expired")
    for path in ("/", "/settings/"):
        page = owner.get(path).text
        assert "@alma.coffee" in page
        assert "Our access to this account has expired." in page


def test_a_day_with_nothing_left_says_what_comes_next(
    member: Browser, cast: Cast, keys: KeyRing, clock: FrozenClock
) -> None:
    account, asset = make_account(cast.workspace, keys), make_asset(cast.workspace)
    make_post(account, asset, due_at=clock.now() + timedelta(days=2), caption="послезавтрашний")
    page = member.get("/").text
    assert "Nothing more for today" in page
    assert "послезавтрашний" in page


def test_what_people_wrote_is_shown_as_text(member: Browser, cast: Cast, keys: KeyRing, clock: FrozenClock) -> None:
    account, asset = make_account(cast.workspace, keys), make_asset(cast.workspace)
    make_post(account, asset, due_at=clock.now() + timedelta(hours=1), caption="<script>alert(1)</script>")
    page = member.get("/").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_asks_few_questions_of_the_database_however_much_there_is(
    member: Browser, cast: Cast, keys: KeyRing, clock: FrozenClock
) -> None:
    account, asset = make_account(cast.workspace, keys), make_asset(cast.workspace)
    counts = []
    for _ in range(2):
        for minutes in range(12):
            make_post(account, asset, due_at=clock.now() + timedelta(minutes=minutes))
            make_post(account, asset, due_at=clock.now(), state=PostState.FAILED, reason="video_format")
        counts.append(queries_of(lambda: member.get("/")))
    assert counts[0] == counts[1]
    assert counts[0] <= 18


def queries_of(act: Callable[[], object]) -> int:
    """Return how many statements the database was sent while `act` ran."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(statements)
