"""Control calls that play the audience: comments, messages, following, and webhooks as they are."""

from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.audience import (
    CommentsOffError,
    NoSuchMessageError,
    come_by_link,
    edit_message,
    react_to_message,
    see_message,
    tap,
    tap_as_owner,
    write_as_owner,
    write_comment,
    write_message,
)
from sandbox.comments import Comments
from sandbox.records import Account, Comment, Media, Person
from sandbox.web.control import ControlError, checked_fields, get_account, read_body, refuse
from sandbox.web.params import the_world
from sandbox.webhooks import MAX_BATCH

bp = Blueprint("control_audience", __name__, url_prefix="/sandbox")
bp.register_error_handler(ControlError, refuse)
bp.register_error_handler(ValueError, refuse)

MAX_BULK = 2_000_000
TEST_BUTTON = "0"  # what entries of the dashboard's «Test» button call the account


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


@bp.post("/media/<media_id>/end")
def end_broadcast(media_id: str) -> Response:
    """End a live video."""
    the_world().media.end_broadcast(_get_media(media_id))
    return jsonify({"success": True})


ACTS = ("message", "postback", "reaction", "read", "message_edit", "referral")


@bp.post("/accounts/<account_id>/messages")
def create_message(account_id: str) -> Response:
    """Do something in a conversation as somebody of the audience; sends the webhook."""
    account, body = get_account(account_id), read_body()
    given = checked_fields(body, **{"from": str, "to": str}, **dict.fromkeys(ACTS, dict))
    acts = [name for name in ACTS if name in given]
    if len(acts) != 1:
        raise ControlError("one of " + ", ".join(ACTS))
    act, value = acts[0], given[acts[0]]
    try:
        if given.get("from") == account.user_id:
            return jsonify({"mid": _act_as_owner(account, given.get("to"), act, value)})
        return jsonify({"mid": _act(account, _get_person(given.get("from", "")), act, value)})
    except NoSuchMessageError:
        raise ControlError("no such message in this conversation", 404) from None
    except KeyError as error:
        raise ControlError(f"{act}: {error} is required") from None


def _act_as_owner(account: Account, person_id: str | None, act: str, value: dict[str, Any]) -> str:
    """Write in the app on the phone, to a person or, without one, to oneself, or tap a button of one's own.

    Returns the message's id.
    """
    if act == "postback" and not person_id:
        return tap_as_owner(the_world(), account, str(value["title"]), str(value["payload"])).id
    if act != "message":
        raise ControlError("as the account itself: message, or postback without `to`")
    person = _get_person(person_id) if person_id else None
    return write_as_owner(the_world(), account, person, value).id


def _get_person(person_id: str) -> Person:
    person = the_world().accounts.find_person(person_id)
    if person is None:
        raise ControlError("from: the id of a person is required")
    return person


def _act(account: Account, person: Person, act: str, value: dict[str, Any]) -> str | None:
    """Do one act and return the id of the message it is about."""
    world = the_world()
    if act == "message":
        return write_message(world, account, person, value).id
    if act == "postback":
        title, payload = str(value["title"]), str(value["payload"])
        return tap(world, account, person, title, payload, referral=value.get("referral")).id
    if act == "message_edit":
        return edit_message(world, account, person, str(value["mid"]), str(value["text"])).id
    if act == "referral":
        come_by_link(world, account, person, str(value["ref"]))
        return None
    mid = str(value["mid"])
    if act == "read":
        see_message(world, account, person, mid)
    else:
        is_off = value.get("action") == "unreact"
        react_to_message(world, account, person, mid, None if is_off else _reaction(value))
    return mid


def _reaction(value: dict[str, Any]) -> str:
    """Return what a reaction is given by: its emoji, or its name, or a heart."""
    return str(value.get("emoji") or value.get("reaction") or "love")


@bp.post("/flows/<flow_id>")
def use_flow(flow_id: str) -> Response:
    """Let an ad use a welcome flow, or not any more."""
    given = checked_fields(read_body(), is_used_in_ad=bool)
    the_world().messenger_profiles.use_flow(flow_id, given.get("is_used_in_ad", False))
    return jsonify({"success": True})


@bp.post("/accounts/<account_id>/bonds")
def change_bond(account_id: str) -> Response:
    """Let somebody follow or unfollow the account, block it, or be followed back."""
    world, account = the_world(), get_account(account_id)
    flags = dict.fromkeys(("follows", "is_blocked", "is_followed_back"), bool)
    given = checked_fields(read_body(), **{"from": str}, **flags)
    person = _get_person(given.pop("from", ""))
    world.bonds.change(account, person, **given)
    return jsonify({"success": True})


@bp.post("/accounts/<account_id>/events")
def send_event(account_id: str) -> Response:
    """Send a change or a messaging item as a webhook as it is; `batch` sends a list of them in one body.

    As account 0 it comes as from the dashboard's «Test» button.
    """
    world, body = the_world(), read_body()
    name = account_id if account_id == TEST_BUTTON else get_account(account_id).user_id
    items = body.get("batch", [body])
    if (
        not isinstance(items, list)
        or not 0 < len(items) <= MAX_BATCH
        or not all(isinstance(one, dict) for one in items)
    ):
        raise ControlError(f"batch: 1 to {MAX_BATCH} events")
    if not world.settings.webhook_url:
        raise ControlError("the setting webhook_url is not set", 409)
    world.webhooks.send(_entries(name, items))
    return jsonify({"success": True})


def _entries(user_id: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort events into entries: changes, messaging items, and those on standby."""
    webhooks = the_world().webhooks
    changes = [item for item in items if "field" in item]
    standby = [item["standby"] for item in items if set(item) == {"standby"}]
    messaging = [item for item in items if "field" not in item and set(item) != {"standby"}]
    entries = [webhooks.change_entry(user_id, changes)] if changes else []
    entries += [webhooks.messaging_entry(user_id, messaging)] if messaging else []
    entries += [webhooks.messaging_entry(user_id, standby, "standby")] if standby else []
    return entries


@bp.post("/webhook/verify")
def verify_webhook() -> Response:
    """Make the verification handshake with `webhook_url` and `verify_token`."""
    return jsonify({"verified": the_world().webhooks.verify()})
