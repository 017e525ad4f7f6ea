"""Full-text search over all messages that are cached here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.conversations.models import Conversation, Message
from app.conversations.queries import is_beyond, read_cursor, write_cursor
from app.db import reading
from app.search.words import words_match

PAGE_SIZE = 30
MOST_FOUND = 10_000
"""Of words that stand in more messages, those that came here last are shown: nobody reads on so far."""


@dataclass(frozen=True)
class Found:
    """A page of what was found, newest first, and the cursor of the next one, if there is one."""

    messages: Sequence[Message]
    next_cursor: str | None


def search_messages(query: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Found:
    """Return messages that hold all words of the query, each at least as the beginning of one of theirs."""
    matching = (
        select(Message.id, Message.sent_at)
        .where(words_match(Message, query))
        .order_by(Message.id.desc())
        .limit(MOST_FOUND)
        .subquery()
    )
    keys = select(matching.c.id, matching.c.sent_at)
    after = read_cursor(cursor)
    if after is not None:
        keys = keys.where(is_beyond(matching.c.sent_at, matching.c.id, after, newest_first=True))
    with reading() as session:
        rows = session.execute(keys.order_by(matching.c.sent_at.desc(), matching.c.id.desc()).limit(limit + 1)).all()
        page = rows[:limit]
        messages = _load(session, [row.id for row in page])
    return Found(messages, write_cursor(page[-1].id, page[-1].sent_at) if len(rows) > limit else None)


def _load(session: Session, ids: Sequence[int]) -> list[Message]:
    if not ids:
        return []
    found = session.scalars(
        select(Message)
        .where(Message.id.in_(ids))
        .options(
            selectinload(Message.attachments),
            joinedload(Message.conversation).joinedload(Conversation.contact),
        )
    )
    by_id = {message.id: message for message in found}
    return [by_id[message_id] for message_id in ids if message_id in by_id]
