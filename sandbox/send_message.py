"""Sending as the account: messages, private replies, reactions, sender actions.

Sources: messaging-api, …/private-replies, …/sender-actions (v25).
"""

from typing import Any

from sandbox.accounts import DAY
from sandbox.direct_files import link
from sandbox.errors import IG, GraphError, messaging
from sandbox.message_events import send_echo
from sandbox.message_rules import Draft, Piece
from sandbox.records import Account, Comment, Media, Message, Person, Thread
from sandbox.world import World

WINDOW_S = DAY
HUMAN_AGENT_WINDOW_S = 7 * DAY
PRIVATE_REPLY_S = 7 * DAY
HOUR_S = 3600
OUTSIDE, NO_USER, BAD_DATA, BAD_COMMENT, UNREVIEWED, NO_ACCESS, UNAVAILABLE, TOO_MANY = (
    2534022,
    2534014,
    2534015,
    2534025,
    2018028,
    2534041,
    1545041,
    2534040,
)
NOT_APPROVED = (
    "To use 'Human Agent', your use of this endpoint must be reviewed and approved by Facebook. To submit this "
    "'Human Agent' feature for review please read our documentation on reviewable features: "
    "https://developers.facebook.com/docs/apps/review."
)


def check_access(world: World, account: Account, person: Person) -> None:
    """Raise GraphError when the person cannot be written to at all."""
    if not world.settings.message_access:
        raise messaging(NO_ACCESS)
    if world.bonds.get(account, person).is_blocked:
        raise messaging(UNAVAILABLE)
    if world.settings.access == "standard" and not person.has_role:
        raise messaging(UNREVIEWED)


def take_rate(world: World, account: Account, what: str, limit: int, window_s: float) -> None:
    """Count a call; raises GraphError when there were too many."""
    if not world.rates.take(account.user_id, what, limit=limit, window_s=window_s):
        raise messaging(TOO_MANY)


def send_message(world: World, account: Account, recipient_id: str, draft: Draft, *, tag: str | None) -> Message:
    """Send a message to somebody who has written before and return it; raises GraphError."""
    take_send_rate(world, account, draft)
    if recipient_id == account.user_id:
        return _deliver(world, account, _own_thread(world, account), draft)
    person = world.accounts.find_person(recipient_id)
    thread = world.threads.find_between(account.user_id, recipient_id)
    if person is None:
        raise messaging(NO_USER)
    check_access(world, account, person)
    check_window(world, thread, tag)
    assert thread is not None
    return _deliver(world, account, thread, draft)


def take_send_rate(world: World, account: Account, draft: Draft) -> None:
    """Count a send; raises GraphError when there were too many within a second."""
    if draft.has_media:
        take_rate(world, account, "media_sends", world.settings.media_sends_per_s, 1)
    else:
        take_rate(world, account, "sends", world.settings.sends_per_s, 1)


def _own_thread(world: World, account: Account) -> Thread:
    """Return the account's conversation with itself, which begins with a message in the app."""
    thread = world.threads.find_between(account.user_id, account.user_id)
    if thread is None:
        raise messaging(OUTSIDE)
    return thread


def check_window(world: World, thread: Thread | None, tag: str | None) -> None:
    """Raise GraphError unless the person has written lately: within 24 hours, or 7 days for a human agent."""
    if tag not in (None, "HUMAN_AGENT"):
        raise GraphError(100, "Param tag must be one of {HUMAN_AGENT}", kind=IG)
    if tag and world.settings.human_agent == "rejected":
        raise GraphError(10, NOT_APPROVED, kind=IG, status=403)
    age = None if thread is None or thread.opened_at is None else world.clock.now() - thread.opened_at
    if age is None or age > (HUMAN_AGENT_WINDOW_S if tag else WINDOW_S):
        raise messaging(OUTSIDE)


def _deliver(world: World, account: Account, thread: Thread, draft: Draft, **extra: Any) -> Message:
    """Fetch the attachments, write the message, tell the app by an echo."""
    body: dict[str, Any] = {**extra}
    if draft.pieces:
        body["attachments"] = [_attachment(world, account, piece) for piece in draft.pieces]
    if draft.quick_replies:
        body["quick_replies"] = list(draft.quick_replies)
    message = world.threads.add(thread, account.user_id, text=draft.text, body=body)
    send_echo(world, account, thread, message)
    return message


def _attachment(world: World, account: Account, piece: Piece) -> dict[str, Any]:
    if piece.upload_id is not None:
        file = world.direct_files.get_upload(account.user_id, piece.upload_id, piece.kind)
        return {"type": piece.kind, "payload": {"url": link(file)}}
    if piece.url is not None:
        file = world.direct_files.fetch(account.user_id, piece.kind, piece.url)
        return {"type": piece.kind, "payload": {"url": link(file)}}
    if piece.kind == "MEDIA_SHARE":
        return _own_post(world, account, (piece.payload or {})["id"])
    return {"type": piece.kind} | ({"payload": piece.payload} if piece.payload else {})


def _own_post(world: World, account: Account, media_id: str) -> dict[str, Any]:
    media = world.media.find(media_id)
    if media is None or media.user_id != account.user_id or not world.media.is_live(media):
        raise messaging(BAD_DATA)
    payload = {"ig_post_media_id": media.id, "title": media.caption or "", "url": shared_url(world, media)}
    return {"type": "ig_post", "payload": payload}


def shared_url(world: World, media: Media) -> str:
    """Return the address that a shared post or reel carries."""
    return f"{world.origin}/{'reel' if media.product_type == 'REELS' else 'p'}/{media.shortcode}/"


def send_private_reply(world: World, account: Account, comment_id: str, draft: Draft) -> Message:
    """Answer a comment in private, once, and return the message; raises GraphError.

    It opens no window: anything further needs an answer from the person.
    """
    comment = world.comments.find(comment_id)
    media = world.media.find(comment.media_id) if comment else None
    if comment is None or media is None or not _may_reply(world, account, comment, media):
        raise messaging(BAD_COMMENT)
    if not draft.is_plain and world.settings.private_reply_content != "any":
        if world.settings.private_reply_content == "text" or draft.text is None:
            raise messaging(BAD_DATA)
        draft = Draft(draft.text)
    person = world.accounts.find_person(comment.from_id)
    if person is None:
        raise messaging(UNAVAILABLE)
    check_access(world, account, person)
    if media.is_broadcast:
        take_rate(world, account, "live_replies", world.settings.sends_per_s, 1)
    else:
        take_rate(world, account, "private_replies", world.settings.private_replies_per_hour, HOUR_S)
    return _reply(world, account, person, comment, draft)


def _may_reply(world: World, account: Account, comment: Comment, media: Media) -> bool:
    """Tell whether a comment can get a private reply by its kind and age."""
    if media.user_id != account.user_id or comment.from_id == account.user_id:
        return False
    if media.is_broadcast:
        return media.is_on_air
    return world.clock.now() - comment.created_at <= PRIVATE_REPLY_S


def _reply(world: World, account: Account, person: Person, comment: Comment, draft: Draft) -> Message:
    if not world.threads.claim_private_reply(comment.id):
        if world.settings.private_reply_twice == "10900":
            raise GraphError(10900, "Activity already replied to", kind=IG)
        raise messaging(BAD_COMMENT)
    try:
        is_request = not world.bonds.get(account, person).follows
        thread = world.threads.open(account, person.id, is_request=is_request)
        return _deliver(world, account, thread, draft, comment_id=comment.id)
    except GraphError:
        world.threads.release_private_reply(comment.id)
        raise


def react(world: World, account: Account, recipient_id: str, reaction: tuple[str, str, str]) -> None:
    """Put the account's reaction to a message; no webhook tells of it. Raises GraphError."""
    mid, name, emoji = reaction
    world.threads.react(_message_between(world, account, recipient_id, mid), account.user_id, name, emoji)


def unreact(world: World, account: Account, recipient_id: str, mid: str) -> None:
    """Take the account's reaction away; raises GraphError."""
    world.threads.unreact(_message_between(world, account, recipient_id, mid), account.user_id)


def _message_between(world: World, account: Account, recipient_id: str, mid: str) -> Message:
    thread = world.threads.find_between(account.user_id, recipient_id)
    message = world.threads.find_message(mid)
    if thread is None or message is None or message.thread_id != thread.id or message.is_deleted:
        raise messaging(BAD_DATA)
    return message
