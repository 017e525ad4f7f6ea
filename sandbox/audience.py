"""What people of the audience do; each act tells the app by its webhook."""

from typing import Any

from sandbox.direct_files import link
from sandbox.message_events import from_person, message_value, send_echo, send_items
from sandbox.message_rules import name_reaction
from sandbox.records import Account, Comment, DirectFile, Media, Message, Person, Thread
from sandbox.send_message import shared_url
from sandbox.webhooks import comment_value
from sandbox.world import World

STORY_LIFE_S = 86_400
MESSAGE_KEYS = frozenset({"text", "attachments", "reply_to", "quick_reply", "referral", "is_unsupported", "is_deleted"})


class CommentsOffError(Exception):
    """The media's owner has switched its comments off."""


class NoSuchMessageError(Exception):
    """There is no such message in the conversation."""


def write_comment(world: World, media: Media, person: Person, text: str, *, parent: Comment | None = None) -> Comment:
    """Write a comment or reply as somebody of the audience, and tell the app; raises CommentsOffError."""
    if not media.is_comment_enabled or (media.is_broadcast and not media.is_on_air):
        raise CommentsOffError
    comment = world.comments.add(media.id, from_id=person.id, username=person.username, text=text, parent=parent)
    account = world.accounts.find(media.user_id)
    assert account is not None
    field = "live_comments" if media.is_broadcast else "comments"
    world.webhooks.notify(account, field, comment_value(world, account, media, comment))
    return comment


def write_message(world: World, account: Account, person: Person, value: dict[str, Any]) -> Message:
    """Write a message as a webhook would show it, or take one back; raises ValueError, NoSuchMessageError."""
    unknown = set(value) - MESSAGE_KEYS - {"mid"}
    if unknown:
        raise ValueError(f"message: unknown {', '.join(sorted(unknown))}")
    if value.get("is_deleted"):
        return _take_back(world, account, person, str(value.get("mid")))
    if not set(value) & {"text", "attachments", "is_unsupported"}:
        raise ValueError("message: text, attachments or is_unsupported")
    body = {name: given for name, given in value.items() if name in MESSAGE_KEYS - {"text"}}
    thread = open_thread(world, account, person)
    message = world.threads.add(thread, person.id, text=value.get("text"), body=_doubled(world, body))
    _let_answer(world, account, person, thread, has_consent="quick_reply" not in value)
    send_items(world, account, "message", from_person(world, thread, "message", message_value(world, message)))
    return message


def write_as_owner(world: World, account: Account, person: Person | None, value: dict[str, Any]) -> Message:
    """Write as the account's owner in the app on the phone, to a person or to oneself; only an echo tells of it."""
    if not isinstance(value.get("text"), str):
        raise ValueError("message: text is required")
    thread = (
        open_thread(world, account, person)
        if person is not None
        else world.threads.open(account, account.user_id, is_request=False)
    )
    message = world.threads.add(thread, account.user_id, text=value["text"])
    send_echo(world, account, thread, message)
    return message


def tap_as_owner(world: World, account: Account, title: str, payload: str) -> Message:
    """Tap one's own ice breaker, menu item or button; the postback says that it is one's own."""
    thread = world.threads.open(account, account.user_id, is_request=False)
    message = world.threads.add(thread, account.user_id, text=title, body={"postback": payload})
    value = {"mid": message.id, "title": title, "payload": payload, "is_self": True}
    send_items(world, account, "postback", from_person(world, thread, "postback", value))
    return message


def _doubled(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add the older `share` beside a shared post, when the settings ask for it."""
    shared = [one for one in body.get("attachments", ()) if one.get("type") == "ig_post"]
    if not shared or not world.settings.share_copies:
        return body
    copies = [{"type": "share", "payload": {"url": one["payload"]["url"]}} for one in shared]
    return body | {"attachments": [*body["attachments"], *copies]}


def open_thread(world: World, account: Account, person: Person) -> Thread:
    """Return the conversation of the two; a stranger's lands among the requests."""
    return world.threads.open(account, person.id, is_request=not world.bonds.get(account, person).follows)


def _let_answer(world: World, account: Account, person: Person, thread: Thread, *, has_consent: bool = True) -> None:
    """Open the account's window for answers; writing and tapping also let it see the person's profile."""
    world.threads.open_window(thread.id)
    if (has_consent or world.settings.button_consent) and not world.bonds.get(account, person).has_consent:
        world.bonds.change(account, person, has_consent=True)


def find_message_of(world: World, account: Account, person: Person, mid: str) -> tuple[Thread, Message]:
    """Return a message of a conversation that is still there; raises NoSuchMessageError."""
    thread = world.threads.find_between(account.user_id, person.id)
    message = world.threads.find_message(mid)
    if thread is None or message is None or message.thread_id != thread.id or message.is_deleted:
        raise NoSuchMessageError
    return thread, message


def _take_back(world: World, account: Account, person: Person, mid: str) -> Message:
    thread, message = find_message_of(world, account, person, mid)
    world.threads.delete(message)
    urls = [one.get("payload", {}).get("url", "") for one in message.body.get("attachments", ())]
    world.direct_files.remove([url for url in urls if url])
    item = from_person(world, thread, "message", {"mid": message.id, "is_deleted": True})
    send_items(world, account, "message", item)
    return message


def edit_message(world: World, account: Account, person: Person, mid: str, text: str) -> Message:
    """Change the text of one's message; raises NoSuchMessageError."""
    thread, message = find_message_of(world, account, person, mid)
    edited = world.threads.edit(message, text)
    value = {"mid": mid, "text": text, "num_edit": edited.num_edit}
    send_items(world, account, "message_edit", from_person(world, thread, "message_edit", value))
    return edited


def tap(
    world: World,
    account: Account,
    person: Person,
    title: str,
    payload: str,
    *,
    is_template: bool = False,
    referral: dict[str, Any] | None = None,
) -> Message:
    """Tap an ice breaker, a menu item or a template's button: the title stands in the conversation.

    `referral` is the link or ad by which a new conversation was opened.
    """
    thread = open_thread(world, account, person)
    message = world.threads.add(thread, person.id, text=title, body={"postback": payload})
    _let_answer(world, account, person, thread, has_consent=not is_template)
    value: dict[str, Any] = {"mid": message.id, "title": title, "payload": payload}
    value |= {"referral": referral} if referral else {}
    send_items(world, account, "postback", from_person(world, thread, "postback", value))
    return message


def react_to_message(world: World, account: Account, person: Person, mid: str, reaction: str | None) -> None:
    """React to a message, or take the reaction away with None; raises NoSuchMessageError."""
    thread, message = find_message_of(world, account, person, mid)
    if reaction is None:
        world.threads.unreact(message, person.id)
        value: dict[str, Any] = {"mid": mid, "action": "unreact"}
    else:
        name, emoji = name_reaction(reaction)
        world.threads.react(message, person.id, name, emoji)
        value = {"mid": mid, "action": "react", "reaction": name, "emoji": emoji}
    send_items(world, account, "reaction", from_person(world, thread, "reaction", value))


def see_message(world: World, account: Account, person: Person, mid: str) -> None:
    """Read a message; raises NoSuchMessageError."""
    thread, message = find_message_of(world, account, person, mid)
    send_items(world, account, "read", from_person(world, thread, "read", {"mid": message.id}))


def come_by_link(world: World, account: Account, person: Person, ref: str) -> None:
    """Open an existing conversation by an ig.me link; it opens the window. Raises NoSuchMessageError."""
    thread = world.threads.find_between(account.user_id, person.id)
    if thread is None:
        raise NoSuchMessageError
    world.threads.open_window(thread.id)
    value = {"ref": ref, "source": "SHORTLINKS", "type": "OPEN_THREAD"}
    send_items(world, account, "referral", from_person(world, thread, "referral", value))


def send_file(world: World, account: Account, person: Person, file: DirectFile) -> Message:
    """Send a picture, a video, a sound or a PDF."""
    attachment = {"type": file.kind, "payload": {"url": link(file)}}
    return write_message(world, account, person, {"attachments": [attachment]})


def mention_in_story(world: World, account: Account, person: Person, picture: bytes) -> Message:
    """Mention the account in one's Story, which lives for a day."""
    expires_at = world.clock.now() + STORY_LIFE_S
    file = world.direct_files.take(account.user_id, "image", picture, expires_at=expires_at)
    attachment = {"type": "story_mention", "payload": {"url": link(file)}}
    return write_message(world, account, person, {"attachments": [attachment]})


def answer_story(world: World, account: Account, person: Person, story: Media, text: str) -> Message:
    """Answer one of the account's Stories."""
    url = f"{world.origin}/stories/{account.username}/{story.id}/"
    return write_message(world, account, person, {"text": text, "reply_to": {"story": {"id": story.id, "url": url}}})


def share_post(world: World, account: Account, person: Person, media: Media) -> Message:
    """Send one of the account's posts or Reels back to it."""
    url, title = shared_url(world, media), media.caption or ""
    if media.product_type == "REELS":
        shared = {"type": "ig_reel", "payload": {"reel_video_id": media.id, "title": title, "url": url}}
    else:
        shared = {"type": "ig_post", "payload": {"ig_post_media_id": media.id, "title": title, "url": url}}
    return write_message(world, account, person, {"attachments": [shared]})
