"""The page of one conversation, as the person sees it on the phone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template

from sandbox import audience
from sandbox.media import Window
from sandbox.message_rules import REACTIONS
from sandbox.messenger_profiles import ICE_BREAKERS, MENU
from sandbox.records import Account, Message, Person, Thread
from sandbox.web.pages import pulse
from sandbox.web.params import the_world
from sandbox.web.people import chosen_username, find_chosen
from sandbox.web.words import choose_language

bp = Blueprint("direct", __name__)

SHOWN = 60


@bp.get("/u/<username>/direct/")
def show(username: str) -> str:
    """Show the conversation of the chosen person with an account; its messages are thereby read."""
    world = the_world()
    account = world.accounts.find_by_username(username)
    if account is None:
        abort(404)
    person = find_chosen()
    thread = world.threads.find_between(account.user_id, person.id) if person else None
    messages = world.threads.messages(thread.id, Window(limit=SHOWN))[0][::-1] if thread else []
    if thread is not None and person is not None:
        _see(account, person, thread, messages)
    language = choose_language()
    return render_template(
        "direct.html",
        account=account,
        me=chosen_username(),
        bubbles=[_bubble(message, account) for message in messages],
        chips=_chips(messages, account),
        ice_breakers=world.messenger_profiles.actions(account.user_id, ICE_BREAKERS, language) if not messages else [],
        menu=world.messenger_profiles.actions(account.user_id, MENU, language),
        reactions=REACTIONS,
        is_request=bool(thread and thread.is_request),
        pulse=pulse(),
    )


def _see(account: Account, person: Person, thread: Thread, messages: list[Message]) -> None:
    """Tell the app once that the newest of its messages has been read."""
    theirs = [message for message in messages if message.from_id == account.user_id]
    if theirs and the_world().threads.mark_seen(thread, theirs[-1]):
        audience.see_message(the_world(), account, person, theirs[-1].id)


def _bubble(message: Message, account: Account) -> dict[str, Any]:
    world = the_world()
    found = world.threads.reactions(message.id)
    return {
        "message": message,
        "is_mine": message.from_id != account.user_id,
        "files": [_file(one) for one in message.body.get("attachments", ())],
        "story": message.body.get("reply_to", {}).get("story"),
        "reactions": [one.emoji for one in found],
        "has_mine": any(one.from_id != account.user_id for one in found),
        "at": datetime.fromtimestamp(message.created_at, ZoneInfo(world.settings.timezone)),
    }


def _file(attachment: dict[str, Any]) -> dict[str, Any]:
    payload = attachment.get("payload", {})
    is_story = attachment["type"] == "story_mention"
    return {
        "kind": "image" if is_story else attachment["type"],
        "is_story": is_story,
        "url": payload.get("url"),
        "title": payload.get("title"),
        "template": payload if attachment["type"] == "template" else None,
    }


def _chips(messages: list[Message], account: Account) -> list[dict[str, Any]]:
    """Return the quick replies under the last message; they vanish with the next one."""
    if not messages or messages[-1].from_id != account.user_id:
        return []
    return [chip for chip in messages[-1].body.get("quick_replies", ()) if chip["content_type"] == "text"]
