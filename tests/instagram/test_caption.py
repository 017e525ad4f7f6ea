import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instagram.caption import CaptionCount, count_caption, normalize_caption

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("caption_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["text"] or "empty" for vector in VECTORS])
def test_a_caption_is_counted_as_the_shared_vectors_say(vector: dict[str, Any]) -> None:
    expected = CaptionCount(vector["characters"], vector["hashtags"], vector["mentions"])
    assert count_caption(vector["text"]) == expected


words = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=10)


@given(st.lists(words, max_size=40))
def test_as_many_hashtags_are_counted_as_were_written(tags: list[str]) -> None:
    assert count_caption(" ".join(f"#{tag}" for tag in tags)).hashtags == len(tags)
    assert count_caption("".join(f"#{tag}" for tag in tags)).hashtags == len(tags)


@given(st.lists(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.]{0,29}", fullmatch=True), max_size=30))
def test_as_many_mentions_are_counted_as_were_written(names: list[str]) -> None:
    assert count_caption("\n".join(f"@{name}" for name in names)).mentions == len(names)


@given(words, words)
def test_neither_mark_counts_inside_a_word(left: str, right: str) -> None:
    count = count_caption(f"{left}#{right} {left}@{right}")
    assert (count.hashtags, count.mentions) == (0, 0)


@given(st.text())
def test_any_text_can_be_counted_and_no_mark_is_counted_twice(text: str) -> None:
    count = count_caption(text)
    assert count.characters <= len(text)
    assert count.hashtags <= text.count("#") + text.count("＃")
    assert count.mentions <= text.count("@") + text.count("＠")


@given(st.text())
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    assert normalize_caption(normalize_caption(text)) == normalize_caption(text)
    assert "\r" not in normalize_caption(text)
