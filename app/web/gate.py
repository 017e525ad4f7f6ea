"""Who gets in: turns away whom the route does not allow, and leads a fresh server to its first page."""

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.web.access import Access
from app.web.context import find_visit
from app.web.redirects import page_path, wants_page
from app.workspaces.set_up import is_set_up

_SET_UP = "socialflow-is-set-up"


def answer_at_the_door(access: Access | None) -> ResponseReturnValue | None:
    """Return the answer for somebody who may not pass, or None for who may."""
    if access is None:
        abort(403)
    if not access.needs_database:
        return None
    visit = find_visit()
    if visit is None:
        if _is_fresh_server() and request.endpoint not in {"auth.welcome", "preferences.choose_language"}:
            return _send_to(url_for("auth.welcome"))
        return None if access.role is None else _send_to(url_for("auth.login", next=page_path()))
    if access.role is not None and not visit.workspace.role.includes(access.role):
        abort(403)
    return None


def _is_fresh_server() -> bool:
    """Whether nobody has ever been added. Once somebody has, the answer stays no and costs no query."""
    if current_app.extensions.get(_SET_UP):
        return False
    current_app.extensions[_SET_UP] = is_set_up()
    return not current_app.extensions[_SET_UP]


def _send_to(location: str) -> ResponseReturnValue:
    """Lead a page there; tell a script, which would follow blindly, to load it as a page."""
    if wants_page():
        return redirect(location, 303)
    return Response(status=401, headers={"HX-Redirect": location})
