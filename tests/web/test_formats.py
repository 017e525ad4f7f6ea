"""Dates, numbers and sizes in three languages, without any request."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.web import formats, zones

ALMATY = ZoneInfo("Asia/Almaty")
EVENING = datetime(2026, 11, 21, 14, 0, 5, tzinfo=UTC)
S = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("locale", "full", "formal", "day", "short"),
    [
        ("ru", "21 ноября 2026", "21 ноября 2026", "сб", "21.11.2026"),
        ("kk", "21 қараша 2026", f"2026{S}ж. 21 қараша", "сб", "21.11.2026"),
        ("en", "21 November 2026", "21 November 2026", "Sat", "21.11.2026"),
    ],
)
def test_dates(locale: str, full: str, formal: str, day: str, short: str) -> None:
    the_day = date(2026, 11, 21)
    assert formats.full_date(the_day, locale) == full
    assert formats.formal_date(the_day, locale) == formal
    assert formats.weekday(the_day, locale) == day
    assert formats.short_date(the_day, locale) == short


def test_times_are_on_the_clock_of_the_zone() -> None:
    assert formats.clock_time(EVENING, ALMATY) == "19:00"
    assert formats.clock_time_with_seconds(EVENING, ALMATY) == "19:00:05"
    assert formats.date_and_time(EVENING, "ru", ALMATY) == "21 ноября 2026, 19:00"
    assert formats.short_date_and_time(datetime(2026, 11, 21, 20, tzinfo=UTC), "kk", ALMATY) == "22.11.2026 01:00"


@pytest.mark.parametrize(
    ("seconds", "ru", "kk", "en"),
    [
        (-10, "только что", "жаңа ғана", "just now"),
        (-300, "5 минут назад", "5 минут бұрын", "5 minutes ago"),
        (-60, "1 минуту назад", "1 минут бұрын", "1 minute ago"),
        (2 * 86400, "через 2 дня", "2 күннен кейін", "in 2 days"),
        (-8 * 86400, "13 ноября 2026", "13 қараша 2026", "13 November 2026"),
    ],
)
def test_relative_times(seconds: int, ru: str, kk: str, en: str) -> None:
    instant = EVENING + timedelta(seconds=seconds)
    for locale, expected in (("ru", ru), ("kk", kk), ("en", en)):
        assert formats.relative_time(instant, locale, ALMATY, EVENING) == expected


def test_numbers() -> None:
    assert formats.number(1234.5, "ru") == f"1{S}234,5"
    assert formats.number(1234.5, "kk") == f"1{S}234,5"
    assert formats.number(1234.5, "en") == "1,234.5"
    assert formats.number(12, "ru", 2) == "12,00"
    assert formats.compact_number(12_345, "ru") == f"12,3{S}тыс."
    assert formats.compact_number(12_345, "kk") == f"12,3{S}мың"
    assert formats.compact_number(12_345, "en") == "12.3K"
    assert formats.compact_number(9_999, "ru") == f"9{S}999"


@pytest.mark.parametrize(
    ("share", "ru", "en"), [(0.123, f"12,3{S}%", "12.3%"), (0, f"0{S}%", "0%"), (1.5, f"150{S}%", "150%")]
)
def test_percentages(share: float, ru: str, en: str) -> None:
    assert formats.percentage(share, "ru") == formats.percentage(share, "kk") == ru
    assert formats.percentage(share, "en") == en


def test_money_reads_the_same_in_every_language() -> None:
    for locale in ("ru", "kk", "en"):
        assert formats.tenge(15000, locale) == f"15{S}000{S}₸"
    assert formats.tenge(1234567.5, "ru") == f"1{S}234{S}567,50{S}₸"
    assert formats.tenge(1234567.5, "en") == f"1{S}234{S}567.50{S}₸"


@pytest.mark.parametrize(
    ("size", "ru"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1"),
        (12_345_678, "12,3"),
        (99_960_000, "100"),
        (300_000_000, "300"),
        (999_600_000, "1"),
        (5 * 10**15, f"5{S}000"),
    ],
)
def test_sizes(size: int, ru: str) -> None:
    text = formats.byte_size(size, "ru")
    assert text.rpartition(S)[0] == ru
    assert text.rpartition(S)[2] in formats.BYTE_UNITS["ru"]


def test_the_kazakh_megabyte_is_written_in_cyrillic_throughout() -> None:
    assert formats.byte_size(12_345_678, "kk") == f"12,3{S}МБ"
    assert formats.byte_size(12_345_678, "en") == f"12.3{S}MB"


def test_durations_and_phones() -> None:
    assert [formats.duration(s) for s in (7, 65, 725.4, 3723)] == ["0:07", "1:05", "12:05", "1:02:03"]
    assert formats.phone("+77771234567") == f"+7{S}777{S}123-45-67"
    assert formats.phone("+4915112345678") == "+4915112345678"


@pytest.mark.parametrize(
    ("zone", "locale", "label"),
    [
        ("Asia/Almaty", "ru", "Алматы, UTC+5"),
        ("Asia/Oral", "kk", "Орал, UTC+5"),
        ("Asia/Kolkata", "en", "Kolkata, UTC+5:30"),
        ("America/New_York", "ru", "Нью-Йорк, UTC−5"),
        ("UTC", "ru", "UTC"),
    ],
)
def test_zones_are_called_by_their_city_and_offset(zone: str, locale: str, label: str) -> None:
    assert zones.zone_label(zone, locale, EVENING) == label


def test_almaty_was_an_hour_ahead_before_march_2024() -> None:
    assert zones.offset("Asia/Almaty", datetime(2024, 2, 29, 12, tzinfo=UTC)) == "UTC+6"
    assert zones.offset("Asia/Almaty", datetime(2024, 3, 2, 12, tzinfo=UTC)) == "UTC+5"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Almaty", "Asia/Almaty"),
        ("алматы, UTC+5", "Asia/Almaty"),
        (" Қостанай ", "Asia/Qostanay"),
        ("Kostanay", "Asia/Qostanay"),
        ("Берлин", "Europe/Berlin"),
        ("Париж", "Europe/Paris"),
        ("Атлантида", None),
        ("", None),
    ],
)
def test_a_zone_is_found_by_what_people_call_it(typed: str, zone: str | None) -> None:
    assert zones.find_zone(typed) == zone


@pytest.mark.parametrize("locale", ["ru", "kk", "en"])
def test_every_zone_to_choose_can_be_found_by_its_label(locale: str) -> None:
    offered = zones.zone_choices(locale, EVENING)
    assert offered[0].name == "Asia/Almaty"
    assert len(offered) > 300
    lost = [one.name for one in offered if zones.find_zone(one.label) is None]
    assert lost == []
