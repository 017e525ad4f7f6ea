"""Sending: messages, private replies, reactions, and the signs of reading and typing.

Sources, below https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api:
the page itself, …/private-replies and …/sender-actions, checked 2026-11-21.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.instagram.answers import as_id
from app.instagram.connection import Connection, require_id, unreadable_answer
from app.instagram.limits import MESSAGE_PICTURES
from app.instagram.publishing import form_value
from app.instagram.transport import ATTACHMENT_READ_SECONDS, READ_SECONDS

ATTACHMENT_KINDS = frozenset({"image", "audio", "video", "file"})


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a send: whom it went to (of a private reply the only way to learn it), and the message's id."""

    person_id: str
    mid: str


class MessagingCalls(Connection):
    """Writing to people. Not to be repeated blindly after `outcome_unknown`: Instagram knows no key for one send."""

    def send_text(self, person_id: str, text: str, *, human_agent: bool = False) -> Sent:
        """Send a text of at most 1000 bytes. `human_agent`: a person answers after the 24 hours."""
        return self._send({"id": require_id(person_id)}, {"text": form_value(text)}, human_agent=human_agent)

    def send_attachments(self, person_id: str, kind: str, urls: Sequence[str], *, human_agent: bool = False) -> Sent:
        """Send files that Instagram fetches from `urls`: up to 10 images, or one audio, video or file (PDF)."""
        if kind not in ATTACHMENT_KINDS or not 1 <= len(urls) <= (MESSAGE_PICTURES if kind == "image" else 1):
            raise ValueError("up to 10 pictures, or one of another kind")
        pieces = [{"type": kind, "payload": {"url": url}} for url in urls]
        message: dict[str, object] = {"attachment": pieces[0]} if len(pieces) == 1 else {"attachments": pieces}
        recipient = {"id": require_id(person_id)}
        return self._send(recipient, message, human_agent=human_agent, read_seconds=ATTACHMENT_READ_SECONDS)

    def reply_privately(self, ig_comment_id: str, text: str) -> Sent:
        """Write to a comment's writer: once per comment, within 7 days, on a live video only while it runs."""
        return self._send({"comment_id": require_id(ig_comment_id)}, {"text": form_value(text)})

    def react(self, person_id: str, mid: str, emoji: str) -> None:
        """React to a message of the conversation with a person, in place of a former reaction of ours."""
        payload = {"message_id": require_id(mid), "reaction": form_value(emoji)}
        self._act(person_id, {"sender_action": "react", "payload": payload})

    def unreact(self, person_id: str, mid: str) -> None:
        """Take our reaction to a message back."""
        self._act(person_id, {"sender_action": "unreact", "payload": {"message_id": require_id(mid)}})

    def mark_seen(self, person_id: str) -> None:
        """Let a person see that their messages were read."""
        self._act(person_id, {"sender_action": "mark_seen"})

    def show_typing(self, person_id: str) -> None:
        """Let a person see that somebody is writing to them."""
        self._act(person_id, {"sender_action": "typing_on"})

    def _send(
        self,
        recipient: Mapping[str, str],
        message: Mapping[str, object],
        *,
        human_agent: bool = False,
        read_seconds: float = READ_SECONDS,
    ) -> Sent:
        tag = {"tag": "HUMAN_AGENT"} if human_agent else {}
        body = {"recipient": recipient, "message": message, **tag}
        answer = self._post_json(self._path_of("messages"), body, read_seconds=read_seconds)
        mid, person_id = as_id(answer.get("message_id")), as_id(answer.get("recipient_id"))
        if mid is None:
            raise unreadable_answer(is_reading=False)
        return Sent(person_id or recipient.get("id", ""), mid)

    def _act(self, person_id: str, action: Mapping[str, object]) -> None:
        self._post_json(self._path_of("messages"), {"recipient": {"id": require_id(person_id)}, **action})
