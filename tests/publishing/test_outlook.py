"""What will become of a planned post, told from what is known."""

from datetime import timedelta
from typing import Any

import pytest

from app.accounts.models import Account, AccountState
from app.assets.models import Asset, AssetKind, AssetState
from app.publishing.models import AssetRole, Post, PostAsset, PostKind, PostState, Wait
from app.publishing.outlook import Check, Level, Mend, foresee, foresee_post, worst
from tests.clocks import DEFAULT_NOW as NOW

DUE = NOW + timedelta(hours=2)


def account(**values: Any) -> Account:
    defaults = {
        "username": "alma.coffee",
        "state": AccountState.CONNECTED,
        "token_expires_at": NOW + timedelta(days=60),
        "quota_usage": 1,
        "quota_total": 50,
        "quota_read_at": NOW,
    }
    return Account(**defaults | values)


def asset(state: AssetState = AssetState.READY) -> Asset:
    return Asset(kind=AssetKind.VIDEO, state=state, filename="reel.mp4")


def post(**values: Any) -> Post:
    made = Post(
        **{
            "kind": PostKind.REEL,
            "state": PostState.SCHEDULED,
            "due_at": DUE,
            "grace_seconds": 3600,
            "account": account(),
        }
        | values
    )
    made.post_assets = [PostAsset(asset=asset(), role=AssetRole.MEDIA, position=0)]
    return made


def told(checks: list[Check]) -> list[tuple[Level, str]]:
    return [(check.level, check.key) for check in checks]


def test_a_connected_account_a_ready_file_and_a_future_time_are_fine() -> None:
    checks = foresee(account(), [asset()], DUE, NOW)
    assert checks == []
    assert worst(checks) == Check(Level.OK, "outlook_fine")


@pytest.mark.parametrize("state", [s for s in AccountState if s is not AccountState.CONNECTED])
def test_an_account_that_cannot_publish_stops_the_post(state: AccountState) -> None:
    check = worst(foresee(account(state=state), [asset()], DUE, NOW))
    assert (check.level, check.key, check.mend) == (Level.BAD, f"outlook_account_{state}", Mend.RECONNECT)


@pytest.mark.parametrize(
    ("ends_in", "failed", "due_in", "expected"),
    [
        (timedelta(days=60), False, timedelta(days=70), [(Level.OK, "outlook_token_renewed")]),
        (timedelta(days=5), False, timedelta(days=6), [(Level.RISK, "outlook_token_ends")]),
        (timedelta(days=5), True, timedelta(days=6), [(Level.BAD, "outlook_token_ends")]),
        (timedelta(days=5), True, timedelta(days=4), []),
        (timedelta(0), False, timedelta(hours=1), [(Level.BAD, "outlook_token_ends")]),
    ],
)
def test_access_that_ends_before_the_post_is_due_is_told(
    ends_in: timedelta, failed: bool, due_in: timedelta, expected: list[tuple[Level, str]]
) -> None:
    known = account(token_expires_at=NOW + ends_in, token_refresh_failed_at=NOW if failed else None)
    assert told(foresee(known, [asset()], NOW + due_in, NOW)) == expected


@pytest.mark.parametrize(
    ("state", "due_in_minutes", "expected"),
    [
        (AssetState.REFUSED, 600, (Level.BAD, "outlook_file_refused")),
        (AssetState.UPLOADING, 600, (Level.RISK, "outlook_file_uploading")),
        (AssetState.CHECKING, 600, (Level.OK, "outlook_file_in_work")),
        (AssetState.CONVERTING, 600, (Level.OK, "outlook_file_in_work")),
        (AssetState.CONVERTING, 10, (Level.RISK, "outlook_file_in_work")),
    ],
)
def test_a_file_that_is_not_ready_is_told_by_how_much_time_is_left(
    state: AssetState, due_in_minutes: int, expected: tuple[Level, str]
) -> None:
    assert told(foresee(account(), [asset(state)], NOW + timedelta(minutes=due_in_minutes), NOW)) == [expected]


def test_a_used_up_quota_is_a_risk_only_within_its_day() -> None:
    full = account(quota_usage=50)
    assert told(foresee(full, [asset()], DUE, NOW)) == [(Level.RISK, "wait_quota")]
    assert foresee(full, [asset()], NOW + timedelta(hours=25), NOW) == []


def test_an_account_that_is_held_back_beyond_the_due_time_is_a_risk() -> None:
    assert told(foresee(account(hold_until=DUE + timedelta(minutes=1)), [asset()], DUE, NOW)) == [
        (Level.RISK, "wait_limit")
    ]
    assert foresee(account(hold_until=DUE - timedelta(minutes=1)), [asset()], DUE, NOW) == []


def test_the_worst_comes_first() -> None:
    checks = foresee(account(state=AccountState.RECONNECT), [asset(AssetState.CHECKING)], DUE, NOW, is_paused=True)
    assert [check.level for check in checks] == [Level.BAD, Level.RISK, Level.OK]
    assert worst(checks) == checks[0]


def test_a_post_beyond_its_grace_waits_for_a_decision_before_the_scheduler_has_marked_it() -> None:
    late = foresee_post(post(), DUE + timedelta(seconds=3601))
    assert late is not None and (late.level, late.mend) == (Level.BAD, Mend.DECIDE)
    assert late == foresee_post(post(wait=Wait.LATE), DUE + timedelta(seconds=3500))


def test_a_post_whose_time_has_come_is_not_called_on_time() -> None:
    behind = foresee_post(post(), DUE + timedelta(seconds=31))
    assert behind is not None and behind.key == "outlook_behind"
    fine = foresee_post(post(), DUE + timedelta(seconds=5))
    assert fine is not None and fine.level is Level.OK


@pytest.mark.parametrize("wait", [Wait.QUOTA, Wait.LIMIT])
def test_a_post_that_stands_still_says_why(wait: Wait) -> None:
    check = foresee_post(post(wait=wait), NOW)
    assert check is not None and (check.level, check.key) == (Level.RISK, f"wait_{wait}")


@pytest.mark.parametrize("state", [PostState.DRAFT, PostState.PUBLISHED, PostState.FAILED, PostState.PUBLISHING])
def test_only_what_is_planned_has_an_outlook(state: PostState) -> None:
    assert foresee_post(post(state=state), NOW) is None
