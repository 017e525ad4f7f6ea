"""From a wall time to an instant and back, in zones with and without summer time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import RuleError
from app.publishing.due_time import recompute, resolve_due_time

ZONES = st.sampled_from(
    ["Asia/Almaty", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Tehran", "UTC"]
)
WALLS = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2037, 12, 31)).map(
    lambda wall: wall.replace(second=0, microsecond=0)
)
GAP = datetime(2026, 3, 29, 2, 30)
OVERLAP = datetime(2026, 10, 25, 2, 30)


def shown(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@given(WALLS, ZONES, st.sampled_from([0, 1]))
@example(GAP, "Europe/Berlin", 0)
@example(OVERLAP, "Europe/Berlin", 1)
def test_a_planned_time_shows_what_was_typed_or_names_the_first_time_that_exists(
    wall: datetime, zone: str, fold: int
) -> None:
    try:
        due = resolve_due_time(wall, zone, fold=fold)
    except RuleError as error:
        assert error.key == "due_time_missing"
        nearest = error.values["nearest"]
        assert nearest > wall
        assert shown(resolve_due_time(nearest, zone, fold=0).at, zone) == nearest
        with pytest.raises(RuleError):
            resolve_due_time(nearest - timedelta(minutes=1), zone, fold=0)
    else:
        assert shown(due.at, zone) == wall
        assert recompute(due.wall, due.zone, due.fold) == due.at


@given(WALLS, ZONES)
@example(OVERLAP, "Europe/Berlin")
def test_a_time_that_comes_twice_is_never_chosen_silently(wall: datetime, zone: str) -> None:
    try:
        due = resolve_due_time(wall, zone)
    except RuleError as error:
        if error.key == "due_time_twice":
            first, second = (resolve_due_time(wall, zone, fold=fold) for fold in (0, 1))
            assert first.at < second.at
            assert shown(first.at, zone) == shown(second.at, zone) == wall
            assert (first.fold, second.fold) == (0, 1)
    else:
        others = [due.at + timedelta(minutes=minutes) for minutes in (-60, -30, 30, 60)]
        assert wall not in [shown(other, zone) for other in others]
        assert due.fold == 0


def test_almaty_is_five_hours_ahead_since_march_2024() -> None:
    due = resolve_due_time(datetime(2026, 11, 25, 19, 0), "Asia/Almaty")
    assert due.at == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def test_the_error_for_a_skipped_time_names_the_nearest_one() -> None:
    with pytest.raises(RuleError) as caught:
        resolve_due_time(GAP, "Europe/Berlin")
    assert (caught.value.key, caught.value.field) == ("due_time_missing", "due_time")
    assert caught.value.values["nearest"] == datetime(2026, 3, 29, 3, 0)


def test_the_nearest_time_lies_after_a_whole_day_that_clocks_skipped() -> None:
    with pytest.raises(RuleError) as caught:
        resolve_due_time(datetime(2011, 12, 30, 12, 0), "Pacific/Apia")
    assert caught.value.values["nearest"] == datetime(2011, 12, 31, 0, 0)


def test_a_stored_time_that_a_new_rule_has_made_impossible_moves_to_the_first_one_after_the_gap() -> None:
    assert recompute(GAP, "Europe/Berlin", 0) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_stored_second_of_two_times_stays_the_second() -> None:
    assert recompute(OVERLAP, "Europe/Berlin", 1) - recompute(OVERLAP, "Europe/Berlin", 0) == timedelta(hours=1)
