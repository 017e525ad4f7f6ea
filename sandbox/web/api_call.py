"""What surrounds every API call: the journal, the faults on order, the error envelopes, the latency."""

import errno
import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, g, request

from sandbox.clock import real_now
from sandbox.errors import GraphError, LoginError, UploadError
from sandbox.faults import Fault, Plan
from sandbox.media import NewMedia
from sandbox.publish import kind_of, post_from_phone
from sandbox.web.params import merged_params, the_world
from sandbox.world import World

P = ParamSpec("P")
MALFORMED = (
    '<!DOCTYPE html><html lang="en"><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1>'
)


def api_call(view: Callable[P, Response]) -> Callable[P, Response]:
    """Make a view an API call: it is written down, meets faults, and its refusals become JSON."""

    @wraps(view)
    def call(*args: P.args, **kwargs: P.kwargs) -> Response:
        at, world = real_now(), the_world()
        g.params = merged_params(request)
        entry = world.journal.begin(at=at, method=request.method, path=request.path, params=g.params)
        g.entry, g.plan = entry, world.faults.plan(request.method, request.path)
        entry.fault = g.plan.names
        response = _meet(world, g.plan, lambda: _answer(world, lambda: view(*args, **kwargs)))
        if world.settings.latency_s:
            time.sleep(world.settings.latency_s)
        entry.status = response.status_code if response is not CUT else None
        return response

    return call


# Stands for "no answer": the socket is closed already, nobody will read this.
CUT = Response(status=500)


def _meet(world: World, plan: Plan, work: Callable[[], Response]) -> Response:
    """Do the call's work, or not, in the way the plan says."""
    _pause(plan, "before")
    _foreign_post(world, plan, "before")
    response = work() if plan.is_done else None
    _foreign_post(world, plan, "after")
    _pause(plan, "after")
    outcome = plan.outcome
    if outcome is None:
        assert response is not None
        return response
    if outcome.action in ("drop_request", "drop_response"):
        return _cut()
    if outcome.action == "malformed":
        return Response(MALFORMED, outcome.status or 200, content_type="text/html; charset=utf-8")
    return _ordered_error(world, outcome)


def _pause(plan: Plan, when: str) -> None:
    fault = plan.effects.get("delay")
    if fault is not None and (fault.when or "before") == when:
        time.sleep(fault.delay_s)


def _foreign_post(world: World, plan: Plan, when: str) -> None:
    fault = plan.effects.get("foreign_post")
    if fault is None or (fault.when or "after") != when:
        return
    container = world.containers.find(str(g.params.get("creation_id", "")))
    if container is not None:
        post_from_phone(world, container)
        return
    owner = next((found for part in request.path.split("/") if (found := world.accounts.find(part))), None)
    if owner is not None:
        media_type, product_type = kind_of(str(g.params.get("media_type", "IMAGE")), g.params)
        world.media.add(owner.user_id, NewMedia(media_type, product_type, g.params.get("caption")))


def _cut() -> Response:
    """Close the connection without a byte of an answer."""
    connection = request.environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        return CUT
    raise OSError(errno.ENOTCONN, "connections can only be cut under gunicorn")


def _ordered_error(world: World, fault: Fault) -> Response:
    given: dict[str, Any] = dict(fault.error or {})
    if fault.error is None and fault.status == 429:
        given = {"code": 4, "message": "Application request limit reached", "is_transient": True}
    code = given.setdefault("code", 2)
    given.setdefault("message", "An unexpected error has occurred. Please retry your request later.")
    given.setdefault("type", "OAuthException")
    if code in (1, 2):
        given.setdefault("is_transient", code == 2)
    given.setdefault("fbtrace_id", world.ids.trace())
    status = fault.status or (500 if code in (1, 2) else 400)
    return _json({"error": given}, status)


def _answer(world: World, view: Callable[[], Response]) -> Response:
    try:
        return view()
    except GraphError as error:
        told = error.replaced(world.settings.errors)
        response = _json(told.body(world.ids.trace()), told.status)
    except LoginError as error:
        response = _json(error.body(), 400)
    except UploadError as error:
        response = _json(error.body(), 400)
    response.headers.update(g.get("usage_headers", {}))
    return response


def _json(body: Any, status: int) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=UTF-8")


def answer(body: Any, status: int = 200) -> Response:
    """Return a JSON answer with the usage headers of this call."""
    response = _json(body, status)
    response.headers.update(g.get("usage_headers", {}))
    return response
