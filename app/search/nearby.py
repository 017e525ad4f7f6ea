"""Words looked for row by row, where few rows are at hand: what is common is found near, without the index of words.

That index gives all rows that hold a word before any of them can be sorted. For a word that stands in every tenth of a
million rows that takes seconds; but then the newest few thousand rows hold more of it than a page shows.
"""

from sqlalchemy import ColumnElement, and_, literal
from sqlalchemy.orm import InstrumentedAttribute

from app.search.folding import fold
from app.search.words import MOST_WORDS


def words_stand_in(folded: InstrumentedAttribute[str], query: str) -> ColumnElement[bool]:
    """Return the same condition as `words_match`, for a text that is looked at as it is."""
    words = list(dict.fromkeys(fold(query).split()))[:MOST_WORDS]
    text = literal(" ") + folded + literal(" ")
    return and_(*(text.contains(_sought(word), autoescape=True) for word in words))


def _sought(word: str) -> str:
    """Return what stands in the text: the beginning of a word; of a single letter, the whole word."""
    plain = word.rstrip("_")
    return f" {word} " if len(plain) == 1 else f" {plain}"
