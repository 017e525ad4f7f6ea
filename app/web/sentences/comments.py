"""Comments: rules that hide them, and answers kept ready."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.web import formats
from app.web.i18n import page_locale
from app.web.sentences.entries import Entry, Pair


def _number(values: Mapping[str, Any], name: str) -> str:
    value = values[name]
    return formats.number(value, page_locale()) if isinstance(value, int) else str(value)


def _saved_reply_too_long(values: Mapping[str, Any]) -> Pair:
    found, most = (_number(values, name) for name in ("found", "most"))
    return gettext("The text has %(found)s characters; %(most)s are allowed.", found=found, most=most), ""


def _variable_unknown(values: Mapping[str, Any]) -> Pair:
    known = ", ".join(f"{{{name}}}" for name in values["known"])
    what = gettext("Nothing can be filled in for %(name)s.", name=f"{{{values['name']}}}")
    return what, gettext("These places are known: %(known)s.", known=known)


SENTENCES: Mapping[str, Entry] = {
    "shortcut_empty": (_l("A saved reply needs a shortcut."), _l("Type one word to find it by.")),
    "shortcut_too_long": (_l("The shortcut is too long: %(most)s characters are allowed."), ""),
    "shortcut_taken": (_l("Another saved reply has the shortcut “%(shortcut)s”."), _l("Choose another one.")),
    "saved_reply_empty": (_l("A saved reply needs a text."), ""),
    "saved_reply_too_long": _saved_reply_too_long,
    "too_many_saved_replies": (_l("There are %(most)s saved replies already."), _l("Delete some that nobody uses.")),
    "variable_unknown": _variable_unknown,
    "hide_word_empty": (_l("A rule for a word needs one."), _l("Type the word or phrase to look for.")),
    "hide_word_too_long": (_l("The phrase is too long: %(most)s characters are allowed."), ""),
    "hide_rule_known": (_l("There is such a rule already."), _l("Switch it on if it is off.")),
    "too_many_hide_rules": (_l("There are %(most)s rules already."), _l("Delete some that are not needed.")),
}
