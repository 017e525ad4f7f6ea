"""Conversations to look at."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from app import db
from app.accounts.models import Account
from app.contacts.models import Contact
from app.conversations.models import Conversation, Message, MessageKind
from app.search.folding import fold
from tests.clocks import DEFAULT_NOW

DAY = timedelta(days=1)


def make_contact(account: Account, number: int = 1, **values: Any) -> Contact:
    """Write a person; `number` tells them from others."""
    defaults = {
        "account_id": account.id,
        "ig_scoped_id": f"90000000000{number:04d}",
        "username": f"buyer_{number}",
        "name": f"Покупатель {number}",
        "first_seen_at": DEFAULT_NOW,
    }
    with db.workspace_scope(account.workspace_id), db.transaction() as session:
        contact = Contact(**defaults | values)
        session.add(contact)
    return contact


def make_conversation(
    account: Account, number: int = 1, *, contact: Contact | None = None, now: datetime = DEFAULT_NOW, **values: Any
) -> Conversation:
    """Write a conversation without messages."""
    contact = contact or make_contact(account, number)
    defaults = {
        "account_id": account.id,
        "contact_id": contact.id,
        "ig_thread_id": f"thread-{number}",
        "latest_at": now,
        "created_at": now,
    }
    with db.workspace_scope(account.workspace_id), db.transaction() as session:
        conversation = Conversation(**defaults | values)
        session.add(conversation)
    return conversation


def make_message(
    conversation: Conversation, text: str | None = "Здравствуйте", *, at: datetime = DEFAULT_NOW, **values: Any
) -> Message:
    """Write a message, and what it means for its conversation: its latest, its window, who waits."""
    is_own = values.get("is_own", False)
    with db.workspace_scope(conversation.workspace_id), db.transaction() as session:
        row = session.get_one(Conversation, conversation.id)
        defaults = {
            "account_id": row.account_id,
            "conversation_id": row.id,
            "mid": f"aWdf{secrets.token_hex(12)}",
            "is_own": is_own,
            "kind": MessageKind.TEXT,
            "text": text,
            "folded": fold(text),
            "sent_at": at,
            "seen_at": at,
            "checked_at": at,
        }
        message = Message(**defaults | values)
        session.add(message)
        session.flush()
        if row.latest_message_id is None or at >= row.latest_at:
            row.latest_at, row.latest_message_id = at, message.id
        if is_own:
            row.waiting_since = None
        else:
            row.waiting_since = row.waiting_since or at
            row.unread_count += 1
            row.last_inbound_at, row.window_ends_at = at, at + DAY
    return message
