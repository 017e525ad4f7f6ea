"""The one place where the domain's keys become sentences: what happened, and what to do about it.

Each area has a module with a table: key → a pair of lazy sentences, or a function of the values that gives one.
Sentences name their values, as in `%(most)s`. Add a key to the table of its area; `tests/web/test_sentences.py`
checks that every key of Instagram's errors has one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel.speaklater import LazyString

from app.errors import RuleError
from app.instagram.errors import InstagramError
from app.web.sentences import (
    accounts,
    assets,
    comments,
    conversations,
    dispatches,
    instagram,
    publishing,
    webhooks,
    workspaces,
)
from app.web.sentences.entries import Entry

MISSING = "—"


@dataclass(frozen=True)
class Sentence:
    """What happened, and what to do; either may be empty. Both are finished sentences in the page's language."""

    what: str
    remedy: str = ""
    key: str = ""

    @property
    def text(self) -> str:
        """Both sentences in a row."""
        return f"{self.what} {self.remedy}".strip()

    def __str__(self) -> str:
        return self.text


TABLES: tuple[Mapping[str, Entry], ...] = (
    workspaces.SENTENCES,
    accounts.SENTENCES,
    assets.SENTENCES,
    publishing.SENTENCES,
    comments.SENTENCES,
    dispatches.SENTENCES,
    conversations.SENTENCES,
    webhooks.SENTENCES,
    instagram.SENTENCES,
)


def sentence(key: str, values: Mapping[str, Any] | None = None) -> Sentence:
    """Return the sentence for a key of the domain (`RuleError.key`, a post's `reason`, …) in the page's language.

    Where two tables know the key, the first one counts whose gaps the values fill: Instagram's «the caption is too
    long» has no numbers, our own has. A key that nobody wrote a sentence for still gives one to search for.
    """
    entries = [table[key] for table in TABLES if key in table]
    attempts = [(entry, dict(values or {})) for entry in entries] + [
        (entry, _Values(values or {})) for entry in entries
    ]
    for entry, given in attempts:
        try:
            what, remedy = entry(given) if callable(entry) else entry
            return Sentence(_filled(what, given), _filled(remedy, given), key)
        except (KeyError, TypeError, ValueError):
            continue  # it needs numbers that are not there
    return Sentence(gettext("Something went wrong."), gettext("The code for support is %(key)s.", key=key), key)


def sentence_for(error: RuleError | InstagramError) -> Sentence:
    """Return the sentence for an error."""
    if isinstance(error, RuleError):
        return sentence(error.key, error.values)
    minutes = -(-(error.retry_after_seconds or 0) // 60)
    return sentence(error.key, {"minutes": minutes, "code": error.code, "subcode": error.subcode})


def find_entry(key: str) -> Entry | None:
    """Return what the tables hold for a key, the first table first."""
    return next((table[key] for table in TABLES if key in table), None)


class _Values(dict[str, Any]):
    """Values of a sentence; one that is missing shows as a dash, because a page must never break over it."""

    def __missing__(self, key: str) -> str:
        return MISSING


def _filled(text: LazyString | str, values: Mapping[str, Any]) -> str:
    """Return the text with its values. Only lazy texts still have gaps; finished ones may hold a stray `%`."""
    return str(text) if isinstance(text, str) else str(text) % values


__all__ = ["Sentence", "find_entry", "sentence", "sentence_for"]
