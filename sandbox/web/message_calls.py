"""Calls that send: messages, private replies, reactions, sender actions, uploads.

Sources: messaging-api, …/private-replies, …/sender-actions (v25).
"""

from typing import Any

from sandbox.errors import invalid, messaging, required
from sandbox.message_rules import FILE_KINDS, read_message, read_object, read_reaction
from sandbox.records import COMMENTS, MESSAGES, Thread
from sandbox.send_message import (
    check_window,
    react,
    send_message,
    send_private_reply,
    take_rate,
    unreact,
)
from sandbox.web.auth import need
from sandbox.web.call import Call

ACTIONS = ("typing_on", "typing_off", "mark_seen", "react", "unreact")
BOTH, BAD_DATA, NO_USER = 2018014, 2534015, 2534014


def send(call: Call) -> dict[str, Any]:
    """`POST /{ig-user-id}/messages`: a message, a private reply, or an action."""
    if not call.params.get("recipient"):
        raise required("recipient")
    recipient = read_object(call.params["recipient"], "recipient")
    has_message, has_action = "message" in call.params, "sender_action" in call.params
    if has_message and has_action:
        raise messaging(BOTH)
    if recipient.get("comment_id") and has_message:
        return _reply_in_private(call, str(recipient["comment_id"]))
    need(call.token, call.account, (MESSAGES,))
    if not recipient.get("id"):
        raise messaging(NO_USER)
    if has_action:
        return _act(call, str(recipient["id"]))
    if not has_message:
        raise messaging(BAD_DATA)
    draft, tag = read_message(call.params["message"]), call.params.get("tag")
    message = send_message(call.world, call.account, str(recipient["id"]), draft, tag=str(tag) if tag else None)
    return {"recipient_id": str(recipient["id"]), "message_id": message.id}


def _reply_in_private(call: Call, comment_id: str) -> dict[str, Any]:
    need(call.token, call.account, (COMMENTS,))
    message = send_private_reply(call.world, call.account, comment_id, read_message(call.params["message"]))
    thread = call.world.threads.find(message.thread_id)
    assert thread is not None
    return {"recipient_id": thread.person_id, "message_id": message.id}


def _act(call: Call, recipient_id: str) -> dict[str, Any]:
    """Type, mark as seen, react: things that leave no message."""
    world, action = call.world, call.params["sender_action"]
    if action not in ACTIONS:
        raise invalid(f"Param sender_action must be one of {{{', '.join(ACTIONS)}}}")
    take_rate(world, call.account, "sends", world.settings.sends_per_s, 1)
    if action == "react":
        react(world, call.account, recipient_id, read_reaction(call.params.get("payload")))
    elif action == "unreact":
        mid = read_object(call.params.get("payload"), "payload").get("message_id")
        unreact(world, call.account, recipient_id, str(mid))
    else:
        check_window(world, _thread(call, recipient_id), None)
    return {"recipient_id": recipient_id}


def _thread(call: Call, recipient_id: str) -> Thread:
    thread = call.world.threads.find_between(call.account.user_id, recipient_id)
    if thread is None:
        raise messaging(NO_USER)
    return thread


def upload(call: Call) -> dict[str, Any]:
    """`POST /{ig-user-id}/message_attachments`: fetch a file once, to be sent by its id."""
    message = read_object(call.params.get("message"), "message")
    attachment = message.get("attachment")
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(attachment, dict) or attachment.get("type") not in FILE_KINDS or not isinstance(payload, dict):
        raise messaging(BAD_DATA)
    if not payload.get("url"):
        raise messaging(BAD_DATA)
    file = call.world.direct_files.fetch(call.account.user_id, attachment["type"], str(payload["url"]))
    return {"attachment_id": file.id}
