"""What a comment's row holds, from what Instagram tells of it: the same whether a webhook or a call told it first."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.comments.models import Comment
from app.comments.wording import is_question, language_of
from app.contacts.find_contact import USERNAME_CHARACTERS, find_or_add_contact
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.instagram.facts import CommentFacts
from app.search.folding import fold

TEXT_CHARACTERS = 16_000
"""Far more than Instagram lets anybody write, and what a column holds in any alphabet."""


def is_told(comment: Comment) -> bool:
    """Whether the comment itself was told, and not only a reply to it."""
    return comment.seen_at > Comment.UNTOLD


def is_own(account: Account, facts: CommentFacts) -> bool:
    """Whether the account wrote it. Where Instagram withholds the id, the name tells."""
    if facts.from_id:
        return facts.from_id == account.ig_user_id
    return facts.username == account.username


def take_in(
    session: Session, account: Account, comment: Comment, facts: CommentFacts, *, now: datetime, is_checked: bool
) -> bool:
    """Bring a comment's row up to date; return whether anything changed that a page shows.

    What Instagram shows when it is asked counts; a webhook, which may be old, only tells what is not known.
    """
    before = _shown(comment)
    if not is_told(comment) or is_checked:
        _take_in_words(comment, facts)
    _take_in_writer(session, account, comment, facts, now)
    comment.is_live = comment.is_live or facts.is_live
    if is_checked:
        _take_in_state(session, comment, facts, now)
        comment.checked_at = max(now, comment.checked_at or now)
    if not is_told(comment):
        comment.seen_at = now
    return _shown(comment) != before


def _take_in_words(comment: Comment, facts: CommentFacts) -> None:
    text = facts.text[:TEXT_CHARACTERS]
    if text != comment.text or not is_told(comment):
        comment.text, comment.folded = text, fold(text)
        comment.language, comment.is_question = language_of(text), is_question(text)
    if facts.posted_at is not None:
        comment.posted_at = facts.posted_at
        if comment.parent_id is not None:
            comment.latest_at = facts.posted_at


def _take_in_writer(session: Session, account: Account, comment: Comment, facts: CommentFacts, now: datetime) -> None:
    comment.is_own = comment.is_own or is_own(account, facts)
    comment.username = comment.username or (facts.username and facts.username[:USERNAME_CHARACTERS])
    if facts.from_id and comment.contact_id is None and not comment.is_own:
        contact = find_or_add_contact(session, account, facts.from_id, username=facts.username, now=now)
        comment.contact_id = contact.id


def _take_in_state(session: Session, comment: Comment, facts: CommentFacts, now: datetime) -> None:
    if facts.like_count is not None:
        comment.like_count = facts.like_count
    if facts.hidden is not None and facts.hidden != comment.hidden and not _is_being_hidden(session, comment, now):
        comment.hidden = facts.hidden


def _is_being_hidden(session: Session, comment: Comment, now: datetime) -> bool:
    """Whether we hide or show it at this very time: then what was read may be from before."""
    moving = select(Dispatch.id).where(
        Dispatch.comment_id == comment.id,
        Dispatch.kind.in_([DispatchKind.HIDE, DispatchKind.UNHIDE]),
        or_(Dispatch.state == DispatchState.SENDING, Dispatch.finished_at > now - timedelta(minutes=1)),
    )
    return session.scalar(moving.limit(1)) is not None


def _shown(comment: Comment) -> tuple[object, ...]:
    return (
        *(comment.text, comment.posted_at, comment.username, comment.contact_id),
        *(comment.is_own, comment.hidden, comment.like_count, comment.is_live),
    )
