"""The accounts of the workspace."""

from flask import abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.begin_connect import missing_settings, redirect_uri
from app.accounts.disconnect import disconnect_account
from app.accounts.models import Account
from app.accounts.queries import count_planned_posts, get_account
from app.accounts.queries import list_accounts as all_accounts
from app.accounts.rules import QUOTA_FRESH_FOR
from app.blueprints.accounts import bp
from app.instagram.oauth import SCOPES
from app.instagram_app import instagram_app_from
from app.sync.overview import find_overview, list_overviews
from app.web.access import allow
from app.web.context import get_clock, get_config
from app.web.flash import flash_success
from app.workspaces.models import Role

PICTURE_SECONDS = 300


@bp.get("")
@allow(Role.MEMBER)
def list_accounts() -> ResponseReturnValue:
    """Show every account and how it is doing."""
    return render_template(
        "accounts/list.html",
        accounts=all_accounts(),
        overviews=list_overviews(),
        missing_settings=missing_settings(instagram_app_from(get_config())),
        addresses=_addresses_to_register(),
    )


@bp.get("/<int:account_id>")
@allow(Role.MEMBER)
def show_account(account_id: int) -> ResponseReturnValue:
    """Show one account: its access, its permissions, its quota."""
    account = get_account(account_id)
    return render_template(
        "accounts/account.html",
        account=account,
        overview=find_overview(account),
        scopes=SCOPES,
        planned=count_planned_posts(account.id),
        has_fresh_quota=_has_fresh_quota(account),
    )


@bp.get("/<int:account_id>/picture")
@allow(Role.MEMBER)
def show_picture(account_id: int) -> ResponseReturnValue:
    """Serve our copy of the profile picture."""
    account = get_account(account_id)
    path = get_config().media_dir / account.picture_path if account.picture_path else None
    if path is None or not path.is_file():
        abort(404)
    response = send_file(path, mimetype="image/webp", conditional=True)
    response.headers["Cache-Control"] = f"private, max-age={PICTURE_SECONDS}"
    return response


@bp.get("/<int:account_id>/disconnect")
@allow(Role.ADMIN)
def confirm_disconnect(account_id: int) -> ResponseReturnValue:
    """Say what disconnecting means, and ask."""
    account = get_account(account_id)
    return render_template("accounts/disconnect.html", account=account, planned=count_planned_posts(account.id))


@bp.post("/<int:account_id>/disconnect")
@allow(Role.ADMIN)
def disconnect(account_id: int) -> ResponseReturnValue:
    """Destroy our access to the account."""
    account = get_account(account_id)
    disconnect_account(account.id, now=get_clock().now())
    flash_success(_("@%(username)s is disconnected. Our access is deleted.", username=account.username))
    return redirect(url_for("accounts.list_accounts"), 303)


def _addresses_to_register() -> list[tuple[str, str]]:
    """Return what Meta's dashboard asks for, with the names that it has there."""
    origin = get_config().public_url
    return [
        (_("Return address (OAuth redirect URI)"), redirect_uri(origin)),
        (_("Deauthorize callback URL"), origin + url_for("owner_requests.deauthorize")),
        (_("Data deletion request URL"), origin + url_for("owner_requests.delete_data")),
    ]


def _has_fresh_quota(account: Account) -> bool:
    """Whether the quota on record still says something about today."""
    return account.quota_read_at is not None and get_clock().now() - account.quota_read_at < QUOTA_FRESH_FOR
