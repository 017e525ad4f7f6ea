"""Answers to a comment: in its thread, or to its writer in private."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.db import deadlock_safe, transaction
from app.dispatches.models import Dispatch, DispatchKind
from app.dispatches.new_dispatch import add_dispatch, find_by_token, get_comment
from app.dispatches.rules import (
    COMMENTS_SCOPE,
    check_account,
    check_private_reply,
    check_public_reply,
    checked_comment_text,
    checked_message_text,
)
from app.errors import RuleError


@deadlock_safe
def write_reply(
    comment_id: int, text: str, *, user_id: int | None, form_token: str | None, now: datetime, batch: str | None = None
) -> Dispatch:
    """Answer publicly in a comment's thread. `user_id` None: a rule answers.

    Raises NotFound, RuleError.
    """
    with transaction() as session:
        if (known := find_by_token(session, form_token)) is not None:
            return known
        comment = get_comment(session, comment_id)
        text = checked_comment_text(text)
        check_account(comment.account, COMMENTS_SCOPE)
        check_public_reply(comment)
        return _add(session, comment, DispatchKind.REPLY, text, user_id, form_token, now, batch)


@deadlock_safe
def write_private_reply(
    comment_id: int, text: str, *, user_id: int | None, form_token: str | None, now: datetime, batch: str | None = None
) -> Dispatch:
    """Answer a comment's writer by a direct message: once per comment, within 7 days.

    Raises NotFound, RuleError (`private_reply_used` when there was one that was not refused).
    """
    with transaction() as session:
        if (known := find_by_token(session, form_token)) is not None:
            return known
        comment = get_comment(session, comment_id)
        text = checked_message_text(text)
        check_account(comment.account, COMMENTS_SCOPE)
        check_private_reply(comment, now)
        return _add(session, comment, DispatchKind.PRIVATE_REPLY, text, user_id, form_token, now, batch)


def _add(
    session: Session,
    comment: Comment,
    kind: DispatchKind,
    text: str,
    user_id: int | None,
    form_token: str | None,
    now: datetime,
    batch: str | None,
) -> Dispatch:
    dispatch = add_dispatch(
        session,
        workspace_id=comment.workspace_id,
        account_id=comment.account_id,
        kind=kind,
        comment_id=comment.id,
        private_reply_to_id=comment.id if kind is DispatchKind.PRIVATE_REPLY else None,
        text=text,
        created_by_id=user_id,
        form_token=form_token,
        now=now,
        batch=batch,
    )
    if dispatch is None:
        raise RuleError("private_reply_used")
    return dispatch
