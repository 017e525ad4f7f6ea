"""The errors a domain may raise; `app.web.sentences` turns them into the user's language."""

from typing import Any


class RuleError(Exception):
    """Something the user asked for breaks a rule that they can mend.

    `key` names the rule and `values` carry what was measured, so that the sentence can be
    written in any language at the edge.
    """

    key = "rule"

    def __init__(self, key: str | None = None, *, field: str | None = None, **values: Any) -> None:
        self.key = key or self.key
        self.field = field
        self.values = values
        super().__init__(f"{self.key} {values}" if values else self.key)


class NotFound(Exception):
    """There is no such row in the current workspace."""
