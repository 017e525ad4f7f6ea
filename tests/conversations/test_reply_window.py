"""Who may write to a person, and until when."""

from datetime import timedelta

import pytest

from app.conversations.reply_window import WindowState, reply_window
from tests.clocks import DEFAULT_NOW


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        (0, WindowState.OPEN),
        (19.99, WindowState.OPEN),
        (20, WindowState.CLOSING),
        (23.99, WindowState.CLOSING),
        (24, WindowState.HUMAN_AGENT),
        (7 * 24 - 0.01, WindowState.HUMAN_AGENT),
        (7 * 24, WindowState.CLOSED),
    ],
)
def test_the_window_closes_for_programs_after_a_day_and_for_people_after_a_week(
    hours: float, state: WindowState
) -> None:
    window = reply_window(DEFAULT_NOW, DEFAULT_NOW + timedelta(hours=hours))
    assert window.state is state
    assert window.ends_at == DEFAULT_NOW + timedelta(hours=24)
    assert window.is_open_to_a_person is (state is not WindowState.CLOSED)
    assert window.needs_human_agent is (state is WindowState.HUMAN_AGENT)


def test_whoever_never_wrote_cannot_be_written_to() -> None:
    assert reply_window(None, DEFAULT_NOW).state is WindowState.NEVER_OPENED
