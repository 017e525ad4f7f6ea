"""Full-text search over all messages that are cached here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.conversations.models import Conversation, Message
from app.conversations.queries import is_beyond, read_cursor, write_cursor
from app.db import current_workspace_id, reading
from app.search.folding import fold
from app.search.nearby import rare_words, words_stand_in
from app.search.words import words_match

PAGE_SIZE = 30
NEAR = 3000
"""So many messages are looked at one by one for words, before the index of words is asked."""
MOST_FOUND = 10_000
"""Of words that stand in more messages, those that came here last are shown: nobody reads on so far."""

_Key = tuple[datetime, int]


@dataclass(frozen=True)
class Found:
    """A page of what was found, newest first, and the cursor of the next one, if there is one."""

    messages: Sequence[Message]
    next_cursor: str | None


def search_messages(query: str, *, cursor: str | None = None, limit: int = PAGE_SIZE, near: int = NEAR) -> Found:
    """Return messages that hold all words of the query, each at least as the beginning of one of theirs.

    They are looked for among the `near` messages next in order first. Common words are found there, and rare ones are
    quick to gather from the index of words: a search costs much the same however many messages there are.
    """
    if not fold(query):
        return Found([], None)
    after = read_cursor(cursor)
    with reading() as session:
        end = _end_of_near(session, after, near)
        found = session.execute(_near(query, after, end).limit(limit + 1)).all()
        if end is not None and len(found) <= limit:
            rare = rare_words(session, Message.folded, query, and_(_here(), Message.sent_at >= end))
            found = session.execute(_by_index(query, rare, after).limit(limit + 1)).all()
        page = found[:limit]
        messages = _load(session, [row.id for row in page])
    return Found(messages, write_cursor(page[-1].id, page[-1].sent_at) if len(found) > limit else None)


def _here() -> ColumnElement[bool]:
    return Message.workspace_id == current_workspace_id()


def _end_of_near(session: Session, after: _Key | None, near: int) -> datetime | None:
    """Return how far back the messages next in order reach; None when they are all there are."""
    times = select(Message.sent_at).where(_here()).order_by(Message.sent_at.desc())
    if after is not None:
        times = times.where(Message.sent_at <= after[0])
    return session.scalar(times.offset(near).limit(1))


def _near(query: str, after: _Key | None, end: datetime | None) -> Select[int, datetime]:
    """Return a query for those that hold the words among the messages next in order."""
    keys = select(Message.id, Message.sent_at).where(_here(), words_stand_in(Message.folded, query))
    if after is not None:
        keys = keys.where(is_beyond(Message.sent_at, Message.id, after, newest_first=True))
    if end is not None:
        keys = keys.where(Message.sent_at >= end)
    return keys.order_by(Message.sent_at.desc(), Message.id.desc())


def _by_index(query: str, rare: str, after: _Key | None) -> Select[int, datetime]:
    """Return a query for all messages that hold the words: the `rare` ones as the index of words tells."""
    matching = (
        select(Message.id, Message.sent_at)
        .where(words_match(Message, rare), words_stand_in(Message.folded, query))
        .order_by(Message.id.desc())
        .limit(MOST_FOUND)
        .subquery()
    )
    keys = select(matching.c.id, matching.c.sent_at)
    if after is not None:
        keys = keys.where(is_beyond(matching.c.sent_at, matching.c.id, after, newest_first=True))
    return keys.order_by(matching.c.sent_at.desc(), matching.c.id.desc())


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
