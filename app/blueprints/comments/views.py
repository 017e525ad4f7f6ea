"""What a page shows of a thread: each comment with what can be done with it, and what we are doing."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _

from app.comments.comment_contents import is_told
from app.comments.models import Comment
from app.comments.rules import CHECKED_FOR, is_stale, last_checked, private_reply_ends_at
from app.comments.threads import ANSWERS, UNDER_WAY, Thread
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.saved_replies.variables import variables_of
from app.web import formats
from app.web.i18n import page_locale
from app.web.sentences import Sentence, sentence

PAIRS = ((DispatchKind.HIDE, DispatchKind.UNHIDE), (DispatchKind.LIKE, DispatchKind.UNLIKE))
PUBLIC, DIRECT = "public", "direct"


class View(StrEnum):
    """Where a thread is shown."""

    LIST = "list"
    PAGE = "page"


@dataclass(frozen=True)
class Composer:
    """What stands in the field that a thread is answered in."""

    comment_id: int
    """Which comment is answered."""
    text: str = ""
    error: str = ""
    is_open: bool = False
    mode: str = PUBLIC
    """How the keys send it."""
    form_token: str = ""


@dataclass(frozen=True)
class DispatchView:
    """Something we do on Instagram, as a thread shows it."""

    dispatch: Dispatch
    author: str
    problem: Sentence | None
    seconds_left: int | None
    """How long it can still be taken back."""

    @property
    def is_under_way(self) -> bool:
        """Whether its state is about to change by itself."""
        return self.dispatch.state in UNDER_WAY

    @property
    def is_answer(self) -> bool:
        """Whether it has words of ours."""
        return self.dispatch.kind in ANSWERS


@dataclass(frozen=True)
class CommentView:
    """A comment as a thread shows it."""

    comment: Comment
    name: str
    author: str
    """Who of us wrote it; empty when nobody knows."""
    is_told: bool
    """Whether the comment itself came, and not only a reply to it."""
    is_stale: bool
    is_hidden: bool
    """As it will be once what is under way has gone out."""
    is_liked: bool
    is_hidden_by_rule: bool
    dispatches: Sequence[DispatchView]
    direct: str
    """Until when its writer can be answered in private, in words; empty when they cannot."""
    no_direct: str
    """Why they cannot be answered in private."""
    values: Mapping[str, str]
    """What the places of a saved reply are filled with."""

    @property
    def is_leaving(self) -> bool:
        """Whether it is about to be deleted."""
        return any(shown.dispatch.kind is DispatchKind.DELETE and shown.is_under_way for shown in self.dispatches)


@dataclass(frozen=True)
class ThreadView:
    """A thread as a page shows it."""

    thread: Thread
    comments: Sequence[CommentView]
    main_id: int
    """The comment that keys and the composer concern, unless another one is chosen."""
    composer: Composer
    view: View
    checked_at: datetime
    """When the comment was checked that was not for longest."""
    recheck_at: datetime

    @property
    def top(self) -> Comment:
        """The comment that began it."""
        return self.thread.top

    @property
    def is_moving(self) -> bool:
        """Whether something in it is about to change by itself."""
        return any(shown.is_under_way for comment in self.comments for shown in comment.dispatches)

    @property
    def can_be_answered(self) -> bool:
        """Whether anybody can be answered in it at all."""
        return self.top.gone_at is None


def show_thread(thread: Thread, now: datetime, view: View, composer: Composer | None = None) -> ThreadView:
    """Return how a thread is shown."""
    main = _main(thread)
    live = [each for each in thread.comments if each.gone_at is None and is_told(each)] or [thread.top]
    checked_at = min(last_checked(comment) for comment in live)
    given = composer or Composer(main.id)
    if all(comment.id != given.comment_id for comment in thread.comments):
        given = replace(given, comment_id=main.id)
    return ThreadView(
        thread=thread,
        comments=[_show_comment(comment, thread, now) for comment in thread.comments],
        main_id=main.id,
        composer=replace(given, form_token=secrets.token_urlsafe(24)),
        view=view,
        checked_at=checked_at,
        recheck_at=checked_at + CHECKED_FOR,
    )


def _main(thread: Thread) -> Comment:
    """Return the newest comment of somebody else's that waits for an answer, else the one that was looked for."""
    since = thread.top.waiting_since
    theirs = [comment for comment in thread.comments if not comment.is_own and comment.gone_at is None]
    waiting = [comment for comment in theirs if since is not None and comment.posted_at >= since]
    sought = [comment for comment in theirs if comment.id == thread.sought_id]
    return next(iter([*sought, *reversed(waiting)] if len(waiting) != 1 else waiting), thread.top)


def _show_comment(comment: Comment, thread: Thread, now: datetime) -> CommentView:
    dispatches = thread.dispatches.get(comment.id, ())
    direct, no_direct = _direct(comment, dispatches, now)
    shown = [dispatch for dispatch in dispatches if _is_shown(dispatch, thread)]
    return CommentView(
        comment=comment,
        name=_name(comment),
        author=_author(comment, thread),
        is_told=is_told(comment),
        is_stale=is_stale(comment, now),
        is_hidden=_will_be(comment.hidden, dispatches, *PAIRS[0]),
        is_liked=_will_be(comment.liked_by_us, dispatches, *PAIRS[1]),
        is_hidden_by_rule=comment.id in thread.hidden_by_rule,
        dispatches=[_show_dispatch(dispatch, thread, now) for dispatch in shown],
        direct=direct,
        no_direct=no_direct,
        values=variables_of(comment.contact, comment.username),
    )


def _name(comment: Comment) -> str:
    if comment.is_own:
        return f"@{comment.account.username}"
    if comment.username:
        return f"@{comment.username}"
    return comment.contact.shown_name if comment.contact else str(_("Instagram user"))


def _author(comment: Comment, thread: Thread) -> str:
    if not comment.is_own:
        return ""
    ours = (dispatch for several in thread.dispatches.values() for dispatch in several)
    return next((_who(dispatch, thread) for dispatch in ours if dispatch.result_id == comment.ig_comment_id), "")


def _who(dispatch: Dispatch, thread: Thread) -> str:
    return thread.authors.get(dispatch.created_by_id, "") if dispatch.created_by_id else ""


def _is_shown(dispatch: Dispatch, thread: Thread) -> bool:
    """Leave out answers that are comments of the thread by now."""
    is_here = dispatch.kind is DispatchKind.REPLY and dispatch.result_id in thread.arrived
    return not (dispatch.state is DispatchState.SENT and is_here)


def _show_dispatch(dispatch: Dispatch, thread: Thread, now: datetime) -> DispatchView:
    can_be_undone = dispatch.state is DispatchState.WAITING and dispatch.kind is DispatchKind.DELETE
    left = (dispatch.next_try_at - now).total_seconds() if can_be_undone and dispatch.next_try_at else 0
    return DispatchView(
        dispatch=dispatch,
        author=_who(dispatch, thread),
        problem=sentence(dispatch.reason, dispatch.reason_values) if dispatch.reason else None,
        seconds_left=round(left) if left > 0 else None,
    )


def _will_be(now_is: bool, dispatches: Sequence[Dispatch], does: DispatchKind, undoes: DispatchKind) -> bool:
    under_way = [dispatch.kind for dispatch in dispatches if dispatch.state in UNDER_WAY]
    last = next((kind for kind in reversed(under_way) if kind in (does, undoes)), None)
    return now_is if last is None else last is does


def _direct(comment: Comment, dispatches: Sequence[Dispatch], now: datetime) -> tuple[str, str]:
    """Return until when a comment's writer can be answered in private, or why not; both empty for our own."""
    if comment.is_own or comment.gone_at is not None:
        return "", ""
    used = [dispatch for dispatch in dispatches if dispatch.kind is DispatchKind.PRIVATE_REPLY]
    if any(dispatch.state is not DispatchState.REFUSED for dispatch in used):
        return "", _("An answer in Direct was sent already; Instagram allows one for each comment.")
    left = private_reply_ends_at(comment) - now
    if left.total_seconds() <= 0:
        return "", _("Direct is closed: Instagram allows it within 7 days after the comment.")
    return _("Direct: once, %(left)s left", left=formats.span_in_words(left, page_locale())), ""
