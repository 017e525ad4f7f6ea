"""The documentation names everything there is."""

import re
from pathlib import Path

import pytest

from sandbox.app import create_app
from sandbox.faults import EFFECTS, OUTCOMES
from sandbox.settings import SETTING_NAMES
from sandbox.web.graph import EDGES
from sandbox.web.words import WORDS
from sandbox.world import World

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(SETTING_NAMES | {*OUTCOMES, *EFFECTS}))
def test_every_setting_and_fault_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("edge", sorted({edge for _, edge in EDGES if edge}))
def test_every_edge_is_documented(edge: str) -> None:
    assert f"/{edge}`" in PAGE


def test_every_control_call_is_documented(tmp_path: Path) -> None:
    app = create_app(World(files=tmp_path))
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("control")]
    assert len(rules) > 15
    for rule in rules:
        path = re.sub("<[^>]+>", "ID", rule.rule)
        assert re.search(rf"`[A-Z/]+ {re.escape(path)}[`?]", PAGE), path


def test_every_text_is_there_in_three_languages() -> None:
    for key, texts in WORDS.items():
        assert all(texts), key
        assert len({tuple(sorted(re.findall(r"%\(\w+\)s", text))) for text in texts}) == 1, key
