"""Tokens are renewed long before they end, and never lost by trying."""

import threading
from datetime import datetime, timedelta

import pytest

from app import db
from app.accounts.mark_reconnect import mark_reconnect
from app.accounts.models import Account, AccountState
from app.accounts.refresh_token import refresh_account_token, refresh_due_tokens
from app.accounts.rules import is_refresh_due
from app.scheduler import at_hand
from app.scheduler.jobs import refresh_tokens
from tests.accounts.conftest import Operator
from tests.clocks import DEFAULT_NOW
from tests.factories import Cast, make_account
from tests.sandbox_server import SandboxServer

DAY = 86_400
DOWN = {"message": "down", "type": "OAuthException", "code": 2}


@pytest.mark.parametrize(
    ("age_days", "left_days", "failed_hours_ago", "is_due"),
    [
        (0.99, 30, None, False),
        (1, 30, None, True),
        (1, 59, None, False),
        (6.99, 53.01, None, False),
        (7, 53, None, True),
        (59, 1, None, True),
        (59, 1, 19, False),
        (59, 1, 20, True),
        (60, 0, None, False),
        (61, -1, None, False),
    ],
)
def test_when_a_token_is_due(age_days: float, left_days: float, failed_hours_ago: float | None, is_due: bool) -> None:
    now = DEFAULT_NOW
    assert (
        is_refresh_due(
            issued_at=now - timedelta(days=age_days),
            expires_at=now + timedelta(days=left_days),
            failed_at=None if failed_hours_ago is None else now - timedelta(hours=failed_hours_ago),
            now=now,
        )
        is is_due
    )


class Days:
    """The sandbox's clock and ours, moved together."""

    def __init__(self, operator: Operator, sandbox: SandboxServer) -> None:
        self.operator, self.sandbox = operator, sandbox

    def pass_(self, days: float) -> datetime:
        self.sandbox.advance(days * DAY)
        return self.operator.clock.advance(days=days)


@pytest.fixture
def days(operator: Operator, sandbox: SandboxServer) -> Days:
    """An account was just connected; time can pass."""
    operator.connect(sandbox.add_account()[0])
    return Days(operator, sandbox)


def run(operator: Operator) -> int:
    return refresh_due_tokens(instagram_app=operator.app, keys=operator.keys, clock=operator.clock)


def refreshes(sandbox: SandboxServer) -> int:
    return sum(entry["path"].endswith("/refresh_access_token") for entry in sandbox.journal())


def test_nothing_is_tried_in_the_first_week(operator: Operator, days: Days) -> None:
    days.pass_(6.9)
    assert run(operator) == 0
    assert refreshes(days.sandbox) == 0


@pytest.mark.parametrize("is_new_text", [True, False])
def test_from_the_seventh_day_on_the_token_is_renewed(operator: Operator, days: Days, is_new_text: bool) -> None:
    days.sandbox.settings(refresh_new_token=is_new_text)
    before, old = operator.account(), operator.token()
    now = days.pass_(7)

    assert run(operator) == 1

    account = operator.account()
    assert (operator.token() != old) is is_new_text
    assert account.token_ciphertext != before.token_ciphertext
    assert account.token_issued_at == now
    assert account.token_expires_at is not None
    assert account.token_expires_at - now > timedelta(days=59)
    assert account.state is AccountState.CONNECTED
    assert run(operator) == 0, "it is young again"


def test_a_token_lives_on_for_a_year(operator: Operator, days: Days) -> None:
    for _ in range(46):
        days.pass_(8)
        assert run(operator) == 1
    assert operator.account().state is AccountState.CONNECTED


def test_every_workspace_is_served(operator: Operator, outsider: Operator, days: Days) -> None:
    outsider.connect(days.sandbox.add_account("bakery")[0])
    days.pass_(8)
    assert run(operator) == 2


def test_a_failure_keeps_the_old_token_and_tries_the_next_day(operator: Operator, days: Days) -> None:
    old = operator.token()
    days.pass_(10)
    days.sandbox.add_fault("refresh_access_token", "error", status=500, error=DOWN)

    assert run(operator) == 0
    assert operator.token() == old
    assert (operator.account().state, operator.account().problem) == (AccountState.CONNECTED, None)

    days.pass_(0.5)
    assert run(operator) == 0
    assert refreshes(days.sandbox) == 1
    days.pass_(0.5)
    assert run(operator) == 1
    assert operator.account().token_refresh_failed_at is None


def test_with_less_than_a_week_left_the_operator_is_told_until_it_works_again(operator: Operator, days: Days) -> None:
    days.pass_(52)
    days.sandbox.add_fault("refresh_access_token", "error", times=2, status=500, error=DOWN)
    run(operator)
    assert operator.account().problem is None

    days.pass_(1.5)
    run(operator)
    assert operator.account().problem == "token_expires_soon"
    assert operator.account().can_publish

    days.pass_(1)
    assert run(operator) == 1
    assert operator.account().problem is None


def test_a_new_token_that_does_not_answer_never_replaces_the_old_one(operator: Operator, days: Days) -> None:
    old = operator.token()
    days.pass_(8)
    days.sandbox.add_fault("/me$", "error", status=400, error={"message": "bad", "type": "OAuthException", "code": 190})

    assert run(operator) == 0
    assert operator.token() == old
    assert operator.account().state is AccountState.CONNECTED


def test_a_revoked_token_marks_the_account_for_reconnecting(operator: Operator, days: Days) -> None:
    days.pass_(8)
    days.sandbox.call("POST", f"/accounts/{operator.account().ig_user_id}/revoke")

    assert run(operator) == 0
    assert (operator.account().state, operator.account().problem) == (AccountState.RECONNECT, "app_removed")
    assert run(operator) == 0
    assert refreshes(days.sandbox) == 1, "a dead token is not tried again"


def test_a_token_that_ran_out_marks_the_account_without_asking(operator: Operator, days: Days) -> None:
    days.pass_(61)

    assert run(operator) == 0
    assert (operator.account().state, operator.account().problem) == (AccountState.RECONNECT, "token_expired")
    assert refreshes(days.sandbox) == 0


def test_a_token_that_does_not_open_marks_the_account(operator: Operator, days: Days) -> None:
    days.pass_(8)
    with db.workspace_scope(operator.workspace.id), db.transaction() as session:
        session.get_one(Account, operator.account().id).token_ciphertext = "k1:AAAA"

    assert run(operator) == 0
    assert (operator.account().state, operator.account().problem) == (AccountState.RECONNECT, "token_unreadable")


def test_of_runs_at_once_one_asks(operator: Operator, days: Days) -> None:
    days.pass_(8)
    days.sandbox.add_fault("refresh_access_token", "delay", delay_s=0.3)
    start = threading.Barrier(4)
    renewed: list[int] = []

    def work() -> None:
        start.wait()
        renewed.append(run(operator))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(renewed) == [0, 0, 0, 1]
    assert refreshes(days.sandbox) == 1


def test_a_run_that_died_is_taken_over_after_its_lease(operator: Operator, days: Days) -> None:
    now = days.pass_(8)
    with db.workspace_scope(operator.workspace.id), db.transaction() as session:
        session.get_one(Account, operator.account().id).token_refresh_lease_until = now + timedelta(minutes=10)

    assert run(operator) == 0
    operator.clock.advance(minutes=11)
    assert run(operator) == 1


def test_a_login_made_meanwhile_is_not_overwritten(operator: Operator, days: Days) -> None:
    days.pass_(8)
    account = operator.account()
    days.sandbox.add_fault("refresh_access_token", "delay", delay_s=0.8)
    worker = threading.Thread(target=run, args=(operator,))
    worker.start()
    while not any(entry["path"].endswith("/refresh_access_token") for entry in days.sandbox.journal()):
        pass
    operator.connect(account.ig_user_id)
    newest = operator.token()
    worker.join()

    assert operator.token() == newest


def test_a_late_refusal_of_an_old_token_does_not_undo_a_new_login(operator: Operator, days: Days) -> None:
    old = operator.account()
    days.pass_(1)
    operator.connect(old.ig_user_id)

    with db.workspace_scope(operator.workspace.id):
        assert not mark_reconnect(old.id, "token_invalid", operator.clock.now(), token_issued_at=old.token_issued_at)
        assert operator.account().state is AccountState.CONNECTED
        assert mark_reconnect(old.id, "token_invalid", operator.clock.now())
    assert operator.account().state is AccountState.RECONNECT


def test_another_workspaces_account_cannot_be_refreshed_or_marked(operator: Operator, cast: Cast) -> None:
    other = make_account(cast.other_workspace, operator.keys, token_issued_at=DEFAULT_NOW - timedelta(days=9))
    with db.workspace_scope(operator.workspace.id):
        assert not mark_reconnect(other.id, "token_invalid", DEFAULT_NOW)
        assert not refresh_account_token(other.id, instagram_app=operator.app, keys=operator.keys, clock=operator.clock)


def test_the_scheduler_can_ring_for_it(operator: Operator, days: Days) -> None:
    days.pass_(8)
    at_hand.put(at_hand.AtHand(operator.config, operator.clock, operator.keys, operator.app, lambda _post_id: None))
    try:
        refresh_tokens.run()
    finally:
        at_hand.put(None)
    assert refreshes(days.sandbox) == 1
    assert operator.account().token_issued_at == operator.clock.now()
