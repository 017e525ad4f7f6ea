"""Times that are offered with one tap."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.publishing.due_time import resolve_due_time
from app.publishing.quick_times import SOONEST, QuickTime, suggest_times

MONDAY_MORNING = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def test_on_a_morning_this_evening_and_tomorrow_are_offered() -> None:
    offered = [(s.kind, f"{s.wall:%a %H:%M}") for s in suggest_times(MONDAY_MORNING, "Asia/Almaty")]
    assert offered == [
        (QuickTime.IN_AN_HOUR, "Mon 10:00"),
        (QuickTime.TODAY, "Mon 19:00"),
        (QuickTime.TOMORROW, "Tue 10:00"),
        (QuickTime.TOMORROW, "Tue 19:00"),
        (QuickTime.ON_WEEKDAY, "Mon 10:00"),
    ]


def test_this_evening_is_not_offered_once_it_has_come() -> None:
    kinds = [s.kind for s in suggest_times(MONDAY_MORNING + timedelta(hours=10), "Asia/Almaty")]
    assert QuickTime.TODAY not in kinds


def test_an_hour_ahead_is_rounded_up_to_five_minutes() -> None:
    offered = suggest_times(MONDAY_MORNING + timedelta(minutes=1, seconds=1), "Asia/Almaty")
    assert offered[0].wall == datetime(2026, 3, 2, 10, 5)


@given(
    st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Asia/Almaty", "Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe"]),
)
def test_whatever_is_offered_can_be_planned_and_is_offered_once(now: datetime, zone: str) -> None:
    walls = [suggestion.wall for suggestion in suggest_times(now, zone)]
    assert len(walls) >= 3
    assert walls == sorted(set(walls))
    assert all(resolve_due_time(wall, zone).at >= now + SOONEST for wall in walls)
