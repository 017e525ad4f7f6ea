"""The self-check of webhooks: it says what is wrong and what to do, and lets what failed be tried again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import db
from app.accounts.models import Account
from app.crypto import KeyRing
from app.events.models import Event, EventState
from app.scheduler.lease import SchedulerLease
from app.sync.models import AccountSync, ImportState
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import Cast, make_account
from tests.sandbox_server import SandboxServer
from tests.web_client import Browser

PAGE = "/settings/webhooks"


@pytest.fixture
def scheduler(database: Database, clock: FrozenClock) -> SchedulerLease:
    """The lease of a scheduler that has just said that it is alive."""
    lease = SchedulerLease("scheduler")
    assert lease.try_to_take(clock.now())
    return lease


@pytest.fixture
def account(cast: Cast, keys: KeyRing, clock: FrozenClock, scheduler: SchedulerLease) -> Account:
    """A connected account that all is well with: subscribed, just told of something, the scheduler alive."""
    account = make_account(cast.workspace, keys, now=clock.now())
    write_sync(account, clock.now())
    return account


def write_sync(account: Account, now: datetime, **values: Any) -> None:
    defaults = {
        "account_id": account.id,
        "import_state": ImportState.DONE,
        "subscribed_fields": ["comments", "messages"],
        "subscription_checked_at": now,
        "last_event_at": now,
    }
    with db.workspace_scope(account.workspace_id), db.transaction() as session:
        session.merge(AccountSync(**defaults | values))


def write_event(account: Account, at: datetime, **values: Any) -> int:
    defaults = {"ig_user_id": account.ig_user_id, "kind": "message", "payload": {"a": 1}, "received_at": at}
    with db.transaction() as session:
        key = f"{len(list(session.scalars(select(Event.id)))):064d}"
        event = Event(**defaults | {"key": key, "state": EventState.FAILED, "account_id": account.id} | values)
        session.add(event)
        session.flush()
        return event.id


def state_of(event_id: int) -> EventState:
    with db.reading() as session:
        return session.get_one(Event, event_id).state


def test_when_all_is_well_it_says_so_and_shows_the_address_but_never_the_token(
    admin: Browser, account: Account, clock: FrozenClock, sandbox: SandboxServer
) -> None:
    write_event(account, clock.now() - timedelta(minutes=2), state=EventState.DONE)
    shown = admin.get(PAGE).text
    assert "What Instagram tells comes in and is worked on at once." in shown
    assert 'value="http://127.0.0.1:8000/webhooks/instagram"' in shown
    assert "2 minutes ago" in shown
    assert "test-verify-token" not in shown


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"subscribed_fields": ["comments"]}, "The account is not subscribed to: messages."),
        ({"subscribed_fields": []}, "The account is subscribed to nothing"),
        ({"subscription_problem": "permission_missing"}, "A permission that this needs was not granted."),
    ],
)
def test_a_subscription_that_is_not_whole_is_said_in_words(
    admin: Browser, account: Account, clock: FrozenClock, values: dict[str, Any], sentence: str
) -> None:
    write_sync(account, clock.now(), **values)
    shown = admin.get(PAGE).text
    assert sentence in shown
    assert "comes in and is worked on" not in shown


def test_silence_is_worth_a_test_after_some_days(
    admin: Browser, account: Account, clock: FrozenClock, scheduler: SchedulerLease
) -> None:
    clock.advance(days=4)
    assert scheduler.renew(clock.now())
    assert "Instagram has told nothing about this account for days." in admin.get(PAGE).text
    write_sync(account, clock.now(), last_event_at=None)
    assert "Instagram has never told anything about this account." in admin.get(PAGE).text


def test_a_scheduler_that_is_silent_and_events_that_wait_are_said(
    admin: Browser, account: Account, clock: FrozenClock
) -> None:
    write_event(account, clock.now(), state=EventState.WAITING, account_id=None)
    assert "has waited for over a minute" not in admin.get(PAGE).text
    clock.advance(minutes=2)
    shown = admin.get(PAGE).text
    assert "the scheduler does not answer" in shown
    assert "1 thing that Instagram told has waited for over a minute." in shown


def test_what_failed_is_listed_with_its_error_and_replayed_one_by_one_or_all(
    admin: Browser, account: Account, clock: FrozenClock
) -> None:
    ids = [write_event(account, clock.now(), error=f"KeyError at apply.py:{number}") for number in range(3)]
    shown = admin.get(PAGE).text
    assert "KeyError at apply.py:1" in shown
    assert "3 things that Instagram told could not be processed." in shown
    assert admin.post(f"{PAGE}/events/{ids[0]}/replay").status_code == 303
    assert [state_of(number) for number in ids] == [EventState.WAITING, EventState.FAILED, EventState.FAILED]
    assert admin.post(f"{PAGE}/replay-all").status_code == 303
    assert {state_of(number) for number in ids} == {EventState.WAITING}


def test_another_workspaces_events_are_neither_shown_nor_replayed(
    admin: Browser, account: Account, cast: Cast, keys: KeyRing, clock: FrozenClock
) -> None:
    other = make_account(cast.other_workspace, keys, ig_user_id="17841400000000002", username="bakery")
    theirs = write_event(other, clock.now(), error="their error")
    shown = admin.get(PAGE).text
    assert "their error" not in shown and "bakery" not in shown
    assert admin.post(f"{PAGE}/events/{theirs}/replay").status_code == 404
    admin.post(f"{PAGE}/replay-all")
    assert state_of(theirs) is EventState.FAILED


def test_check_now_lets_the_scheduler_subscribe_and_look_at_once(
    admin: Browser, account: Account, clock: FrozenClock
) -> None:
    write_sync(account, clock.now(), next_look_at=clock.now() + timedelta(hours=1))
    assert admin.post(f"{PAGE}/accounts/{account.id}/check").status_code == 303
    with db.workspace_scope(account.workspace_id), db.reading() as session:
        sync = session.get_one(AccountSync, account.id)
    assert (sync.next_look_at, sync.subscription_checked_at) == (clock.now(), None)
    assert "being looked at" in admin.get(PAGE).text


def test_without_the_sandbox_there_is_nobody_to_send_a_test(admin: Browser, account: Account, app: Flask) -> None:
    assert "Send a test message" not in admin.get(PAGE).text
    assert admin.post(f"{PAGE}/accounts/{account.id}/test").status_code == 404


def test_the_test_message_is_written_by_somebody_of_the_sandbox(
    admin: Browser, cast: Cast, keys: KeyRing, sandbox: SandboxServer
) -> None:
    ig_user_id, token = sandbox.add_account("alma.coffee")
    account = make_account(cast.workspace, keys, ig_user_id=ig_user_id, token=token)
    answer = admin.post(f"{PAGE}/accounts/{account.id}/test")
    assert "Somebody has written to the account." in admin.get(answer.location).text
    unknown = make_account(cast.workspace, keys, ig_user_id="17841400000000009", username="not.there")
    refused = admin.post(f"{PAGE}/accounts/{unknown.id}/test")
    assert "The sandbox did not take the test message." in admin.get(refused.location).text
