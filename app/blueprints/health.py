"""Whether the process is up, and whether everything that it needs is there."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from app.status import readiness
from app.web.access import bare
from app.web.context import get_clock, get_config

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@bare
def healthz() -> ResponseReturnValue:
    """Say that this process answers. Touches nothing else."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@bare
def readyz() -> ResponseReturnValue:
    """Say what works: 200 when all does, else 503. Names no versions, paths or addresses: anybody may ask."""
    checks = readiness(get_config(), get_clock().now())
    response = jsonify(ready=all(checks.values()), **checks)
    response.status_code = 200 if all(checks.values()) else 503
    return response
