"""Pages of lists: cursors, and the links that carry the token as the real ones do."""

import re
from typing import Any
from urllib.parse import urlencode

from flask import g, request

from sandbox.clock import parse_instant
from sandbox.errors import invalid
from sandbox.ids import decode_cursor, encode_cursor
from sandbox.media import Window
from sandbox.web.params import bearer, the_world

VERSION = re.compile(r"/v\d+\.\d+/")
MAX_LIMIT = 100


def read_window(params: dict[str, Any], *, max_limit: int = MAX_LIMIT) -> Window:
    """Return the part of a list that is asked for; raises GraphError."""
    limit = str(params.get("limit", the_world().settings.page_size))
    if not limit.isdigit() or int(limit) < 1:
        raise invalid("Param limit must be a positive integer")
    return Window(
        limit=min(int(limit), max_limit),
        after=_cursor(params, "after"),
        before=_cursor(params, "before"),
        since=_instant(params, "since"),
        until=_instant(params, "until"),
    )


def _cursor(params: dict[str, Any], name: str) -> int | None:
    if not params.get(name):
        return None
    try:
        return decode_cursor(str(params[name]))
    except ValueError:
        raise invalid("Invalid cursors values: please double check your input.") from None


def _instant(params: dict[str, Any], name: str) -> float | None:
    if params.get(name) in (None, ""):
        return None
    try:
        return parse_instant(params[name])
    except ValueError:
        raise invalid(f"Param {name} must be a UNIX timestamp or a date") from None


def paged(data: list[dict[str, Any]], keys: list[int], *, has_newer: bool, has_older: bool) -> dict[str, Any]:
    """Return a list's answer; `keys` are the cursor values of its first and last row."""
    if not keys:
        return {"data": data}
    before, after = encode_cursor(keys[0]), encode_cursor(keys[-1])
    paging: dict[str, Any] = {"cursors": {"before": before, "after": after}}
    if has_older:
        paging["next"] = _link(after=after)
    if has_newer:
        paging["previous"] = _link(before=before)
    return {"data": data, "paging": paging}


def _link(**cursor: str) -> str:
    kept = {name: value for name, value in g.params.items() if name not in ("after", "before", "access_token")}
    return f"{request.base_url}?{urlencode({'access_token': _token(), **kept, **cursor})}"


def _token() -> str:
    return str(bearer() or g.params.get("access_token", ""))


def inner_paged(path: str, page: dict[str, Any], fields: str, limit: str) -> dict[str, Any]:
    """Return an expanded list's page with links of its own: `path` is `{id}/{edge}`."""
    if "paging" not in page:
        return page
    version = f"/{request.path.split('/')[1]}" if VERSION.match(request.path) else ""
    cursors = page["paging"]["cursors"]
    paging: dict[str, Any] = {"cursors": cursors}
    for link, cursor in (("next", "after"), ("previous", "before")):
        if link in page["paging"]:
            query = {"access_token": _token(), "fields": fields, "limit": limit, cursor: cursors[cursor]}
            paging[link] = f"{request.host_url.rstrip('/')}{version}/{path}?{urlencode(query)}"
    return {"data": page["data"], "paging": paging}
