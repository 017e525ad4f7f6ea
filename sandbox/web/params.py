"""Parameters of a call: query, then form, then JSON; what comes later wins."""

from typing import Any

from flask import Request, current_app, request

from sandbox.world import World


def the_world() -> World:
    """Return the sandbox behind the current request."""
    world = current_app.extensions["world"]
    assert isinstance(world, World)
    return world


def merged_params(source: Request) -> dict[str, Any]:
    """Return all parameters of an API call."""
    params: dict[str, Any] = {**source.args.to_dict()}
    params |= source.form.to_dict()
    if source.is_json:
        body = source.get_json(silent=True)
        if isinstance(body, dict):
            params |= body
    return params


def bearer() -> str | None:
    """Return the token of the Authorization header, as graph calls (Bearer) and uploads (OAuth) send it."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "oauth") and token else None
