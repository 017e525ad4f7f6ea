"""Reads for the list of threads. Each costs the same with a thousand comments as with a million.

A list without conditions on single comments is one range of an index over the threads' tops. Any other is found
through the comments that fit: then a thread stands where the newest of them stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.comments.models import Comment
from app.db import current_workspace_id, reading
from app.dispatches.models import Dispatch, DispatchState
from app.index_hints import read_along
from app.search.nearby import words_stand_in
from app.search.words import words_match

PAGE_SIZE = 30
COUNT_AT_MOST = 100
LARGEST_ID = 2**31
NEAR = 3000
"""So many comments are looked at one by one for words, before the index of words is asked."""


class Tab(StrEnum):
    """The parts of the desk."""

    UNANSWERED = "unanswered"
    QUESTIONS = "questions"
    ALL = "all"
    HIDDEN = "hidden"
    TROUBLE = "trouble"
    """Where something of ours was refused, or nobody knows what became of it."""


INDEXES = {
    Tab.UNANSWERED: "ix_comments_workspace_id_waiting_since",
    Tab.ALL: "ix_comments_workspace_id_parent_id_latest_at",
    Tab.QUESTIONS: "ix_comments_workspace_id_is_question_posted_at",
    Tab.HIDDEN: "ix_comments_workspace_id_hidden_posted_at",
}
"""What each tab's list is read along, while no filter narrows it."""


class Order(StrEnum):
    """How a list is sorted."""

    NEWEST = "newest"
    WAITING = "waiting"
    """The oldest first: of the unanswered, whoever has waited longest."""


@dataclass(frozen=True)
class Wanted:
    """Which threads to list, and how."""

    tab: Tab = Tab.UNANSWERED
    order: Order = Order.NEWEST
    media_id: int | None = None
    contact_id: int | None = None
    language: str = ""
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether some of the tab's threads are left out."""
        return bool(self.media_id or self.contact_id or self.language or self.words)

    @property
    def concerns_comments(self) -> bool:
        """Whether single comments are looked for, as opposed to whole threads."""
        is_of_comments = self.tab not in {Tab.UNANSWERED, Tab.ALL}
        return is_of_comments or bool(self.contact_id or self.language or self.words)

    @property
    def looks_near(self) -> bool:
        """Whether words may be common: nothing else leaves few comments."""
        return bool(self.words) and not self.contact_id and self.tab is not Tab.TROUBLE

    @property
    def is_by_thread(self) -> bool:
        """Whether what has the same time is sorted by its thread, as opposed to the comment that fits."""
        return bool(self.words or self.contact_id) and self.tab is not Tab.TROUBLE


@dataclass(frozen=True)
class Found:
    """A thread of a list, and the comment in it that was looked for."""

    top_id: int
    comment_id: int
    at: datetime


@dataclass(frozen=True)
class FoundPage:
    """A page of threads and the cursor of the next one, if there is one."""

    threads: Sequence[Found]
    next_cursor: str | None


Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
Time = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None] | ColumnElement[Any]


def list_threads(wanted: Wanted, cursor: str | None = None, limit: int = PAGE_SIZE, *, near: int = NEAR) -> FoundPage:
    """Return a page of a list. A broken cursor is the first page.

    Words are looked for among the `near` comments next in order first. Common ones are found there, and rare ones are
    quick to gather from the index of words: a list costs the same however many comments there are.
    """
    after = _read_cursor(cursor)
    with reading() as session:
        found = _find_near(session, wanted, after, limit, near) if wanted.looks_near else []
        if len(found) <= limit:
            found = [Found(*row) for row in session.execute(_find(wanted, after).limit(limit + 1))]
    page = found[:limit]
    return FoundPage(page, _write_cursor(page[-1], wanted) if len(found) > limit else None)


def count_tabs() -> dict[Tab, int]:
    """Return how many there are, each up to COUNT_AT_MOST: threads that wait, questions, what is hidden or in trouble.

    How many there are at all helps nobody, so it is not among them.
    """
    counted = (Tab.UNANSWERED, Tab.QUESTIONS, Tab.HIDDEN, Tab.TROUBLE)
    with reading() as session:
        row = session.execute(select(*map(_counted, counted))).one()
    return {tab: min(COUNT_AT_MOST, count) for tab, count in zip(counted, row, strict=True)}


def _counted(tab: Tab) -> ColumnElement[int]:
    fitting = select(Dispatch.id).where(*_in_trouble()) if tab is Tab.TROUBLE else None
    if fitting is None:
        fitting = _along_its_index(select(Comment.id).where(*_conditions(Wanted(tab))), Wanted(tab))
    some = fitting.limit(COUNT_AT_MOST).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _find(wanted: Wanted, after: tuple[datetime, int] | None) -> Select[int, int, Any]:
    """Return a query for the id of each thread's top, the comment that fits, and the time that sorts it."""
    if wanted.tab is Tab.TROUBLE:
        return _find_trouble(wanted, after)
    if not wanted.concerns_comments:
        return _find_tops(wanted, after)
    if wanted.words or wanted.contact_id:
        return _find_few(wanted, after)
    return _find_many(wanted, after)


def _find_tops(wanted: Wanted, after: tuple[datetime, int] | None) -> Select[int, int, Any]:
    at = Comment.waiting_since if wanted.tab is Tab.UNANSWERED else Comment.latest_at
    query = _along_its_index(select(Comment.id, Comment.id, at).where(*_conditions(wanted)), wanted)
    if after is not None:
        query = query.where(_is_beyond(at, Comment.id, after, wanted.order))
    return query.order_by(*_sorted(at, Comment.id, wanted.order))


def _find_few(wanted: Wanted, after: tuple[datetime, int] | None) -> Select[int, int, Any]:
    """Gather what fits by thread: words and people leave few enough comments to look at all of them."""
    top, at = func.max(_top_id()), func.max(Comment.posted_at)
    query = select(top, func.max(Comment.id), at).where(*_conditions(wanted)).group_by(_top_id())
    if after is not None:
        query = query.having(_is_beyond(at, top, after, wanted.order))
    return query.order_by(*_sorted(at, top, wanted.order))


def _find_near(
    session: Session, wanted: Wanted, after: tuple[datetime, int] | None, limit: int, near: int
) -> list[Found]:
    """Return the threads that hold the words among the comments next in order: a page if they fill it, else too few."""
    newest_first, at = wanted.order is Order.NEWEST, Comment.posted_at
    shown = (Comment.workspace_id == current_workspace_id(), Comment.hidden == False)  # noqa: E712
    next_ones = select(at).where(*shown).order_by(at.desc() if newest_first else at.asc())
    if after is not None:
        next_ones = next_ones.where(at <= after[0] if newest_first else at >= after[0])
    end = session.scalar(next_ones.offset(near).limit(1))
    query = _find_many(wanted, after)
    if end is not None:
        query = query.where(at >= end if newest_first else at <= end, Comment.hidden.in_((False, True)))
    return [Found(*row) for row in session.execute(query.limit(limit + 1))]


def _find_many(wanted: Wanted, after: tuple[datetime, int] | None) -> Select[int, int, Any]:
    """Walk along what fits in its order, past what a newer one of the same thread stands for."""
    top = _top_id()
    newer = aliased(Comment)
    same = [
        newer.parent_id == top,
        or_(newer.posted_at > Comment.posted_at, and_(newer.posted_at == Comment.posted_at, newer.id > Comment.id)),
        *_of_one_comment(wanted, newer, near=True),
    ]
    fits = (*_conditions(wanted, near=True), ~exists(select(newer.id).where(*same)))
    query = _along_its_index(select(top, Comment.id, Comment.posted_at).where(*fits), wanted)
    tie = top if wanted.is_by_thread else Comment.id
    if after is not None:
        query = query.where(_is_beyond(Comment.posted_at, tie, after, wanted.order))
    return query.order_by(*_sorted(Comment.posted_at, tie, wanted.order))


def _find_trouble(wanted: Wanted, after: tuple[datetime, int] | None) -> Select[int, int, Any]:
    """Gather by thread what went wrong with our own; there is never much of it."""
    newest, at = func.max(Comment.id), func.max(Dispatch.created_at)
    query = select(_top_id(), newest, at).join(Dispatch, Dispatch.comment_id == Comment.id)
    query = query.where(*_conditions(wanted), *_in_trouble()).group_by(_top_id())
    if after is not None:
        query = query.having(_is_beyond(at, newest, after, wanted.order))
    return query.order_by(*_sorted(at, newest, wanted.order))


def _in_trouble() -> tuple[ColumnElement[bool], ...]:
    wrong = (DispatchState.REFUSED, DispatchState.UNCONFIRMED)
    return (
        Dispatch.workspace_id == current_workspace_id(),
        Dispatch.state.in_(wrong),
        Dispatch.comment_id.is_not(None),
    )


def _along_its_index(query: Query, wanted: Wanted) -> Query:
    """Have the list read along the index that has just its order, where it has one of its own."""
    return query if wanted.is_narrowed else read_along(query, Comment, INDEXES[wanted.tab])


def _top_id() -> ColumnElement[int]:
    return func.coalesce(Comment.parent_id, Comment.id)


def _conditions(wanted: Wanted, *, near: bool = False) -> list[ColumnElement[bool]]:
    """Return what makes a comment (a thread's top, where single comments are not looked for) fit.

    `near`: words are looked for in its text, and not in their index.
    """
    conditions = [Comment.workspace_id == current_workspace_id()]
    if wanted.tab is not Tab.TROUBLE:  # what was written to a comment that is gone must not be lost with it
        conditions.append(Comment.gone_at.is_(None))
    if wanted.media_id:
        conditions.append(Comment.media_id == wanted.media_id)
    if not wanted.concerns_comments:
        # Nothing but tops waits, so one condition is enough, and leaves no other index to be mistaken for a good one.
        is_unanswered = wanted.tab is Tab.UNANSWERED
        return [*conditions, Comment.waiting_since.is_not(None) if is_unanswered else Comment.parent_id.is_(None)]
    conditions += _of_one_comment(wanted, Comment, near=near)
    if wanted.tab is Tab.UNANSWERED:
        conditions.append(_waits())
    if wanted.contact_id:
        conditions.append(Comment.contact_id == wanted.contact_id)
    if wanted.words and not near:
        conditions.append(words_match(Comment, wanted.words))
    return conditions


def _of_one_comment(wanted: Wanted, comment: Any, *, near: bool = False) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [comment.gone_at.is_(None)] if wanted.tab is not Tab.TROUBLE else []
    # `= 1` lets MariaDB use the index, `IS 1` does not.
    if wanted.tab is Tab.QUESTIONS:
        conditions.append(comment.is_question == True)  # noqa: E712
    if wanted.tab is Tab.HIDDEN:
        conditions.append(comment.hidden == True)  # noqa: E712
    if wanted.language:
        conditions.append(comment.language == wanted.language)
    if near and wanted.words:
        conditions.append(words_stand_in(comment.folded, wanted.words))
    if not wanted.words and not wanted.contact_id and wanted.tab is not Tab.TROUBLE:
        conditions.append(comment.is_own == False)  # noqa: E712
    return conditions


def _waits() -> ColumnElement[bool]:
    """Return whether a comment is among those of its thread that have no answer yet."""
    top = aliased(Comment)
    since = select(top.waiting_since).where(top.id == _top_id()).scalar_subquery()
    return and_(Comment.is_own == False, Comment.posted_at >= since)  # noqa: E712


def _is_beyond(at: Time, number: Any, after: tuple[datetime, int], order: Order) -> ColumnElement[bool]:
    moment, row_id = after
    if order is Order.NEWEST:
        return and_(at <= moment, or_(at < moment, number < row_id))
    return and_(at >= moment, or_(at > moment, number > row_id))


def _sorted(at: Time, number: Any, order: Order) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return (at.desc(), number.desc()) if order is Order.NEWEST else (at.asc(), number.asc())


def _write_cursor(last: Found, wanted: Wanted) -> str:
    return f"{last.at.isoformat()}~{last.top_id if wanted.is_by_thread else last.comment_id}"


def _read_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    at, _tilde, row_id = (cursor or "").partition("~")
    try:
        moment, number = datetime.fromisoformat(at), int(row_id)
    except ValueError:
        return None
    return None if number > LARGEST_ID or moment.tzinfo is None else (moment, number)
