"""Reads of the rules that hide comments, and of what they have hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.comments.models import Comment, HideRecord, HideRule
from app.db import current_workspace_id, reading

PAGE_SIZE = 30


@dataclass(frozen=True)
class LogPage:
    """A page of the log, newest first, and the id that the next one comes before."""

    records: Sequence[HideRecord]
    next_before: int | None


def list_hide_rules() -> Sequence[HideRule]:
    """Return all rules, oldest first."""
    with reading() as session:
        mine = HideRule.workspace_id == current_workspace_id()
        return session.scalars(select(HideRule).where(mine).order_by(HideRule.id)).all()


def list_hidden(before: int | None = None, limit: int = PAGE_SIZE) -> LogPage:
    """Return what rules have hidden, with the comments, newest first."""
    query = select(HideRecord).where(HideRecord.workspace_id == current_workspace_id())
    if before is not None:
        query = query.where(HideRecord.id < before)
    whole = joinedload(HideRecord.comment).joinedload(Comment.account)
    with reading() as session:
        found = session.scalars(query.order_by(HideRecord.id.desc()).limit(limit + 1).options(whole)).all()
    page = found[:limit]
    return LogPage(page, page[-1].id if len(found) > limit else None)
