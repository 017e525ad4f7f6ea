"""Notes: what the team tells itself beside a conversation."""

from datetime import datetime

from sqlalchemy import delete, select

from app.conversations.models import Conversation, Note
from app.conversations.rules import checked_note
from app.db import changed_rows, current_workspace_id, deadlock_safe, transaction
from app.errors import NotFound
from app.live.add_hint import add_hint
from app.live.models import HintKind


@deadlock_safe
def write_note(conversation_id: int, text: str, *, user_id: int, now: datetime) -> Note:
    """Write a note. Raises OrganiseError for an empty or overlong one, NotFound."""
    text = checked_note(text)
    with transaction() as session:
        if session.scalar(select(Conversation.id).where(Conversation.id == conversation_id)) is None:
            raise NotFound(f"conversation {conversation_id}")
        note = Note(conversation_id=conversation_id, user_id=user_id, text=text, written_at=now)
        session.add(note)
        add_hint(session, current_workspace_id(), HintKind.CONVERSATION, conversation_id, now)
    return note


@deadlock_safe
def delete_note(note_id: int, *, conversation_id: int, user_id: int, now: datetime) -> None:
    """Delete a note that this user wrote. Raises NotFound when there is none of theirs."""
    with transaction() as session:
        deleted = session.execute(
            delete(Note)
            .where(Note.id == note_id, Note.conversation_id == conversation_id, Note.user_id == user_id)
            .execution_options(synchronize_session=False)
        )
        if changed_rows(deleted) == 0:
            raise NotFound(f"note {note_id}")
        add_hint(session, current_workspace_id(), HintKind.CONVERSATION, conversation_id, now)
