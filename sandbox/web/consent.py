"""www.instagram.com/oauth/authorize: the page on which an account's owner allows the app.

Source: instagram-api-with-instagram-login/business-login (2026-03-13).
"""

import re
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from sandbox.records import SCOPES
from sandbox.web.params import the_world

bp = Blueprint("consent", __name__)

CANCELLED = {
    "error": "access_denied",
    "error_reason": "user_denied",
    "error_description": "The user denied your request",
}


class PageError(Exception):
    """A request that Instagram answers with a page of its own instead of a redirect; carries its message's key."""


@bp.errorhandler(PageError)
def show_error(error: PageError) -> tuple[str, int]:
    """Show why there is nothing to allow."""
    return render_template("error.html", message=str(error)), 400


@bp.get("/oauth/authorize")
def ask() -> str:
    """Show the consent page."""
    scopes = _read_request(request.args)
    accounts = the_world().accounts.list_accounts()
    return render_template("consent.html", accounts=accounts, scopes=scopes, wanted=request.args)


@bp.post("/oauth/authorize")
def decide() -> Response:
    """Send the browser back to the app, with a code or with the refusal."""
    world = the_world()
    asked = _read_request(request.form)
    if request.form.get("decision") != "allow":
        return _back(CANCELLED, "")
    account = world.accounts.find(request.form.get("account", ""))
    if account is None:
        raise PageError("no_account")
    if not account.is_tester:
        raise PageError("not_tester")
    allowed = [scope for scope in asked if scope in request.form.getlist("allowed")]
    # instagram_business_basic cannot be withheld: every other scope rests on it.
    scopes = [scope for scope in asked if scope in allowed or scope == SCOPES[0]]
    code = world.accounts.issue_code(
        account, client_id=world.settings.app_id, redirect_uri=request.form["redirect_uri"], scopes=scopes
    )
    return _back({"code": code}, "#_")


def _read_request(values: MultiDict[str, str]) -> list[str]:
    """Return the scopes that are asked for; raises PageError."""
    settings = the_world().settings
    if values.get("client_id") != settings.app_id:
        raise PageError("not_available")
    address = values.get("redirect_uri", "")
    is_web = urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).netloc)
    if not is_web or (settings.redirect_uris is not None and address not in settings.redirect_uris):
        raise PageError("invalid_redirect")
    scopes = [scope for scope in re.split(r"[,\s]+", values.get("scope", "")) if scope]
    if values.get("response_type") != "code" or not scopes or not set(scopes) <= set(SCOPES):
        raise PageError("invalid_request")
    return scopes


def _back(answer: dict[str, str], fragment: str) -> Response:
    target = request.form["redirect_uri"]
    if request.form.get("state"):
        answer = answer | {"state": request.form["state"]}
    mark = "&" if urlsplit(target).query else "?"
    return redirect(f"{target}{mark}{urlencode(answer)}{fragment}", 302)
