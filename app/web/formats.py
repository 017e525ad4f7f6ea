"""Dates, times, numbers and sizes as people in Kazakhstan read them. Plain functions: no request is needed.

`locale` is `ru`, `kk` or `en`; `zone` is what the wall clock of the reader shows. Nothing here is left to the
browser: Chromium prints Kazakh dates as «2026 M11 21».
"""

from datetime import date, datetime, timedelta, tzinfo

from babel.dates import format_date as babel_date
from babel.dates import format_timedelta as babel_timedelta
from babel.numbers import format_compact_decimal, format_decimal
from babel.numbers import format_percent as babel_percent

NO_BREAK = "\N{NO-BREAK SPACE}"
TENGE = "\N{TENGE SIGN}"
MISSING = "—"

# CLDR writes the Kazakh megabyte with a Latin M, so the units are our own.
BYTE_UNITS = {
    "ru": ("Б", "КБ", "МБ", "ГБ", "ТБ"),
    "kk": ("Б", "КБ", "МБ", "ГБ", "ТБ"),
    "en": ("B", "KB", "MB", "GB", "TB"),
}
JUST_NOW = {"ru": "только что", "kk": "жаңа ғана", "en": "just now"}


def full_date(day: date, locale: str) -> str:
    """«21 ноября 2026», «21 қараша 2026», «21 November 2026»."""
    return babel_date(day, "d MMMM y", locale=locale)


def formal_date(day: date, locale: str) -> str:
    """Like `full_date`, but in Kazakh as documents write it: «2026 ж. 21 қараша»."""
    if locale == "kk":
        return f"{day.year}{NO_BREAK}ж. {babel_date(day, 'd MMMM', locale=locale)}"
    return full_date(day, locale)


def short_date(day: date, locale: str) -> str:
    """For tables: «21.11.2026»."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def day_and_month(day: date, locale: str) -> str:
    """«21 ноября»."""
    return babel_date(day, "d MMMM", locale=locale)


def weekday(day: date, locale: str) -> str:
    """«сб», «сб», «Sat»."""
    return babel_date(day, "ccc", locale=locale)


def long_weekday(day: date, locale: str) -> str:
    """«суббота», «сенбі», «Saturday»."""
    return babel_date(day, "cccc", locale=locale)


def month_name(day: date, locale: str) -> str:
    """«ноябрь 2026»."""
    return f"{babel_date(day, 'LLLL', locale=locale)} {day.year}"


def clock_time(instant: datetime, zone: tzinfo) -> str:
    """«19:00», on the 24-hour clock of the zone."""
    return instant.astimezone(zone).strftime("%H:%M")


def clock_time_with_seconds(instant: datetime, zone: tzinfo) -> str:
    """«19:00:05»."""
    return instant.astimezone(zone).strftime("%H:%M:%S")


def date_and_time(instant: datetime, locale: str, zone: tzinfo) -> str:
    """«21 ноября 2026, 19:00»."""
    return f"{full_date(instant.astimezone(zone).date(), locale)}, {clock_time(instant, zone)}"


def short_date_and_time(instant: datetime, locale: str, zone: tzinfo) -> str:
    """For tables: «21.11.2026 19:00»."""
    return f"{short_date(instant.astimezone(zone).date(), locale)} {clock_time(instant, zone)}"


def relative_time(instant: datetime, locale: str, zone: tzinfo, now: datetime) -> str:
    """«5 минут назад», «через 2 дня», «только что»; the date when it is more than a week away."""
    span = instant - now
    if abs(span) < timedelta(seconds=45):
        return JUST_NOW[locale]
    if abs(span) > timedelta(days=7):
        return full_date(instant.astimezone(zone).date(), locale)
    return babel_timedelta(span, add_direction=True, threshold=1, locale=locale)


def span_in_words(span: timedelta, locale: str) -> str:
    """«5 минут», «2 часа»: the largest unit, rounded."""
    return babel_timedelta(span, threshold=1, locale=locale)


def number(value: float, locale: str, digits: int | None = None) -> str:
    """«1 234,5»; `digits` fixes how many follow the comma."""
    pattern = None if digits is None else f"#,##0.{'0' * digits}" if digits else "#,##0"
    return format_decimal(value, format=pattern, locale=locale)


def compact_number(value: float, locale: str) -> str:
    """«12,3 тыс.», «12,3 мың», «12.3K»; in full below ten thousand."""
    if abs(value) < 10_000:
        return number(value, locale)
    return format_compact_decimal(value, format_type="short", locale=locale, fraction_digits=1)


def percentage(share: float, locale: str, digits: int = 1) -> str:
    """«12,3 %» for 0.123."""
    text = babel_percent(share, format=f"#,##0.{'#' * digits}%" if digits else "#,##0%", locale=locale)
    return text if locale == "en" else f"{text.removesuffix('%').rstrip()}{NO_BREAK}%"


def tenge(amount: float, locale: str) -> str:
    """«15 000 ₸» in every language; «15 000,50 ₸» when there are tiyn."""
    digits = 0 if float(amount).is_integer() else 2
    grouped = number(amount, "ru" if locale == "en" else locale, digits)
    return f"{grouped.replace(',', '.') if locale == 'en' else grouped}{NO_BREAK}{TENGE}"


def byte_size(size: int, locale: str) -> str:
    """«12,3 МБ»: 1 MB is 1,000,000 bytes, as disks and phones count."""
    value, power = float(size), 0
    while value >= 999.5 and power < len(BYTE_UNITS[locale]) - 1:
        value, power = value / 1000, power + 1
    rounded = round(value, 0 if power == 0 or value >= 99.95 else 1)
    text = number(rounded, locale, 0 if float(rounded).is_integer() else 1)
    return f"{text}{NO_BREAK}{BYTE_UNITS[locale][power]}"


def duration(seconds: float) -> str:
    """The length of a video: «0:07», «12:05», «1:02:03»."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def phone(e164: str) -> str:
    """«+7 777 123-45-67» for a Kazakh or Russian number, any other as it is."""
    digits = e164.removeprefix("+")
    if len(digits) == 11 and digits.isdecimal() and digits[0] == "7":
        return f"+7{NO_BREAK}{digits[1:4]}{NO_BREAK}{digits[4:7]}-{digits[7:9]}-{digits[9:]}"
    return e164
