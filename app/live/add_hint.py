"""Tell open pages that something has changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.live.models import Hint, HintKind


def add_hint(session: Session, workspace_id: int, kind: HintKind, row_id: int, now: datetime) -> None:
    """Note that a row has changed, in the transaction that changes it."""
    session.add(Hint(workspace_id=workspace_id, kind=kind, row_id=row_id, at=now))
