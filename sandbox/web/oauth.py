"""api.instagram.com and the token calls of graph.instagram.com.

Sources: reference/access_token (2026-03-09), reference/refresh_access_token and reference/oauth-authorize (2025-07-17).
"""

import hmac
from typing import Any

from flask import Blueprint, Response, g, request

from sandbox.accounts import CODE_LIFE_S, DAY
from sandbox.errors import LoginError, invalid, missing_scope, required, unsupported_method
from sandbox.records import BASIC, PERSONAL, Account, Code, Token
from sandbox.web.api_call import answer, api_call
from sandbox.web.auth import token_account
from sandbox.web.params import bearer, the_world

bp = Blueprint("oauth", __name__)

REFRESH_AGE_S = DAY


@bp.post("/oauth/access_token")
@api_call
def exchange_code() -> Response:
    """Turn an authorization code into a short-lived token."""
    world, form = the_world(), g.params
    for name in ("client_id", "client_secret", "grant_type", "redirect_uri", "code"):
        if not form.get(name):
            raise LoginError(f"Missing required field {name}")
    if form["client_id"] != world.settings.app_id:
        raise LoginError("Invalid platform app")
    if not _same(form["client_secret"], world.settings.app_secret):
        raise LoginError("Error validating client secret")
    if form["grant_type"] != "authorization_code":
        raise LoginError("Invalid grant_type")
    code = _take_code(str(form["code"]).removesuffix("#_"), str(form["redirect_uri"]))
    account = world.accounts.find(code.user_id)
    assert account is not None
    g.entry.user_id = account.user_id
    token = world.accounts.issue_token(account.user_id, kind="short", scopes=code.scopes)
    return answer(_granted(token, account))


def _same(given: object, secret: str) -> bool:
    return hmac.compare_digest(str(given).encode(), secret.encode())


def _take_code(text: str, redirect_uri: str) -> Code:
    """Use a code up and return it; raises LoginError."""
    accounts = the_world().accounts
    code = accounts.find_code(text)
    if code is None or the_world().clock.now() >= code.issued_at + CODE_LIFE_S:
        raise LoginError("Matching code was not found or was already used")
    if code.is_used:
        raise LoginError("This authorization code has been used")
    if redirect_uri != code.redirect_uri:
        raise LoginError("Invalid redirect_uri")
    if not accounts.use_code(text):
        raise LoginError("This authorization code has been used")
    return code


def _granted(token: Token, account: Account) -> dict[str, Any]:
    settings = the_world().settings
    user_id = account.user_id if settings.token_user_id == "user_id" else account.app_scoped_id  # noqa: S105
    if settings.token_shape == "data":  # noqa: S105
        return {"data": [{"access_token": token.token, "user_id": user_id, "permissions": token.scopes}]}
    return {"access_token": token.token, "user_id": int(user_id), "permissions": token.scopes.split(",")}


@bp.route("/access_token", methods=["GET", "POST"])
@bp.route("/<version>/access_token", methods=["GET", "POST"])
@api_call
def exchange_token(version: str = "") -> Response:
    """Turn a short-lived token into a long-lived one."""
    world = the_world()
    if request.method != "GET":
        raise unsupported_method(request.method)
    _check_grant("ig_exchange_token")
    if not g.params.get("client_secret"):
        raise required("client_secret")
    if not _same(g.params["client_secret"], world.settings.app_secret):
        raise invalid("Error validating client secret")
    token = _presented_token()
    if token.kind != "short":
        raise invalid("The access token is not a short-lived token.")
    return _renewed(world.accounts.issue_token(token.user_id, scopes=token.scopes))


@bp.route("/refresh_access_token", methods=["GET", "POST"])
@bp.route("/<version>/refresh_access_token", methods=["GET", "POST"])
@api_call
def refresh_token(version: str = "") -> Response:
    """Give a long-lived token that is at least a day old another 60 days."""
    world = the_world()
    if request.method != "GET":
        raise unsupported_method(request.method)
    _check_grant("ig_refresh_token")
    token = _presented_token()
    if token.kind != "long":
        raise invalid("Only long-lived access tokens can be refreshed.")
    if world.clock.now() < token.issued_at + REFRESH_AGE_S:
        raise invalid("The access token must be at least 24 hours old to be refreshed.")
    if not world.settings.refresh_new_token:
        return _renewed(world.accounts.prolong_token(token))
    return _renewed(world.accounts.issue_token(token.user_id, scopes=token.scopes))


def _check_grant(expected: str) -> None:
    if not g.params.get("grant_type"):
        raise required("grant_type")
    if g.params["grant_type"] != expected:
        raise invalid(f"Param grant_type must be {expected}")


def _presented_token() -> Token:
    token, account = token_account(the_world(), g.params.get("access_token") or bearer())
    g.entry.user_id = account.user_id
    if not token.has(BASIC) or account.account_type == PERSONAL:
        raise missing_scope()
    return token


def _renewed(token: Token) -> Response:
    left = int(token.expires_at - the_world().clock.now())
    return answer({"access_token": token.token, "token_type": "bearer", "expires_in": left})
