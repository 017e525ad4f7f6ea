"""The forms by which a person at the pages plays the audience."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from sandbox import audience
from sandbox.avatar import avatar
from sandbox.errors import GraphError
from sandbox.records import Account, DirectFile, Media, Person
from sandbox.web.nodes import permalink
from sandbox.web.params import the_world
from sandbox.web.people import COOKIE, clean_username, take_person

bp = Blueprint("play", __name__, url_prefix="/sandbox/play")

MAX_TEXT = 2200
YEAR_S = 365 * 86_400
KINDS = {"image": "image", "video": "video", "audio": "audio", "application": "file"}


@bp.before_request
def refuse_other_sites() -> None:
    """Refuse forms that another site's page has sent."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)


@bp.errorhandler(audience.CommentsOffError)
def refuse_comment(_: audience.CommentsOffError) -> tuple[str, int]:
    """Say that comments are switched off."""
    return "", 409


@bp.errorhandler(audience.NoSuchMessageError)
def refuse_message(_: audience.NoSuchMessageError) -> tuple[str, int]:
    """Say that a message is gone."""
    return "", 404


@bp.post("/person")
def choose_person() -> Response:
    """Pick or make up whom to play."""
    username = clean_username(request.form.get("username", ""))
    if username:
        take_person(username)
    response = redirect(_back(), 303)
    if username:
        response.set_cookie(COOKIE, username, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


def _back() -> str:
    """Return the page the form stands on, which is one of ours."""
    parts = urlsplit(request.headers.get("Referer", ""))
    return parts.path if parts.netloc == request.host and parts.path.startswith("/") else url_for("pages.home")


@bp.post("/comments")
def create_comment() -> Response:
    """Write a comment or a reply under a media, as a person who is made when needed."""
    media, owner = _media()
    username, text = clean_username(request.form.get("username", "")), _text()
    if username and text:
        parent = the_world().comments.find(request.form.get("parent", ""))
        if parent is not None and parent.media_id != media.id:
            abort(404)
        audience.write_comment(the_world(), media, take_person(username), text, parent=parent)
    return redirect(permalink(media, owner.username), 303)


def _text() -> str:
    return request.form.get("text", "").strip()[:MAX_TEXT]


def _media() -> tuple[Media, Account]:
    """Return the media a form is about, and its owner."""
    media = the_world().media.find(request.form.get("media", ""))
    owner = the_world().accounts.find(media.user_id) if media else None
    if media is None or owner is None:
        abort(404)
    return media, owner


def _parties() -> tuple[Account, Person]:
    """Return the account and the person a form is about."""
    account = the_world().accounts.find(request.form.get("account", ""))
    username = clean_username(request.form.get("person", ""))
    if account is None or not username:
        abort(404)
    return account, take_person(username)


def _to_direct(account: Account, person: Person) -> Response:
    values: dict[str, Any] = {"username": account.username, "as": person.username}
    return redirect(url_for("direct.show", _anchor="end", **values), 303)


@bp.post("/messages")
def create_message() -> Response:
    """Write a message, send a file, or both."""
    account, person = _parties()
    text, replied = _text(), request.form.get("reply_to")
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        file = _take_file(account, upload.mimetype, upload.stream.read())
        audience.send_file(the_world(), account, person, file)
    if text:
        extra = {"reply_to": {"mid": replied}} if replied else {}
        audience.write_message(the_world(), account, person, {"text": text, **extra})
    return _to_direct(account, person)


def _take_file(account: Account, mimetype: str, raw: bytes) -> DirectFile:
    """Keep an uploaded file; 415 for what cannot be sent."""
    kind = KINDS.get(mimetype.partition("/")[0])
    if kind is None:
        abort(415)
    try:
        return the_world().direct_files.take(account.user_id, kind, raw)
    except GraphError:
        abort(415)


@bp.post("/taps")
def create_tap() -> Response:
    """Tap an ice breaker, a menu item, a template's button, or a quick reply."""
    account, person = _parties()
    title, payload = request.form.get("title", ""), request.form.get("payload", "")
    if request.form.get("kind") == "quick_reply":
        value = {"text": title, "quick_reply": {"payload": payload}}
        audience.write_message(the_world(), account, person, value)
    else:
        is_template = request.form.get("kind") == "template"
        audience.tap(the_world(), account, person, title, payload, is_template=is_template)
    return _to_direct(account, person)


@bp.post("/reactions")
def create_reaction() -> Response:
    """React to a message, or take the reaction away."""
    account, person = _parties()
    reaction = request.form.get("reaction") or None
    audience.react_to_message(the_world(), account, person, request.form.get("mid", ""), reaction)
    return _to_direct(account, person)


@bp.post("/unsent")
def unsend() -> Response:
    """Take one's message back."""
    account, person = _parties()
    value = {"mid": request.form.get("mid", ""), "is_deleted": True}
    audience.write_message(the_world(), account, person, value)
    return _to_direct(account, person)


@bp.post("/edits")
def edit() -> Response:
    """Change one's message."""
    account, person = _parties()
    if _text():
        audience.edit_message(the_world(), account, person, request.form.get("mid", ""), _text())
    return _to_direct(account, person)


@bp.post("/mentions")
def mention() -> Response:
    """Mention the account in a Story."""
    account, person = _parties()
    picture = avatar(person.username[0].upper(), int(person.id[-3:]) % 360)
    audience.mention_in_story(the_world(), account, person, picture)
    return _to_direct(account, person)


@bp.post("/shares")
def share() -> Response:
    """Send one of the account's posts to it."""
    media, owner = _media()
    person = _parties()[1]
    audience.share_post(the_world(), owner, person, media)
    return _to_direct(owner, person)


@bp.post("/story-answers")
def answer_story() -> Response:
    """Answer a Story."""
    media, owner = _media()
    person = _parties()[1]
    if _text():
        audience.answer_story(the_world(), owner, person, media, _text())
    return _to_direct(owner, person)


@bp.post("/follows")
def follow() -> Response:
    """Follow the account, or not any more."""
    account, person = _parties()
    the_world().bonds.change(account, person, follows=request.form.get("follows") == "1")
    return redirect(_back(), 303)


@bp.post("/blocks")
def block() -> Response:
    """Block the account, or not any more."""
    account, person = _parties()
    the_world().bonds.change(account, person, is_blocked=request.form.get("is_blocked") == "1")
    return redirect(_back(), 303)
