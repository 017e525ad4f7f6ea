"""Signing in, people, workspaces."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.web.sentences.entries import Entry, Pair


def _wait(values: Mapping[str, Any]) -> Pair:
    seconds = int(values["seconds"])
    return (
        ngettext(
            "Too many attempts. Try again in %(num)s second.",
            "Too many attempts. Try again in %(num)s seconds.",
            seconds,
        ),
        "",
    )


def _too_short(values: Mapping[str, Any]) -> Pair:
    least = int(values["least"])
    return (
        ngettext(
            "The password is too short: it needs at least %(num)s character.",
            "The password is too short: it needs at least %(num)s characters.",
            least,
        ),
        _l("A few words that you remember well make a good one."),
    )


SENTENCES: dict[str, Entry] = {
    "sign_in_wait": _wait,
    "sign_in_wrong": (_l("E-mail or password is wrong."), _l("Check both and try again.")),
    "sign_in_busy": (_l("Many people are signing in right now."), _l("Try again in a few seconds.")),
    "password_wrong": (_l("The current password is wrong."), ""),
    "password_too_short": _too_short,
    "password_too_long": (_l("The password is too long."), _l("Use no more than %(most)s bytes.")),
    "password_common": (
        _l("This password is easy to guess."),
        _l("Choose one that is not a well-known word, a row of keys, or your own name."),
    ),
    "passwords_differ": (_l("The two passwords differ."), _l("Type the same one twice.")),
    "email_invalid": (_l("This is not an e-mail address."), _l("It should look like name@example.kz.")),
    "email_taken": (_l("Somebody else signs in with this address."), _l("Use another one.")),
    "name_missing": (_l("Please fill in the name."), ""),
    "name_too_long": (_l("The name is too long: %(most)s characters are allowed."), ""),
    "workspace_name_missing": (_l("Please fill in the name of the workspace."), ""),
    "timezone_unknown": (_l("There is no such time zone."), _l("Choose a city from the list.")),
    "language_unknown": (_l("There is no such language here."), _l("Choose one from the list.")),
    "role_too_low": (_l("Only an owner may do this."), _l("Ask an owner of the workspace.")),
    "last_owner": (
        _l("A workspace needs at least one owner."),
        _l("Make somebody else an owner first."),
    ),
    "already_member": (_l("This person is a member of the workspace already."), _l("Change their role in the list.")),
}
