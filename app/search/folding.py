"""One form for every way of writing a word, the same for what is searched and for what is sought."""

import unicodedata

LONGEST_WORD = 40
"""Longer ones are cut, here and there alike: InnoDB does not index a word of more than 84 letters at all."""
SHORTEST_INDEXED = 3
"""`innodb_ft_min_token_size`: InnoDB does not index what is shorter."""
PADDING = "_"
"""A letter to InnoDB, a space to FTS5: it makes a word indexable there and changes nothing here."""

_LETTERS = str.maketrans("ёәғқңөұүһі", "еагкноуухи")
"""Kazakh words are often typed on a Russian keyboard, which lacks these letters."""

# What InnoDB leaves out of its index by default (information_schema.INNODB_FT_DEFAULT_STOPWORD).
_STOPWORDS = (
    "a about an are as at be by com de en for from how i in is it la of on or that the this to was what when where who "
    "will with und www"
)


def fold(text: str | None) -> str:
    """Return the words of a text as they are indexed: one form for capitals, ё and the Kazakh letters, a space apart.

    Nothing but letters and digits is kept, so that every database finds the same words in it (but for a few letters of
    rare scripts that MariaDB's tables of Unicode do not know). Short words and InnoDB's
    stop words are padded with underscores, or it would not index them.
    """
    return " ".join(map(_padded, words_of(text or "")))


def words_of(text: str) -> list[str]:
    """Return the folded words of a text in their order, without padding."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_LETTERS)
    return [word[:LONGEST_WORD] for word in "".join(map(_kept, plain)).split()]


def _kept(letter: str) -> str:
    """Return a letter or digit as it is, nothing for an accent of its own, a space for all else.

    Beyond the first plane of Unicode InnoDB knows no letters.
    """
    category = unicodedata.category(letter)[0]
    if category == "M":
        return ""
    return letter if category in "LN" and ord(letter) < 0x10000 else " "


def _padded(word: str) -> str:
    padded = word.ljust(SHORTEST_INDEXED, PADDING)
    return word + PADDING if padded in _STOPWORDS.split() else padded
