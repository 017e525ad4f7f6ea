"""What happens around every request, in order: name it, look who asks, let them in or not, and clean up after."""

import re
import secrets
import time
from datetime import datetime

import structlog
from flask import Flask, Response, current_app, g, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import SecurityError

from app import db
from app.web import csrf, gate
from app.web.access import Access, access_of
from app.web.context import get_clock
from app.web.signed_in import LOGIN_KEY
from app.workspaces.logins import Visit, find_visit, mark_seen

REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

# Parts of a path that open something by themselves; the access line shows their place only.
SECRET_PATH_PARTS = frozenset({"token", "signature", "public_id", "code"})

LONG_PATH_PART = re.compile(r"[\w-]{20,}")

log = structlog.get_logger("app.access")


def init_app(app: Flask) -> None:
    """Run the steps below around each request of `app`."""
    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(clean_up)


def begin() -> ResponseReturnValue | None:
    """Prepare the request; return an answer when it ends here already."""
    g.began = time.perf_counter()
    g.request_id = _request_id()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception  # another server's name: no address of ours could be made from here
    access = _access()
    if access is not None and access.needs_database:
        g.session = db.open_request_session()
        g.visit = _recognise(get_clock().now())
        if g.visit is not None:
            structlog.contextvars.bind_contextvars(user_id=g.visit.user.id, workspace_id=g.visit.workspace.id)
            db.enter_workspace(g.visit.workspace.id)
    answer = gate.answer_at_the_door(access)
    if answer is None:
        csrf.protect()
    return answer


def finish(response: Response) -> Response:
    """Write the access line and give the answer the request's id."""
    response.headers["X-Request-Id"] = g.get("request_id", "-")
    write = log.debug if request.endpoint == "static" else log.info
    write(
        "request",
        method=request.method,
        path=_path(),
        route=request.endpoint,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        address=request.remote_addr,
    )
    return response


def clean_up(_error: BaseException | None) -> None:
    """Leave the workspace and give the reading session back, whatever happened."""
    db.leave_workspace()
    reading = g.pop("session", None)
    if reading is not None:
        db.close_request_session(reading)
    structlog.contextvars.clear_contextvars()


def _request_id() -> str:
    given = request.headers.get("X-Request-Id", "")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _access() -> Access | None:
    """Return what the route declares; for an address that leads nowhere, what a public page does."""
    if request.endpoint is None:
        return Access(role=None)
    return access_of(current_app, request.endpoint)


def _recognise(now: datetime) -> Visit | None:
    token = session.get(LOGIN_KEY)
    if not isinstance(token, str):
        return None
    visit = find_visit(token, now)
    if visit is None:
        session.pop(LOGIN_KEY)
    else:
        mark_seen(visit, now)
    return visit


def _path() -> str:
    """Return the path without its query, and without the parts that are secrets.

    Of an address that leads nowhere it is not known which those are: a secret with something left out or added.
    """
    if request.url_rule is None:
        return LONG_PATH_PART.sub("<…>", request.path)
    secret = {name: value for name, value in (request.view_args or {}).items() if name in SECRET_PATH_PARTS}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: _shown(part[1], secret), request.url_rule.rule)


def _shown(name: str, secret: dict[str, object]) -> str:
    return f"<{name}>" if name in secret else str((request.view_args or {}).get(name))
