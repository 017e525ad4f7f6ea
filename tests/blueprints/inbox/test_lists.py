"""The list, and searching."""

from datetime import timedelta

import pytest

from app import db
from app.accounts.models import Account
from app.conversations.models import Conversation
from app.sync.models import AccountSync, ImportState
from tests.clocks import FrozenClock
from tests.conversations.factories import make_conversation, make_message
from tests.web_client import Browser

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_row_tells_who_what_when_and_how_long_there_is_to_answer(member: Browser, talk: Conversation) -> None:
    page = member.get("/inbox").text
    for words in (
        "Айгүл",
        "Көйлек бар ма?",
        "08:00",
        "23 h",
        "unread message",
        'aria-label="Reply window closes in 23 h"',
    ):
        assert words in page


def test_an_answered_desk_says_so_and_other_lists_speak_for_themselves(member: Browser, account: Account) -> None:
    assert "You have answered everyone" in member.get("/inbox").text
    assert "Nothing is put away" in member.get("/inbox?state=snoozed").text
    assert "Nothing here with these filters" in member.get("/inbox?unread=1").text


def test_an_import_that_runs_says_how_far_it_is(member: Browser, account: Account) -> None:
    with db.workspace_scope(account.workspace_id), db.transaction() as session:
        running = AccountSync(account_id=account.id, import_state=ImportState.RUNNING, import_done=30, import_total=120)
        session.add(running)
    page = member.get("/inbox").text
    assert "Messages are on their way here" in page
    assert 'value="25"' in page and "30 of 120" in page


def test_older_ones_follow_by_htmx(member: Browser, account: Account, clock: FrozenClock) -> None:
    for number in range(1, 33):
        talk = make_conversation(account, number)
        make_message(talk, f"Вопрос {number}.", at=clock.now() - timedelta(minutes=number))
    page = member.get("/inbox").text
    assert "Вопрос 30." in page and "Вопрос 31." not in page
    url = page.split('id="more-talks"><a class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    more = member.get(url, headers={"HX-Request": "true"}).text
    assert "Вопрос 31." in more and "Вопрос 30." not in more and "<html" not in more


def test_a_row_that_leaves_its_list_is_gone_when_it_refreshes(member: Browser, talk: Conversation) -> None:
    assert "Айгүл" in member.get(f"/inbox/{talk.id}/row").text
    assert member.get(f"/inbox/{talk.id}/row?state=done").text == ""


def test_what_was_found_is_marked_and_leads_to_its_place(
    member: Browser, talk: Conversation, clock: FrozenClock
) -> None:
    message = make_message(talk, "Алматыға жеткізу <b>қанша</b> тұрады?", at=clock.now())
    page = member.get("/inbox/search?q=канша").text
    assert "&lt;b&gt;<mark>қанша</mark>&lt;/b&gt;" in page
    assert f"/inbox/{talk.id}?message={message.id}" in page
    assert f'id="m-{message.id}" data-found' in member.get(f"/inbox/{talk.id}?message={message.id}").text
    assert "Nothing found" in member.get("/inbox/search?q=жок").text


def test_the_first_page_tells_whose_window_closes_soon_and_who_has_waited_longest(
    member: Browser, account: Account, talk: Conversation, clock: FrozenClock
) -> None:
    hurried = make_conversation(account, 2)
    make_message(hurried, "Ау?", at=clock.now() - timedelta(hours=22))
    forgotten = make_conversation(account, 3)
    make_message(forgotten, "Ау?", at=clock.now() - timedelta(days=3))
    page = member.get("/").text
    assert "The reply window closes in 2 hours." in page
    assert "Oldest unanswered message, waiting for 3 days." in page
    assert f"/inbox/{hurried.id}?" in page and f"/inbox/{forgotten.id}?" in page
    assert f"/inbox/{talk.id}?" not in page
