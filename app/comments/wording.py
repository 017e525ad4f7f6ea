"""What the words of a comment tell: which language it is in, and whether it asks something.

Plain lists of common words: good enough to sort by, and wrong now and then. Words are compared as they are folded, so
that Kazakh typed on a Russian keyboard counts too.
"""

from app.search.folding import words_of

KAZAKH_LETTERS = frozenset("әғқңөұүһі")
_QUESTION_MARKS = frozenset("?？؟⁉❓❔")

_KAZAKH = """
рахмет рақмет салем сәлем салеметсиз қалай қанша қайда қашан керек жок жоқ бар ма ме ба бе па пе емес екен болады бола
баға багасы тенге ушин осы бул мен сен сиз биз олар жаксы жақсы кайырлы кутты болсын аламын алуга ала жеткизу неше ким
неге сондай адемі адеми керемет тамаша казакша кереги бизге маган оте коп енди туралы кашан канша кайда калай
"""
_ENGLISH = """
the a is are you your i we it this that how what when where who why much price please thank thanks nice love good great
hello hi do does can could would want need for with and not have of to in on my so very beautiful amazing wow cool
"""
_ASKING = """
сколько почем цена ценник где куда откуда когда зачем почему какой какая какое какие каков можно чей кто что как
доставка есть ли адрес
канша қанша калай қалай кайда қайда кашан қашан неше кандай қандай ким кім неге ма ме ба бе па пе багасы бағасы
how what when where who why which price cost
"""
_ASKING_FIRST = "do does did can could is are will would may"
"""English words that ask when they come first."""


def _folded(words: str) -> frozenset[str]:
    return frozenset(words_of(words))


_KAZAKH_WORDS, _ENGLISH_WORDS = _folded(_KAZAKH), _folded(_ENGLISH)
_ASKING_WORDS, _FIRST_WORDS = _folded(_ASKING), _folded(_ASKING_FIRST)
_NOT_ASKING_ALONE = _folded("есть ли как что кто доставка адрес бар")
"""Words of `_ASKING` that stand in as many statements: they ask only where they come first."""


def language_of(text: str) -> str:
    """Return `kk`, `ru`, `en`, or "" when the words do not tell."""
    letters = text.casefold()
    words = set(words_of(text))
    if KAZAKH_LETTERS & set(letters):
        return "kk"
    if any("а" <= letter <= "я" for letter in letters):
        return "kk" if words & _KAZAKH_WORDS else "ru"
    return "en" if words & _ENGLISH_WORDS else ""


def is_question(text: str) -> bool:
    """Whether a comment asks something: by its sign, or by a word that asks."""
    if _QUESTION_MARKS & set(text):
        return True
    words = words_of(text)
    if not words:
        return False
    return words[0] in _ASKING_WORDS | _FIRST_WORDS or bool(set(words[1:]) & (_ASKING_WORDS - _NOT_ASKING_ALONE))
