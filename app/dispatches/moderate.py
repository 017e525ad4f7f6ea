"""What is done to a comment without words: hidden, shown, deleted, liked."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.comments.models import Comment
from app.db import deadlock_safe, transaction
from app.dispatches.models import Dispatch, DispatchKind
from app.dispatches.new_dispatch import add_dispatch, find_by_token, get_comment
from app.dispatches.rules import (
    COMMENTS_SCOPE,
    TAKE_BACK,
    check_account,
    check_comment,
    check_not_live,
    check_others,
)

Check = Callable[[Comment], None]


def write_hide(
    comment_id: int, *, user_id: int | None, form_token: str | None, now: datetime, batch: str | None = None
) -> Dispatch:
    """Hide a comment from everybody but its writer. `user_id` None: a rule does it. Raises NotFound, RuleError."""
    checks = (check_comment, check_not_live, check_others)
    return _write(comment_id, DispatchKind.HIDE, checks, user_id, form_token, now, batch)


def write_unhide(
    comment_id: int, *, user_id: int | None, form_token: str | None, now: datetime, batch: str | None = None
) -> Dispatch:
    """Show a hidden comment again. Raises NotFound, RuleError."""
    checks = (check_comment, check_not_live, check_others)
    return _write(comment_id, DispatchKind.UNHIDE, checks, user_id, form_token, now, batch)


def write_delete(
    comment_id: int, *, user_id: int | None, form_token: str | None, now: datetime, batch: str | None = None
) -> Dispatch:
    """Delete a comment with its replies in 8 seconds, during which it can be taken back. Raises NotFound, RuleError."""
    checks = (check_comment, check_not_live)
    return _write(comment_id, DispatchKind.DELETE, checks, user_id, form_token, now, batch, wait=TAKE_BACK)


def write_like(
    comment_id: int, *, user_id: int | None, form_token: str | None, now: datetime, batch: str | None = None
) -> Dispatch:
    """Like a comment. Raises NotFound, RuleError."""
    return _write(comment_id, DispatchKind.LIKE, (check_comment,), user_id, form_token, now, batch)


def write_unlike(
    comment_id: int, *, user_id: int | None, form_token: str | None, now: datetime, batch: str | None = None
) -> Dispatch:
    """Take a like back. Raises NotFound, RuleError."""
    return _write(comment_id, DispatchKind.UNLIKE, (check_comment,), user_id, form_token, now, batch)


@deadlock_safe
def _write(
    comment_id: int,
    kind: DispatchKind,
    checks: tuple[Check, ...],
    user_id: int | None,
    form_token: str | None,
    now: datetime,
    batch: str | None,
    wait: timedelta = timedelta(0),
) -> Dispatch:
    with transaction() as session:
        if (known := find_by_token(session, form_token)) is not None:
            return known
        comment = get_comment(session, comment_id)
        check_account(comment.account, COMMENTS_SCOPE)
        for check in checks:
            check(comment)
        dispatch = add_dispatch(
            session,
            workspace_id=comment.workspace_id,
            account_id=comment.account_id,
            kind=kind,
            comment_id=comment.id,
            created_by_id=user_id,
            form_token=form_token,
            now=now,
            next_try_at=now + wait,
            batch=batch,
        )
        assert dispatch is not None
        return dispatch
