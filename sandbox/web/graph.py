"""graph.instagram.com: finds the object a path names and hands the call to its endpoint."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request

from sandbox.errors import GraphError, absent, unsupported_method
from sandbox.faults import Plan
from sandbox.ids import PREFIXES
from sandbox.records import (
    BASIC,
    COMMENTS,
    INSIGHTS,
    MESSAGES,
    PUBLISH,
    Account,
    Comment,
    Container,
    Media,
    Message,
    Person,
    Thread,
)
from sandbox.web import (
    comment_calls,
    conversation_calls,
    insight_calls,
    like_calls,
    media_calls,
    media_insight_calls,
    message_calls,
    messenger_calls,
    publishing_calls,
    subscription_calls,
    user_calls,
)
from sandbox.web.api_call import answer, api_call
from sandbox.web.auth import identify, need
from sandbox.web.call import Call, Node
from sandbox.web.params import the_world

bp = Blueprint("graph", __name__)

VERSION = re.compile(r"v\d+\.\d+")
MEDIA = PREFIXES["media"]
DIRECT = "aWdf"  # "ig_" in base64: conversations and messages


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers a call, and the scopes it takes."""

    handle: Callable[[Call], Any]
    scopes: tuple[str, ...]
    is_professional: bool = True


READ, WRITE, MODERATE, TALK = (BASIC,), (BASIC, PUBLISH), (BASIC, COMMENTS), (BASIC, MESSAGES)
COUNT = (BASIC, INSIGHTS)

ENDPOINTS: dict[tuple[type, str, str], Endpoint] = {
    (Account, "GET", ""): Endpoint(user_calls.get_account, READ, is_professional=False),
    (Account, "GET", "media"): Endpoint(media_calls.list_media, READ),
    (Account, "GET", "stories"): Endpoint(media_calls.list_stories, READ),
    (Account, "GET", "tags"): Endpoint(media_calls.list_tags, READ),
    (Account, "GET", "live_media"): Endpoint(media_calls.list_broadcasts, READ),
    (Account, "POST", "media"): Endpoint(publishing_calls.create_container, WRITE),
    (Account, "POST", "media_publish"): Endpoint(publishing_calls.publish, WRITE),
    (Account, "GET", "content_publishing_limit"): Endpoint(publishing_calls.get_limit, WRITE),
    (Account, "GET", "subscribed_apps"): Endpoint(subscription_calls.list_subscriptions, READ),
    (Account, "POST", "subscribed_apps"): Endpoint(subscription_calls.subscribe, READ),
    (Account, "DELETE", "subscribed_apps"): Endpoint(subscription_calls.unsubscribe, READ),
    (Account, "POST", "messages"): Endpoint(message_calls.send, READ),
    (Account, "POST", "message_attachments"): Endpoint(message_calls.upload, TALK),
    (Account, "POST", "likes"): Endpoint(like_calls.like, MODERATE),
    (Account, "DELETE", "likes"): Endpoint(like_calls.unlike, MODERATE),
    (Account, "GET", "conversations"): Endpoint(conversation_calls.list_conversations, TALK),
    (Account, "GET", "insights"): Endpoint(insight_calls.get_insights, COUNT),
    (Account, "GET", "messenger_profile"): Endpoint(messenger_calls.get_profile, TALK),
    (Account, "POST", "messenger_profile"): Endpoint(messenger_calls.set_profile, TALK),
    (Account, "DELETE", "messenger_profile"): Endpoint(messenger_calls.remove_profile, TALK),
    (Account, "GET", "welcome_message_flows"): Endpoint(messenger_calls.list_flows, TALK),
    (Account, "POST", "welcome_message_flows"): Endpoint(messenger_calls.save_flow, TALK),
    (Account, "DELETE", "welcome_message_flows"): Endpoint(messenger_calls.remove_flow, TALK),
    (Thread, "GET", ""): Endpoint(conversation_calls.get_conversation, TALK),
    (Thread, "GET", "messages"): Endpoint(conversation_calls.list_messages, TALK),
    (Message, "GET", ""): Endpoint(conversation_calls.get_message, TALK),
    (Person, "GET", ""): Endpoint(conversation_calls.get_person, TALK),
    (Container, "GET", ""): Endpoint(publishing_calls.get_container, READ),
    (Media, "GET", ""): Endpoint(media_calls.get_media, READ),
    (Media, "GET", "children"): Endpoint(media_calls.list_children, READ),
    (Media, "GET", "insights"): Endpoint(media_insight_calls.get_insights, COUNT),
    (Media, "POST", ""): Endpoint(media_calls.update_media, MODERATE),
    (Media, "GET", "comments"): Endpoint(comment_calls.list_comments, MODERATE),
    (Media, "POST", "comments"): Endpoint(comment_calls.create_comment, MODERATE),
    (Comment, "GET", ""): Endpoint(comment_calls.get_comment, MODERATE),
    (Comment, "POST", ""): Endpoint(comment_calls.hide_comment, MODERATE),
    (Comment, "DELETE", ""): Endpoint(comment_calls.delete_comment, MODERATE),
    (Comment, "GET", "replies"): Endpoint(comment_calls.list_replies, MODERATE),
    (Comment, "POST", "replies"): Endpoint(comment_calls.create_reply, MODERATE),
}
EDGES = {(kind, edge) for kind, _, edge in ENDPOINTS}


@bp.route("/<path:path>", methods=["GET", "POST", "DELETE"])
@api_call
def graph(path: str) -> Response:
    """Answer a graph call, with or without a version in front."""
    world, plan = the_world(), g.plan
    if "ids" in g.params and request.method == "GET" and not path.strip("/").partition("/")[2]:
        return answer(_several(path))
    parts = _parts(path)
    token, account = identify(world)
    node = _find(account, parts[0])
    edge = parts[1] if len(parts) > 1 else ""
    object_id = _id_of(node) if node is not None else parts[0]
    _hide(plan, object_id)
    if node is None or (request.method == "GET" and world.faults.is_hidden(object_id, world.clock.now())):
        raise absent(request.method, parts[0])
    endpoint = _endpoint(node, edge, parts[0])
    need(token, account, endpoint.scopes, is_professional=endpoint.is_professional)
    return answer(endpoint.handle(Call(world, g.params, token, account, node, plan)))


def _several(version: str) -> dict[str, Any]:
    """Answer a call about many objects at once (`?ids=…`), by their ids."""
    _check_version(version.strip("/"))
    token, account = identify(the_world())
    found = {}
    for name in [part.strip() for part in str(g.params["ids"]).split(",") if part.strip()]:
        node = _find(account, name)
        if node is None:
            raise absent("get", name)
        endpoint = _endpoint(node, "", name)
        need(token, account, endpoint.scopes, is_professional=endpoint.is_professional)
        found[name] = endpoint.handle(Call(the_world(), g.params, token, account, node, g.plan))
    return found


def _parts(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part]
    if parts and VERSION.fullmatch(parts[0]):
        _check_version(parts.pop(0))
    if not parts or len(parts) > 2 or VERSION.fullmatch(parts[0]):
        raise GraphError(2500, f"Unknown path components: /{'/'.join(parts[1:])}")
    return parts


def _check_version(version: str) -> None:
    allowed = the_world().settings.versions
    if allowed is not None and version not in allowed:
        message = (
            f"You are calling a deprecated version of the Ads API. Please update to the latest version: {allowed[-1]}."
        )
        raise GraphError(2635, message)


def _find(account: Account, name: str) -> Node | None:
    """Return the object of this id if it belongs to the calling account."""
    world = the_world()
    names = {"any": (account.user_id, account.app_scoped_id), "user_id": (account.user_id,)}
    if name == "me" or name in names.get(world.settings.path_ids, (account.app_scoped_id,)):
        return account
    if name.startswith(DIRECT):
        return _find_direct(account, name)
    if name.startswith(MEDIA):  # most calls are about media: spare them the other lookups
        media = world.media.find(name)
        if media is not None:
            return media if media.user_id == account.user_id and world.media.is_live(media) else None
    container = world.containers.find(name)
    if container is not None:
        return container if container.user_id == account.user_id else None
    comment = world.comments.find(name)
    media = world.media.find(comment.media_id if comment is not None else name)
    if media is None and comment is None:
        return world.accounts.find_person(name)
    if media is None or media.user_id != account.user_id or not world.media.is_live(media):
        return None
    return comment or media


def _find_direct(account: Account, name: str) -> Node | None:
    """Return the account's conversation or message of this id."""
    threads = the_world().threads
    message = threads.find_message(name)
    thread = threads.find(message.thread_id if message is not None else name)
    if thread is None or thread.user_id != account.user_id:
        return None
    return message or thread


def _id_of(node: Node) -> str:
    return node.user_id if isinstance(node, Account) else node.id


def _hide(plan: Plan, object_id: str) -> None:
    """Begin an ordered outage of reads: of the path's object, or of the container being published."""
    if "unreadable" in plan.effects:
        world = the_world()
        hidden = str(g.params["creation_id"]) if "creation_id" in g.params else object_id
        world.faults.hide(hidden, world.clock.now() + plan.delay_of("unreadable"))


def _endpoint(node: Node, edge: str, name: str) -> Endpoint:
    endpoint = ENDPOINTS.get((type(node), request.method, edge))
    if endpoint is not None:
        return endpoint
    if (type(node), edge) not in EDGES:
        raise GraphError(2500, f"Unknown path components: /{edge}")
    if request.method == "DELETE" or isinstance(node, Container):
        raise absent(request.method, name)
    raise unsupported_method(request.method)
