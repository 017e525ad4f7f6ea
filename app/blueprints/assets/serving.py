"""Sending files: to the people of the workspace, and to Instagram.

Nothing uploaded is ever sent as a page: the types are our own few, and a policy takes every right from the answer.
"""

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.assets.public_links import ServedFile, find_public_file, served_file
from app.assets.queries import get_asset
from app.blueprints.assets import bp
from app.web.access import allow, bare
from app.web.context import get_clock, get_config
from app.workspaces.models import Role

NO_RIGHTS = "default-src 'none'; sandbox; frame-ancestors 'none'"
FRESH_SECONDS = 300


@bp.get("/assets/<int:asset_id>/poster")
@allow(Role.MEMBER)
def show_poster(asset_id: int) -> ResponseReturnValue:
    """Send the small picture of a file."""
    asset = get_asset(asset_id)
    return _send(served_file(asset, asset.poster_path, get_config().media_dir))


@bp.get("/assets/<int:asset_id>/video")
@allow(Role.MEMBER)
def show_video(asset_id: int) -> ResponseReturnValue:
    """Send what will be published, for the preview; browsers ask for it in parts."""
    asset = get_asset(asset_id)
    return _send(served_file(asset, asset.publishable_path, get_config().media_dir))


@bp.get("/media/<token>.<ext>")
@bare
def show_public_file(token: str, ext: str) -> ResponseReturnValue:
    """Send a ready file to whoever has its address: Instagram, which can neither sign in nor send a token."""
    file = find_public_file(token, config=get_config(), now=get_clock().now())
    if file is None or not file.name.endswith(f".{ext}"):
        return _protected(Response("Not found.\n", 404, mimetype="text/plain"))
    response = _send(file)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _send(file: ServedFile | None) -> Response:
    """Answer with the file, whole or the part that was asked for."""
    if file is None:
        abort(404)
    try:
        response = send_file(file.path, mimetype=file.content_type, conditional=True, etag=True)
    except RequestedRangeNotSatisfiable:
        response = Response("There is no such part.\n", 416, mimetype="text/plain")
        response.headers["Content-Range"] = f"bytes */{file.path.stat().st_size}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    response.headers["Content-Disposition"] = f'inline; filename="{file.name}"'
    return _protected(response)


def _protected(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = NO_RIGHTS
    return response
