"""Somebody here reads a conversation."""

from datetime import datetime

from sqlalchemy import select

from app.conversations.organise import mark_read
from app.db import current_workspace_id, reading
from app.dispatches.write_signs import write_seen
from app.workspaces.models import Workspace


def read_conversation(conversation_id: int, *, user_id: int, now: datetime) -> None:
    """Note that a conversation was read, and let the person see that if the workspace shows it. Raises NotFound."""
    if mark_read(conversation_id, now=now) and _marks_seen():
        write_seen(conversation_id, user_id=user_id, now=now)


def _marks_seen() -> bool:
    with reading() as session:
        return session.scalars(select(Workspace.marks_seen).where(Workspace.id == current_workspace_id())).one()
