"""Counting a caption as Instagram does. static JavaScript counts by the same rules; both are held to the same vectors
(tests/instagram/caption_vectors.json).

UNVERIFIED, as no page says it:
- A character is a Unicode code point. Tools disagree (code points, UTF-16 units, graphemes); code points are what the
  one comparison of platforms we found names, and what both of Instagram's server languages count.
- A hashtag is `#` and at least one letter, digit, underscore or emoji of any script, not inside a word. It may follow
  another hashtag directly. A number alone counts. A mention is `@` and a letter, digit or underscore, likewise, so an
  e-mail address is none. Where in doubt a mark is counted: a warning too many costs less than a refused post.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_HASHES = "#＃"
_ATS = "@＠"
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class CaptionCount:
    """How many characters (code points), hashtags and mentions a caption holds."""

    characters: int
    hashtags: int
    mentions: int


def count_caption(text: str) -> CaptionCount:
    """Return what Instagram counts in a caption; a line end is one character, as it is sent."""
    caption = normalize_caption(text)
    return CaptionCount(
        characters=len(caption),
        hashtags=_count_marks(caption, _HASHES, opens=_opens_hashtag, continues=_continues_hashtag),
        mentions=_count_marks(caption, _ATS, opens=_is_name_start, continues=_is_name_part),
    )


def normalize_caption(text: str) -> str:
    """Return the caption with plain line ends: browsers submit CR LF where the counter beside the field saw LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _count_marks(text: str, marks: str, *, opens: Callable[[str], bool], continues: Callable[[str], bool]) -> int:
    """Count the marks that begin a tag: what follows opens one, and no word runs up to them but another tag."""
    count = 0
    is_in_tag = False
    before = ""
    for character, following in zip(text, (text + " ")[1:], strict=True):
        if character in marks:
            is_in_tag = opens(following) and (is_in_tag or not _is_word(before))
            count += is_in_tag
        else:
            is_in_tag = is_in_tag and continues(character)
            before = character
    return count


def _is_word(character: str) -> bool:
    return character == "_" or (character != "" and unicodedata.category(character)[0] in "LN")


def _opens_hashtag(character: str) -> bool:
    return _is_word(character) or unicodedata.category(character) == "So"


def _continues_hashtag(character: str) -> bool:
    return _opens_hashtag(character) or character == _JOINER or unicodedata.category(character)[0] in "MS"


def _is_name_start(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


def _is_name_part(character: str) -> bool:
    return character == "." or _is_name_start(character)
