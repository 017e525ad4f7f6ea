"""The forms by which a person at the pages plays the audience."""

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from sandbox.audience import CommentsOffError, write_comment
from sandbox.web.nodes import permalink
from sandbox.web.params import the_world

bp = Blueprint("play", __name__, url_prefix="/sandbox/play")

MAX_USERNAME, MAX_TEXT = 30, 2200


@bp.before_request
def refuse_other_sites() -> None:
    """Refuse forms that another site's page has sent."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)


@bp.post("/comments")
def create_comment() -> Response:
    """Write a comment or a reply under a media, as a person who is made when needed."""
    world = the_world()
    media = world.media.find(request.form.get("media", ""))
    owner = world.accounts.find(media.user_id) if media else None
    if media is None or owner is None:
        abort(404)
    username = request.form.get("username", "").strip().lstrip("@")[:MAX_USERNAME]
    text = request.form.get("text", "").strip()[:MAX_TEXT]
    if username and text:
        person = world.accounts.find_person_by_username(username) or world.accounts.add_person(username)
        parent = world.comments.find(request.form.get("parent", ""))
        if parent is not None and parent.media_id != media.id:
            abort(404)
        try:
            write_comment(world, media, person, text, parent=parent)
        except CommentsOffError:
            abort(409)
    return redirect(permalink(media, owner.username), 303)
