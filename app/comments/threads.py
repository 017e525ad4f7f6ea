"""Threads as a page shows them: the top, its newest replies, and what we are doing in them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account
from app.comments.models import Comment, HideRecord
from app.comments.queries import Found
from app.db import reading
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.errors import NotFound
from app.workspaces.models import User

REPLIES_IN_A_LIST = 4
REPLIES_ON_A_PAGE = 100
ANSWERS = (DispatchKind.REPLY, DispatchKind.PRIVATE_REPLY)
UNDER_WAY = (DispatchState.WAITING, DispatchState.SENDING)
SHOWN_STATES = (*UNDER_WAY, DispatchState.REFUSED, DispatchState.UNCONFIRMED)


@dataclass(frozen=True)
class Thread:
    """A comment with those of its replies that a page shows."""

    top: Comment
    replies: Sequence[Comment]
    """Oldest first."""
    has_earlier: bool
    """Whether there are replies that are not among them."""
    dispatches: Mapping[int, Sequence[Dispatch]]
    """By the comment they belong to, oldest first: what is under way or went wrong, and all answers."""
    authors: Mapping[int, str]
    """Names of our people, by their ids."""
    arrived: frozenset[str]
    """Instagram's ids of our answers that are comments here by now."""
    hidden_by_rule: frozenset[int]
    """Ids of comments that a rule has hidden."""
    sought_id: int | None = None
    """The comment that was looked for."""

    @property
    def comments(self) -> Sequence[Comment]:
        """The top and the replies."""
        return [self.top, *self.replies]


def load_threads(found: Sequence[Found]) -> list[Thread]:
    """Return threads of a list in its order, each with its newest replies and the comment that was looked for."""
    sought = {each.top_id: each.comment_id for each in found}
    with reading() as session:
        replies, is_cut = _newest_replies(session, list(sought), REPLIES_IN_A_LIST)
        return _load(session, sought, replies | set(sought.values()), is_cut)


def get_thread(comment_id: int, before: datetime | None = None) -> Thread:
    """Return the thread that a comment of the current workspace belongs to. Raises NotFound.

    With `before`, its replies are those that were written before that instant.
    """
    with reading() as session:
        row = session.execute(select(Comment.id, Comment.parent_id).where(Comment.id == comment_id)).one_or_none()
        if row is None:
            raise NotFound(f"comment {comment_id}")
        top_id = row.parent_id or row.id
        replies, is_cut = _newest_replies(session, [top_id], REPLIES_ON_A_PAGE, before)
        return _load(session, {top_id: comment_id}, replies | {comment_id}, is_cut)[0]


def get_comment(comment_id: int) -> Comment:
    """Return a comment of the current workspace. Raises NotFound."""
    with reading() as session:
        comment = session.scalar(select(Comment).where(Comment.id == comment_id).options(*_SHOWN))
    if comment is None:
        raise NotFound(f"comment {comment_id}")
    return comment


def list_comments_by_id(comment_ids: Sequence[int]) -> list[Comment]:
    """Return those of the comments that there are in the current workspace, in the order asked for."""
    if not comment_ids:
        return []
    with reading() as session:
        query = select(Comment).where(Comment.id.in_(comment_ids)).options(*_SHOWN)
        found = {comment.id: comment for comment in session.scalars(query)}
    return [found[comment_id] for comment_id in dict.fromkeys(comment_ids) if comment_id in found]


_SHOWN = (
    joinedload(Comment.media),
    joinedload(Comment.contact),
    joinedload(Comment.account).load_only(Account.username, Account.state),
)


def _newest_replies(
    session: Session, top_ids: Sequence[int], most: int, before: datetime | None = None
) -> tuple[set[int], set[int]]:
    """Return the ids of the newest replies of each thread, and the ids of the tops that have more of them."""
    if not top_ids:
        return set(), set()
    parts = []
    for top_id in top_ids:
        part = select(Comment.id, Comment.parent_id).where(Comment.parent_id == top_id)
        part = part if before is None else part.where(Comment.posted_at < before)
        parts.append(part.order_by(Comment.posted_at.desc(), Comment.id.desc()).limit(most + 1).subquery().select())
    taken: dict[int, list[int]] = defaultdict(list)
    for reply_id, top_id in session.execute(union_all(*parts)):
        taken[top_id].append(reply_id)
    ids = {reply_id for replies in taken.values() for reply_id in replies[:most]}
    return ids, {top_id for top_id, replies in taken.items() if len(replies) > most}


def _load(session: Session, sought: Mapping[int, int], reply_ids: set[int], is_cut: set[int]) -> list[Thread]:
    ids = reply_ids | set(sought)
    comments = {c.id: c for c in session.scalars(select(Comment).where(Comment.id.in_(ids)).options(*_SHOWN))}
    replies: dict[int, list[Comment]] = defaultdict(list)
    for comment in sorted(comments.values(), key=lambda comment: (comment.posted_at, comment.id)):
        if comment.parent_id is not None:
            replies[comment.parent_id].append(comment)
    dispatches = _dispatches(session, comments)
    everything = [dispatch for several in dispatches.values() for dispatch in several]
    authors, arrived = _authors(session, everything), _arrived(session, everything)
    hidden_by_rule = _hidden_by_rule(session, [comment.id for comment in comments.values() if comment.hidden])
    return [
        Thread(
            top=comments[top_id],
            replies=replies[top_id],
            has_earlier=top_id in is_cut,
            dispatches={c.id: dispatches[c.id] for c in (comments[top_id], *replies[top_id]) if c.id in dispatches},
            authors=authors,
            arrived=arrived,
            hidden_by_rule=hidden_by_rule,
            sought_id=comment_id,
        )
        for top_id, comment_id in sought.items()
        if top_id in comments
    ]


def _dispatches(session: Session, comments: Mapping[int, Comment]) -> dict[int, list[Dispatch]]:
    """Return what the comments' page tells of, by comment; replies that stand in earlier parts of a thread are not."""
    is_sent = Dispatch.state == DispatchState.SENT
    own = {comment.ig_comment_id for comment in comments.values() if comment.is_own}
    has_come = exists().where(Comment.account_id == Dispatch.account_id, Comment.ig_comment_id == Dispatch.result_id)
    is_told = or_(Dispatch.kind == DispatchKind.PRIVATE_REPLY, Dispatch.result_id.in_(own), ~has_come)
    shown = or_(Dispatch.state.in_(SHOWN_STATES), and_(is_sent, Dispatch.kind.in_(ANSWERS), is_told))
    query = select(Dispatch).where(Dispatch.comment_id.in_(comments), shown).order_by(Dispatch.id)
    by_comment: dict[int, list[Dispatch]] = defaultdict(list)
    for dispatch in session.scalars(query):
        by_comment[dispatch.comment_id or 0].append(dispatch)
    return by_comment


def _authors(session: Session, dispatches: Iterable[Dispatch]) -> dict[int, str]:
    ids = {dispatch.created_by_id for dispatch in dispatches if dispatch.created_by_id is not None}
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def _arrived(session: Session, dispatches: Iterable[Dispatch]) -> frozenset[str]:
    sent = [dispatch for dispatch in dispatches if dispatch.kind is DispatchKind.REPLY and dispatch.result_id]
    if not sent:
        return frozenset()
    query = select(Comment.ig_comment_id).where(
        Comment.account_id.in_({dispatch.account_id for dispatch in sent}),
        Comment.ig_comment_id.in_({dispatch.result_id for dispatch in sent}),
    )
    return frozenset(session.scalars(query))


def _hidden_by_rule(session: Session, hidden_ids: Sequence[int]) -> frozenset[int]:
    if not hidden_ids:
        return frozenset()
    return frozenset(session.scalars(select(HideRecord.comment_id).where(HideRecord.comment_id.in_(hidden_ids))))
