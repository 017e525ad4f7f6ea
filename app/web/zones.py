"""Time zones by name: «Алматы, UTC+5». The libraries' own names for Kazakhstan's zones are out of date."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_location

# In the order ru, kk, en. Kazakhstan's own zones, and those that its people and customers are most often in.
CITIES = {
    "Asia/Almaty": ("Алматы", "Алматы", "Almaty"),
    "Asia/Qostanay": ("Костанай", "Қостанай", "Kostanay"),
    "Asia/Qyzylorda": ("Кызылорда", "Қызылорда", "Kyzylorda"),
    "Asia/Aqtobe": ("Актобе", "Ақтөбе", "Aktobe"),
    "Asia/Aqtau": ("Актау", "Ақтау", "Aktau"),
    "Asia/Atyrau": ("Атырау", "Атырау", "Atyrau"),
    "Asia/Oral": ("Уральск", "Орал", "Oral"),
    "Asia/Tashkent": ("Ташкент", "Ташкент", "Tashkent"),
    "Asia/Samarkand": ("Самарканд", "Самарқанд", "Samarkand"),
    "Asia/Bishkek": ("Бишкек", "Бішкек", "Bishkek"),
    "Asia/Dushanbe": ("Душанбе", "Душанбе", "Dushanbe"),
    "Asia/Ashgabat": ("Ашхабад", "Ашхабад", "Ashgabat"),
    "Asia/Baku": ("Баку", "Баку", "Baku"),
    "Asia/Tbilisi": ("Тбилиси", "Тбилиси", "Tbilisi"),
    "Asia/Yerevan": ("Ереван", "Ереван", "Yerevan"),
    "Asia/Yekaterinburg": ("Екатеринбург", "Екатеринбург", "Yekaterinburg"),
    "Asia/Omsk": ("Омск", "Омбы", "Omsk"),
    "Asia/Novosibirsk": ("Новосибирск", "Новосібір", "Novosibirsk"),
    "Europe/Moscow": ("Москва", "Мәскеу", "Moscow"),
    "Europe/Samara": ("Самара", "Самара", "Samara"),
    "Europe/Istanbul": ("Стамбул", "Ыстамбұл", "Istanbul"),
    "Europe/London": ("Лондон", "Лондон", "London"),
    "Europe/Berlin": ("Берлин", "Берлин", "Berlin"),
    "Asia/Dubai": ("Дубай", "Дубай", "Dubai"),
    "Asia/Shanghai": ("Шанхай", "Шанхай", "Shanghai"),
    "Asia/Seoul": ("Сеул", "Сеул", "Seoul"),
    "America/New_York": ("Нью-Йорк", "Нью-Йорк", "New York"),
    "UTC": ("UTC", "UTC", "UTC"),
}
_COLUMN = {"ru": 0, "kk": 1, "en": 2}
_REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@dataclass(frozen=True)
class ZoneChoice:
    """A zone in a list to choose from."""

    name: str
    label: str


def city(zone_name: str, locale: str) -> str:
    """Return the zone's city in the language, as far as it is known there."""
    names = CITIES.get(zone_name)
    if names is not None:
        return names[_COLUMN[locale]]
    if "/" not in zone_name:
        return zone_name
    return get_timezone_location(ZoneInfo(zone_name), locale=locale, return_city=True)


def offset(zone_name: str, at: datetime) -> str:
    """Return «UTC+5», «UTC+5:30», «UTC», as it is in the zone at that instant."""
    span = at.astimezone(ZoneInfo(zone_name)).utcoffset() or timedelta(0)
    minutes = round(abs(span).total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    sign = "+" if span > timedelta(0) else "−"
    hours, rest = divmod(minutes, 60)
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"


def zone_label(zone_name: str, locale: str, at: datetime) -> str:
    """Return «Алматы, UTC+5»."""
    name, shift = city(zone_name, locale), offset(zone_name, at)
    return name if name == shift else f"{name}, {shift}"


def zone_choices(locale: str, at: datetime) -> list[ZoneChoice]:
    """Return every zone to choose from: Kazakhstan's and its neighbours' first, then the rest by city."""
    return list(_zone_choices(locale, at.replace(minute=0, second=0, microsecond=0)))


@cache
def _all_names() -> tuple[str, ...]:
    names = {name for name in available_timezones() if name.startswith(_REGIONS)}
    return (*CITIES, *sorted(names - set(CITIES)))


@lru_cache(maxsize=16)
def _zone_choices(locale: str, at: datetime) -> tuple[ZoneChoice, ...]:
    first = [ZoneChoice(name, zone_label(name, locale, at)) for name in CITIES]
    rest = [ZoneChoice(name, zone_label(name, locale, at)) for name in _all_names()[len(CITIES) :]]
    return (*first, *sorted(rest, key=lambda choice: choice.label.casefold()))


def find_zone(typed: str) -> str | None:
    """Return the zone that somebody means by its name, its label or its city in any of our languages."""
    wanted = typed.strip().casefold().partition(", utc")[0]
    for name in _all_names():
        if wanted == name.casefold() or wanted in {label.casefold() for label in CITIES.get(name, ())}:
            return name
    return _zones_by_city().get(wanted)


@cache
def _zones_by_city() -> dict[str, str]:
    return {city(name, locale).casefold(): name for name in reversed(_all_names()) for locale in _COLUMN}
