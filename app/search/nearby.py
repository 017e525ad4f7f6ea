"""Words looked for row by row, where few rows are at hand: what is common is found near, without the index of words.

That index gives all rows that hold a word before any of them can be sorted. For a word that stands in every tenth of a
million rows that takes seconds; but then the newest few thousand rows hold more of it than a page shows.
"""

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.search.folding import fold
from app.search.words import MOST_WORDS

RARE_AT_MOST = 30
"""Of a few thousand rows near by."""


def words_stand_in(folded: InstrumentedAttribute[str], query: str) -> ColumnElement[bool]:
    """Return the same condition as `words_match`, for a text that is looked at as it is."""
    words = list(dict.fromkeys(fold(query).split()))[:MOST_WORDS]
    text = literal(" ") + folded + literal(" ")
    return and_(*(text.contains(_sought(word), autoescape=True) for word in words))


def rare_words(session: Session, folded: InstrumentedAttribute[str], query: str, near: ColumnElement[bool]) -> str:
    """Return those words of a query that stand in few of the rows near by, at least the rarest: for `words_match`.

    The index reads all it knows of every word that it is asked for. What the rare ones leave is soon looked at.
    """
    words = fold(query).split()[:MOST_WORDS]
    if len(words) < 2:
        return query
    counted = (func.count(case((words_stand_in(folded, word), 1))) for word in words)
    counts = session.execute(select(*counted).where(near)).one()
    least = max(RARE_AT_MOST, min(counts))
    return " ".join(word for word, count in zip(words, counts, strict=True) if count <= least)


def _sought(word: str) -> str:
    """Return what stands in the text: the beginning of a word; of a single letter, the whole word."""
    plain = word.rstrip("_")
    return f" {word} " if len(plain) == 1 else f" {plain}"
