"""Control calls that play the audience: comments, and webhooks as they are."""

from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.audience import CommentsOffError, write_comment
from sandbox.comments import Comments
from sandbox.records import Comment, Media
from sandbox.web.control import ControlError, checked_fields, get_account, read_body, refuse
from sandbox.web.params import the_world
from sandbox.webhooks import MAX_BATCH

bp = Blueprint("control_audience", __name__, url_prefix="/sandbox")
bp.register_error_handler(ControlError, refuse)
bp.register_error_handler(ValueError, refuse)

MAX_BULK = 2_000_000


def _get_media(media_id: str) -> Media:
    media = the_world().media.find(media_id)
    if media is None or not the_world().media.is_live(media):
        raise ControlError("no such media", 404)
    return media


@bp.post("/media/<media_id>/comments")
def create_comment(media_id: str) -> Response:
    """Write a comment as somebody of the audience; sends the webhook."""
    world, media = the_world(), _get_media(media_id)
    given = checked_fields(read_body(), **{"from": str, "text": str, "parent_id": str})
    person = world.accounts.find_person(given.get("from", ""))
    if person is None or not given.get("text"):
        raise ControlError("from (the id of a person) and text are required")
    parent = _parent(world.comments, media, given["parent_id"]) if "parent_id" in given else None
    try:
        comment = write_comment(world, media, person, given["text"], parent=parent)
    except CommentsOffError:
        raise ControlError("comments are switched off for this media", 409) from None
    return jsonify({"id": comment.id})


def _parent(comments: Comments, media: Media, parent_id: str) -> Comment:
    parent = comments.find(parent_id)
    if parent is None or parent.media_id != media.id:
        raise ControlError("no such comment under this media", 404)
    return parent


@bp.post("/media/<media_id>/comments/bulk")
def create_comments(media_id: str) -> Response:
    """Write many comments of a crowd, without webhooks."""
    media = _get_media(media_id)
    given = checked_fields(read_body(), count=int, text=str)
    count = given.get("count", 0)
    if not 0 < count <= MAX_BULK:
        raise ControlError(f"count: 1 to {MAX_BULK}")
    the_world().comments.add_many(media.id, count, given.get("text", "Comment"))
    return jsonify({"success": True})


@bp.post("/accounts/<account_id>/events")
def send_event(account_id: str) -> Response:
    """Send a change or a messaging item as a webhook as it is; `batch` sends a list of them in one body."""
    world, account, body = the_world(), get_account(account_id), read_body()
    items = body.get("batch", [body])
    if (
        not isinstance(items, list)
        or not 0 < len(items) <= MAX_BATCH
        or not all(isinstance(one, dict) for one in items)
    ):
        raise ControlError(f"batch: 1 to {MAX_BATCH} events")
    if not world.settings.webhook_url:
        raise ControlError("the setting webhook_url is not set", 409)
    changes = [item for item in items if "field" in item]
    messaging: list[dict[str, Any]] = [item for item in items if "field" not in item]
    entries = [world.webhooks.change_entry(account, changes)] if changes else []
    entries += [world.webhooks.messaging_entry(account, messaging)] if messaging else []
    world.webhooks.send(entries)
    return jsonify({"success": True})


@bp.post("/webhook/verify")
def verify_webhook() -> Response:
    """Make the verification handshake with `webhook_url` and `verify_token`."""
    return jsonify({"verified": the_world().webhooks.verify()})
