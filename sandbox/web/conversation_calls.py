"""Calls that read conversations, messages and people.

Sources: conversations-api (v25), messaging-api/user-profile; shapes of attachments after a public fixture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.clock import graph_time
from sandbox.errors import IG, GraphError, invalid, messaging
from sandbox.message_events import absolute
from sandbox.records import Message, Person, Thread
from sandbox.send_message import take_rate
from sandbox.web.call import Call
from sandbox.web.fields import OMIT, Field, Resolver, parse_fields, render, write_fields
from sandbox.web.nodes import origin, wanted_fields
from sandbox.web.paging import inner_paged, paged, read_window
from sandbox.web.params import the_world

THREAD_DEFAULT = "id,updated_time"
MESSAGE_DEFAULT, INNER_DEFAULT = "id,created_time", "id,created_time,is_unsupported"
DELETED = 9000001
UNDETAILED = frozenset({"id", "created_time"})
MEMBERS = {"image": "image_data", "gif": "image_data", "video": "video_data"}


def _take_rate(call: Call) -> None:
    take_rate(call.world, call.account, "conversations", call.world.settings.conversation_calls_per_s, 1)


def list_conversations(call: Call) -> dict[str, Any]:
    """`GET /{ig-user-id}/conversations`: the last active first; `user_id` finds the one with a person."""
    _take_rate(call)
    if call.params.get("platform", "instagram") != "instagram":
        raise invalid("Param platform must be instagram")
    window, wanted = read_window(call.params), wanted_fields(call.params, THREAD_DEFAULT)
    person_id = call.params.get("user_id")
    found, has_newer, has_older = call.world.threads.page(
        call.account,
        window,
        person_id=str(person_id) if person_id else None,
        is_standard=call.world.settings.access == "standard",
    )
    data = [render(thread, THREAD_FIELDS, wanted) for thread in found]
    if person_id:
        return {"data": data}
    return paged(data, [thread.touched for thread in found], has_newer=has_newer, has_older=has_older)


def get_conversation(call: Call) -> dict[str, Any]:
    """`GET /{conversation-id}`."""
    _take_rate(call)
    return render(call.thread, THREAD_FIELDS, wanted_fields(call.params, THREAD_DEFAULT))


def list_messages(call: Call) -> dict[str, Any]:
    """`GET /{conversation-id}/messages`."""
    _take_rate(call)
    window, wanted = read_window(call.params), wanted_fields(call.params, INNER_DEFAULT)
    found, has_newer, has_older = call.world.threads.messages(call.thread.id, window)
    data = [render_listed(message, wanted) for message in found]
    return paged(data, [message.seq for message in found], has_newer=has_newer, has_older=has_older)


def get_message(call: Call) -> dict[str, Any]:
    """`GET /{message-id}`: of the 20 newest of its conversation."""
    _take_rate(call)
    if not call.world.threads.is_detailed(call.message):
        raise deleted_message(call.world.settings.old_message_error)
    return render(call.message, MESSAGE_FIELDS, wanted_fields(call.params, MESSAGE_DEFAULT))


def deleted_message(place: str) -> GraphError:
    """Return the refusal of a message that is gone or too old; the page does not say what its number is."""
    error = messaging(DELETED)
    return error if place == "subcode" else GraphError(DELETED, error.message, kind=IG)


def render_listed(message: Message, wanted: tuple[Field, ...]) -> dict[str, Any]:
    """Return a message of a list: an older one shows no details."""
    shown = render(message, MESSAGE_FIELDS, wanted)
    if set(shown) <= UNDETAILED or the_world().threads.is_detailed(message):
        return shown
    return {name: value for name, value in shown.items() if name in UNDETAILED | {"is_unsupported"}}


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a conversation."""

    id: str
    username: str

    def shown(self) -> dict[str, str]:
        """Return the person as answers name them."""
        return {"username": self.username, "id": self.id}


def _party(user_or_person_id: str) -> Party:
    accounts = the_world().accounts
    found = accounts.find_person(user_or_person_id) or accounts.find(user_or_person_id)
    return Party(user_or_person_id, found.username if found else "instagram_user")


def _thread_of(message: Message) -> Thread:
    thread = the_world().threads.find(message.thread_id)
    assert thread is not None
    return thread


def _participants(thread: Thread, _: Field) -> Any:
    return {"data": [_party(thread.person_id).shown(), _party(thread.user_id).shown()]}


def _messages(thread: Thread, wanted: Field) -> Any:
    window = read_window({name: wanted.arguments[name] for name in ("limit", "after") if name in wanted.arguments})
    found, has_newer, has_older = the_world().threads.messages(thread.id, window)
    inner = wanted.inner or parse_fields(INNER_DEFAULT)
    data = [render_listed(message, inner) for message in found]
    page = paged(data, [message.seq for message in found], has_newer=has_newer, has_older=has_older)
    return inner_paged(f"{thread.id}/messages", page, write_fields(inner), str(window.limit))


THREAD_FIELDS: Mapping[str, Resolver[Thread]] = {
    "id": lambda thread, _: thread.id,
    "updated_time": lambda thread, _: graph_time(thread.updated_at),
    "participants": _participants,
    "messages": _messages,
    "is_owner": lambda _, __: True,
}


def _to(message: Message, _: Field) -> Any:
    thread = _thread_of(message)
    other = thread.user_id if message.from_id != thread.user_id else thread.person_id
    return {"data": [_party(other).shown()]}


def _attachments(message: Message, _: Field) -> Any:
    listed = [_attachment(one) for one in message.body.get("attachments", ())]
    shown = [one for one in listed if one]
    return {"data": shown} if shown else OMIT


def _attachment(given: dict[str, Any]) -> dict[str, Any] | None:
    url = absolute(the_world(), given.get("payload", {}).get("url"))
    if given["type"] not in ("image", "gif", "video", "audio", "file") or not url:
        return None
    file_id = url.partition("asset_id=")[2].partition("&")[0] or "0"
    shown = {"id": file_id, "name": f"{given['type']}-{file_id}"}
    member = MEMBERS.get(given["type"])
    return shown | ({member: {"url": url}} if member else {"file_url": url})


def _shares(message: Message, _: Field) -> Any:
    shared = [
        {"link": absolute(the_world(), one["payload"]["url"])}
        for one in message.body.get("attachments", ())
        if one["type"] in ("share", "ig_post", "ig_reel", "reel", "media") and one.get("payload", {}).get("url")
    ]
    return {"data": shared} if shared else OMIT


def _story(message: Message, _: Field) -> Any:
    story = message.body.get("reply_to", {}).get("story")
    if story:
        return {"reply_to": {"link": absolute(the_world(), story.get("url", "")), "id": story["id"]}}
    for one in message.body.get("attachments", ()):
        if one["type"] == "story_mention":
            url = absolute(the_world(), one["payload"]["url"])
            return {"mention": {"link": url, "id": url.partition("asset_id=")[2].partition("&")[0] or "0"}}
    return OMIT


def _reactions(message: Message, _: Field) -> Any:
    found = [
        {"reaction": one.reaction, "users": [_party(one.from_id).shown()]}
        for one in the_world().threads.reactions(message.id)
    ]
    return {"data": found} if found else OMIT


def _reply_to(message: Message, _: Field) -> Any:
    mid = message.body.get("reply_to", {}).get("mid")
    other = the_world().threads.find_message(mid) if mid else None
    return {"mid": mid, "is_self_reply": other.from_id == message.from_id} if other else OMIT


MESSAGE_FIELDS: Mapping[str, Resolver[Message]] = {
    "id": lambda message, _: message.id,
    "created_time": lambda message, _: graph_time(message.created_at),
    "from": lambda message, _: _party(message.from_id).shown(),
    "to": _to,
    "message": lambda message, _: message.text or "",
    "is_unsupported": lambda message, _: bool(message.body.get("is_unsupported")),
    "attachments": _attachments,
    "shares": _shares,
    "story": _story,
    "reactions": _reactions,
    "reply_to": _reply_to,
}


def get_person(call: Call) -> dict[str, Any]:
    """`GET /{IGSID}`: of somebody who has consented by writing or tapping."""
    bond = call.world.bonds.get(call.account, call.person)
    settings = call.world.settings
    if bond.is_blocked and settings.blocked_profile == "9009":
        raise GraphError(9009, "Instagram user is unavailable", kind=IG)
    if bond.is_blocked or not bond.has_consent:
        message = "User consent is required to access user profile"
        raise GraphError(230, message, kind=IG, status=settings.status_230)
    fields: Mapping[str, Resolver[Person]] = {
        "id": lambda person, _: person.id,
        "name": lambda person, _: person.name,
        "username": lambda person, _: person.username,
        "profile_pic": lambda person, _: f"{origin()}/cdn/avatars/{person.id}.jpg",
        "follower_count": lambda person, _: person.follower_count,
        "is_user_follow_business": lambda _, __: bool(bond.follows),
        "is_business_follow_user": lambda _, __: bool(bond.is_followed_back),
        "is_verified_user": lambda person, _: bool(person.is_verified),
    }
    return render(call.person, fields, wanted_fields(call.params, "id"))
