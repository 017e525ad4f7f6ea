"""Write down a comment that Instagram has told of: by a webhook, or when it was asked. One code for both.

In whatever order and however often the comments of a thread are told, its end state is the same.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.comments.comment_contents import TEXT_CHARACTERS, is_own, is_told, take_in
from app.comments.hide_by_rule import hide_by_rule
from app.comments.models import Comment
from app.comments.recount_thread import recount_thread, take_in_newcomer
from app.db import transaction
from app.insert_new import insert_new
from app.instagram.facts import CommentFacts
from app.live.add_hint import add_hint
from app.live.models import HintKind
from app.media.find_media import find_or_add_media
from app.media.models import Media
from app.search.folding import fold


def apply_comment(
    account: Account, facts: CommentFacts, *, now: datetime, is_checked: bool, is_import: bool = False
) -> Comment | None:
    """Write down a comment with its replies and all that follows; return it when it was new, None when it was known.

    `is_checked`: Instagram has just shown it to us. `is_import`: it is part of the past that an account brings along,
    which no rule hides. A reply whose thread is not known yet begins one with an empty top, which is filled when its
    own turn comes. Runs inside the caller's transaction and workspace. What is gone stays gone, whatever is told later.
    """
    with transaction() as session:
        media_id = _media_id(session, account, facts, now)
        if media_id is None:
            return None
        top = _lock_top(session, account, facts, media_id, now) if facts.parent_id else None
        if top is not None and top.gone_at is not None:
            return None
        if top is not None and not is_told(top):
            _ask_for_media(session, media_id, now)
        at, text = facts.posted_at or now, facts.text[:TEXT_CHARACTERS]
        comment = _lock_or_add(session, account, facts.id, media_id, top=top, at=at, text=text)
        if comment.gone_at is not None:
            return None
        is_new = not is_told(comment)
        with session.no_autoflush:  # one UPDATE for all that changes
            _write(session, account, comment, facts, now=now, is_checked=is_checked, is_import=is_import)
        for reply in facts.replies:
            of_thread = replace(reply, parent_id=facts.id, media_id=facts.media_id or reply.media_id)
            apply_comment(account, of_thread, now=now, is_checked=is_checked, is_import=is_import)
        return comment if is_new else None


def find_comment(session: Session, account: Account, ig_comment_id: str) -> Comment | None:
    """Return the comment with this id, which nobody else changes until the transaction ends."""
    session.flush()
    return session.scalars(
        select(Comment)
        .where(Comment.account_id == account.id, Comment.ig_comment_id == ig_comment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _media_id(session: Session, account: Account, facts: CommentFacts, now: datetime) -> int | None:
    """Return our id of the media it stands under; None when that is neither told nor known."""
    if facts.media_id:
        media = find_or_add_media(session, account, facts.media_id, product_type=facts.media_product_type, now=now)
        return media.id
    known = select(Comment.media_id).where(
        Comment.account_id == account.id, Comment.ig_comment_id.in_([facts.id, facts.parent_id or facts.id])
    )
    return session.scalar(known.limit(1))


def _lock_top(session: Session, account: Account, facts: CommentFacts, media_id: int, now: datetime) -> Comment:
    """Return the top of a reply's thread; a reply to a reply belongs to the top as well."""
    assert facts.parent_id is not None
    parent = _lock_or_add(session, account, facts.parent_id, media_id, top=None, at=facts.posted_at or now)
    return session.get_one(Comment, parent.parent_id, with_for_update=True) if parent.parent_id else parent


def _ask_for_media(session: Session, media_id: int, now: datetime) -> None:
    """Have the comments of a media compared at once, which brings the top that is missing here."""
    session.execute(
        update(Media)
        .where(Media.id == media_id, Media.next_check_at > now)
        .values(next_check_at=now)
        .execution_options(synchronize_session=False)
    )


def _lock_or_add(
    session: Session,
    account: Account,
    ig_comment_id: str,
    media_id: int,
    *,
    top: Comment | None,
    at: datetime,
    text: str = "",
) -> Comment:
    comment = find_comment(session, account, ig_comment_id)
    if comment is None:
        insert_new(
            session,
            Comment,
            workspace_id=account.workspace_id,
            account_id=account.id,
            media_id=media_id,
            parent_id=top.id if top else None,
            ig_comment_id=ig_comment_id,
            text=text,
            folded=fold(text),
            posted_at=at,
            latest_at=at,
            seen_at=Comment.UNTOLD,
        )
        comment = find_comment(session, account, ig_comment_id)
    assert comment is not None
    return comment


def _write(
    session: Session,
    account: Account,
    comment: Comment,
    facts: CommentFacts,
    *,
    now: datetime,
    is_checked: bool,
    is_import: bool,
) -> None:
    """Bring the row up to date, and let its thread, the rules and open pages follow."""
    is_new = not is_told(comment)
    before = _counted(comment)
    is_changed = take_in(session, account, comment, facts, now=now, is_checked=is_checked)
    top = session.get_one(Comment, comment.parent_id) if comment.parent_id else comment
    if is_new:
        is_hidden = comment.hidden or _hide(session, account, comment, facts, now=now, is_import=is_import)
        take_in_newcomer(session, top, comment, waits=not is_hidden)
    elif _counted(comment) != before:
        recount_thread(session, top)
    if is_new or is_changed:
        add_hint(session, account.workspace_id, HintKind.COMMENT, top.id, now)
    session.flush()


def _counted(comment: Comment) -> tuple[object, ...]:
    """Return what of a comment its thread counts."""
    return comment.posted_at, comment.hidden, comment.is_own


def _hide(
    session: Session, account: Account, comment: Comment, facts: CommentFacts, *, now: datetime, is_import: bool
) -> bool:
    """Whether a rule hides it. Our own are never hidden, and those of a live broadcast cannot be."""
    if is_import or facts.is_live or is_own(account, facts):
        return False
    return hide_by_rule(session, comment, now) is not None
