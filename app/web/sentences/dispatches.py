"""Answers, messages and what is done to comments: why something cannot go out, or did not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.web import formats
from app.web.i18n import page_locale, page_zone
from app.web.sentences.entries import Entry, Pair

_THEY_WRITE_FIRST = _l("You can write again as soon as they do.")


def _when(values: Mapping[str, Any], name: str) -> str:
    instant = values[name]
    if not isinstance(instant, datetime):
        return formats.MISSING
    return formats.date_and_time(instant, page_locale(), page_zone())


def _whole(values: Mapping[str, Any], name: str) -> int:
    value = values[name]
    return value if isinstance(value, int) else 0


def _number(values: Mapping[str, Any], name: str) -> str:
    return formats.number(_whole(values, name), page_locale())


def _comment_too_long(values: Mapping[str, Any]) -> Pair:
    what = gettext(
        "The reply has %(found)s characters; at most %(most)s fit.",
        found=_number(values, "found"),
        most=_number(values, "most"),
    )
    return what, gettext("Shorten it.")


def _message_too_long(values: Mapping[str, Any]) -> Pair:
    what = gettext(
        "The message takes %(found)s bytes and Instagram allows %(most)s; a Cyrillic letter takes two.",
        found=_number(values, "found_bytes"),
        most=_number(values, "most_bytes"),
    )
    return what, gettext("Shorten it or send it in parts.")


def _too_many_pictures(values: Mapping[str, Any]) -> Pair:
    what = ngettext(
        "A message takes at most %(num)s picture.", "A message takes at most %(num)s pictures.", _whole(values, "most")
    )
    return what, gettext("Send the rest in another message.")


def _window_closed(values: Mapping[str, Any]) -> Pair:
    what = gettext("The time in which this person may be written to ended on %(when)s.", when=_when(values, "ended_at"))
    return what, str(_THEY_WRITE_FIRST)


def _private_reply_too_late(values: Mapping[str, Any]) -> Pair:
    what = gettext(
        "A comment can be answered in private for 7 days; that ended on %(when)s.", when=_when(values, "ended_at")
    )
    return what, gettext("Answer it publicly.")


def _message_due_too_late(values: Mapping[str, Any]) -> Pair:
    when = _when(values, "ends_at")
    what = gettext("Instagram lets us write to this person until %(when)s; the chosen time is later.", when=when)
    return what, gettext("Choose an earlier time.")


SENTENCES: dict[str, Entry] = {
    # What can be mended while writing
    "dispatch_text_empty": (_l("There is nothing to send yet."), _l("Write something.")),
    "comment_too_long": _comment_too_long,
    "message_too_long": _message_too_long,
    "emoji_unknown": (_l("This is not an emoji."), _l("Choose one from the list.")),
    "files_do_not_mix": (
        _l("One message takes several pictures, or a single file of another kind."),
        _l("Send the files one after another."),
    ),
    "too_many_pictures": _too_many_pictures,
    "message_file_gone": (_l("One of the files is no longer there."), _l("Please upload it again.")),
    "message_file_refused": (
        _l("Instagram would not take the file “%(filename)s”."),
        _l("Replace it; what is wrong stands beside it."),
    ),
    "message_file_not_ready": (_l("The file “%(filename)s” is still being checked."), _l("Send it in a moment.")),
    "message_due_in_past": (_l("The chosen time has passed."), _l("Choose a later one, or send it now.")),
    "message_due_too_late": _message_due_too_late,
    # Why it cannot go out at all
    "desk_permission_missing": (
        _l("@%(username)s is connected without the permission that this needs."),
        _l("Connect the account again and allow everything that is asked for."),
    ),
    "window_closed": _window_closed,
    "window_never_opened": (
        _l("This person has not written to the account yet, so Instagram does not let it write to them."),
        _l("They have to write first."),
    ),
    "comment_gone": (_l("This comment has been deleted on Instagram."), _l("There is nothing left to do with it.")),
    "comment_hidden": (_l("A hidden comment cannot be answered."), _l("Show it first, then answer it.")),
    "comment_live": (
        _l("Instagram does not allow this with comments of a live broadcast."),
        _l("Answer it in private."),
    ),
    "comment_own": (_l("This comment is the account's own."), _l("It can be answered publicly or deleted.")),
    "private_reply_used": (
        _l("This comment has been answered in private before; Instagram allows it once."),
        _l("Answer it publicly."),
    ),
    "private_reply_too_late": _private_reply_too_late,
    "message_gone": (_l("This message was taken back."), _l("There is nothing left to do with it.")),
    "dispatch_moved_on": (
        _l("This has changed in the meantime: it went out, or somebody else took care of it."),
        _l("It was left as it is."),
    ),
    # Why it did not go out
    "dispatch_refused": (_l("Instagram does not accept this."), _l("Change it and send it again.")),
    "dispatch_blocked": (
        _l("Instagram took this for unwanted automation and blocked it."),
        _l("Wait for some hours, and write less alike."),
    ),
    "dispatch_unconfirmed": (
        _l("Instagram did not say whether this was sent, and it cannot be told from here."),
        _l("Look on Instagram, then tell us what you see."),
    ),
}
