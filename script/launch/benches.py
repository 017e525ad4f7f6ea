"""What `script/bench` does: find the benchmarks, run them one after another, print what they found."""

import importlib
import json
import traceback
from collections.abc import Iterator
from typing import Any

from script.launch.folders import PROJECT

FOLDER = PROJECT / "script" / "benches"
FIELDS = ("name", "value", "unit", "limit", "ok")

Result = dict[str, Any]


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; return 1 when one missed its limit or broke off, 2 for an unknown name."""
    known = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
    if unknown := sorted(set(names) - set(known)):
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(known)}")
        return 2
    is_well = True
    for name in names or known:
        for result in _run(name):
            print(json.dumps({field: result.get(field) for field in FIELDS} | result, ensure_ascii=False), flush=True)
            is_well = is_well and bool(result["ok"])
    return 0 if is_well else 1


def _run(name: str) -> Iterator[Result]:
    """Yield the results of one benchmark; one that breaks off is a result that is not ok."""
    try:
        found = importlib.import_module(f"script.benches.{name}").run()
        yield from [found] if isinstance(found, dict) else found
    except Exception as error:
        traceback.print_exc()
        yield {"name": name, "value": None, "unit": "", "limit": None, "ok": False, "error": repr(error)}
