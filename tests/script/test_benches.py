import importlib
import inspect
from pathlib import Path

import pytest

from script.launch.benches import FIELDS, FOLDER, main

NAMES = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_says_what_it_measures_and_can_be_run(name: str) -> None:
    bench = importlib.import_module(f"script.benches.{name}")
    assert bench.__doc__ and len(bench.__doc__) > 40
    assert callable(bench.run)
    assert bench.run.__doc__
    assert not inspect.signature(bench.run).parameters


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_is_described(name: str) -> None:
    described = (Path(FOLDER).parent.parent / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert f"`{name}`" in described


def test_a_benchmark_that_is_not_there_is_named_and_the_others_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["espresso"]) == 2
    said = capsys.readouterr().out
    assert "espresso" in said
    assert all(name in said for name in NAMES)


def test_a_result_has_the_agreed_fields() -> None:
    from script.benches._stage import result

    made = result("claim_cost", 0.6, "ratio", 0.5, ok=True, rounds=[0.6])
    assert tuple(made)[: len(FIELDS)] == FIELDS
    assert made["rounds"] == [0.6]
