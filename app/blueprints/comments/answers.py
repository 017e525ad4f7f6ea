"""Answering a comment: in its thread, or in private."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue

from app.blueprints.comments import bp
from app.blueprints.comments.filters import read_id
from app.blueprints.comments.thread_page import answer_with_thread, refuse
from app.blueprints.comments.views import DIRECT, PUBLIC, Composer
from app.comments.models import Comment
from app.comments.threads import get_comment
from app.dispatches.models import Dispatch
from app.dispatches.write_reply import write_private_reply, write_reply
from app.errors import NotFound, RuleError
from app.saved_replies.save_reply import note_use
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.workspaces.models import Role

TOKEN_CHARACTERS = 43
MOST_TYPED = 10_000
"""Of a text that is far too long, so much is taken and given back with the error."""


@bp.post("/<int:comment_id>/replies")
@allow(Role.MEMBER)
def create_reply(comment_id: int) -> ResponseReturnValue:
    """Answer in the thread; `to` names the comment of it that is answered."""
    return _answer(comment_id, write_reply, PUBLIC)


@bp.post("/<int:comment_id>/private-replies")
@allow(Role.MEMBER)
def create_private_reply(comment_id: int) -> ResponseReturnValue:
    """Answer the writer of a comment of the thread in private."""
    return _answer(comment_id, write_private_reply, DIRECT)


def _answer(comment_id: int, write: Callable[..., Dispatch], mode: str) -> ResponseReturnValue:
    target = _target(get_comment(comment_id))
    text, now = request.form.get("text", "")[:MOST_TYPED].replace("\r\n", "\n"), get_clock().now()
    try:
        write(target.id, text, user_id=current_user.id, form_token=form_token(), now=now)
    except RuleError as error:
        return refuse(comment_id, error, Composer(target.id, text, mode=mode))
    saved_reply_id = read_id(request.form.get("saved_reply_id"))
    if saved_reply_id is not None:
        note_use(saved_reply_id, now)
    return answer_with_thread(comment_id, is_answered=True)


def _target(comment: Comment) -> Comment:
    """Return the comment that is answered. Raises NotFound for one of another thread."""
    wished = read_id(request.form.get("to"))
    if wished is None or wished == comment.id:
        return comment
    target = get_comment(wished)
    if (target.parent_id or target.id) != (comment.parent_id or comment.id):
        raise NotFound(f"comment {wished} in the thread of {comment.id}")
    return target


def form_token() -> str | None:
    """Return the value that makes sending the same form twice ask once."""
    return request.form.get("form_token", "")[:TOKEN_CHARACTERS] or None
