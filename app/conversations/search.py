"""Full-text search over all messages that are cached here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.conversations.models import Conversation, Message
from app.conversations.queries import is_beyond, read_cursor, write_cursor
from app.db import current_workspace_id, reading
from app.search.words import words_match

PAGE_SIZE = 30


@dataclass(frozen=True)
class Found:
    """A page of what was found, newest first, and the cursor of the next one, if there is one."""

    messages: Sequence[Message]
    next_cursor: str | None


def search_messages(query: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Found:
    """Return messages that hold all words of the query, each at least as the beginning of one of theirs."""
    matching = select(Message.id, Message.sent_at).where(
        Message.workspace_id == current_workspace_id(), words_match(Message, query)
    )
    after = read_cursor(cursor)
    if after is not None:
        matching = matching.where(is_beyond(Message.sent_at, Message.id, after, newest_first=True))
    with reading() as session:
        keys = session.execute(matching.order_by(Message.sent_at.desc(), Message.id.desc()).limit(limit + 1)).all()
        page = keys[:limit]
        loaded = session.scalars(
            select(Message)
            .where(Message.id.in_([row.id for row in page]))
            .options(
                selectinload(Message.attachments),
                joinedload(Message.conversation).joinedload(Conversation.contact),
            )
        )
        by_id = {message.id: message for message in loaded}
    messages = [by_id[row.id] for row in page if row.id in by_id]
    return Found(messages, write_cursor(page[-1].id, page[-1].sent_at) if len(keys) > limit else None)
