"""Other people's pictures and files, sent through us: browsers never learn Instagram's addresses, nor it theirs."""

from io import BytesIO

from flask import Response, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from app.accounts.instagram_for import instagram_for
from app.accounts.models import Account
from app.blueprints.inbox import bp
from app.contacts.fetch_picture import fetch_person_picture, get_contact
from app.conversations.fetch_attachment import fetch_attachment, fetch_story
from app.conversations.rules import is_stale
from app.conversations.thread import get_attachment, get_message
from app.instagram.client import Instagram
from app.instagram_app import instagram_app_from
from app.outgoing.file_types import PDF, is_shown, type_of
from app.web.access import allow
from app.web.context import get_clock, get_config, get_keys
from app.workspaces.models import Role

PICTURE_SECONDS = 24 * 3600
FILE_SECONDS = 3600
NO_RIGHTS = "default-src 'none'; sandbox; frame-ancestors 'none'"
PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-24 -24 72 72" width="240" height="240" fill="none" '
    'stroke="gray" stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round">'
    '<path d="M8 8h.01M3 3l18 18M7 7v10h10M5 5a3 3 0 0 0-1 2v10a3 3 0 0 0 3 3h10a3 3 0 0 0 2-1M9 4h8a3 3 0 0 1 3 3v8"/>'
    "</svg>"
)


@bp.get("/people/<int:contact_id>/picture")
@allow(Role.MEMBER)
def show_picture(contact_id: int) -> ResponseReturnValue:
    """Send somebody's profile picture."""
    found = fetch_person_picture(
        get_contact(contact_id),
        open_instagram=_open_instagram,
        trusted_origins=_trusted_origins(),
        now=get_clock().now(),
    )
    return _send(found, PICTURE_SECONDS)


@bp.get("/attachments/<int:attachment_id>")
@allow(Role.MEMBER)
def show_attachment(attachment_id: int) -> ResponseReturnValue:
    """Send a file of a message: our own from here, others from Instagram."""
    attachment, message = get_attachment(attachment_id)
    now = get_clock().now()
    if is_stale(message, now):
        return _nothing()
    if attachment.asset_id is not None:
        return redirect(url_for("assets.show_video", asset_id=attachment.asset_id))
    found = fetch_attachment(
        attachment, message, open_instagram=_open_instagram, trusted_origins=_trusted_origins(), now=now
    )
    return _send(found, FILE_SECONDS)


@bp.get("/messages/<int:message_id>/story")
@allow(Role.MEMBER)
def show_story(message_id: int) -> ResponseReturnValue:
    """Send the Story that a message answers."""
    message = get_message(message_id)
    now = get_clock().now()
    if is_stale(message, now) or message.unsent_at is not None:
        return _nothing()
    return _send(
        fetch_story(message, open_instagram=_open_instagram, trusted_origins=_trusted_origins(), now=now), FILE_SECONDS
    )


def _open_instagram(account: Account) -> Instagram:
    return instagram_for(account, app=instagram_app_from(get_config()), keys=get_keys(), clock=get_clock())


def _trusted_origins() -> tuple[str, ...]:
    app = instagram_app_from(get_config())
    return app.graph_url, app.login_url, app.upload_url


def _send(content: bytes | None, seconds: int) -> Response:
    """Answer with the bytes, as what they are; what is none of the kinds that are shown is saved instead."""
    if content is None:
        return _nothing()
    media_type = type_of(content)
    response = send_file(BytesIO(content), mimetype=media_type, conditional=True, etag=False)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = _disposition(media_type)
    response.headers["Cache-Control"] = f"private, max-age={seconds}"
    response.headers["Content-Security-Policy"] = NO_RIGHTS
    return response


def _disposition(media_type: str) -> str:
    if is_shown(media_type):
        return "inline"
    return 'attachment; filename="file.pdf"' if media_type == PDF else 'attachment; filename="file"'


def _nothing() -> Response:
    """Answer with a neutral drawing, which a page shows in the picture's place."""
    response = Response(PLACEHOLDER, 404, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = NO_RIGHTS
    return response
