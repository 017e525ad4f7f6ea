"""The words on the pages, out of the compiled catalogues that the server reads too."""

import gettext
from functools import cache
from typing import Any

from app.config import PROJECT_DIR


@cache
def _catalogue(locale: str) -> gettext.NullTranslations:
    folder = str(PROJECT_DIR / "translations")
    return gettext.translation("messages", folder, languages=[locale], fallback=True)


def say(locale: str, msgid: str, **values: Any) -> str:
    """Return the sentence in the language, with its values."""
    said = _catalogue(locale).gettext(msgid)
    return said % values if values else said


def count(locale: str, singular: str, plural: str, number: int, **values: Any) -> str:
    """Return the sentence for a number in the language."""
    return _catalogue(locale).ngettext(singular, plural, number) % {"num": number, **values}
