"""Requests that change something must come from our own pages: by what the browser says, and by a token."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from app.web.context import get_config
from app.web.redirects import split_url

View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_ATTRIBUTE = "__csrf_exempt__"
_csrf = CSRFProtect()


class ForeignOrigin(CSRFError):  # type: ignore[misc]
    """Another site sent this request; it is refused without offering to repeat it."""


def init_app(app: Flask) -> None:
    """Let `app` make tokens (`csrf_token()` in templates) and check them when `protect` is called."""
    _csrf.init_app(app)


def csrf_exempt(view: View) -> View:
    """Take the route out: for callers that are no browser and prove who they are otherwise (signature, API key)."""
    setattr(view, _ATTRIBUTE, True)
    return view


def protect() -> None:
    """Refuse (CSRFError, 400) a changing request that does not come from our own pages."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if getattr(current_app.view_functions[request.endpoint], _ATTRIBUTE, False):
        return
    if not _is_from_our_pages():
        raise ForeignOrigin("the request comes from another site")
    _csrf.protect()


def _is_from_our_pages() -> bool:
    """Judge by Sec-Fetch-Site, which no page can forge; by Origin where the browser does not send it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True  # no browser, or a very old one: the token alone decides
    parts = split_url(origin)
    if get_config().is_https and parts.scheme != "https":
        return False
    return parts.netloc == request.host
