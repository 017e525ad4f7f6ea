"""Language and theme, switched on any page, signed in or not."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from app.config import LOCALES
from app.web.access import public
from app.web.context import find_visit, get_config
from app.web.headers import ONE_YEAR
from app.web.i18n import language_cookie, theme_cookie
from app.web.redirects import redirect_back, wants_page
from app.workspaces.models import Theme
from app.workspaces.people import choose_language as remember_language
from app.workspaces.people import choose_theme as remember_theme

bp = Blueprint("preferences", __name__)


@bp.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    """Show pages in another language from now on, and go back to the page at hand."""
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        abort(422)
    visit = find_visit()
    if visit is not None:
        remember_language(visit.user.id, locale)
    return _remembered(language_cookie(), locale)


@bp.post("/theme")
@public
def choose_theme() -> ResponseReturnValue:
    """Show pages light, dark or as the device says from now on."""
    wished = request.form.get("theme", "")
    if wished not in set(Theme):
        abort(422)
    visit = find_visit()
    if visit is not None:
        remember_theme(visit.user.id, Theme(wished))
    return _remembered(theme_cookie(), wished)


def _remembered(cookie: str, value: str) -> ResponseReturnValue:
    """Return the way back, with a cookie for the time when nobody is signed in."""
    response = redirect_back() if wants_page() else Response(status=204)
    secure = get_config().is_https
    response.set_cookie(cookie, value, max_age=ONE_YEAR, path="/", secure=secure, httponly=True, samesite="Lax")
    return response
