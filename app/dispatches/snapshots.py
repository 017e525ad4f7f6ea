"""What is on Instagram just before a call, and which of what is there afterwards could be its result.

A snapshot holds ids, not times: whose clock goes how wrong does not matter then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.comments.models import Comment
from app.conversations.models import Conversation, Message
from app.db import reading
from app.dispatches.carry_out import person_id_of, top_of
from app.dispatches.decisions import WRITES, Look, is_alike
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.instagram.client import Instagram
from app.instagram.errors import InstagramError
from app.instagram.facts import MessageFacts

KNOWN_IDS = 60
"""So many of our own newest lines of a thread go into a snapshot, beside what Instagram shows."""
DOUBTED = "was_in_doubt"
CLOCKS_APART = timedelta(minutes=10)
"""Our clock and Instagram's, at most, where one of them has to be believed."""


@dataclass(frozen=True)
class Line:
    """A comment or message of ours, as it matters here: its id, and whether it looks like the dispatch."""

    ig_id: str
    is_alike: bool


@dataclass(frozen=True)
class Shown:
    """What Instagram shows of a thread: our own lines, the oldest first; all ids; whether older lines are hidden."""

    own: tuple[Line, ...]
    ids: frozenset[str]
    has_older: bool = False


def take_snapshot(dispatch: Dispatch, instagram: Instagram) -> tuple[dict[str, Any] | None, InstagramError | None]:
    """Return the ids among which the result cannot be; None for what may simply be done again.

    When Instagram cannot be read, the error comes along, and what we know ourselves has to do. What looks like the
    result afterwards proves nothing then.
    """
    if dispatch.kind not in WRITES:
        return None, None
    known = _known_ids(dispatch)
    try:
        shown = _read(dispatch, instagram)
    except InstagramError as error:
        return {"ids": sorted(known), "is_whole": False}, error
    return {"ids": sorted(known | shown.ids), "is_whole": True}, None


def doubted(dispatch: Dispatch) -> dict[str, Any]:
    """Return the snapshot of a call that seems to have done nothing, to be kept for the next one."""
    return {**(dispatch.snapshot or {"ids": [], "is_whole": False}), DOUBTED: True}


def was_in_doubt(dispatch: Dispatch) -> bool:
    """Whether an earlier call may, against all appearances, have come through."""
    return bool((dispatch.snapshot or {}).get(DOUBTED))


def look_for_result(dispatch: Dispatch, instagram: Instagram) -> Look:
    """Look once for what could be the result of a call in doubt: at Instagram, and among what it told us since."""
    before = dispatch.snapshot or {}
    ids, is_proof = frozenset(before.get("ids", ())), bool(before.get("is_whole"))
    heard = _heard_since(dispatch)
    try:
        shown = _read(dispatch, instagram)
    except InstagramError:
        return Look(_unbound(dispatch, heard), is_clear=False, is_proof=is_proof)
    new = [line.ig_id for line in shown.own if line.is_alike and line.ig_id not in ids]
    # Only the newest lines are shown: unless they reach back to one that was there before, there is a gap.
    is_clear = not shown.has_older or bool(ids & shown.ids)
    return Look(_unbound(dispatch, [*new, *heard]), is_clear=is_clear, is_proof=is_proof)


def count_rivals(dispatch: Dispatch) -> int:
    """Return how many other calls in doubt would look the same on Instagram: the same words at the same place."""
    comment, conversation = aliased(Comment), aliased(Conversation)
    is_reply = dispatch.kind is DispatchKind.REPLY
    of_thread, of_person = (comment.parent_id, comment.id), (comment.contact_id, conversation.contact_id)
    since = (dispatch.called_at or dispatch.created_at) - CLOCKS_APART
    is_asked = and_(Dispatch.state == DispatchState.UNCONFIRMED, Dispatch.called_at > since)
    in_doubt = (
        select(Dispatch.text)
        .outerjoin(comment, comment.id == Dispatch.comment_id)
        .outerjoin(conversation, conversation.id == Dispatch.conversation_id)
        .where(
            Dispatch.account_id == dispatch.account_id,
            Dispatch.id != dispatch.id,
            Dispatch.kind.in_({DispatchKind.REPLY} if is_reply else WRITES - {DispatchKind.REPLY}),
            func.coalesce(*(of_thread if is_reply else of_person)) == _place(dispatch),
            Dispatch.called_at.is_not(None),
            or_(Dispatch.state == DispatchState.SENDING, is_asked),
        )
    )
    with reading() as session:
        return sum(is_alike(text, dispatch.text) for text in session.scalars(in_doubt))


def _place(dispatch: Dispatch) -> int | None:
    """Return the thread's top of a reply, the person of a message."""
    if dispatch.conversation is not None:
        return dispatch.conversation.contact_id
    if dispatch.comment is None:
        return None
    return top_of(dispatch.comment).id if dispatch.kind is DispatchKind.REPLY else dispatch.comment.contact_id


def _read(dispatch: Dispatch, instagram: Instagram) -> Shown:
    if dispatch.kind is DispatchKind.REPLY:
        return _read_thread_of_comments(dispatch, instagram)
    person_id = person_id_of(dispatch)
    if person_id is None:
        return Shown((), frozenset())  # nobody tells whom to look at; a private reply cannot be sent twice anyway
    thread_id = dispatch.conversation.ig_thread_id if dispatch.conversation else None
    thread_id = thread_id or instagram.find_thread(person_id)
    return _read_conversation(dispatch, thread_id, instagram) if thread_id else Shown((), frozenset())


def _read_thread_of_comments(dispatch: Dispatch, instagram: Instagram) -> Shown:
    assert dispatch.comment is not None
    replies = instagram.read_replies(top_of(dispatch.comment).ig_comment_id)
    names = (dispatch.account.ig_user_id, dispatch.account.username)
    own = [
        Line(reply.id, is_alike(reply.text, dispatch.text))
        for reply in reversed(replies)
        if (reply.from_id == names[0] if reply.from_id else reply.username == names[1])
    ]
    return Shown(tuple(own), frozenset(reply.id for reply in replies))


def _read_conversation(dispatch: Dispatch, thread_id: str, instagram: Instagram) -> Shown:
    read = instagram.read_thread(thread_id)
    own = [
        Line(message.mid, _looks_like(message, dispatch))
        for message in reversed(read.messages)
        if message.from_id == dispatch.account.ig_user_id
    ]
    return Shown(tuple(own), frozenset(message.mid for message in read.messages), read.older_mids != ())


def _looks_like(message: MessageFacts, dispatch: Dispatch) -> bool:
    files = len(dispatch.values.get("asset_ids", ()))
    return is_alike(message.text, dispatch.text) and len(message.attachments) == files


def _known_ids(dispatch: Dispatch) -> frozenset[str]:
    """Return the ids of our own newest lines of the thread, as far as we know them."""
    with reading() as session:
        return frozenset(session.scalars(_own_ids(dispatch).limit(KNOWN_IDS)))


def _own_ids(dispatch: Dispatch, *conditions: Any) -> Any:
    if dispatch.kind is DispatchKind.REPLY:
        assert dispatch.comment is not None
        own = (Comment.parent_id == top_of(dispatch.comment).id, Comment.is_own.is_(True))
        return select(Comment.ig_comment_id).where(*own, *conditions).order_by(Comment.posted_at.desc())
    theirs = select(Conversation.id).where(
        Conversation.account_id == dispatch.account_id, Conversation.contact_id == _place(dispatch)
    )
    own = (Message.conversation_id.in_(theirs), Message.is_own.is_(True))
    return select(Message.mid).where(*own, *conditions).order_by(Message.sent_at.desc())


def _heard_since(dispatch: Dispatch) -> list[str]:
    """Return the ids of lines like the dispatch that Instagram told us of after the call: an echo, for one."""
    table: Any = Comment if dispatch.kind is DispatchKind.REPLY else Message
    since = dispatch.called_at or dispatch.created_at
    time = Comment.posted_at if table is Comment else Message.sent_at
    query = _own_ids(dispatch, table.seen_at >= since, time > since - CLOCKS_APART).add_columns(table.text)
    ids = frozenset((dispatch.snapshot or {}).get("ids", ()))
    with reading() as session:
        rows = session.execute(query.limit(KNOWN_IDS)).all()
    if dispatch.values.get("asset_ids"):
        return []  # which files an echo brings is not told well enough
    return [ig_id for ig_id, text in reversed(rows) if ig_id not in ids and is_alike(text, dispatch.text)]


def _unbound(dispatch: Dispatch, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids without doubles and without those that other dispatches have come to."""
    found: Sequence[str] = list(dict.fromkeys(ids))
    if not found:
        return ()
    others = select(Dispatch.result_id).where(
        Dispatch.account_id == dispatch.account_id, Dispatch.id != dispatch.id, Dispatch.result_id.in_(found)
    )
    with reading() as session:
        bound = set(session.scalars(others))
    return tuple(ig_id for ig_id in found if ig_id not in bound)
