"""Words that were searched for, marked in the text in which they were found."""

import re

from markupsafe import Markup, escape

from app.search.folding import words_of

WORD = re.compile(r"\w+")
AROUND = 70
"""Letters that are shown on either side of the first word found."""


def excerpt(text: str, query: str) -> Markup:
    """Return the part of a text around the first word that the query finds, every word found in it marked."""
    text = " ".join(text.split())
    places = found_places(text, query)
    begin, end = _bounds(text, places)
    parts: list[Markup | str] = ["…"] if begin else []
    here = begin
    for start, stop in places:
        if begin <= start and stop <= end:
            parts += [escape(text[here:start]), Markup("<mark>{}</mark>").format(text[start:stop])]
            here = stop
    parts += [escape(text[here:end]), "…" if end < len(text) else ""]
    return Markup("").join(parts)


def found_places(text: str, query: str) -> list[tuple[int, int]]:
    """Return where words stand in a text that the query finds, as the search itself compares them."""
    wanted = words_of(query)
    return [word.span() for word in WORD.finditer(text) if any(_finds(sought, word.group()) for sought in wanted)]


def _finds(sought: str, word: str) -> bool:
    """A single letter counts as a whole word, more are the beginning of one."""
    return any(folded == sought if len(sought) == 1 else folded.startswith(sought) for folded in words_of(word))


def _bounds(text: str, places: list[tuple[int, int]]) -> tuple[int, int]:
    first = places[0] if places else (0, 0)
    begin = max(0, first[0] - AROUND)
    if begin:
        space = text.find(" ", begin, first[0])
        begin = space + 1 if space >= 0 else begin
    end = min(len(text), first[1] + 2 * AROUND)
    if end < len(text):
        space = text.rfind(" ", first[1], end)
        end = space if space > first[1] else end
    return begin, end
