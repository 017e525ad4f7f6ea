"""The places for names in a saved reply: `{name}` becomes what to call whoever is answered."""

import re

from app.contacts.models import Contact

VARIABLES = ("name", "username")
"""`name`: what to call the person; `username`: their @name on Instagram."""

_GAP = re.compile(r"\{\s*([^{}\n]{0,40}?)\s*\}")


def unknown_variables(text: str) -> list[str]:
    """Return the names in braces that are none of ours, in their order."""
    return [name for name in dict.fromkeys(_GAP.findall(text)) if name not in VARIABLES]


def variables_of(contact: Contact | None, username: str | None = None) -> dict[str, str]:
    """Return what the places are filled with for a person; without one, from the name that Instagram shows."""
    at_name = (contact.username if contact else None) or username
    shown = f"@{at_name}" if at_name else ""
    return {
        "name": contact.shown_name if contact else shown,
        "username": shown or (contact.shown_name if contact else ""),
    }


def fill(text: str, values: dict[str, str]) -> str:
    """Return a saved reply's text with its places filled; what is unknown stays as it was typed."""
    return _GAP.sub(lambda gap: values.get(gap[1], gap[0]), text)
