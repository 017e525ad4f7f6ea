"""The cookies of a signed-in device."""

import hashlib
import secrets

from flask import request, session
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from app.web.context import get_config
from app.web.flask_settings import cookie_name
from app.web.headers import ONE_YEAR
from app.workspaces.people import clean_email

LOGIN_KEY = "login"
"""Where the session cookie holds the login's random value."""


def start_session(token: str) -> None:
    """Put a login's value into a new session; nothing of the old one, which somebody may have planted, stays."""
    session.clear()
    session.permanent = True
    session[LOGIN_KEY] = token


def known_device(email: str) -> str | None:
    """Return the name of this browser if it signed in to the account before, else None."""
    cookie = request.cookies.get(_cookie(), "")
    try:
        account, device = _serializer().loads(cookie)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if account == _account(email) else None


def remember_device(response: Response, email: str) -> None:
    """Let the browser prove next time that it signed in to the account before.

    It opens nothing; it only has its own count of tries, so that strangers who guess cannot make its owner wait.
    """
    value = _serializer().dumps([_account(email), known_device(email) or secrets.token_urlsafe(12)])
    secure = get_config().is_https
    response.set_cookie(_cookie(), value, max_age=ONE_YEAR, path="/", secure=secure, httponly=True, samesite="Lax")


def _account(email: str) -> str:
    return hashlib.sha256(clean_email(email).encode()).hexdigest()[:32]


def _cookie() -> str:
    return cookie_name(get_config(), "device")


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(get_config().secret_key, salt="known-device")
