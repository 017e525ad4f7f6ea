"""What has changed since a page was drawn or last told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select

from app.db import reading
from app.live.models import Hint, HintKind

LATE = timedelta(seconds=10)
"""A transaction that took its number early may commit that much later than the ones after it."""

MOST_MISSED = 200
"""A page that missed more than this fetches everything anew instead."""


@dataclass(frozen=True)
class Change:
    """One hint."""

    id: int
    workspace_id: int
    kind: HintKind
    row_id: int

    def __str__(self) -> str:
        """Return it as pages are told: `57:conversation:12`."""
        return f"{self.id}:{self.kind.value}:{self.row_id}"


@dataclass(frozen=True)
class Missed:
    """What a page was not told yet."""

    changes: list[Change]
    newest: int
    """Where the page stands once it knows them."""
    is_complete: bool
    """Whether that is all; if not, the page fetches everything it shows."""


def newest_hint_id() -> int:
    """Return the number of the newest hint, 0 when there has never been one."""
    with reading() as session:
        return session.scalar(select(func.max(Hint.id))) or 0


def list_changes(after: int, late_ids: Collection[int] = (), limit: int = 1000) -> list[Change]:
    """Return the hints of all workspaces after a number, and those of `late_ids` that are there by now, in order."""
    condition = Hint.id > after
    if late_ids:
        condition = or_(condition, Hint.id.in_(late_ids))
    query = select(Hint.id, Hint.workspace_id, Hint.kind, Hint.row_id).where(condition).order_by(Hint.id).limit(limit)
    with reading() as session:
        return [Change(*row) for row in session.execute(query)]


def find_missed(workspace_id: int, after: int) -> Missed:
    """Return what a workspace's page that knows everything up to `after` has missed.

    Some of it may have been told before: what committed about the time of `after` is told again, since a number that
    was given earlier may have come later.
    """
    newest = newest_hint_id()
    if after == newest:
        return Missed([], newest, is_complete=True)
    with reading() as session:
        since = session.scalar(select(Hint.at).where(Hint.id == after))
        if since is None:  # too long ago, or from before this database
            return Missed([], newest, is_complete=False)
        query = (
            select(Hint.id, Hint.workspace_id, Hint.kind, Hint.row_id)
            .where(Hint.workspace_id == workspace_id, Hint.at >= since - LATE, Hint.id != after)
            .order_by(Hint.id.desc())
            .limit(MOST_MISSED + 1)
        )
        changes = [Change(*row) for row in session.execute(query)]
    is_complete = len(changes) <= MOST_MISSED
    return Missed(changes[::-1] if is_complete else [], newest, is_complete)
