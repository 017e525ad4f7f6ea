"""What follows an error, and when to look again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instagram.error_table import ERROR_ROWS
from app.instagram.errors import InstagramError, Remedy
from app.publishing.models import Wait
from app.publishing.rules import (
    Next,
    after_create_error,
    after_publish_error,
    after_read_error,
    backoff,
    first_step_at,
    is_too_late,
    next_look_at,
    next_poll_at,
)

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
errors = st.sampled_from([InstagramError(row, code=row.code, subcode=row.subcode) for row in ERROR_ROWS])


@given(errors, st.integers(0, 20))
def test_an_error_while_reading_never_fails_a_post(error: InstagramError, tries: int) -> None:
    assert after_read_error(error, tries, NOW, 0.5).next in {Next.RETRY, Next.WAIT}


@given(errors, st.integers(1, 5), st.integers(0, 5), st.integers(0, 2))
def test_an_unknown_outcome_of_publishing_is_always_found_out(
    error: InstagramError, calls: int, tries: int, lost: int
) -> None:
    decision = after_publish_error(error, calls, tries, lost, NOW, 0.5)
    if error.outcome_unknown:
        assert decision.next is Next.FIND_OUT


@given(errors, st.integers(2, 5), st.integers(0, 5), st.integers(0, 2))
def test_a_refusal_of_a_second_call_never_leads_to_a_second_container(
    error: InstagramError, calls: int, tries: int, lost: int
) -> None:
    decision = after_publish_error(error, calls, tries, lost, NOW, 0.5)
    assert decision.next in {Next.FIND_OUT, Next.WAIT}


@given(errors, st.integers(0, 20), st.integers(0, 5))
def test_every_decision_says_when_or_leaves_it_to_the_operator(error: InstagramError, tries: int, lost: int) -> None:
    for decision in (
        after_create_error(error, tries, lost, NOW, 0.5),
        after_publish_error(error, 1, tries, lost, NOW, 0.5),
    ):
        if decision.at is None:
            assert decision.next is Next.FAIL or decision.wait is Wait.ACCOUNT
        else:
            assert decision.at > NOW


def test_a_dead_token_stops_the_account_and_not_just_the_post() -> None:
    dead = next(row for row in ERROR_ROWS if row.remedy is Remedy.RECONNECT)
    decision = after_create_error(InstagramError(dead), 0, 0, NOW, 0)
    assert decision.reconnect_account
    assert decision.wait is Wait.ACCOUNT


def test_a_slowdown_is_kept_for_as_long_as_instagram_asks() -> None:
    limit = next(row for row in ERROR_ROWS if row.remedy is Remedy.WAIT_FOR_LIMIT and not row.is_ambiguous)
    decision = after_create_error(InstagramError(limit, retry_after_seconds=600), 0, 0, NOW, 0)
    assert decision.hold_account_until == NOW + timedelta(seconds=600)


def test_a_container_is_remade_only_so_often() -> None:
    spoilt = next(row for row in ERROR_ROWS if row.remedy is Remedy.NEW_CONTAINER and not row.retries_first)
    error = InstagramError(spoilt, outcome_unknown=False)
    assert [after_create_error(error, 0, lost, NOW, 0).next for lost in range(3)] == [
        Next.NEW_CONTAINER,
        Next.NEW_CONTAINER,
        Next.FAIL,
    ]


def test_a_file_that_could_not_be_fetched_is_offered_again_before_the_post_fails() -> None:
    unfetched = next(row for row in ERROR_ROWS if row.key == "media_not_fetched")
    decisions = [after_create_error(InstagramError(unfetched), tries, 0, NOW, 0).next for tries in range(3)]
    assert decisions == [Next.RETRY, Next.RETRY, Next.FAIL]


@pytest.mark.parametrize(("late_by", "too_late"), [(0, False), (3600, False), (3601, True), (-60, False)])
def test_a_post_is_too_late_after_its_grace(late_by: int, too_late: bool) -> None:
    assert is_too_late(NOW, 3600, NOW + timedelta(seconds=late_by)) is too_late


def test_preparing_begins_a_quarter_of_an_hour_early_or_at_once() -> None:
    assert first_step_at(NOW + timedelta(hours=1), NOW) == NOW + timedelta(minutes=45)
    assert first_step_at(NOW + timedelta(minutes=2), NOW) == NOW


@given(st.integers(0, 50), st.floats(0, 1))
def test_waiting_grows_and_has_an_end(tries: int, jitter: float) -> None:
    assert timedelta(seconds=2) <= backoff(tries, jitter) <= timedelta(seconds=450)
    assert backoff(tries + 1, 0) >= backoff(tries, 0)


@given(st.integers(0, 4000))
def test_the_next_look_is_always_ahead(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    assert now < next_look_at(NOW, now) <= now + timedelta(seconds=60)
    assert now < next_poll_at(NOW, now) <= now + timedelta(seconds=60)
