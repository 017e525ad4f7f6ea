"""What Instagram might tell of some days in the life of an account, and what must have come of it."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app import db
from app.comments.models import Comment
from app.conversations.models import Conversation, Message
from app.instagram.facts import Update
from app.instagram.webhook import read_updates

BEGAN_MS = 1_783_880_000_000
ITEMS_AT_MOST = 5
COPIES_AT_MOST = 5
Item = tuple[str, dict[str, Any]]
"""Under which member of an entry it comes, and the item."""


@dataclass(frozen=True)
class Delivery:
    """One body, and which of the items (by their place in the history) are in it."""

    body: bytes
    numbers: tuple[int, ...]


class History:
    """So many items of all kinds, in the order in which they happened."""

    def __init__(self, ig_user_id: str, count: int, seed: int) -> None:
        self.ig_user_id = ig_user_id
        self._chance = random.Random(seed)
        self._mids: list[tuple[str, str]] = []
        self._comments: list[str] = []
        self.items = [self._item(number, max(4, count // 25)) for number in range(count)]

    def deliveries(self) -> list[Delivery]:
        """Return bodies in which each item comes one to five times, in any order, alone or with others."""
        numbers = [number for number in range(len(self.items)) for _ in range(self._chance.randint(1, COPIES_AT_MOST))]
        self._chance.shuffle(numbers)
        bodies = []
        while numbers:
            some = [numbers.pop() for _ in range(min(len(numbers), self._chance.randint(1, ITEMS_AT_MOST)))]
            bodies.append(Delivery(self._body(some), tuple(some)))
        return bodies

    def updates(self, numbers: Sequence[int]) -> list[Update]:
        """Return what the server reads in these items."""
        return read_updates(json.loads(self._body(numbers)))

    def _body(self, numbers: Sequence[int]) -> bytes:
        entries = [
            {"id": self.ig_user_id, "time": BEGAN_MS // 1000 + number, name: [item]}
            for number in numbers
            for name, item in [self.items[number]]
        ]
        return json.dumps({"object": "instagram", "entry": entries}, separators=(",", ":")).encode()

    def _item(self, number: int, people: int) -> Item:
        person = f"16666392845{self._chance.randrange(people):05d}"
        draw = self._chance.random()
        if draw < 0.25:
            return "changes", {"field": "comments", "value": self._comment(number, person)}
        if draw < 0.65 or not self._mids:
            return "messaging", self._message(number, person)
        return "messaging", self._word(number, draw)

    def _comment(self, number: int, person: str) -> dict[str, Any]:
        media = {"id": f"178597199914{number % 7:05d}", "media_product_type": "REELS"}
        value = {"id": f"180097644{number:08d}", "text": f"Баға {number}?", "media": media}
        tops = [one for one in self._comments if int(one[-8:]) % 7 == number % 7]
        if tops and self._chance.random() < 0.3:
            value["parent_id"] = self._chance.choice(tops)
        else:
            self._comments.append(str(value["id"]))
        author = (
            {"id": self.ig_user_id} if self._chance.random() < 0.2 else {"id": person, "username": f"p{person[-5:]}"}
        )
        return value | {"from": author}

    def _message(self, number: int, person: str) -> dict[str, Any]:
        mid = f"aWdfZAG1faXRlbTo{number:07d}"
        if self._chance.random() < 0.2:
            echo = {"mid": mid, "text": f"Жауап {number}", "is_echo": True}
            return self._between(self.ig_user_id, person, number, "message", echo)
        self._mids.append((person, mid))
        return self._between(person, self.ig_user_id, number, "message", {"mid": mid, "text": f"Сұрақ {number}"})

    def _word(self, number: int, draw: float) -> dict[str, Any]:
        person, mid = self._chance.choice(self._mids)
        words: list[tuple[str, dict[str, Any]]] = [
            ("reaction", {"mid": mid, "action": "react", "emoji": self._chance.choice("😍🔥👍")}),
            ("reaction", {"mid": mid, "action": "unreact"}),
            ("message_edit", {"mid": mid, "text": f"Түзетілген {number}", "num_edit": number}),
            ("message", {"mid": mid, "is_deleted": True}),
            ("read", {"mid": mid}),
            ("postback", {"mid": f"aWdfcG9zdGJhY2s{number:07d}", "title": "Баға", "payload": "PRICE"}),
            ("referral", {"ref": "spring", "source": "SHORTLINKS"}),
            ("optin", {"type": "x"}),
        ]
        member, value = words[int(draw * 1000) % len(words)]
        return self._between(person, self.ig_user_id, number, member, value)

    def _between(self, sender: str, recipient: str, number: int, member: str, value: dict[str, Any]) -> dict[str, Any]:
        sides = {"sender": {"id": sender}, "recipient": {"id": recipient}}
        return {**sides, "timestamp": BEGAN_MS + number * 1000, member: value}


def state_of(workspace_id: int) -> dict[str, Any]:
    """Return all that comments and messages say, without ids and times of ours."""
    with db.workspace_scope(workspace_id), db.reading() as session:
        messages = session.scalars(select(Message).order_by(Message.sent_at, Message.mid)).all()
        mid_of = {message.id: message.mid for message in messages}
        conversations = session.scalars(select(Conversation)).all()
        comments = session.scalars(select(Comment)).all()
        return {
            "messages": {message.mid: _shown_message(message) for message in messages},
            "orders": {
                conversation.contact.ig_scoped_id: [m.mid for m in messages if m.conversation_id == conversation.id]
                for conversation in conversations
            },
            "conversations": {
                conversation.contact.ig_scoped_id: (
                    mid_of.get(conversation.latest_message_id or 0),
                    conversation.unread_count,
                    *map(_moment, (conversation.latest_at, conversation.waiting_since, conversation.window_ends_at)),
                    _moment(conversation.seen_by_person_at),
                )
                for conversation in conversations
            },
            "comments": {comment.ig_comment_id: _shown_comment(comment) for comment in comments},
        }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return in words where two states are not the same."""
    return [
        f"{part} {name}: {one[part].get(name)} != {other[part].get(name)}"
        for part in one
        for name in sorted(one[part].keys() | other[part].keys())
        if one[part].get(name) != other[part].get(name)
    ]


def _shown_message(message: Message) -> tuple[Any, ...]:
    reactions = sorted((reaction.is_own, reaction.emoji) for reaction in message.reactions if reaction.emoji)
    if message.unsent_at:
        return (message.is_own, _moment(message.unsent_at), message.text, len(message.attachments), *reactions)
    return (message.is_own, message.kind, message.text, message.edits, message.payload, *reactions)


def _shown_comment(comment: Comment) -> tuple[Any, ...]:
    parent = comment.parent.ig_comment_id if comment.parent else None
    times = map(_moment, (comment.posted_at, comment.latest_at, comment.waiting_since))
    return (comment.text, comment.is_own, comment.media.ig_media_id, parent, comment.gone_at is None, *times)


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
