"""Which threads the address asks for, and the addresses of other lists."""

from dataclasses import replace
from typing import Any

from flask import request, url_for

from app.comments.queries import LARGEST_ID, Order, Tab, Wanted
from app.config import LOCALES

LONGEST_QUERY = 200


def read_wanted() -> Wanted:
    """Return the list that this request's address asks for; what makes no sense in it is left out."""
    given = request.args
    tab, order, language = given.get("tab", ""), given.get("order", ""), given.get("language", "")
    return Wanted(
        tab=Tab(tab) if tab in set(Tab) else Tab.UNANSWERED,
        order=Order(order) if order in set(Order) else Order.NEWEST,
        media_id=read_id(given.get("media")),
        contact_id=read_id(given.get("contact")),
        language=language if language in LOCALES else "",
        words=" ".join(given.get("words", "")[:LONGEST_QUERY].split()),
    )


def read_id(value: str | None) -> int | None:
    """Return the id that an address or a form names, or None when it names none."""
    if not value or not value.isdecimal() or not value.isascii() or len(value) > len(str(LARGEST_ID)):
        return None
    number = int(value)
    return number if 0 < number <= LARGEST_ID else None


def list_url(wanted: Wanted, cursor: str | None = None, **changes: Any) -> str:
    """Return the address of a list, with some of what it asks for changed."""
    wanted = replace(wanted, **changes)
    named: dict[str, Any] = {
        "tab": Tab(wanted.tab).value if wanted.tab != Tab.UNANSWERED else None,
        "order": wanted.order.value if wanted.order is not Order.NEWEST else None,
        "media": wanted.media_id,
        "contact": wanted.contact_id,
        "language": wanted.language or None,
        "words": wanted.words or None,
        "cursor": cursor,
    }
    return url_for("comments.list_threads", **named)
