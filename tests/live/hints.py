"""Writing hints in tests."""

from datetime import datetime

from app import db
from app.live.add_hint import add_hint
from app.live.models import HintKind
from app.workspaces.models import Workspace
from tests.clocks import DEFAULT_NOW


def hint_at(workspace: Workspace, row_id: int, now: datetime = DEFAULT_NOW) -> None:
    """Note that a conversation has changed."""
    with db.transaction() as session:
        add_hint(session, workspace.id, HintKind.CONVERSATION, row_id, now)
