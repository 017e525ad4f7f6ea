"""Which rule hides a comment, from values alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.comments.models import HideRule, HideRuleKind
from app.search.folding import words_of

MATCHED_CHARACTERS = 100

_ENDINGS = "com|net|org|info|biz|shop|store|site|online|top|xyz|club|pro|app|dev|io|me|ru|kz|by|uz|kg|ua|su|рф|қаз|link"
_LINK = re.compile(
    rf"(?:https?://|www\.)\S+"
    rf"|(?<![\w@.])(?:[\w-]+\.)+(?:{_ENDINGS})(?![\w.-]*@)(?:/\S*|\b(?!\.\w))"
    rf"|(?<![\w@.])(?:[\w-]+\.)+[a-z]{{2,}}/\S+",  # any other ending, where a path follows
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,])"
    r"(?:\+\d{1,3}[\s().-]*(?:\d[\s().-]*){7,12}"  # any country, written with its plus
    r"|[78][\s.-]*\(?7\d{2}\)?(?:[\s.-]*\d){7}"  # Kazakhstan's mobiles: 8 7xx, 7 7xx
    r"|8[\s.-]*\(?\d{3}\)?(?:[\s.-]*\d){7}"  # within the country: 8 (727) …
    r"|\(?7[0-7]\d\)?[\s.-]*\d{3}[\s.-]*\d{2}[\s.-]*\d{2}"  # a mobile without its first digit
    r")(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Match:
    """The rule that hides a comment, and the part of the text that it found."""

    rule: HideRule
    found: str


def match_rules(text: str, rules: Sequence[HideRule]) -> Match | None:
    """Return the first rule that finds something in a text; rules that are off find nothing."""
    for rule in rules:
        found = _find(text, rule) if rule.is_on else None
        if found:
            return Match(rule, found[:MATCHED_CHARACTERS])
    return None


def _find(text: str, rule: HideRule) -> str | None:
    if rule.kind is HideRuleKind.WORD:
        return find_words(text, rule.word)
    if rule.kind is HideRuleKind.LINK:
        return find_link(text)
    return find_phone(text)


def find_words(text: str, phrase: str) -> str | None:
    """Return the phrase if its words stand in the text, whole and in this order, however they are spelled."""
    sought, words = words_of(phrase), words_of(text)
    if not sought:
        return None
    starts = range(len(words) - len(sought) + 1)
    return phrase.strip() if any(words[start : start + len(sought)] == sought for start in starts) else None


def find_link(text: str) -> str | None:
    """Return the first address of a site in a text, also one written without https://."""
    found = _LINK.search(text)
    return found[0] if found else None


def find_phone(text: str) -> str | None:
    """Return the first telephone number in a text: a Kazakhstani one in any spelling, any other with its plus."""
    found = _PHONE.search(text)
    return found[0].strip() if found else None
