"""The sandbox's own content delivery: pictures, videos, posters, avatars."""

from pathlib import Path
from threading import Lock

from flask import Blueprint, Response, abort, request, send_file

from sandbox.avatar import avatar
from sandbox.demo.drawing import picture_bytes, write_reel
from sandbox.direct_files import CDN
from sandbox.probe import UnreadableError, poster
from sandbox.web.params import the_world

bp = Blueprint("cdn", __name__, url_prefix="/cdn")
direct = Blueprint("direct_cdn", __name__)

MIME = {"jpg": "image/jpeg", "mp4": "video/mp4"}
_drawing = Lock()  # Reels take a second each: one at a time
YEAR_S = 365 * 86_400


@bp.get("/<regex_sha:sha256>.<any(jpg,mp4):extension>")
def show_file(sha256: str, extension: str) -> Response:
    """Serve the bytes that were fetched; ranges work."""
    return _send(the_world().files.path(sha256), MIME[extension])


@bp.get("/posters/<regex_sha:sha256>-<int:offset_ms>.jpg")
def show_poster(sha256: str, offset_ms: int) -> Response:
    """Serve a frame of a video, drawn when it is first asked for."""
    files = the_world().files
    source, target = files.path(sha256), files.folder / f"poster-{sha256}-{offset_ms}.jpg"
    if not target.exists():
        if not source.exists():
            abort(404)
        try:
            picture = poster(source, offset_ms)
        except UnreadableError:
            abort(404)
        _write(target, picture)
    return _send(target, MIME["jpg"])


def _write(target: Path, picture: bytes) -> None:
    """Write whole or not at all: two requests may draw the same poster."""
    partial = target.with_suffix(f".{id(picture)}.part")
    partial.write_bytes(picture)
    partial.rename(target)


@bp.get("/drawn/<regex_key:key>.<any(jpg,mp4):extension>")
def show_drawing(key: str, extension: str) -> Response:
    """Serve a picture or a Reel of the demo, drawn when it is first asked for."""
    target = the_world().files.folder / f"drawn-{key}.{extension}"
    if not target.exists() and extension == "jpg":
        _write(target, picture_bytes(key))
    with _drawing:
        if not target.exists():
            partial = target.with_suffix(".part")
            write_reel(key, partial)
            partial.rename(target)
    return _send(target, MIME[extension])


@bp.get("/avatars/<user_id>.jpg")
def show_avatar(user_id: str) -> Response:
    """Serve the first letter of an account or a person on a colour; a JPEG, as profile pictures are."""
    accounts = the_world().accounts
    found = accounts.find(user_id) or accounts.find_person(user_id)
    if found is None:
        abort(404)
    picture = avatar(found.username[0].upper(), int(user_id[-3:]) % 360)
    return Response(picture, content_type=MIME["jpg"], headers={"Cache-Control": f"max-age={YEAR_S}"})


@direct.get(CDN)
def show_direct_file() -> Response:
    """Serve a file of a conversation while it is neither taken back nor expired."""
    world = the_world()
    file = world.direct_files.find(request.args.get("asset_id", ""))
    if file is None or request.args.get("signature") != file.signature or not world.direct_files.is_alive(file):
        abort(404)
    return _send(world.files.path(file.sha256), file.mime)


def _send(path: Path, mimetype: str) -> Response:
    if not path.is_file():
        abort(404)
    return send_file(path, mimetype=mimetype, conditional=True, max_age=YEAR_S)
