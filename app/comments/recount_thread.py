"""What the top of a thread says about the whole of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.comments.models import Comment


def take_in_newcomer(session: Session, top: Comment, comment: Comment, *, waits: bool) -> None:
    """Let a thread count a comment that is new in it. `waits` says that it is one to be answered.

    A thread that somebody has marked as done comes back with the next comment only, not with those before.
    """
    top.latest_at = max(top.latest_at, comment.posted_at)
    if comment.is_own:
        _answer(session, top)
    elif waits and not _is_answered(session, top, comment.posted_at):
        top.waiting_since = min(comment.posted_at, top.waiting_since or comment.posted_at)


def recount_thread(session: Session, top: Comment) -> None:
    """Count a thread anew after a comment of it has changed or is gone."""
    session.flush()
    latest = session.scalar(select(func.max(Comment.posted_at)).where(*_there(top)))
    top.latest_at = latest or top.posted_at
    _answer(session, top)


def _answer(session: Session, top: Comment) -> None:
    if top.waiting_since is None:
        return
    session.flush()
    waiting = select(func.min(Comment.posted_at)).where(
        *_there(top), Comment.is_own.is_(False), Comment.hidden.is_(False)
    )
    answered_at = _answered_at(session, top)
    if answered_at is not None:
        waiting = waiting.where(Comment.posted_at > answered_at)
    top.waiting_since = session.scalar(waiting)


def _is_answered(session: Session, top: Comment, posted_at: datetime) -> bool:
    answered_at = _answered_at(session, top)
    return answered_at is not None and answered_at >= posted_at


def _answered_at(session: Session, top: Comment) -> datetime | None:
    """Return when we last wrote in the thread: that answers all that came before, or in the same second."""
    return session.scalar(select(func.max(Comment.posted_at)).where(*_there(top), Comment.is_own.is_(True)))


def _there(top: Comment) -> list[ColumnElement[bool]]:
    is_in_thread = or_(Comment.id == top.id, Comment.parent_id == top.id)
    return [is_in_thread, Comment.gone_at.is_(None), Comment.seen_at > Comment.UNTOLD]
