"""What the team does with a conversation among itself. Nothing of it is told to Instagram."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.conversations.models import Conversation, ConversationState
from app.conversations.rules import OrganiseError, checked_snooze
from app.db import changed_rows, current_workspace_id, deadlock_safe, reading, transaction
from app.errors import NotFound
from app.live.add_hint import add_hint
from app.live.models import HintKind
from app.workspaces.models import Membership


def mark_read(conversation_id: int, *, now: datetime) -> bool:
    """Note that somebody here has read a conversation; return whether anything in it was unread."""
    return _change(conversation_id, now, Conversation.unread_count != 0, unread_count=0)


def mark_unread(conversation_id: int, *, now: datetime) -> bool:
    """Put a conversation back among the unread ones; return whether it was not there already."""
    return _change(conversation_id, now, Conversation.unread_count == 0, unread_count=1)


def set_state(conversation_id: int, state: ConversationState, *, now: datetime) -> ConversationState:
    """Move a conversation to another list and return the one it was in. Snoozing has a function of its own."""
    if state is ConversationState.SNOOZED:
        raise ValueError("snooze() knows until when")
    before = _state_of(conversation_id)
    _change(conversation_id, now, state=state, snoozed_until=None)
    return before


def snooze(conversation_id: int, until: datetime, *, now: datetime) -> ConversationState:
    """Put a conversation away until an instant, and return the list it was in. Raises OrganiseError.

    It comes back by itself then, or as soon as the person writes.
    """
    before = _state_of(conversation_id)
    until = checked_snooze(until, now)
    _change(conversation_id, now, state=ConversationState.SNOOZED, snoozed_until=until)
    return before


def assign(conversation_id: int, user_id: int | None, *, now: datetime) -> None:
    """Give a conversation to a member of the workspace, or to nobody. Raises OrganiseError for a stranger."""
    _state_of(conversation_id)
    if user_id is not None and not _is_member(user_id):
        raise OrganiseError("assignee_unknown", field="user_id")
    _change(conversation_id, now, assigned_to_id=user_id)


def _is_member(user_id: int) -> bool:
    query = select(Membership.id).where(
        Membership.user_id == user_id, Membership.workspace_id == current_workspace_id()
    )
    with reading() as session:
        return session.scalar(query) is not None


def _state_of(conversation_id: int) -> ConversationState:
    with reading() as session:
        state = session.scalar(select(Conversation.state).where(Conversation.id == conversation_id))
    if state is None:
        raise NotFound(f"conversation {conversation_id}")
    return state


@deadlock_safe
def _change(conversation_id: int, now: datetime, *conditions: Any, **values: Any) -> bool:
    with transaction() as session:
        changed = session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, *conditions)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if changed_rows(changed) == 0:
            return False
        add_hint(session, current_workspace_id(), HintKind.CONVERSATION, conversation_id, now)
    return True
