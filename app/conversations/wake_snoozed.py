"""Bringing snoozed conversations back when their time has come."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.conversations.models import Conversation, ConversationState
from app.db import changed_rows, deadlock_safe, every_workspace, reading, transaction, workspace_scope
from app.live.add_hint import add_hint
from app.live.models import HintKind

BATCH = 200


def wake_snoozed(now: datetime) -> int:
    """Bring back conversations of every workspace whose time has come, a batch at most; return how many."""
    query = select(Conversation.id, Conversation.workspace_id).where(*_is_due(now)).limit(BATCH)
    with every_workspace(), reading() as session:
        due = session.execute(query).all()
    woken = 0
    for conversation_id, workspace_id in due:
        with workspace_scope(workspace_id):
            woken += _wake(conversation_id, workspace_id, now)
    return woken


@deadlock_safe
def _wake(conversation_id: int, workspace_id: int, now: datetime) -> bool:
    """Open one conversation again, unless somebody has moved it meanwhile."""
    with transaction() as session:
        woken = session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, *_is_due(now))
            .values(state=ConversationState.OPEN, snoozed_until=None)
            .execution_options(synchronize_session=False)
        )
        if changed_rows(woken) == 0:
            return False
        add_hint(session, workspace_id, HintKind.CONVERSATION, conversation_id, now)
    return True


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Conversation.state == ConversationState.SNOOZED, Conversation.snoozed_until <= now
