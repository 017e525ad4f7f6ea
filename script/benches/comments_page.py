"""The desk of comments with a million of them beside the same with a thousand: half as long again at most.

Every part of it, every filter, every order, and further down. Finding words is searching: five times as long at most.
See `_desk` for what is measured, and how.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from script.benches._desk import Case, Marks, compare
from script.benches._desk_texts import COMMON, MIDDLING, RARE, SELDOM

SEARCHING = 5.0

LISTS = {
    "unanswered": "",
    "unanswered_waiting": "order=waiting",
    "questions": "tab=questions",
    "questions_oldest": "tab=questions&order=waiting",
    "all": "tab=all",
    "all_oldest": "tab=all&order=waiting",
    "all_further_down": "tab=all&cursor={0.halfway}",
    "hidden": "tab=hidden",
    "hidden_oldest": "tab=hidden&order=waiting",
    "trouble": "tab=trouble",
    "post": "tab=all&media={0.media}",
    "post_unanswered": "media={0.media}",
    "post_questions": "tab=questions&media={0.media}",
    "rare_post": "tab=all&media={0.rare_media}",
    "rare_post_unanswered": "media={0.rare_media}",
    "person": "tab=all&contact={0.contact}",
    "person_unanswered": "contact={0.contact}",
    "rare_person": "tab=all&contact={0.rare_contact}",
    "language": "tab=all&language=kk",
    "language_unanswered": "language=ru",
    "language_questions": "tab=questions&language=ru",
    "rare_language": "tab=all&language=en",
    "rare_language_unanswered": "language=en",
}
WORDS = {
    "common_word": f"tab=all&words={COMMON}",
    "common_word_unanswered": f"words={COMMON}",
    "common_word_oldest": f"tab=all&order=waiting&words={COMMON}",
    "middling_word": f"tab=all&words={MIDDLING}",
    "common_word_under_post": f"tab=all&media={{0.media}}&words={COMMON}",
    "seldom_word": f"tab=all&words={SELDOM}",
    "rare_word": f"tab=all&words={RARE}",
    "common_and_rare_word": f"tab=all&words={COMMON} {RARE}",
}
FEW, SOME = {"common_and_rare_word"}, "comment-group"
"""What there is less than a page of, and what stands in it."""


def run() -> Iterator[dict[str, Any]]:
    """Yield a result for each list and database."""
    yield from compare("comments_page", make_cases())


def make_cases() -> list[Case]:
    """Return the lists."""
    searches = [_case(name, wanted, SEARCHING) for name, wanted in WORDS.items()]
    return [*(_case(name, wanted, 1.5) for name, wanted in LISTS.items()), *searches]


def _case(name: str, wanted: str, limit: float) -> Case:
    needs = SOME if name in FEW else Case.needs

    def address(marks: Marks) -> str:
        return f"/comments?{quote(wanted.format(marks), safe='=&')}"

    return Case(name, address, limit, needs)
