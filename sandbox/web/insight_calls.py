"""`/{ig-user-id}/insights`.

Source: api-reference/instagram-user/insights (v25, May 2026).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import g, request

from sandbox.clock import graph_time, parse_instant
from sandbox.container_rules import as_list
from sandbox.days import day_of, day_start
from sandbox.errors import IG, GraphError, invalid, required
from sandbox.insights import metrics as known
from sandbox.insights.account_numbers import DayNumbers, day_numbers, followers_now, parts, reach_of, totals
from sandbox.insights.chance import between
from sandbox.insights.demographics import demographics
from sandbox.web.call import Call
from sandbox.web.params import bearer

DAY = 86_400
MAX_RANGE_S = 30 * DAY
KEPT_DAYS = 90
MIN_FOLLOWERS = MIN_ENGAGED = 100
WINDOWS = {"day": 1, "week": 7, "days_28": 28}
SERIES, TOTAL = "time_series", "total_value"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call wants to know."""

    names: tuple[str, ...]
    period: str
    metric_type: str | None
    breakdowns: tuple[str, ...]
    timeframe_days: int | None
    since: float
    until: float

    def shown_as(self, name: str) -> str:
        """Return `time_series` or `total_value` for one metric."""
        if self.metric_type == TOTAL and known.ACCOUNT[name].has_total:
            return TOTAL
        return SERIES


def get_insights(call: Call) -> dict[str, Any]:
    """Answer some metrics; one that is wrong fails all of them, one that is gone is left out."""
    asked = _read(call)
    data = [frame for name in asked.names if (frame := _frame(call, asked, name)) is not None]
    return {"data": data, "paging": _windows(asked)} if data and asked.period != "lifetime" else {"data": data}


def _read(call: Call) -> Asked:
    params = call.params
    names = tuple(_names(params))
    period = _choice(params, "period", known.PERIODS)
    metric_type = _choice(params, "metric_type", (SERIES, TOTAL)) if params.get("metric_type") else None
    given = as_list(params["breakdown"], "breakdown") if params.get("breakdown") else []
    for one in given:
        if one not in known.BREAKDOWNS:
            raise invalid(f"breakdown must be one of the following values: {', '.join(known.BREAKDOWNS)}")
    _check_periods(names, period)
    _check_types(names, metric_type)
    breakdowns = tuple(str(one) for one in given) if metric_type == TOTAL else ()
    _check_breakdowns(names, breakdowns)
    since, until = _range(call, names, period)
    return Asked(names, period, metric_type, breakdowns, _timeframe(call, names), since, until)


def _names(params: dict[str, Any]) -> list[str]:
    if not params.get("metric"):
        raise required("metric")
    names = [str(name) for name in as_list(params["metric"], "metric")]
    for position, name in enumerate(names):
        if name not in known.ACCOUNT_NAMES:
            listed = ", ".join(known.ACCOUNT_NAMES)
            raise invalid(f"metric[{position}] must be one of the following values: {listed}")
    return names


def _choice(params: dict[str, Any], name: str, values: tuple[str, ...]) -> str:
    if not params.get(name):
        raise required(name)
    if params[name] not in values:
        raise invalid(f"{name} must be one of the following values: {', '.join(values)}")
    return str(params[name])


def _check_periods(names: tuple[str, ...], period: str) -> None:
    wrong = [name for name in names if name in known.ACCOUNT and period not in known.ACCOUNT[name].periods]
    if wrong:
        raise invalid(f"Incompatible metrics ({', '.join(wrong)}) with period ({period})")


def _check_types(names: tuple[str, ...], metric_type: str | None) -> None:
    there = [name for name in names if name in known.ACCOUNT]
    if metric_type != TOTAL:
        wrong = [name for name in there if not known.ACCOUNT[name].has_series and name not in known.OLD_PROFILE]
        if wrong:
            old = [name for name in there if name in known.OLD_PROFILE]
            listed = ",".join(name for name in there if name in (*wrong, *old))
            raise invalid(
                f"The following metrics ({listed}) should be specified with parameter metric_type=total_value"
            )
        return
    wrong = [name for name in there if not known.ACCOUNT[name].has_total]
    if wrong:
        raise invalid(
            f"The following metrics ({','.join(wrong)}) should be specified with parameter metric_type=time_series"
        )


def _check_breakdowns(names: tuple[str, ...], breakdowns: tuple[str, ...]) -> None:
    """Raise what looks like a passing failure and is none: a metric cannot be broken down so."""
    for name in names:
        if name in known.ACCOUNT and set(breakdowns) - set(known.ACCOUNT[name].breakdowns):
            raise GraphError(1, "An unknown error has occurred.", kind=IG, status=500)


def _range(call: Call, names: tuple[str, ...], period: str) -> tuple[float, float]:
    now = call.world.clock.now()
    until = _instant(call.params, "until", now)
    since = _instant(call.params, "since", min(until, now) - DAY)
    if since > until:
        raise invalid("since must not be later than until")
    if period != "lifetime" and until - since > MAX_RANGE_S:
        raise invalid("There cannot be more than 30 days (2592000 s) between since and until")
    if "follower_count" in names and "since" in call.params and day_of(since) < day_of(now) - 30:
        raise invalid(
            "(follower_count) metric only supports querying data for the last 30 days excluding the current day"
        )
    return since, until


def _instant(params: dict[str, Any], name: str, default: float) -> float:
    if params.get(name) in (None, ""):
        return default
    try:
        return parse_instant(params[name])
    except ValueError:
        raise invalid(f"Param {name} must be a UNIX timestamp") from None


def _timeframe(call: Call, names: tuple[str, ...]) -> int | None:
    if not any("demographics" in name and name in known.ACCOUNT for name in names):
        return None
    given = call.params.get("timeframe")
    if not given:
        raise required("timeframe")
    allowed = known.TIMEFRAMES
    if call.world.settings.old_timeframes == "accept":
        allowed = allowed | known.OLD_TIMEFRAMES
    if given not in (known.TIMEFRAMES | known.OLD_TIMEFRAMES):
        raise invalid(f"timeframe must be one of the following values: {', '.join(allowed)}")
    if given not in allowed:
        raise invalid(f"The timeframe {given} is no longer supported. Use {' or '.join(known.TIMEFRAMES)}.")
    return allowed[given]


def _frame(call: Call, asked: Asked, name: str) -> dict[str, Any] | None:
    """Return one metric's part of the answer, None when it is left out."""
    is_reached = name == known.REACHED and call.world.settings.reached_demographics == "answer"
    if (name in known.DROPPED and not is_reached) or (
        name in known.OLD_PROFILE and call.world.settings.profile_metrics == "drop"
    ):
        return None
    metric = known.REACHED_METRIC if is_reached else known.ACCOUNT[name]
    body = _body(call, asked, name)
    if body is None:
        return None
    head = {"name": name, "period": asked.period, "title": metric.title, "description": metric.description}
    return {**head, **body, "id": f"{call.account.user_id}/insights/{name}/{asked.period}"}


def _body(call: Call, asked: Asked, name: str) -> dict[str, Any] | None:
    is_small = followers_now(call.world, call.account) < MIN_FOLLOWERS
    if name == "online_followers":
        is_empty = is_small or call.world.settings.online_followers == "empty"
        return None if is_empty else {"values": [_online(call)]}
    if "demographics" in name:
        return _demographics(call, asked, name, is_small=is_small)
    if name in ("follower_count", "follows_and_unfollows") and is_small:
        return None
    days = _days(call, asked)
    if not days:
        return None
    if asked.shown_as(name) == SERIES:
        return {"values": _series(call, asked, name)}
    return {"total_value": _total(asked, name, days)}


def _days(call: Call, asked: Asked) -> list[DayNumbers]:
    """Return the numbers of the days asked for, as far as they are kept and have come."""
    now = call.world.clock.now() - call.world.settings.insights_delay_s
    first = max(day_of(asked.since), day_of(now) - KEPT_DAYS)
    last = min(day_of(max(asked.since, asked.until - 1)), day_of(now))
    return day_numbers(call.world, call.account, first, last, now=now) if first <= last else []


def _series(call: Call, asked: Asked, name: str) -> list[dict[str, Any]]:
    """Return one value a day; for longer periods each covers the days before it."""
    width = WINDOWS[asked.period]
    wider = Asked(
        **{slot: getattr(asked, slot) for slot in Asked.__slots__} | {"since": asked.since - (width - 1) * DAY}
    )
    days = _days(call, wider)
    today = day_of(call.world.clock.now())
    rows = []
    for position, day in enumerate(days):
        if day.day < day_of(asked.since) or (name == "follower_count" and day.day >= today):
            continue
        window = days[max(0, position - width + 1) : position + 1]
        value = day.follows if name == "follower_count" else reach_of(window)
        rows.append({"value": value, "end_time": graph_time(day_start(day.day + 1))})
    return rows


def _total(asked: Asked, name: str, days: list[DayNumbers]) -> dict[str, Any]:
    if name == "follows_and_unfollows":
        return _follows(asked, days)
    value: dict[str, Any] = {"value": totals(days)[name]}
    if asked.breakdowns:
        value["breakdowns"] = [_broken_down(name, dimension, days) for dimension in asked.breakdowns]
    return value


def _broken_down(name: str, dimension: str, days: list[DayNumbers]) -> dict[str, Any]:
    found = parts(name, dimension, days)
    results = [{"dimension_values": [value], "value": amount} for value, amount in found.items() if amount]
    return {"dimension_keys": [dimension], "results": results}


def _follows(asked: Asked, days: list[DayNumbers]) -> dict[str, Any]:
    """Return follows as FOLLOWER and unfollows as NON_FOLLOWER; without the breakdown, an empty frame."""
    if not asked.breakdowns:
        return {}
    counted = {"FOLLOWER": sum(day.follows for day in days), "NON_FOLLOWER": sum(day.unfollows for day in days)}
    results = [{"dimension_values": [kind], "value": amount} for kind, amount in counted.items()]
    return {"breakdowns": [{"dimension_keys": ["follow_type"], "results": results}]}


def _demographics(call: Call, asked: Asked, name: str, *, is_small: bool) -> dict[str, Any] | None:
    settings, account = call.world.settings, call.account
    people = followers_now(call.world, account)
    if name == "engaged_audience_demographics":
        people = _engaged(call, asked.timeframe_days or 7)
        is_small = people < MIN_ENGAGED
    if not asked.breakdowns:
        return {"total_value": {}}
    prefix = ["timeframe"] if settings.timeframe_key else []
    frame: dict[str, Any] = {"dimension_keys": [*prefix, *asked.breakdowns]}
    if is_small:
        return {"total_value": {"breakdowns": [frame]}} if settings.demographics_below == "frame" else None
    first = [str(call.params["timeframe"]).upper()] if prefix else []
    found = demographics(f"{account.user_id}{name}", people, asked.breakdowns)
    frame["results"] = [{"dimension_values": [*first, *values], "value": amount} for values, amount in found]
    return {"total_value": {"breakdowns": [frame]}}


def _engaged(call: Call, days: int) -> int:
    now = call.world.clock.now()
    last = day_of(now)
    return totals(day_numbers(call.world, call.account, last - days + 1, last, now=now))["accounts_engaged"]


def _online(call: Call) -> dict[str, Any]:
    """Return how many followers are online at each hour of a day."""
    people, user_id = followers_now(call.world, call.account), call.account.user_id
    shares = {hour: (0.08 if hour < 7 else 0.3 + 0.25 * (18 <= hour <= 22)) for hour in range(24)}
    value = {str(hour): int(people * share * between(0.85, 1.15, user_id, hour)) for hour, share in shares.items()}
    return {"value": value, "end_time": graph_time(day_start(day_of(call.world.clock.now())))}


def _windows(asked: Asked) -> dict[str, str]:
    """Return links to the windows of time before and after; this is the only edge paged by time."""
    span = int(asked.until - asked.since)
    kept = {name: value for name, value in g.params.items() if name not in ("since", "until", "access_token")}
    token = bearer() or g.params.get("access_token", "")

    def link(since: float) -> str:
        window = {"since": int(since), "until": int(since) + span}
        return f"{request.base_url}?{urlencode({'access_token': token, **kept, **window})}"

    return {"previous": link(asked.since - span), "next": link(asked.until)}
