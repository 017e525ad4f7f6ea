"""Threads that need no answer: marked so by somebody, until anybody else writes in them."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.db import changed_rows, current_workspace_id, deadlock_safe, transaction
from app.errors import NotFound
from app.live.add_hint import add_hint
from app.live.models import HintKind


@deadlock_safe
def mark_done(comment_id: int, *, now: datetime) -> bool:
    """Take a comment's thread out of the unanswered ones; return whether it was among them. Raises NotFound."""
    with transaction() as session:
        return _set_waiting(session, _top_of(session, comment_id), None, now)


@deadlock_safe
def mark_waiting(comment_id: int, *, now: datetime) -> bool:
    """Put a comment's thread back among the unanswered ones; return whether that changed anything.

    A thread in which nobody else wrote stays as it is. Raises NotFound.
    """
    with transaction() as session:
        top_id = _top_of(session, comment_id)
        since = _unanswered_since(session, top_id)
        return since is not None and _set_waiting(session, top_id, since, now)


@deadlock_safe
def settle(comment_id: int, *, now: datetime) -> bool:
    """Mark a comment's thread as done unless another comment in it waits; return whether that changed anything.

    For a comment that is being hidden. Comments that are hidden already do not count. Raises NotFound.
    """
    with transaction() as session:
        top_id = _top_of(session, comment_id)
        since = session.scalar(select(Comment.waiting_since).where(Comment.id == top_id))
        if since is None:
            return False
        shown = (Comment.is_own.is_(False), Comment.hidden.is_(False), Comment.id != comment_id)
        waiting = select(Comment.id).where(*_in_thread(top_id), *shown, Comment.posted_at >= since)
        return session.scalar(waiting.limit(1)) is None and _set_waiting(session, top_id, None, now)


def _top_of(session: Session, comment_id: int) -> int:
    row = session.execute(select(Comment.id, Comment.parent_id).where(Comment.id == comment_id)).one_or_none()
    if row is None:
        raise NotFound(f"comment {comment_id}")
    top_id: int = row.parent_id or row.id
    return top_id


def _unanswered_since(session: Session, top_id: int) -> datetime | None:
    """Return when the oldest comment was written that no answer of ours follows, else their newest of all.

    None when nobody else wrote in the thread.
    """
    here = _in_thread(top_id)
    answered_at = session.scalar(select(func.max(Comment.posted_at)).where(*here, Comment.is_own.is_(True)))
    theirs = select(Comment.posted_at).where(*here, Comment.is_own.is_(False))
    open_ones = theirs if answered_at is None else theirs.where(Comment.posted_at > answered_at)
    oldest = session.scalar(open_ones.order_by(Comment.posted_at).limit(1))
    return oldest or session.scalar(theirs.order_by(Comment.posted_at.desc()).limit(1))


def _in_thread(top_id: int) -> tuple[ColumnElement[bool], ...]:
    return or_(Comment.id == top_id, Comment.parent_id == top_id), Comment.gone_at.is_(None)


def _set_waiting(session: Session, top_id: int, since: datetime | None, now: datetime) -> bool:
    is_other = Comment.waiting_since.is_not(None) if since is None else Comment.waiting_since.is_(None)
    changing = update(Comment).where(Comment.id == top_id, is_other).values(waiting_since=since)
    is_changed = changed_rows(session.execute(changing)) > 0
    if is_changed:
        add_hint(session, current_workspace_id(), HintKind.COMMENT, top_id, now)
    return is_changed
