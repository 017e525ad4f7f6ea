"""The stream of hints, and the question that stands in for it."""

import re
from collections.abc import Callable

from flask import Response, jsonify, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.blueprints.live import bp
from app.blueprints.live.event_stream import event_stream, has_left
from app.live.queries import find_missed
from app.live.watcher import TooManyStreams
from app.web.access import allow
from app.web.context import current_workspace, get_clock
from app.web.live import get_watcher
from app.web.signed_in import LOGIN_KEY
from app.workspaces.logins import find_visit
from app.workspaces.models import Role

POLL_SECONDS = 5
NUMBER = re.compile(r"[0-9]{1,18}")


@bp.get("")
@allow(Role.MEMBER)
def stream_hints() -> ResponseReturnValue:
    """Tell the page what changes in its workspace for as long as it is open. Each open page keeps a thread."""
    watcher = get_watcher()
    try:
        stream = watcher.open(current_workspace.id)
    except TooManyStreams:
        return Response(status=503, headers={"Retry-After": str(POLL_SECONDS)})
    try:
        missed = find_missed(current_workspace.id, _known_position())
    except BaseException:
        watcher.close(stream)
        raise
    environ = request.environ
    events = event_stream(
        stream, missed, watcher=watcher, is_welcome=_welcome_of(session[LOGIN_KEY]), is_gone=lambda: has_left(environ)
    )
    response = Response(events, mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store, no-transform"
    response.headers["X-Accel-Buffering"] = "no"  # nginx and others would collect the events first
    response.call_on_close(lambda: watcher.close(stream))  # events that were never begun close nothing
    return response


@bp.get("/poll")
@allow(Role.MEMBER)
def poll_hints() -> ResponseReturnValue:
    """Answer what the page has missed: for a browser or a network that streams do not reach."""
    missed = find_missed(current_workspace.id, _known_position())
    hints = [str(change) for change in missed.changes]
    return jsonify(position=missed.newest, hints=hints, reload=not missed.is_complete)


def _known_position() -> int:
    """Return how far the page knows: what it was told last, else where it was drawn. Nonsense is far back."""
    given = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    return int(given) if NUMBER.fullmatch(given) else -1


def _welcome_of(token: str) -> Callable[[], bool]:
    """Return what asks whether the login still holds, in this workspace; to be asked long after the request."""
    clock, workspace_id = get_clock(), current_workspace.id

    def is_welcome() -> bool:
        try:
            visit = find_visit(token, clock.now())
        except SQLAlchemyError:  # nobody is told anything without the database either
            return True
        return visit is not None and visit.workspace.id == workspace_id

    return is_welcome
