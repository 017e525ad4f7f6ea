"""The list of conversations with a million messages beside one with a thousand: half as long again at most.

Every list of the desk, in each of its orders, and further down. See `_desk` for what is measured, and how.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from script.benches._desk import Case, Marks, compare

LISTS = {
    "open": "",
    "snoozed": "state=snoozed",
    "done": "state=done",
    "archived": "state=archived",
    "unread": "unread=1",
    "unanswered": "unanswered=1",
    "waiting_longest": "order=waiting",
    "closing_soon": "order=closing",
    "mine": "assigned=me",
    "nobodys": "assigned=none",
    "colleagues": "assigned={0.colleague}",
    "mine_unanswered": "assigned=me&unanswered=1",
    "mine_waiting_longest": "assigned=me&order=waiting",
    "label": "label={0.label}",
    "rare_label": "label={0.rare_label}",
    "label_waiting_longest": "label={0.label}&order=waiting",
    "account": "account={0.account}",
    "rare_account": "account={0.rare_account}",
    "further_down": "cursor={0.halfway}",
}


def run() -> Iterator[dict[str, Any]]:
    """Yield a result for each list and database."""
    yield from compare("inbox_page", [_case(name, wanted) for name, wanted in LISTS.items()])


def _case(name: str, wanted: str) -> Case:
    def address(marks: Marks) -> str:
        return f"/inbox?{quote(wanted.format(marks), safe='=&')}"

    return Case(name, address)
