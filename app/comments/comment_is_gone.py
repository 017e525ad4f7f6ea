"""A comment that was deleted on Instagram."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.comments.apply_comment import find_comment
from app.comments.models import Comment, HideRecord
from app.comments.recount_thread import recount_thread
from app.db import transaction
from app.live.add_hint import add_hint
from app.live.models import HintKind


def comment_is_gone(account: Account, ig_comment_id: str, now: datetime) -> Comment | None:
    """Erase a comment that Instagram says is deleted, with its replies; return it if that was news.

    Nothing but the ids is left, so that a late event cannot bring it back. Runs inside the caller's transaction.
    """
    with transaction() as session:
        comment = find_comment(session, account, ig_comment_id)
        if comment is None or comment.gone_at is not None:
            return None
        replies = session.scalars(select(Comment).where(Comment.parent_id == comment.id, Comment.gone_at.is_(None)))
        for each in (comment, *replies):
            _erase(session, each, now)
        top = session.get_one(Comment, comment.parent_id, with_for_update=True) if comment.parent_id else comment
        recount_thread(session, top)
        add_hint(session, account.workspace_id, HintKind.COMMENT, top.id, now)
        session.flush()
        return comment


def _erase(session: Session, comment: Comment, now: datetime) -> None:
    comment.gone_at = now
    comment.text = comment.folded = comment.language = ""
    comment.username = comment.contact_id = None
    comment.is_question = comment.hidden = False
    comment.like_count = 0
    session.execute(
        update(HideRecord)
        .where(HideRecord.comment_id == comment.id)
        .values(matched="")
        .execution_options(synchronize_session=False)
    )
