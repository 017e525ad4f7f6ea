"""The self-check of webhooks: is the app subscribed, what came when, what failed; and a test."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import get_account
from app.blueprints.settings import bp
from app.errors import RuleError
from app.events.queries import find_last_test
from app.events.replay_events import replay_event, replay_failed
from app.status import HEARTBEAT_FRESH, last_heartbeat
from app.sync.look_at_once import look_at_once
from app.sync.overview import list_overviews
from app.sync.self_check import Server, check_webhooks
from app.sync.send_test_message import send_test_message
from app.web.access import allow
from app.web.context import get_clock, get_config
from app.web.flash import flash_rule, flash_success
from app.workspaces.models import Role


@bp.get("/webhooks")
@allow(Role.ADMIN)
def show_webhooks() -> ResponseReturnValue:
    """Show how what Instagram tells comes in, with what is wrong and what to do."""
    return render_template(
        "settings/webhooks.html",
        check=check_webhooks(_server(), get_clock().now()),
        callback_url=get_config().public_url + url_for("webhooks.take_in"),
        has_verify_token=bool(get_config().instagram_verify_token),
        last_test=find_last_test(),
    )


@bp.post("/webhooks/accounts/<int:account_id>/check")
@allow(Role.ADMIN)
def check_account(account_id: int) -> ResponseReturnValue:
    """Subscribe an account anew and compare what is cached, now."""
    look_at_once(account_id, get_clock().now())
    flash_success(_("The account is being looked at. What is found shows here within a minute."))
    return _back()


@bp.post("/webhooks/accounts/<int:account_id>/test")
@allow(Role.ADMIN)
def test_account(account_id: int) -> ResponseReturnValue:
    """Have somebody of the sandbox write to the account; with Instagram itself there is nobody to ask."""
    account = get_account(account_id)
    if not get_config().is_trying_out:
        abort(404)
    try:
        send_test_message(
            account, _("Is anybody there? (A test of the webhooks)"), sandbox_url=get_config().instagram_graph_url
        )
    except RuleError as error:
        flash_rule(error)
    else:
        flash_success(_("Somebody has written to the account. The message shows below and in the inbox in a moment."))
    return _back()


@bp.post("/webhooks/events/<int:event_id>/replay")
@allow(Role.ADMIN)
def replay(event_id: int) -> ResponseReturnValue:
    """Let an event that failed be processed again."""
    if replay_event(event_id):
        flash_success(_("It is processed once more."))
    else:
        flash_success(_("It has been processed meanwhile."))
    return _back()


@bp.post("/webhooks/replay-all")
@allow(Role.ADMIN)
def replay_all() -> ResponseReturnValue:
    """Let everything that failed be processed again."""
    count = replay_failed([overview.account.id for overview in list_overviews()])
    flash_success(ngettext("%(num)s is processed once more.", "%(num)s are processed once more.", count))
    return _back()


def _server() -> Server:
    config, beat = get_config(), last_heartbeat()
    return Server(
        is_reachable=config.is_https or config.is_trying_out,
        has_verify_token=bool(config.instagram_verify_token),
        has_secret=bool(config.instagram_app_secrets),
        scheduler_works=beat is not None and get_clock().now() - beat < HEARTBEAT_FRESH,
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("settings.show_webhooks"), 303)
