"""How much of Instagram's call limits is used, read from the headers of its answers.

Source: https://developers.facebook.com/docs/graph-api/overview/rate-limiting, checked 2026-11-21.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.instagram.answers import as_int, as_object, as_objects

_APP_HEADER = "X-App-Usage"
_ACCOUNT_HEADER = "X-Business-Use-Case-Usage"
_PERCENTAGES = ("call_count", "total_cputime", "total_time")
_LONGEST_HEADER = 16_384
_LONGEST_WAIT_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Usage:
    """The fullest of all limits, in percent, and the seconds until calls are let in again (None: not shut out now)."""

    percent: int
    regain_access_seconds: int | None


def read_usage(headers: Mapping[str, str]) -> Usage | None:
    """Return the use of the limits an answer reports, None when it reports nothing.

    Instagram sends these headers only once enough calls were made, and usually only one of the two.
    """
    gauges = [*_app_gauges(headers), *_account_gauges(headers)]
    if not gauges:
        return None
    percent = max(as_int(gauge.get(name)) or 0 for gauge in gauges for name in _PERCENTAGES)
    minutes = max(as_int(gauge.get("estimated_time_to_regain_access")) or 0 for gauge in gauges)
    wait = min(minutes, _LONGEST_WAIT_MINUTES) * 60
    return Usage(percent=max(percent, 0), regain_access_seconds=wait if wait > 0 else None)


def _app_gauges(headers: Mapping[str, str]) -> list[Mapping[str, object]]:
    gauge = as_object(_json_of(headers.get(_APP_HEADER)))
    return [gauge] if gauge else []


def _account_gauges(headers: Mapping[str, str]) -> list[Mapping[str, object]]:
    accounts = as_object(_json_of(headers.get(_ACCOUNT_HEADER)))
    return [gauge for gauges in accounts.values() for gauge in as_objects(gauges)]


def _json_of(header: str | None) -> object:
    if not header or len(header) > _LONGEST_HEADER:
        return None
    try:
        value: object = json.loads(header)
    except (ValueError, RecursionError):
        return None
    return value
