"""The control API: `/sandbox/…`, by which tests and demos set the scene."""

import json
import sqlite3
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.accounts import REMOVED
from sandbox.callbacks import call_back
from sandbox.clock import iso, parse_instant
from sandbox.demo.shop import drawn_assets, open_shop
from sandbox.media import NewMedia
from sandbox.records import ACCOUNT_TYPES, SCOPES, Account, Media
from sandbox.web.auth import DEAD
from sandbox.web.params import the_world

bp = Blueprint("control", __name__, url_prefix="/sandbox")

ALBUM_ITEMS = 2  # of a carousel from the phone

SHOWN_AS = {
    "IMAGE": ("IMAGE", "FEED"),
    "VIDEO": ("VIDEO", "FEED"),
    "REELS": ("VIDEO", "REELS"),
    "CAROUSEL_ALBUM": ("CAROUSEL_ALBUM", "FEED"),
    "CAROUSEL": ("CAROUSEL_ALBUM", "FEED"),
    "STORY": ("IMAGE", "STORY"),
    "STORIES": ("IMAGE", "STORY"),
    "LIVE": ("VIDEO", "LIVE"),
}


class ControlError(Exception):
    """A control call that makes no sense."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@bp.errorhandler(ControlError)
@bp.errorhandler(ValueError)
def refuse(error: Exception) -> tuple[Response, int]:
    """Say what was wrong."""
    return jsonify({"error": str(error)}), getattr(error, "status", 400)


def read_body() -> dict[str, Any]:
    """Return the JSON object of the request, empty without a body; raises ControlError."""
    body = request.get_json(silent=True) if request.data else {}
    if not isinstance(body, dict):
        raise ControlError("a JSON object is expected")
    return body


def checked_fields(body: dict[str, Any], **allowed: type | tuple[type, ...]) -> dict[str, Any]:
    """Return the given fields, checked against the allowed names and types; None counts as absent."""
    for name, value in body.items():
        if name not in allowed:
            raise ControlError(f"unknown field: {name}")
        if value is not None and not isinstance(value, allowed[name]):
            raise ControlError(f"wrong type: {name}")
    return {name: value for name, value in body.items() if value is not None}


def get_account(any_id: str) -> Account:
    """Return the account with this id; raises ControlError 404."""
    account = the_world().accounts.find(any_id)
    if account is None:
        raise ControlError("no such account", 404)
    return account


@bp.get("/ping")
def ping() -> str:
    """Answer nothing: what a call costs at least."""
    return ""


@bp.post("/reset")
def reset() -> Response:
    """Forget everything."""
    the_world().reset(checked_fields(read_body(), seed=int).get("seed"))
    return jsonify({"success": True})


@bp.route("/settings", methods=["GET", "POST"])
def settings() -> Response:
    """Switch settings; answers all of them."""
    world = the_world()
    if request.method == "POST":
        world.change_settings(read_body())
    return jsonify(world.settings_json())


@bp.post("/demo")
def open_demo() -> Response:
    """Open the demo shop unless it is open; answers its ids and a new token."""
    given = checked_fields(read_body(), seed=int, username=str, name=str, size=str)
    account = open_shop(the_world(), **given)
    token = the_world().accounts.issue_token(account.user_id)
    return jsonify({"user_id": account.user_id, "id": account.app_scoped_id, "access_token": token.token})


@bp.get("/accounts")
def list_accounts() -> Response:
    """Show every account, without tokens."""
    return jsonify({"data": [asdict(account) for account in the_world().accounts.list_accounts()]})


@bp.post("/accounts")
def create_account() -> Response:
    """Create an account with a long-lived token for all scopes."""
    count = dict.fromkeys(("followers_count", "follows_count", "history_days"), int)
    text = dict.fromkeys(("username", "name", "account_type", "biography", "website"), str)
    given = checked_fields(read_body(), **count, **text, is_tester=bool)
    if not given.get("username"):
        raise ControlError("username is required")
    if given.get("account_type", "BUSINESS") not in ACCOUNT_TYPES:
        raise ControlError("account_type: one of " + ", ".join(ACCOUNT_TYPES))
    try:
        account = the_world().accounts.add(**given)
    except sqlite3.IntegrityError:
        raise ControlError("this username is taken", 409) from None
    token = the_world().accounts.issue_token(account.user_id)
    return jsonify({"user_id": account.user_id, "id": account.app_scoped_id, "access_token": token.token})


@bp.post("/accounts/<account_id>/token")
def create_token(account_id: str) -> Response:
    """Create a token with these scopes, age and life."""
    account = get_account(account_id)
    given = checked_fields(
        read_body(), scopes=(list, str), issued_at=(int, float, str), expires_in=(int, float), kind=str
    )
    scopes = given.get("scopes", list(SCOPES))
    scopes = scopes.split(",") if isinstance(scopes, str) else scopes
    if not set(scopes) <= set(SCOPES):
        raise ControlError("scopes: some of " + ", ".join(SCOPES))
    if given.get("kind", "long") not in ("short", "long"):
        raise ControlError("kind: short or long")
    token = the_world().accounts.issue_token(
        account.user_id,
        kind=given.get("kind", "long"),
        scopes=",".join(scopes),
        issued_at=parse_instant(given["issued_at"]) if "issued_at" in given else None,
        expires_in=given.get("expires_in"),
    )
    return jsonify({"access_token": token.token, "expires_at": iso(token.expires_at)})


@bp.post("/accounts/<account_id>/revoke")
def revoke(account_id: str) -> Response:
    """End the account's tokens; when its owner removed the app (458, the default), call the deauthorize callback."""
    world, account = the_world(), get_account(account_id)
    subcode = checked_fields(read_body(), subcode=int).get("subcode", REMOVED)
    if subcode not in DEAD:
        raise ControlError("subcode: one of " + ", ".join(map(str, DEAD)))
    world.accounts.kill_tokens(account.user_id, subcode)
    callback = None
    if subcode == REMOVED and world.settings.deauthorize_url:
        callback = asdict(call_back(world, account, "deauthorize", world.settings.deauthorize_url))
    return jsonify({"success": True, "callback": callback})


@bp.post("/accounts/<account_id>/delete-data")
def delete_data(account_id: str) -> Response:
    """Call the data-deletion callback and answer what it answered."""
    world, account = the_world(), get_account(account_id)
    if not world.settings.data_deletion_url:
        raise ControlError("the setting data_deletion_url is not set", 409)
    reply = call_back(world, account, "data-deletion", world.settings.data_deletion_url)
    try:
        answered = json.loads(reply.body)
    except ValueError:
        answered = {"body": reply.body}
    response = jsonify(answered)
    response.status_code = reply.status or 502
    return response


@bp.post("/people")
def create_person() -> Response:
    """Create somebody of the audience."""
    flags = dict.fromkeys(("follows", "is_verified", "has_role"), bool)
    given = checked_fields(read_body(), username=str, name=str, follower_count=int, **flags)
    if not given.get("username"):
        raise ControlError("username is required")
    try:
        person = the_world().accounts.add_person(**given)
    except sqlite3.IntegrityError:
        raise ControlError("this username is taken", 409) from None
    return jsonify({"id": person.id})


@bp.post("/accounts/<account_id>/media")
def create_media(account_id: str) -> Response:
    """Put media live as if posted from the phone."""
    account = get_account(account_id)
    texts = dict.fromkeys(("media_type", "media_product_type", "caption", "alt_text"), str)
    given = checked_fields(read_body(), **texts, like_count=int, timestamp=(int, float, str), is_before_business=bool)
    kind = given.get("media_type")
    if kind not in SHOWN_AS:
        raise ControlError("media_type: one of " + ", ".join(SHOWN_AS))
    media_type, product_type = SHOWN_AS[kind]
    details: dict[str, Any] = {"alt_text": given["alt_text"]} if "alt_text" in given else {}
    if given.get("is_before_business"):
        details["is_before_business"] = True
    if product_type == "LIVE":
        details["on_air"] = True
    new = NewMedia(
        media_type=media_type,
        product_type=given.get("media_product_type", product_type),
        caption=given.get("caption"),
        assets=drawn_assets(media_type, product_type),
        like_count=given.get("like_count", 0),
        details=details,
    )
    at = parse_instant(given["timestamp"]) if "timestamp" in given else None
    media = the_world().media.add(account.user_id, new, at=at)
    for number in range(ALBUM_ITEMS if media_type == "CAROUSEL_ALBUM" else 0):
        item = NewMedia("IMAGE", "FEED", assets=drawn_assets("IMAGE", "FEED", number), parent_id=media.id)
        the_world().media.add(account.user_id, item, at=at)
    return jsonify({"id": media.id})


@bp.route("/faults", methods=["GET", "POST", "DELETE"])
def faults() -> Response:
    """Order a fault, show those pending, or forget them."""
    world = the_world()
    if request.method == "POST":
        return jsonify(asdict(world.faults.add(read_body())))
    if request.method == "DELETE":
        world.faults.clear()
    return jsonify({"data": [asdict(fault) for fault in world.faults.pending()]})


@bp.route("/clock", methods=["GET", "POST"])
def clock() -> Response:
    """Show or move sandbox time."""
    world = the_world()
    if request.method == "POST":
        given = checked_fields(read_body(), advance_s=(int, float), set=(int, float, str))
        instant = parse_instant(given["set"]) if "set" in given else None
        world.move_clock(advance_s=given.get("advance_s"), instant=instant)
    return jsonify({"now": iso(world.clock.now()), "unix": world.clock.now()})


@bp.get("/journal")
def journal() -> Response:
    """Show the API calls received after number N."""
    after = request.args.get("after", 0, int)
    return jsonify({"data": the_world().journal.after(after, request.args.get("limit", None, int))})


@bp.get("/published")
def published() -> Response:
    """Show what was published through the API, oldest first; `source=all` adds what came from the phone."""
    world = the_world()
    found = world.media.everything(api_only=request.args.get("source") != "all")
    return jsonify({"data": [_published(media) for media in found]})


def _published(media: Media) -> dict[str, Any]:
    children = the_world().media.children(media) if media.media_type == "CAROUSEL_ALBUM" else []
    return {
        "id": media.id,
        "container_id": media.container_id,
        "user_id": media.user_id,
        "media_type": media.media_type,
        "media_product_type": media.product_type,
        "caption": media.caption,
        "published_at": media.published_at_real,
        "assets": [asset for shown in ([media, *children]) for asset in shown.assets],
        "children": [child.id for child in children],
        "details": media.details,
    }


@bp.get("/containers")
def list_containers() -> Response:
    """Show every container with its true status and, when refused, the rule and the measured value."""
    containers = the_world().containers
    return jsonify(
        {"data": [asdict(one) | {"status_code": containers.true_status(one)} for one in containers.list_containers()]}
    )


@bp.get("/deliveries")
def deliveries() -> Response:
    """Show every callback and webhook attempt."""
    return jsonify({"data": the_world().deliveries.list_deliveries()})
