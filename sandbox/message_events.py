"""The items of messaging webhooks, in their documented shapes.

Source: instagram-platform/webhooks/examples (v25, 2026-05).
"""

from typing import TYPE_CHECKING, Any

from sandbox.records import Account, Message, Thread

if TYPE_CHECKING:
    from sandbox.world import World

# The field that switches an item on, by the member that tells its kind.
FIELDS = {
    "message": "messages",
    "postback": "messaging_postbacks",
    "reaction": "message_reactions",
    "read": "messaging_seen",
    "referral": "messaging_referral",
    "message_edit": "message_edit",
    "optin": "messaging_optins",
    "pass_thread_control": "messaging_handover",
    "take_thread_control": "messaging_handover",
    "request_thread_control": "messaging_handover",
}
SHOWN = ("attachments", "reply_to", "quick_reply", "referral", "is_unsupported")


def absolute(world: "World", value: Any) -> Any:
    """Return a part of a message with our own addresses made whole."""
    if isinstance(value, dict):
        return {name: absolute(world, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [absolute(world, inner) for inner in value]
    return world.origin + value if isinstance(value, str) and value.startswith("/ig_messaging_cdn/") else value


def from_person(world: "World", thread: Thread, member: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return an item that a person has caused."""
    return {
        "sender": {"id": thread.person_id},
        "recipient": {"id": thread.user_id},
        "timestamp": int(world.clock.now() * 1000),
        member: value,
    }


def message_value(world: "World", message: Message) -> dict[str, Any]:
    """Return the `message` member of a webhook."""
    value: dict[str, Any] = {"mid": message.id}
    if message.text is not None:
        value["text"] = message.text
    shown = {name: message.body[name] for name in SHOWN if name in message.body}
    return {**value, **absolute(world, shown)}


def echo(world: "World", account: Account, thread: Thread, message: Message) -> dict[str, Any]:
    """Return the item about a message of the account itself; a message to oneself says so."""
    value = message_value(world, message) | {"is_echo": True}
    if "attachments" in value:
        value["attachments"] = [_echoed(one) for one in value["attachments"]]
    if thread.person_id == account.user_id:
        value["is_self"] = True
    return {
        "sender": {"id": account.user_id},
        "recipient": {"id": thread.person_id},
        "timestamp": int(message.created_at * 1000),
        "message": value,
    }


def _echoed(attachment: dict[str, Any]) -> dict[str, Any]:
    """Return an attachment of ours as its echo shows it: templates stand under the name of their type."""
    if attachment["type"] != "template":
        return attachment
    inner = dict(attachment["payload"])
    return {"type": "template", "payload": {inner.pop("template_type"): inner}}


def send_items(world: "World", account: Account, member: str, item: dict[str, Any]) -> None:
    """Tell the app about something a person did, in the ways the settings ask for."""
    settings = world.settings
    if member == "message" and not item["message"].get("is_deleted") and settings.edit_zero != "off":
        world.webhooks.notify_messaging(account, "message_edit", _edit_zero(item))
        if settings.edit_zero == "instead":
            return
    world.webhooks.notify_messaging(account, FIELDS[member], item)


def _edit_zero(item: dict[str, Any]) -> dict[str, Any]:
    """Return what some apps receive for a new message: an edit number 0 without text, sender and recipient."""
    return {"timestamp": item["timestamp"], "message_edit": {"mid": item["message"]["mid"], "num_edit": 0}}


def send_echo(world: "World", account: Account, thread: Thread, message: Message) -> None:
    """Tell the app about a message of the account, whoever wrote it."""
    field = {"either": ("messages", "message_echoes")}.get(world.settings.echo_field, (world.settings.echo_field,))
    world.webhooks.notify_messaging(account, field, echo(world, account, thread, message))
