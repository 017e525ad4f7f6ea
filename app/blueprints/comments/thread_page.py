"""One thread: on a page of its own, and as the part of any page that changes."""

from dataclasses import replace
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.comments import bp
from app.blueprints.comments.filters import read_id
from app.blueprints.comments.pictures import picture_urls
from app.blueprints.comments.views import DIRECT, PUBLIC, Composer, View, show_thread
from app.comments.queries import Found
from app.comments.threads import Thread, get_comment, get_thread, load_threads
from app.errors import RuleError
from app.saved_replies.queries import list_to_pick
from app.web.access import allow
from app.web.context import get_clock
from app.web.flash import flash_rule
from app.web.redirects import redirect_back, wants_fragment
from app.web.sentences import sentence_for
from app.workspaces.models import Role


@bp.get("/<int:comment_id>")
@allow(Role.MEMBER)
def show_comment(comment_id: int) -> ResponseReturnValue:
    """Show a comment's whole thread; htmx gets the thread alone. `?to=` names the comment to answer."""
    if wants_fragment():
        return render_thread(comment_id)
    comment = get_comment(comment_id)
    if comment.parent_id is not None:
        return redirect(url_for("comments.show_comment", comment_id=comment.parent_id, to=comment.id), 303)
    thread = get_thread(comment_id, _before())
    now, target = get_clock().now(), _target(thread)
    return render_template(
        "comments/thread.html",
        shown=show_thread(thread, now, View.PAGE, target),
        picture=picture_urls([thread.top.media]).get(thread.top.media_id),
        saved_replies=list_to_pick(),
    )


def render_thread(
    comment_id: int, composer: Composer | None = None, *, error: str = "", is_answered: bool = False
) -> str:
    """Return the markup of a comment's thread as it is now, for the place that the request comes from.

    The field to answer in stays as open as it is there, unless what stood in it has just been sent.
    """
    view = View.LIST if request.values.get("view") == View.LIST.value else View.PAGE
    thread = _load(comment_id, view)
    composer = composer or (None if is_answered else _kept(thread))
    if error:
        composer = replace(composer or Composer(comment_id), error=error)
    return render_template("comments/_thread.html", shown=show_thread(thread, get_clock().now(), view, composer))


def answer_with_thread(comment_id: int, *, is_answered: bool = False) -> ResponseReturnValue:
    """Answer an order that was carried out: the thread as it is now, or the page it was on."""
    if wants_fragment():
        return render_thread(comment_id, is_answered=is_answered)
    return _back(comment_id)


def refuse(comment_id: int, error: RuleError, composer: Composer | None = None) -> ResponseReturnValue:
    """Answer an order that a rule forbids; what was typed stays."""
    if composer is None and not wants_fragment():
        flash_rule(error)
        return _back(comment_id)
    words = sentence_for(error).text
    kept = replace(composer, is_open=True) if composer else None
    if wants_fragment():
        return render_thread(comment_id, kept, error=words), 422
    thread = get_thread(comment_id)
    page = render_template(
        "comments/thread.html",
        shown=show_thread(thread, get_clock().now(), View.PAGE, replace(kept or Composer(comment_id), error=words)),
        picture=picture_urls([thread.top.media]).get(thread.top.media_id),
        saved_replies=list_to_pick(),
    )
    return page, 422


def _load(comment_id: int, view: View) -> Thread:
    if view is View.PAGE:
        return get_thread(comment_id)
    comment = get_comment(comment_id)
    top_id = comment.parent_id or comment.id
    sought = read_id(request.values.get("sought")) or comment.id
    is_in_it = sought == top_id or get_comment(sought).parent_id == top_id
    return load_threads([Found(top_id, sought if is_in_it else top_id, comment.posted_at)])[0]


def _kept(thread: Thread) -> Composer | None:
    """Return how the field stands on the page that asks; None when it is closed."""
    wished, mode = read_id(request.values.get("to")), request.values.get("mode")
    is_in_it = any(comment.id == wished for comment in thread.comments)
    if request.values.get("open") != "1" or wished is None or not is_in_it:
        return None
    return Composer(wished, is_open=True, mode=DIRECT if mode == DIRECT else PUBLIC)


def _back(comment_id: int) -> ResponseReturnValue:
    return redirect_back(url_for("comments.show_comment", comment_id=comment_id))


def _target(thread: Thread) -> Composer | None:
    wished = read_id(request.args.get("to"))
    comment = next((comment for comment in thread.comments if comment.id == wished), None)
    if comment is None:
        return None
    mention = f"@{comment.username} " if comment.parent_id and comment.username and not comment.is_own else ""
    return Composer(comment.id, text=mention, is_open=True)


def _before() -> datetime | None:
    try:
        before = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return before if before.tzinfo else None
