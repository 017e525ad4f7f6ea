"""What is done in a thread with one button."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from app.blueprints.comments import bp
from app.blueprints.comments.answers import form_token
from app.blueprints.comments.thread_page import answer_with_thread, refuse
from app.comments import mark_done
from app.comments.threads import get_comment
from app.dispatches import moderate
from app.dispatches.dismiss_dispatch import dismiss_dispatch
from app.dispatches.models import Dispatch
from app.dispatches.orders import answer_doubt, cancel_dispatch, send_again
from app.dispatches.queries import get_dispatch
from app.errors import NotFound, RuleError
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.workspaces.models import Role


@bp.post("/<int:comment_id>/hide")
@allow(Role.MEMBER)
def hide(comment_id: int) -> ResponseReturnValue:
    """Hide a comment; its thread is done when nobody else waits in it."""

    def write(comment_id: int, **given: object) -> None:
        moderate.write_hide(comment_id, **given)  # type: ignore[arg-type]
        mark_done.settle(comment_id, now=get_clock().now())

    return _order(comment_id, write)


@bp.post("/<int:comment_id>/unhide")
@allow(Role.MEMBER)
def unhide(comment_id: int) -> ResponseReturnValue:
    """Show a hidden comment again."""
    return _order(comment_id, moderate.write_unhide)


@bp.post("/<int:comment_id>/delete")
@allow(Role.MEMBER)
def delete(comment_id: int) -> ResponseReturnValue:
    """Delete a comment in some seconds, during which it can be taken back."""
    return _order(comment_id, moderate.write_delete)


@bp.post("/<int:comment_id>/like")
@allow(Role.MEMBER)
def like(comment_id: int) -> ResponseReturnValue:
    """Like a comment."""
    return _order(comment_id, moderate.write_like)


@bp.post("/<int:comment_id>/unlike")
@allow(Role.MEMBER)
def unlike(comment_id: int) -> ResponseReturnValue:
    """Take a like back."""
    return _order(comment_id, moderate.write_unlike)


@bp.post("/<int:comment_id>/done")
@allow(Role.MEMBER)
def finish(comment_id: int) -> ResponseReturnValue:
    """Mark a thread as one that needs no answer."""
    mark_done.mark_done(comment_id, now=get_clock().now())
    return answer_with_thread(comment_id)


@bp.post("/<int:comment_id>/waiting")
@allow(Role.MEMBER)
def reopen(comment_id: int) -> ResponseReturnValue:
    """Put a thread back among the unanswered ones."""
    mark_done.mark_waiting(comment_id, now=get_clock().now())
    return answer_with_thread(comment_id)


@bp.post("/dispatches/<int:dispatch_id>/cancel")
@allow(Role.MEMBER)
def cancel(dispatch_id: int) -> ResponseReturnValue:
    """Take back what has not gone out yet."""
    return _change(dispatch_id, lambda dispatch: cancel_dispatch(dispatch.id, now=get_clock().now()))


@bp.post("/dispatches/<int:dispatch_id>/dismiss")
@allow(Role.MEMBER)
def dismiss(dispatch_id: int) -> ResponseReturnValue:
    """Give up what Instagram refused."""
    return _change(dispatch_id, lambda dispatch: dismiss_dispatch(dispatch.id, now=get_clock().now()))


@bp.post("/dispatches/<int:dispatch_id>/again")
@allow(Role.MEMBER)
def send_once_more(dispatch_id: int) -> ResponseReturnValue:
    """Let what was refused go out after all."""
    return _change(
        dispatch_id, lambda dispatch: send_again(dispatch.id, user_id=current_user.id, now=get_clock().now())
    )


@bp.post("/dispatches/<int:dispatch_id>/sent")
@allow(Role.MEMBER)
def say_sent(dispatch_id: int) -> ResponseReturnValue:
    """Take a person's word that what is in doubt is on Instagram."""
    return _doubt(dispatch_id, was_sent=True)


@bp.post("/dispatches/<int:dispatch_id>/not-sent")
@allow(Role.MEMBER)
def say_not_sent(dispatch_id: int) -> ResponseReturnValue:
    """Take a person's word that what is in doubt is not on Instagram, and let it go out."""
    return _doubt(dispatch_id, was_sent=False)


def _doubt(dispatch_id: int, *, was_sent: bool) -> ResponseReturnValue:
    def answer(dispatch: Dispatch) -> Dispatch:
        return answer_doubt(dispatch.id, was_sent=was_sent, user_id=current_user.id, now=get_clock().now())

    return _change(dispatch_id, answer)


def _order(comment_id: int, write: Callable[..., object]) -> ResponseReturnValue:
    comment = get_comment(comment_id)
    try:
        write(comment.id, user_id=current_user.id, form_token=form_token(), now=get_clock().now())
    except RuleError as error:
        return refuse(comment.id, error)
    return answer_with_thread(comment.id)


def _change(dispatch_id: int, change: Callable[[Dispatch], Dispatch]) -> ResponseReturnValue:
    dispatch = get_dispatch(dispatch_id)
    if dispatch.comment_id is None:
        raise NotFound(f"dispatch {dispatch_id} of a comment")
    try:
        change(dispatch)
    except RuleError as error:
        return refuse(dispatch.comment_id, error)
    return answer_with_thread(dispatch.comment_id)
