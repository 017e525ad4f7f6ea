"""What a translation must be like: complete, with the same values, in the right letters and tone."""

import re
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
ENGLISH_WORD = re.compile(r"[a-z]{3,}", re.IGNORECASE)
NAMES = re.compile(
    r"\b(api|csv|direct|english|facebook|hevc|instagram|jpeg|mariadb|meta|mov|mp4|pdf|png|reels?|socialflow|sqlite|"
    r"stories|story|telegram|url|utc|webhook)\b",
    re.IGNORECASE,
)
"""What stays as it is in every language; a sentence of nothing else may read like the English one."""

CYRILLIC = "а-яёәғқңөұүһі"
FORBIDDEN = (
    (re.compile(r"!"), "an exclamation mark"),
    (re.compile(r"\.\.\."), "three dots instead of …"),
    (re.compile(r'"'), "straight quotes instead of «»"),
    (re.compile(r"  "), "two spaces"),
    (re.compile(rf"[{CYRILLIC}]\([{CYRILLIC}]{{1,3}}\)", re.I), "an ending in brackets, such as «оставил(а)»"),
    (re.compile(rf"({PLACEHOLDER.pattern})[-‑]?[{CYRILLIC}]", re.I), "an ending glued to a value"),
    (re.compile(rf"[{CYRILLIC}][a-z]|[a-z][{CYRILLIC}]", re.I), "Latin and Cyrillic letters in one word"),
)
FORBIDDEN_IN = {
    "ru": ((re.compile(r"\b(ты|тебя|тебе|твой|твоя|твои)\b", re.I), "«ты» instead of «вы»"),),
    "kk": (
        (re.compile(r"\bқолтаңба", re.I), "«қолтаңба» is a signature; a caption is «мәтін»"),
        (re.compile(r"\b(сен|сені|саған|сенің)\b", re.I), "«сен» instead of «сіз»"),
    ),
}


def problems_of(catalogue: Catalog, wanted: Catalog) -> Iterator[str]:
    """Yield a line for everything that is wrong with `catalogue`, given the sentences the code asks for."""
    for message in wanted:
        if message.id:
            name = repr(_ids(message)[0])
            yield from (f"{name}: {problem}" for problem in _problems(message, catalogue))
    for message in catalogue:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"{_ids(message)[0]!r}: the code no longer asks for it; run script/translations"


def _problems(message: Message, catalogue: Catalog) -> Iterator[str]:
    ours = catalogue.get(message.id, message.context)
    if ours is None:
        yield "not in the catalogue; run script/translations"
    elif ours.fuzzy:
        yield "fuzzy"
    elif len(_forms(ours)) < (catalogue.num_plurals if ours.pluralizable else 1):
        yield f"untranslated, or not in all of {catalogue.num_plurals} plural forms"
    else:
        yield from _wrong_values(ours, says_one_first=catalogue.num_plurals == 2)
        for form in _forms(ours):
            yield from _wrong_words(ours, form, str(catalogue.locale))


def as_list(text: object) -> list[str]:
    """Return a sentence, or the forms of a plural one, as a list."""
    return [str(form or "") for form in (text if isinstance(text, tuple | list) else (text,))]


def _ids(message: Message) -> list[str]:
    return as_list(message.id)


def _forms(message: Message) -> list[str]:
    """Return the translations that are there: one, or one for each plural form."""
    return [form for form in as_list(message.string) if form]


def _wrong_values(message: Message, *, says_one_first: bool) -> Iterator[str]:
    """Each form needs the values of the English plural; only a form for exactly one may leave its number out."""
    one, many = (_values(text) for text in (_ids(message)[0], _ids(message)[-1]))
    for position, form in enumerate(_forms(message)):
        is_for_one = says_one_first and position == 0
        if _values(form) != many and not (is_for_one and _values(form) == one):
            yield f"other values than the English sentence: {form}"


def _values(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


def _wrong_words(message: Message, form: str, language: str) -> Iterator[str]:
    if form in _ids(message) and ENGLISH_WORD.search(NAMES.sub("", PLACEHOLDER.sub("", form))):
        yield "still in English"
    if form.strip() != form and _ids(message)[0].strip() == _ids(message)[0]:
        yield f"begins or ends with a space: {form!r}"
    for pattern, what in (*FORBIDDEN, *FORBIDDEN_IN.get(language, ())):
        if pattern.search(form):
            yield f"{what}: {form}"
