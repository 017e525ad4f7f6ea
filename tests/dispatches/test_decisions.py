"""What follows an error, and what a look proves: from values alone."""

from datetime import timedelta
from typing import Any

import pytest

from app.dispatches.decisions import (
    PATIENCE,
    SETTLES_AFTER,
    TRIES_AT_MOST,
    Look,
    Next,
    Verdict,
    after_error,
    judge,
)
from app.dispatches.models import DispatchKind
from app.instagram.errors import InstagramError, error_from_answer
from tests.clocks import DEFAULT_NOW

NOW = DEFAULT_NOW
WRITE, ACT = DispatchKind.MESSAGE, DispatchKind.HIDE


def error(code: int, subcode: int | None = None, *, status: int = 400, message: str = "") -> InstagramError:
    body = {"error": {"code": code, "error_subcode": subcode, "message": message}}
    return error_from_answer(status, body, headers={}, is_reading=False)


def follow(kind: DispatchKind, problem: InstagramError, **values: Any) -> Next:
    given: dict[str, Any] = {
        "tries": 1,
        "was_in_doubt": False,
        "human_agent": False,
        "now": NOW,
        "jitter": 0.0,
    } | values
    return after_error(kind, problem, **given).next


@pytest.mark.parametrize(
    ("problem", "for_words", "for_acts"),
    [
        (error(2, status=500), Next.FIND_OUT, Next.RETRY),
        (error(2, 1357046), Next.FIND_OUT, Next.RETRY),
        (error(20, 1772107), Next.FIND_OUT, Next.RETRY),
        (error(4, 2207051), Next.FIND_OUT, Next.RETRY),
        (error(613, 2534040), Next.RETRY, Next.RETRY),
        (error(80002), Next.RETRY, Next.RETRY),
        (error(190, 463), Next.RECONNECT, Next.RECONNECT),
        (error(10), Next.REFUSE, Next.REFUSE),
        (error(10, 2534022), Next.REFUSE, Next.REFUSE),
        (error(551, 1545041), Next.REFUSE, Next.REFUSE),
        (error(100), Next.REFUSE, Next.REFUSE),
    ],
)
def test_words_in_doubt_are_looked_for_and_acts_are_simply_repeated(
    problem: InstagramError, for_words: Next, for_acts: Next
) -> None:
    assert (follow(WRITE, problem), follow(ACT, problem)) == (for_words, for_acts)


def test_trying_again_comes_to_an_end() -> None:
    assert follow(WRITE, error(613, 2534040), tries=TRIES_AT_MOST - 1) is Next.RETRY
    assert follow(WRITE, error(613, 2534040), tries=TRIES_AT_MOST) is Next.REFUSE
    fetched_in_vain = error(100, 2018008)
    assert [follow(WRITE, fetched_in_vain, tries=tries) for tries in (1, 2)] == [Next.RETRY, Next.REFUSE]


def test_a_second_private_reply_that_is_refused_may_mean_that_the_first_arrived() -> None:
    refused = error(100, 2534025)
    assert follow(DispatchKind.PRIVATE_REPLY, refused, tries=2) is Next.REFUSE
    assert follow(DispatchKind.PRIVATE_REPLY, refused, tries=2, was_in_doubt=True) is Next.FIND_OUT


def test_the_tag_that_is_not_approved_is_known_whatever_language_it_is_refused_in() -> None:
    values: dict[str, Any] = {"tries": 1, "was_in_doubt": False, "now": NOW, "jitter": 0.0}
    in_portuguese = error(10, message="Para usar isto, peça aprovação.", status=403)
    assert after_error(WRITE, in_portuguese, human_agent=True, **values).reason == "human_agent_not_approved"
    assert after_error(WRITE, in_portuguese, human_agent=False, **values).reason == "permission_missing"


def see(*candidates: str, after: float = 100, **values: Any) -> Verdict:
    look = Look(candidates, is_clear=values.pop("is_clear", True), is_proof=values.pop("is_proof", True))
    given: dict[str, Any] = {
        "rivals": 0,
        "has_files": False,
        "looked_at": None,
        "now": NOW + timedelta(seconds=after),
    } | values
    return judge(look, called_at=NOW, **given).verdict


def test_exactly_one_that_fits_is_the_one() -> None:
    assert see("a", after=1) is Verdict.SENT
    assert see("a", "b") is Verdict.UNCONFIRMED
    assert see("a", is_proof=False) is Verdict.UNCONFIRMED


def test_of_two_alike_each_gets_its_own_once_both_are_there() -> None:
    assert see("a", rivals=1) is Verdict.LOOK_AGAIN
    assert see("a", "b", rivals=1) is Verdict.SENT
    assert see("a", rivals=1, after=PATIENCE.total_seconds() + 1) is Verdict.UNCONFIRMED


def test_nothing_twice_and_a_minute_apart_is_nothing() -> None:
    once = NOW + timedelta(seconds=35)
    assert see(after=35) is Verdict.LOOK_AGAIN
    assert see(after=94, looked_at=once) is Verdict.LOOK_AGAIN
    assert see(after=95, looked_at=once) is Verdict.NOT_SENT
    assert see(after=95, looked_at=once, is_clear=False) is Verdict.LOOK_AGAIN
    assert see(after=PATIENCE.total_seconds() + 1, is_clear=False) is Verdict.UNCONFIRMED


def test_a_look_that_comes_too_early_does_not_count() -> None:
    values: dict[str, Any] = {"rivals": 0, "called_at": NOW, "looked_at": None}
    early, late = NOW + SETTLES_AFTER - timedelta(seconds=1), NOW + SETTLES_AFTER
    nothing = Look((), is_clear=True)
    assert [judge(nothing, has_files=False, now=now, **values).counts for now in (early, late)] == [False, True]
    assert not judge(nothing, has_files=True, now=late, **values).counts
