"""Reads of saved replies."""

from collections.abc import Sequence

from sqlalchemy import select

from app.db import current_workspace_id, reading
from app.saved_replies.models import SavedReply

MOST_PICKED = 60
"""So many the picker holds; more would make every page of the desk heavy."""


def list_saved_replies() -> Sequence[SavedReply]:
    """Return all saved replies, by shortcut."""
    with reading() as session:
        mine = SavedReply.workspace_id == current_workspace_id()
        return session.scalars(select(SavedReply).where(mine).order_by(SavedReply.shortcut)).all()


def list_to_pick(limit: int = MOST_PICKED) -> Sequence[SavedReply]:
    """Return the saved replies to choose from, those used most often first."""
    with reading() as session:
        mine = SavedReply.workspace_id == current_workspace_id()
        order = (SavedReply.used_count.desc(), SavedReply.shortcut)
        return session.scalars(select(SavedReply).where(mine).order_by(*order).limit(limit)).all()
