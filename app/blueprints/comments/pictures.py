"""Pictures of our own media, kept here: no browser ever asks Instagram for one."""

from collections.abc import Iterable

from flask import abort, send_file, url_for
from flask.typing import ResponseReturnValue

from app.assets.files import locate
from app.blueprints.comments import bp
from app.media.models import Media
from app.media.queries import get_media, list_posters
from app.web.access import allow
from app.web.context import get_config
from app.workspaces.models import Role

NO_RIGHTS = "default-src 'none'; sandbox; frame-ancestors 'none'"
FRESH_SECONDS = 3600


@bp.get("/media/<int:media_id>/picture")
@allow(Role.MEMBER)
def show_picture(media_id: int) -> ResponseReturnValue:
    """Send our own small picture of a live post."""
    media = get_media(media_id)
    path = locate(get_config().media_dir, media.picture_path) if media.picture_path else None
    if path is None or not path.is_file():
        abort(404)
    response = send_file(path, conditional=True, etag=True)
    response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    response.headers["Content-Security-Policy"] = NO_RIGHTS
    return response


def picture_urls(several: Iterable[Media]) -> dict[int, str]:
    """Return the addresses of the pictures that there are, by media: our copy, or the poster of the post it was."""
    media = {each.id: each for each in several}
    urls = {each.id: url_for("comments.show_picture", media_id=each.id) for each in media.values() if each.picture_path}
    posters = list_posters({each.post_id for each in media.values() if each.post_id and each.id not in urls})
    for each in media.values():
        if each.post_id in posters and each.id not in urls:
            urls[each.id] = url_for("assets.show_poster", asset_id=posters[each.post_id])
    return urls
