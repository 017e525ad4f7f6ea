"""What a person does with a dispatch that has not gone out, or about which nobody knows."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.conversations.models import Conversation
from app.db import changed_rows, deadlock_safe, transaction
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.dispatches.new_dispatch import tell_pages
from app.dispatches.rules import (
    COMMENTS_SCOPE,
    MESSAGES_SCOPE,
    check_account,
    check_comment,
    check_private_reply,
    check_public_reply,
    check_window_for_person,
)
from app.errors import NotFound, RuleError


@deadlock_safe
def cancel_dispatch(dispatch_id: int, *, now: datetime) -> Dispatch:
    """Take back what has not gone out yet. Raises NotFound, RuleError `dispatch_moved_on` when it has."""
    with transaction() as session:
        dispatch = _take(session, dispatch_id, DispatchState.WAITING)
        _end(dispatch, DispatchState.CANCELLED, now)
        tell_pages(session, dispatch, now)
        return dispatch


@deadlock_safe
def send_again(dispatch_id: int, *, user_id: int, now: datetime) -> Dispatch:
    """Let what was refused or cancelled go out after all, in the name of this person.

    The rules are asked again: the window may have closed meanwhile. Raises NotFound, RuleError.
    """
    with transaction() as session:
        dispatch = _take(session, dispatch_id, DispatchState.REFUSED, DispatchState.CANCELLED)
        return _bring_out(session, dispatch, user_id, now)


@deadlock_safe
def answer_doubt(dispatch_id: int, *, was_sent: bool, user_id: int, now: datetime) -> Dispatch:
    """A person has looked on Instagram: it was sent, or it was not and goes out now. Raises NotFound, RuleError."""
    with transaction() as session:
        dispatch = _take(session, dispatch_id, DispatchState.UNCONFIRMED)
        if not was_sent:
            return _bring_out(session, dispatch, user_id, now)
        dispatch.state = DispatchState.SENT
        dispatch.reason = dispatch.reason_values = None
        dispatch.finished_at = now
        tell_pages(session, dispatch, now)
        return dispatch


def _take(session: Session, dispatch_id: int, *allowed: DispatchState) -> Dispatch:
    """Return the dispatch, locked for this transaction; whoever held it may write no more."""
    taken = session.execute(
        update(Dispatch)
        .where(Dispatch.id == dispatch_id, Dispatch.state.in_(allowed))
        .values(claim=Dispatch.claim + 1)
        .execution_options(synchronize_session=False)
    )
    found = select(Dispatch).where(Dispatch.id == dispatch_id).execution_options(populate_existing=True)
    dispatch = session.scalar(found)
    if dispatch is None:
        raise NotFound(f"dispatch {dispatch_id}")
    if changed_rows(taken) != 1:
        raise RuleError("dispatch_moved_on", state=dispatch.state)
    return dispatch


def _end(dispatch: Dispatch, state: DispatchState, now: datetime) -> None:
    dispatch.state = state
    dispatch.next_try_at = None
    dispatch.finished_at = now
    dispatch.private_reply_to_id = None


def _bring_out(session: Session, dispatch: Dispatch, user_id: int, now: datetime) -> Dispatch:
    fresh = _checked_again(session, dispatch, now)
    for name, value in {**AFRESH, **fresh}.items():
        setattr(dispatch, name, value)
    dispatch.created_by_id = user_id
    dispatch.next_try_at = now
    session.flush()
    tell_pages(session, dispatch, now)
    return dispatch


AFRESH: dict[str, Any] = {
    "state": DispatchState.WAITING,
    "is_planned": False,
    "tries": 0,
    "called_at": None,
    "snapshot": None,
    "looks": 0,
    "looked_at": None,
    "reason": None,
    "reason_values": None,
    "finished_at": None,
}
"""A dispatch that nothing has been tried with."""


def _checked_again(session: Session, dispatch: Dispatch, now: datetime) -> dict[str, Any]:
    """Ask the rules as if it were written now; return what follows from them. Raises RuleError."""
    if dispatch.conversation_id is not None:
        conversation = session.get_one(Conversation, dispatch.conversation_id)
        check_account(conversation.account, MESSAGES_SCOPE)
        if dispatch.kind is not DispatchKind.MESSAGE:
            return {}
        return {"human_agent": check_window_for_person(conversation, now).needs_human_agent}
    comment = session.get_one(Comment, dispatch.comment_id)
    check_account(comment.account, COMMENTS_SCOPE)
    if dispatch.kind is DispatchKind.REPLY:
        check_public_reply(comment)
    elif dispatch.kind is DispatchKind.PRIVATE_REPLY:
        check_private_reply(comment, now)
        return {"private_reply_to_id": _the_only_one(session, dispatch)}
    else:
        check_comment(comment)
    return {}


def _the_only_one(session: Session, dispatch: Dispatch) -> int | None:
    other = select(Dispatch.id).where(Dispatch.private_reply_to_id == dispatch.comment_id, Dispatch.id != dispatch.id)
    if session.scalar(other) is not None:
        raise RuleError("private_reply_used")
    return dispatch.comment_id
