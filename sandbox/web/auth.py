"""Whose call it is: tokens, scopes, and the usage headers."""

import hmac
import json
from datetime import UTC, datetime

from flask import g

from sandbox.errors import GraphError, bad_token, missing_scope
from sandbox.records import PERSONAL, Account, Token
from sandbox.settings import Settings
from sandbox.web.params import bearer
from sandbox.world import World

# graph-api/guides/error-handling, the subcodes of 190.
DEAD = {
    458: "Error validating access token: The user has not authorized application {app}.",
    459: "Error validating access token: You cannot access the app till you log in to the site and follow the "
    "instructions given.",
    460: "Error validating access token: The session has been invalidated because the user changed their password or "
    "Facebook has changed the session for security reasons.",
    464: "Error validating access token: Sessions for the user are not allowed because the user is "
    "not a confirmed user.",
    467: "Error validating access token: The session is invalid because the user logged out.",
}
RATE_MESSAGE = "There have been too many calls to this Instagram account. Wait a bit and try again."
REGAIN_MINUTES = 60


def token_account(world: World, text: str | None) -> tuple[Token, Account]:
    """Return a live token and its account; raises GraphError 190 (2500 without any token)."""
    if not text:
        message = "An active access token must be used to query information about the current user."
        raise GraphError(2500, message)
    token = world.accounts.find_token(text)
    account = world.accounts.find(token.user_id) if token else None
    status = world.settings.status_190
    if token is None or account is None:
        raise bad_token("Invalid OAuth access token - Cannot parse access token", status=status)
    if token.dead_subcode is not None:
        message = DEAD.get(token.dead_subcode, DEAD[467]).format(app=world.settings.app_id)
        raise bad_token(message, subcode=token.dead_subcode, status=status)
    if world.clock.now() >= token.expires_at:
        raise bad_token(_expired(token, world.clock.now()), subcode=463, status=status)
    return token, account


def _expired(token: Token, now: float) -> str:
    then, current = (
        datetime.fromtimestamp(value, UTC).strftime("%A, %d-%b-%y %H:%M:%S UTC") for value in (token.expires_at, now)
    )
    return f"Error validating access token: Session has expired on {then}. The current time is {current}."


def identify(world: World) -> tuple[Token, Account]:
    """Return who is calling, count the call, and prepare the usage headers; raises GraphError."""
    token, account = token_account(world, bearer() or g.params.get("access_token"))
    g.entry.user_id, g.token, g.account = account.user_id, token, account
    settings = world.settings
    _check_proof(settings, token)
    used = 100 * world.usage.count(account.user_id) // max(1, settings.calls_total)
    is_over = settings.rate_limited or used > 100
    percent = settings.usage_percent if settings.usage_percent is not None else (100 if is_over else used)
    figures = {
        "type": "instagram",
        "call_count": percent,
        "total_cputime": percent // 3,
        "total_time": percent // 2,
        "estimated_time_to_regain_access": REGAIN_MINUTES if is_over else 0,
    }
    g.usage_headers = {"X-Business-Use-Case-Usage": json.dumps({account.user_id: [figures]}, separators=(",", ":"))}
    if is_over:
        raise GraphError(80002, RATE_MESSAGE, subcode=2446079)
    return token, account


def _check_proof(settings: Settings, token: Token) -> None:
    """Raise code 100 for a wrong or missing appsecret_proof, when the settings ask for it.

    Source: graph-api/guides/secure-requests; no page says whether this host looks at it, and at which secret.
    """
    given = g.params.get("appsecret_proof")
    if settings.appsecret_proof == "ignore" or (given is None and settings.appsecret_proof == "check"):
        return
    if given is None:
        raise GraphError(100, "API calls from the server require an appsecret_proof argument")
    expected = hmac.new(settings.app_secret.encode(), token.token.encode(), "sha256").hexdigest()
    if not hmac.compare_digest(expected, str(given)):
        raise GraphError(100, "Invalid appsecret_proof provided in the API argument")


def need(token: Token, account: Account, scopes: tuple[str, ...], *, is_professional: bool = True) -> None:
    """Raise code 10 unless the token was granted these scopes and the account is one the API serves."""
    if not token.has(*scopes) or (is_professional and account.account_type == PERSONAL):
        raise missing_scope()
