"""Doing the same with several comments at once, and what came of each."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.blueprints.comments import bp
from app.blueprints.comments.answers import form_token
from app.blueprints.comments.filters import read_id
from app.comments import mark_done
from app.comments.models import Comment
from app.comments.threads import UNDER_WAY, list_comments_by_id
from app.dispatches import moderate
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.dispatches.new_dispatch import token_of_part
from app.dispatches.orders import cancel_dispatch
from app.dispatches.queries import list_batch
from app.dispatches.write_reply import write_reply
from app.errors import NotFound, RuleError
from app.saved_replies.save_reply import get_saved_reply, note_use
from app.saved_replies.variables import fill, variables_of
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.web.flash import flash_error, flash_success
from app.web.redirects import redirect_back, wants_fragment
from app.web.sentences import Sentence, sentence
from app.workspaces.models import Role

MOST_AT_ONCE = 100
_BATCH = re.compile(r"[A-Za-z0-9_-]{16,43}")
_SKIPPED = re.compile(r"(\d{1,19})\.([a-z_]{1,60})")


class Action(StrEnum):
    """What can be done with several comments."""

    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    DONE = "done"
    REPLY = "reply"


@dataclass(frozen=True)
class Result:
    """What came of one comment."""

    comment: Comment | None
    state: DispatchState
    problem: Sentence | None
    dispatch_id: int | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether its state is about to change by itself."""
        return self.state in UNDER_WAY


Write = Callable[[Comment, dict[str, Any]], object]


@bp.post("/bulk")
@allow(Role.MEMBER)
def start_bulk() -> ResponseReturnValue:
    """Do one thing with all chosen comments, then show what came of each."""
    ids = [number for value in request.form.getlist("comment_id")[:MOST_AT_ONCE] if (number := read_id(value))]
    comments, wished = list_comments_by_id(ids), request.form.get("action", "")
    if ids and not comments:
        raise NotFound("none of the comments")
    if not comments or wished not in set(Action):
        flash_error(_("Choose comments first, then what to do with them."))
        return redirect_back(url_for("comments.list_threads"))
    action = Action(wished)
    if action is Action.DONE:
        return _finish(comments)
    saved_reply_id = read_id(request.form.get("saved_reply_id")) if action is Action.REPLY else None
    if action is Action.REPLY and saved_reply_id is None:
        flash_error(_("Choose which saved reply to send."))
        return redirect_back(url_for("comments.list_threads"))
    return _write_all(comments, _writer(action, saved_reply_id))


@bp.get("/batches/<batch>")
@allow(Role.MEMBER)
def show_batch(batch: str) -> ResponseReturnValue:
    """Show how far a bulk action has got; htmx gets the results alone."""
    results = _results(batch)
    if not results:
        raise NotFound(f"batch {batch}")
    template = "comments/_batch.html" if wants_fragment() else "comments/batch.html"
    return render_template(
        template,
        batch=batch,
        results=results,
        finished=sum(not result.is_under_way for result in results),
        can_undo=any(_can_undo(dispatch) for dispatch in list_batch(batch)),
        skipped=request.args.get("skipped"),
    )


@bp.post("/batches/<batch>/cancel")
@allow(Role.MEMBER)
def cancel_batch(batch: str) -> ResponseReturnValue:
    """Take back all of a bulk action that has not gone out yet."""
    dispatches = list_batch(_checked(batch))
    if not dispatches:
        raise NotFound(f"batch {batch}")
    undone = sum(_cancel(dispatch) for dispatch in dispatches)
    flash_success(ngettext("%(num)s comment stays.", "%(num)s comments stay.", undone))
    return redirect(url_for("comments.show_batch", batch=batch), 303)


def _cancel(dispatch: Dispatch) -> bool:
    if not _can_undo(dispatch):
        return False
    try:
        cancel_dispatch(dispatch.id, now=get_clock().now())
    except RuleError:
        return False  # it has gone out meanwhile; the results say so
    return True


def _can_undo(dispatch: Dispatch) -> bool:
    return dispatch.kind is DispatchKind.DELETE and dispatch.state is DispatchState.WAITING


def _finish(comments: list[Comment]) -> ResponseReturnValue:
    done = sum(mark_done.mark_done(comment.id, now=get_clock().now()) for comment in comments)
    flash_success(ngettext("%(num)s thread is marked as done.", "%(num)s threads are marked as done.", done))
    return redirect_back(url_for("comments.list_threads"))


def _writer(action: Action, saved_reply_id: int | None) -> Write:
    if action is Action.HIDE:
        return _hide
    if action is Action.UNHIDE:
        return lambda comment, given: moderate.write_unhide(comment.id, **given)
    if action is Action.DELETE:
        return lambda comment, given: moderate.write_delete(comment.id, **given)
    text = get_saved_reply(saved_reply_id or 0).text

    def reply(comment: Comment, given: dict[str, Any]) -> None:
        write_reply(comment.id, fill(text, variables_of(comment.contact, comment.username)), **given)
        note_use(saved_reply_id or 0, given["now"])

    return reply


def _hide(comment: Comment, given: dict[str, Any]) -> None:
    moderate.write_hide(comment.id, **given)
    mark_done.settle(comment.id, now=given["now"])


def _write_all(comments: list[Comment], write: Write) -> ResponseReturnValue:
    """Write a dispatch for each comment; sending the form twice finds those of the first time."""
    token, now, skipped = form_token() or secrets.token_urlsafe(24), get_clock().now(), []
    batch = token_of_part(token, 1)
    for comment in comments:
        given = {
            "user_id": current_user.id,
            "form_token": token_of_part(token, comment.id + 1),
            "now": now,
            "batch": batch,
        }
        try:
            write(comment, given)
        except RuleError as error:
            skipped.append(f"{comment.id}.{error.key}")
    return redirect(url_for("comments.show_batch", batch=batch, skipped=",".join(skipped) or None), 303)


def _checked(batch: str) -> str:
    if _BATCH.fullmatch(batch) is None:
        raise NotFound("no batch")
    return batch


def _results(batch: str) -> list[Result]:
    """Return what came of each comment: of those that a rule forbade nothing was written, the address names them."""
    refused = dict(_SKIPPED.findall(request.args.get("skipped", "")[:4000]))
    known = list_comments_by_id([int(number) for number in refused if read_id(number)])
    skipped = [Result(each, DispatchState.REFUSED, sentence(refused[str(each.id)])) for each in known]
    return skipped + [
        Result(
            dispatch.comment,
            dispatch.state,
            sentence(dispatch.reason, dispatch.reason_values) if dispatch.reason else None,
            dispatch.id,
        )
        for dispatch in list_batch(_checked(batch))
    ]
