"""What the rules find in a comment, and what they leave alone."""

import pytest

from app.comments.hide_rules import find_link, find_phone, find_words, match_rules
from app.comments.models import HideRule, HideRuleKind
from app.comments.wording import is_question, language_of


@pytest.mark.parametrize(
    ("phrase", "text", "is_found"),
    [
        ("казино", "Лучшее КАЗИНО!", True),
        ("казино", "казиношка", False),
        ("лёгкие деньги", "Легкие... деньги", True),
        ("легкие деньги", "деньги легкие", False),
        ("ақша", "тез акша табу", True),
        ("!!!", "!!!", False),
        ("", "что угодно", False),
    ],
)
def test_words_are_found_whole_in_any_spelling(phrase: str, text: str, is_found: bool) -> None:
    assert (find_words(text, phrase) is not None) is is_found


@pytest.mark.parametrize(
    "text",
    ["https://example.com/x", "смотри www.shop.kz", "alma-coffee.kz тут", "t.me/bonus", "wa.me/77010000000", "bit.ly/1",
     "пиши в BONUS.SHOP/win", "http://1.2.3.4"],
)  # fmt: skip
def test_links_are_found_with_and_without_their_scheme(text: str) -> None:
    assert find_link(text)


@pytest.mark.parametrize(
    "text", ["Цена 2.500 тг", "Ок.Спасибо", "и т.д.", "@alma.coffee супер", "a@b.kz", "ул. Абая 10.", "v2.0", ""]
)
def test_other_dots_are_no_links(text: str) -> None:
    assert find_link(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "+7 701 123 45 67", "87011234567", "8 (701) 123-45-67", "8(727)250-00-00", "7 701 1234567",
        "звони 701 123 45 67", "+1 (415) 555-2671", "+44 20 7946 0958", "тел:+77011234567!",
    ],
)  # fmt: skip
def test_telephone_numbers_are_found_in_any_spelling(text: str) -> None:
    assert find_phone(text)


@pytest.mark.parametrize(
    "text",
    ["2500 тг", "с 9.00 до 18.00", "12.05.2026", "1 000 000 тенге", "заказ 123456", "2026-05-12 10:30", "100500"],
)
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert find_phone(text) is None


def test_the_first_rule_that_is_on_counts() -> None:
    off = HideRule(kind=HideRuleKind.WORD, word="бонус", is_on=False)
    link, phone = (HideRule(kind=kind, word="", is_on=True) for kind in (HideRuleKind.LINK, HideRuleKind.PHONE))
    match = match_rules("бонус t.me/x +77011234567", [off, link, phone])
    assert match is not None and (match.rule, match.found) == (link, "t.me/x")
    assert match_rules("бонус", [off, link, phone]) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Қанша тұрады", "kk"), ("канша турады бул", "kk"), ("Сколько стоит", "ru"), ("Красиво", "ru"),
        ("How much is it", "en"), ("Wow!", "en"), ("cappuccino", ""), ("🔥🔥", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_language_is_told_by_letters_and_common_words(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Работаете?", True), ("сколько стоит", True), ("скажите почем", True), ("есть в наличии", True),
        ("канша турады", True), ("бар ма", True), ("how much", True), ("do you deliver", True),
        ("у меня есть такой", False), ("Красота, как всегда", False), ("I do love it", False), ("Спасибо!", False),
        ("🔥", False),
    ],
)  # fmt: skip
def test_questions_are_told_by_their_sign_or_their_words(text: str, asks: bool) -> None:
    assert is_question(text) is asks
