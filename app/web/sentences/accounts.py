"""Connecting accounts and what can be wrong with one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.web.sentences.entries import Entry, Pair

_START_AGAIN = _l("Start connecting the account again.")
_CONNECT_AGAIN = _l("Connect the account again; the queue goes on by itself.")


def _not_set_up(values: Mapping[str, Any]) -> Pair:
    names = values["settings"] if isinstance(values["settings"], list) else []
    return (
        gettext(
            "This server does not know its Instagram app yet. Missing settings: %(names)s.", names=", ".join(names)
        ),
        gettext("Whoever runs the server adds them to its settings and restarts it."),
    )


SENTENCES: dict[str, Entry] = {
    "instagram_not_set_up": _not_set_up,
    # Coming back from Instagram
    "consent_denied": (
        _l("You cancelled at Instagram, so nothing was connected."),
        _l("Connect the account whenever you like."),
    ),
    "connect_state_unknown": (_l("We did not start this visit to Instagram, or not in this workspace."), _START_AGAIN),
    "connect_state_foreign": (
        _l("This visit to Instagram was started from another sign-in, so it does not count here."),
        _START_AGAIN,
    ),
    "connect_state_expired": (_l("More than an hour passed at Instagram, and the visit ran out."), _START_AGAIN),
    "connect_interrupted": (_l("The server was interrupted while it was connecting the account."), _START_AGAIN),
    "basic_scope_missing": (
        _l("Instagram did not give us even the basic permission, so nothing could be connected."),
        _l("Connect again and allow everything that is asked for."),
    ),
    "not_professional": (
        _l("This is a personal account. Instagram lets programs publish only to professional ones."),
        _l(
            "In the Instagram app open Settings, then «Account type and tools», switch to a professional account "
            "(it is free), then connect again."
        ),
    ),
    "account_taken": (
        _l("@%(username)s is connected in another workspace of this server."),
        _l("Disconnect it there first, then connect it here."),
    ),
    "other_account": (
        _l("You signed in to Instagram as @%(username)s, but it is @%(expected)s that needs connecting."),
        _l("Nothing was changed. Sign in to Instagram as @%(expected)s, or add @%(username)s as one more account."),
    ),
    # What is wrong with an account
    "account_disconnected": (_l("The account is disconnected."), _l("Connect it again; its posts are still here.")),
    "token_unreadable": (
        _l("Our access to this account cannot be decrypted: the server's key was changed or lost."),
        _CONNECT_AGAIN,
    ),
    "token_expires_soon": (
        _l("Our access to this account ends in less than a week, and renewing it keeps failing."),
        _l("Connect the account again now, so that nothing stops."),
    ),
}
