"""Let go of what cannot be checked any more, and of the marks that deleted things leave."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.conversations.find_conversation import lock_conversation_by_id
from app.conversations.models import Conversation, EarlyWord, Message
from app.conversations.recount import recount
from app.db import changed_rows, deadlock_safe, every_workspace, reading, transaction
from app.live.add_hint import add_hint
from app.live.models import HintKind
from app.workspaces.models import Workspace

TOMBSTONES_KEPT = timedelta(days=90)
"""Instagram repeats an event for 36 hours; whoever looks up what was deleted looks up to a season back."""
EARLY_WORDS_KEPT = timedelta(days=7)
BATCH = 500


def forget_history(now: datetime) -> None:
    """Delete history where a workspace keeps none, old marks of deleted comments, and words about unknown messages."""
    with every_workspace():
        for conversation_id in _with_unwanted_history():
            _forget_one(conversation_id, now)
        while _forget_tombstones(now) == BATCH:
            pass
        _forget_early_words(now)


def forget_history_of(session: Session, conversation_id: int, now: datetime) -> None:
    """Delete what a conversation has of history."""
    conversation = lock_conversation_by_id(session, conversation_id)
    forgotten = session.execute(
        delete(Message)
        .where(Message.conversation_id == conversation_id, Message.is_history.is_(True))
        .execution_options(synchronize_session=False)
    )
    if changed_rows(forgotten):
        recount(session, conversation)
        add_hint(session, conversation.workspace_id, HintKind.CONVERSATION, conversation_id, now)


def _with_unwanted_history() -> list[int]:
    query = (
        select(Message.conversation_id)
        .join(Workspace, Workspace.id == Message.workspace_id)
        .where(Workspace.keeps_history.is_(False), Message.is_history.is_(True))
        .distinct()
    )
    with reading() as session:
        return list(session.scalars(query))


@deadlock_safe
def _forget_one(conversation_id: int, now: datetime) -> None:
    with transaction() as session:
        if session.scalar(select(Conversation.id).where(Conversation.id == conversation_id)) is not None:
            forget_history_of(session, conversation_id, now)


@deadlock_safe
def _forget_tombstones(now: datetime) -> int:
    old = select(Comment.id).where(Comment.gone_at < now - TOMBSTONES_KEPT).limit(BATCH)
    with transaction() as session:
        ids = list(session.scalars(old))
        session.execute(delete(Comment).where(Comment.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


@deadlock_safe
def _forget_early_words(now: datetime) -> None:
    with transaction() as session:
        session.execute(
            delete(EarlyWord).where(EarlyWord.at < now - EARLY_WORDS_KEPT).execution_options(synchronize_session=False)
        )
