"""Writing a dispatch down, once for each form that asks for it."""

import base64
import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.dispatches.models import Dispatch, DispatchKind
from app.errors import NotFound
from app.insert_new import insert_new
from app.live.add_hint import add_hint
from app.live.models import HintKind


def add_dispatch(
    session: Session,
    *,
    workspace_id: int,
    kind: DispatchKind,
    form_token: str | None,
    now: datetime,
    next_try_at: datetime | None = None,
    **values: Any,
) -> Dispatch | None:
    """Write a dispatch that is carried out at `next_try_at` (None: at once), and tell open pages.

    With a `form_token` that was seen before, the dispatch of then is returned and nothing written. None when one of
    the other rules of the table forbids it: a second private reply to the same comment.
    """
    token = form_token or secrets.token_urlsafe(32)
    known = find_by_token(session, token)
    if known is not None:
        return known
    is_new = insert_new(
        session,
        Dispatch,
        workspace_id=workspace_id,
        kind=kind,
        form_token=token,
        created_at=now,
        next_try_at=next_try_at or now,
        **values,
    )
    dispatch = find_by_token(session, token)
    if is_new and dispatch is not None:
        tell_pages(session, dispatch, now)
    return dispatch


def find_by_token(session: Session, form_token: str | None) -> Dispatch | None:
    """Return the dispatch that a form has asked for already."""
    return session.scalar(select(Dispatch).where(Dispatch.form_token == form_token)) if form_token else None


def token_of_part(form_token: str, part: int) -> str:
    """Return the token of one of several dispatches that a form asks for at once; the first has the form's own."""
    if part == 0:
        return form_token
    digest = hashlib.sha256(f"{form_token}/{part}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def tell_pages(session: Session, dispatch: Dispatch, now: datetime) -> None:
    """Let open pages draw the dispatch anew, and the thread or conversation that it stands in."""
    add_hint(session, dispatch.workspace_id, HintKind.DISPATCH, dispatch.id, now)
    if dispatch.conversation_id is not None:
        add_hint(session, dispatch.workspace_id, HintKind.CONVERSATION, dispatch.conversation_id, now)
    if dispatch.comment_id is not None:
        parent = session.scalar(select(Comment.parent_id).where(Comment.id == dispatch.comment_id))
        add_hint(session, dispatch.workspace_id, HintKind.COMMENT, parent or dispatch.comment_id, now)


def get_comment(session: Session, comment_id: int) -> Comment:
    """Return a comment of the current workspace. Raises NotFound."""
    comment = session.scalar(select(Comment).where(Comment.id == comment_id))
    if comment is None:
        raise NotFound(f"comment {comment_id}")
    return comment
