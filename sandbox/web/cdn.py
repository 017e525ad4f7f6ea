"""The sandbox's own content delivery: pictures, videos, posters, avatars."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_file

from sandbox.avatar import avatar
from sandbox.probe import UnreadableError, poster
from sandbox.web.params import the_world

bp = Blueprint("cdn", __name__, url_prefix="/cdn")

MIME = {"jpg": "image/jpeg", "mp4": "video/mp4"}
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


@bp.get("/avatars/<user_id>.jpg")
def show_avatar(user_id: str) -> Response:
    """Serve the account's first letter on a colour; a JPEG, which is what `profile_picture_url` leads to."""
    account = the_world().accounts.find(user_id)
    if account is None:
        abort(404)
    picture = avatar(account.username[0].upper(), int(account.user_id[-3:]) % 360)
    return Response(picture, content_type=MIME["jpg"], headers={"Cache-Control": f"max-age={YEAR_S}"})


def _send(path: Path, mimetype: str) -> Response:
    if not path.is_file():
        abort(404)
    return send_file(path, mimetype=mimetype, conditional=True, max_age=YEAR_S)
