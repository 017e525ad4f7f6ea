"""Messages that the next page shows once."""

from collections.abc import Mapping
from typing import Any

from flask import flash

from app.errors import RuleError
from app.web.sentences import sentence


def flash_success(message: str) -> None:
    """Say that something was done."""
    flash(message, "success")


def flash_error(message: str) -> None:
    """Say that something could not be done."""
    flash(message, "error")


def flash_rule(error: RuleError) -> None:
    """Say which rule was in the way."""
    flash_error(sentence(error.key, error.values).text)


def flash_with_undo(message: str, undo_url: str, undo_fields: Mapping[str, str] | None = None) -> None:
    """Say that something was done, with a button that posts `undo_fields` to `undo_url` to undo it."""
    told: Any = {"text": message, "undo_url": undo_url, "undo_fields": dict(undo_fields or {})}
    flash(told, "success")
