"""Every key of the domain has its sentence."""

import ast
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from app.config import PROJECT_DIR
from app.errors import RuleError
from app.instagram.error_table import ERROR_ROWS, INSTAGRAM_DOWN
from app.instagram.errors import ERROR_KEYS, InstagramError
from app.web.sentences import TABLES, find_entry, sentence, sentence_for

GENERIC = "Something went wrong."


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """A request whose page is in English."""
    with app.test_request_context(base_url="http://127.0.0.1:8000"), force_locale("en"):
        yield


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_key_of_instagram_says_what_happened_and_what_to_do(english: None) -> None:
    for key in ERROR_KEYS:
        assert find_entry(key) is not None, key
        said = sentence(key)
        assert said.what.endswith("."), key
        assert said.remedy.endswith("."), key


def keys_in_the_code() -> set[str]:
    """Return every key that RuleErrors in app/ are raised with."""
    keys = set()
    for path in (PROJECT_DIR / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RuleError" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    keys.add(first.value)
    return keys


def test_every_rule_in_the_code_has_its_sentence() -> None:
    assert len(keys_in_the_code()) > 20
    assert sorted(key for key in keys_in_the_code() if find_entry(key) is None) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_entry_says_something_even_without_its_values(english: None) -> None:
    for table in TABLES:
        for key in table:
            text = sentence(key).text
            assert text, key
            assert "%(" not in text, key


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_of_two_sentences_for_a_key_the_one_counts_whose_gaps_are_filled(english: None) -> None:
    theirs = sentence("caption_too_long").text
    assert theirs.startswith("The caption is too long for Instagram.")
    ours = sentence("caption_too_long", {"found": 2300, "most": 2200}).text
    assert ours != theirs
    assert "—" not in ours


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_values_are_put_in_and_plurals_agree(english: None) -> None:
    one = sentence_for(RuleError("sign_in_wait", seconds=1)).text
    many = sentence_for(RuleError("sign_in_wait", seconds=21)).text
    assert one == "Too many attempts. Try again in 1 second."
    assert many == "Too many attempts. Try again in 21 seconds."
    assert "120 characters" in sentence_for(RuleError("name_too_long", most=120)).text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_limit_says_how_long_it_lasts_when_that_is_known(english: None) -> None:
    limit = next(row for row in ERROR_ROWS if row.key == "account_rate_limit")
    assert "about an hour" in sentence_for(InstagramError(limit)).text
    assert "in about 12 minutes" in sentence_for(InstagramError(limit, retry_after_seconds=700)).text
    assert sentence_for(InstagramError(INSTAGRAM_DOWN)).key == "instagram_down"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_unknown_key_still_says_something_to_search_for(english: None) -> None:
    said = sentence("never_heard_of")
    assert said.what == GENERIC
    assert "never_heard_of" in said.remedy
