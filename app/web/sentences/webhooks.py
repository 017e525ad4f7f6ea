"""What keeps comments and messages from coming in by themselves."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.web.sentences.entries import Entry, Pair


def _failed(values: Mapping[str, Any]) -> Pair:
    what = ngettext(
        "%(num)s thing that Instagram told could not be processed.",
        "%(num)s things that Instagram told could not be processed.",
        int(values["count"]),
    )
    return what, gettext(
        "Nothing is lost. Replay below; what fails again needs a newer version of the program, and another replay."
    )


def _stuck(values: Mapping[str, Any]) -> Pair:
    what = ngettext(
        "%(num)s thing that Instagram told has waited for over a minute.",
        "%(num)s things that Instagram told have waited for over a minute.",
        int(values["count"]),
    )
    return what, gettext("Look at the status page: the scheduler has to run. Nothing is lost meanwhile.")


SENTENCES: dict[str, Entry] = {
    "webhooks_not_reachable": (
        _l("Instagram cannot reach this server: its address does not begin with https."),
        _l("Set PUBLIC_URL on the server to its public https address. Until then new things come every few minutes."),
    ),
    "webhooks_no_secret": (
        _l("The Instagram app's secret is missing, so that nothing that comes in can be trusted."),
        _l("Set INSTAGRAM_APP_SECRET on the server."),
    ),
    "webhooks_no_verify_token": (
        _l("The verify token is missing, so that Meta's dashboard cannot save the callback URL."),
        _l("Set INSTAGRAM_VERIFY_TOKEN on the server, then save the callback URL with the same word in the dashboard."),
    ),
    "webhooks_scheduler_silent": (
        _l("What Instagram tells is kept, but nobody works on it: the scheduler does not answer."),
        _l("Start it on the server: python -m app.scheduler. Everything that was kept is then done in order."),
    ),
    "webhooks_no_access": (
        _l("There is no working access to this account, so nothing can be fetched or answered."),
        _l("Connect the account again."),
    ),
    "webhooks_not_subscribed": (
        _l("The account is subscribed to nothing: what happens there is not told at once."),
        _l("Press «Check now». If it stays, connect the account again and allow comments and messages."),
    ),
    "webhook_fields_missing": (
        _l("The account is not subscribed to: %(fields)s."),
        _l("Press «Check now». If it stays, connect the account again and allow comments and messages."),
    ),
    "webhooks_failed": _failed,
    "webhooks_stuck": _stuck,
    "webhooks_quiet": (
        _l("Instagram has told nothing about this account for days."),
        _l("Perhaps nobody has written. Test it: write to the account from another one and watch this page."),
    ),
    "webhooks_never": (
        _l("Instagram has never told anything about this account."),
        _l("Check that the callback URL is saved in Meta's dashboard, that the app is live, and test it as below."),
    ),
    "comments_not_shown": (
        _l("Instagram counts comments on this account's posts, but shows us none of them."),
        _l("It shows strangers' comments to reviewed apps only: submit the app for review in Meta's dashboard."),
    ),
    "test_message_failed": (
        _l("The sandbox did not take the test message."),
        _l("Check that it runs, then try again."),
    ),
}
