"""To Instagram's consent page and back."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.begin_connect import begin_connect, redirect_uri
from app.accounts.errors import AppNotSetUp, StateRefused
from app.accounts.finish_connect import Callback, finish_connect
from app.accounts.queries import find_account, get_account, get_connection
from app.blueprints.accounts import bp
from app.blueprints.accounts.results import describe
from app.instagram_app import instagram_app_from
from app.web.access import allow
from app.web.context import current_user, get_clock, get_config, get_keys, get_visit
from app.web.sentences import sentence_for
from app.workspaces.models import Role


@bp.post("/connect")
@allow(Role.ADMIN)
def connect() -> ResponseReturnValue:
    """Send the browser to Instagram to connect any account."""
    return redirect(_consent_page(None), 303)


@bp.post("/<int:account_id>/reconnect")
@allow(Role.ADMIN)
def reconnect(account_id: int) -> ResponseReturnValue:
    """Send the browser to Instagram to connect this account again."""
    return redirect(_consent_page(get_account(account_id).id), 303)


@bp.get("/callback")
@allow(Role.ADMIN)
def callback() -> ResponseReturnValue:
    """Take what Instagram sent, and lead to a page without it: its address holds a code."""
    config = get_config()
    connection_id = finish_connect(
        Callback(request.args.get("state", ""), request.args.get("code", ""), request.args.get("error", "")),
        login_id=get_visit().login_id,
        app=instagram_app_from(config),
        redirect_uri=redirect_uri(config.public_url),
        keys=get_keys(),
        clock=get_clock(),
        media_dir=config.media_dir,
    )
    return redirect(url_for("accounts.show_connection", connection_id=connection_id), 303)


@bp.get("/connections/<int:connection_id>")
@allow(Role.ADMIN)
def show_connection(connection_id: int) -> ResponseReturnValue:
    """Show how connecting ended, as often as it is asked for; while it goes on, the page asks again by itself."""
    connection = get_connection(connection_id, user_id=current_user.id)
    return render_template(
        "accounts/connection.html",
        result=describe(connection, get_clock().now()),
        connection=connection,
        account=find_account(connection.account_id),
    )


@bp.errorhandler(StateRefused)
def show_refused_state(error: StateRefused) -> ResponseReturnValue:
    """Say why this visit to Instagram does not count, with a button to start again."""
    answer = render_template("accounts/refused.html", what=sentence_for(error))
    return answer, 400, {"Referrer-Policy": "no-referrer"}


@bp.errorhandler(AppNotSetUp)
def show_missing_settings(error: AppNotSetUp) -> ResponseReturnValue:
    """Name the settings that are missing."""
    return render_template("accounts/refused.html", what=sentence_for(error)), 422


def _consent_page(mends_account_id: int | None) -> str:
    visit, config = get_visit(), get_config()
    return begin_connect(
        login_id=visit.login_id,
        user_id=visit.user.id,
        app=instagram_app_from(config),
        redirect_uri=redirect_uri(config.public_url),
        clock=get_clock(),
        mends_account_id=mends_account_id,
    )
