"""Searching a million messages beside searching a thousand: five times as long at most.

A common word stands in every third text, a middling one in every twentieth, a seldom one in three of a thousand; the
rare one stands in as many messages however many there are.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from script.benches._desk import Case, Marks, compare
from script.benches._desk_texts import COMMON, MIDDLING, RARE, SELDOM

LIMIT = 5.0
MORE = "cursor="
QUERIES = {
    "common": (COMMON, MORE),
    "common_beginning": (COMMON[:2], MORE),
    "middling": (MIDDLING, MORE),
    "seldom": (SELDOM, MORE),
    "rare": (RARE, MORE),
    "two_common": (f"{COMMON} цена", "cursor="),
    "common_and_rare": (f"{COMMON} {RARE}", "<mark>"),
    "nothing": (f"{COMMON} кирпич", "Nothing found"),
}


def run() -> Iterator[dict[str, Any]]:
    """Yield a result for each query and database."""
    cases = [Case(name, _address(words), LIMIT, needs) for name, (words, needs) in QUERIES.items()]
    yield from compare("search", [*cases, *_in_small_workspace()])


def _in_small_workspace() -> list[Case]:
    """Return searches of those who have a fortieth of the messages; what the others have must not burden them."""
    return [
        Case("common_in_small_workspace", _address(COMMON), LIMIT, "<mark>", in_small_workspace=True),
        Case("nothing_in_small_workspace", _address(RARE), LIMIT, "Nothing found", in_small_workspace=True),
    ]


def _address(words: str) -> Any:
    def address(_marks: Marks) -> str:
        return f"/inbox/search?q={quote(words)}"

    return address
