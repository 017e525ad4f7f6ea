"""Reading values out of JSON that somebody else wrote: a wrong type becomes None or empty, never an exception."""

from collections.abc import Mapping

_MOST_DIGITS = 20
_LONGEST_LINK = 300


def as_object(value: object) -> Mapping[str, object]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> list[Mapping[str, object]]:
    """Return the JSON objects of a JSON array; anything else is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def as_text(value: object) -> str | None:
    """Return a non-empty string; a number becomes its digits (ids come both ways); lone surrogates are replaced."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**_MOST_DIGITS else None
    if not isinstance(value, str) or not value:
        return None
    return value.encode("utf-8", "replace").decode("utf-8")


def as_int(value: object) -> int | None:
    """Return a whole number, also when it was written as a string."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) <= _MOST_DIGITS:
        try:
            return int(value)
        except ValueError:
            return None
    return None


def as_link(value: object) -> str | None:
    """Return a web address that a page may lead to; None for any other kind, which a browser might carry out."""
    text = as_text(value) or ""
    is_link = text.startswith(("https://", "http://")) and text.isprintable() and " " not in text
    return text if is_link and len(text) <= _LONGEST_LINK else None


def as_id(value: object) -> str | None:
    """Return one of Instagram's ids as a string; None when it could not stand in a path as it is."""
    text = as_text(value)
    return text if text and text.isascii() and text.replace("_", "").replace("-", "").isalnum() else None
