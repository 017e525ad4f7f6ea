"""Never twice, never lost: answers while Instagram, the network and the scheduler fail."""

from collections.abc import Callable

import pytest

from app.dispatches.models import DispatchState
from tests.dispatches.desk import Desk
from tests.dispatches.fault_runs import run_many

RUNS = 30
"""On each database."""


@pytest.mark.timeout(600)
def test_whatever_goes_wrong_at_a_send_nothing_goes_out_twice_or_is_lost(
    desk: Desk, tell: Callable[[str], None]
) -> None:
    tally = run_many(desk, RUNS, seed=1)
    tell(str(tally))
    assert tally.bad == []
    assert tally.killed > RUNS / 5
    assert tally.states[DispatchState.SENT] > RUNS / 2
