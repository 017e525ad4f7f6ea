"""The evidence that docs/security.md names exists."""

import re

from app.config import PROJECT_DIR


def test_every_test_that_is_named_as_evidence_exists() -> None:
    page = (PROJECT_DIR / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(named) > 20
    missing = [
        f"{path}::{name}"
        for path, name in named
        if f"\ndef {name}(" not in (PROJECT_DIR / path).read_text(encoding="utf-8")
    ]
    assert missing == []
