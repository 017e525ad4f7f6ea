"""Business Login for Instagram: from the consent page to a long-lived token, and its refresh.

Sources, below https://developers.facebook.com/documentation/instagram-platform/: business-login (within
instagram-api-with-instagram-login/), reference/oauth-authorize, reference/access_token, reference/refresh_access_token.

The two token endpoints of the Graph host demand credentials in the query. They stay out of logs, records and errors.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus, urlencode

from app.instagram.answers import as_id, as_int, as_objects, as_text
from app.instagram.connection import unreadable_answer
from app.instagram.error_table import APP_SECRET_WRONG
from app.instagram.errors import InstagramError
from app.instagram.hosts import InstagramApp
from app.instagram.limits import LONG_TOKEN_LIFE_SECONDS
from app.instagram.transport import Call, Observer, send

NEEDED_SCOPES: tuple[str, ...] = ("instagram_business_basic", "instagram_business_content_publish")
"""Without these an account cannot be published to."""

SCOPES: tuple[str, ...] = (
    *NEEDED_SCOPES,
    "instagram_business_manage_comments",
    "instagram_business_manage_messages",
    "instagram_business_manage_insights",
)
"""Everything asked for on the consent page."""


@dataclass(frozen=True, slots=True)
class ShortLivedToken:
    """A token of one hour, and the scopes the owner granted (empty when Instagram does not list them).

    `user_id` may be either of an account's two ids: ask `me()` instead of relying on it.
    """

    access_token: str = field(repr=False)
    permissions: frozenset[str]
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class LongLivedToken:
    """A token of about 60 days."""

    access_token: str = field(repr=False)
    expires_in_seconds: int


def authorize_url(app: InstagramApp, redirect_uri: str, state: str, *, force_reauth: bool = False) -> str:
    """Return the address of the consent page; `force_reauth` asks for the password even of somebody logged in."""
    query = {
        "client_id": app.app_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": ",".join(SCOPES),
        "state": state,
    }
    if force_reauth:
        query["force_reauth"] = "true"
    return f"{app.login_url}/oauth/authorize?{urlencode(query)}"


def exchange_code(
    app: InstagramApp, code: str, redirect_uri: str, *, observe: Observer | None = None
) -> ShortLivedToken:
    """Return the token a code stands for. A code works once; `redirect_uri` is the one of the consent page."""
    clean_code = code.strip().removesuffix("#_")

    def exchange(app_secret: str) -> Mapping[str, object]:
        form = {
            "client_id": app.app_id,
            "client_secret": app_secret,
            "grant_type": "authorization_code",
            "redirect_uri": redirect_uri,
            "code": clean_code,
        }
        return _send(app, "POST", f"{app.token_url}/oauth/access_token", form, clean_code, observe)

    token = _short_lived_token(_with_each_secret(app, exchange))
    if token is None:
        raise unreadable_answer(is_reading=False)
    return token


def exchange_for_long_lived(app: InstagramApp, short_token: str, *, observe: Observer | None = None) -> LongLivedToken:
    """Return the long-lived token for a short-lived one."""

    def exchange(app_secret: str) -> Mapping[str, object]:
        query = {"grant_type": "ig_exchange_token", "client_secret": app_secret, "access_token": short_token}
        return _send(app, "GET", f"{app.graph_url}/access_token", query, short_token, observe)

    return _long_lived_token(_with_each_secret(app, exchange))


def refresh(app: InstagramApp, long_token: str, *, observe: Observer | None = None) -> LongLivedToken:
    """Return a token valid for 60 days from now; it may be a new one: keep the old until the new has been used.

    The token must be at least 24 hours old and not expired.
    """
    query = {"grant_type": "ig_refresh_token", "access_token": long_token}
    return _long_lived_token(_send(app, "GET", f"{app.graph_url}/refresh_access_token", query, long_token, observe))


def _with_each_secret(app: InstagramApp, exchange: Callable[[str], Mapping[str, object]]) -> Mapping[str, object]:
    """Make the exchange with the first secret Instagram does not call wrong: two are valid while one is replaced."""
    refusal = InstagramError(APP_SECRET_WRONG)
    for app_secret in app.app_secrets:
        try:
            return exchange(app_secret)
        except InstagramError as error:
            if error.key != APP_SECRET_WRONG.key:
                raise
            refusal = error
    raise refusal


def _send(
    app: InstagramApp, method: str, url: str, params: Mapping[str, str], credential: str, observe: Observer | None
) -> Mapping[str, object]:
    secrets = (credential, *app.app_secrets)
    return send(Call(method=method, url=url, params=params, is_reading=False, secrets=secrets), observe)


def _short_lived_token(answer: Mapping[str, object]) -> ShortLivedToken | None:
    """Return the token in an answer, flat or inside `data`; its scopes come as a list or as one string."""
    fields = next(iter(as_objects(answer.get("data"))), answer)
    access_token = as_text(fields.get("access_token"))
    if access_token is None:
        return None
    granted = fields.get("permissions")
    listed = [as_text(item) or "" for item in granted] if isinstance(granted, list) else [as_text(granted) or ""]
    permissions = re.split(r"[,\s]+", unquote_plus(",".join(listed)))
    return ShortLivedToken(access_token, frozenset(filter(None, permissions)), as_id(fields.get("user_id")))


def _long_lived_token(answer: Mapping[str, object]) -> LongLivedToken:
    access_token = as_text(answer.get("access_token"))
    if access_token is None:
        raise unreadable_answer(is_reading=False)
    seconds = as_int(answer.get("expires_in"))
    is_plausible = seconds is not None and 0 < seconds <= 2 * LONG_TOKEN_LIFE_SECONDS
    return LongLivedToken(access_token, seconds if seconds and is_plausible else LONG_TOKEN_LIFE_SECONDS)
