"""Writing down what came of a dispatch, and letting the cache here follow what is so on Instagram now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.assets.models import Asset
from app.comments.apply_comment import apply_comment, find_comment
from app.comments.comment_is_gone import comment_is_gone
from app.comments.models import Comment, HideRecord
from app.comments.recount_thread import recount_thread
from app.conversations.apply_message import apply_message
from app.conversations.apply_words import apply_reaction
from app.conversations.find_conversation import find_message
from app.conversations.models import Message
from app.db import deadlock_safe, transaction
from app.dispatches.carry_out import Result, person_id_of, top_of
from app.dispatches.claims import mark_sent
from app.dispatches.models import Dispatch, DispatchKind
from app.dispatches.new_dispatch import tell_pages
from app.dispatches.rules import ATTACHMENT_KINDS
from app.instagram.facts import AttachmentFacts, CommentFacts, MessageFacts, ReactionFacts


def record_sent(dispatch: Dispatch, result: Result, assets: Sequence[Asset], now: datetime) -> None:
    """Write that a dispatch went out, and what follows from it, so that the desk shows it at once.

    If what follows cannot be written, that it went out is written all the same: it must never go out again.
    """
    try:
        _record(dispatch, result, assets, now, with_effects=True)
    except SQLAlchemyError:
        raise
    except Exception:
        _record(dispatch, result, assets, now, with_effects=False)
        raise


@deadlock_safe
def record_gone(dispatch: Dispatch, now: datetime) -> None:
    """Erase the comment here that Instagram says, twice, is gone."""
    assert dispatch.comment is not None
    with transaction():
        comment_is_gone(dispatch.account, dispatch.comment.ig_comment_id, now)


@deadlock_safe
def _record(dispatch: Dispatch, result: Result, assets: Sequence[Asset], now: datetime, *, with_effects: bool) -> None:
    with transaction() as session:
        if not mark_sent(session, dispatch, result.ig_id, now):
            return
        if with_effects:
            account = session.get_one(Account, dispatch.account_id)
            if dispatch.comment is not None and dispatch.kind is not DispatchKind.PRIVATE_REPLY:
                _follow_comment(session, account, dispatch, dispatch.comment, result, now)
            else:
                _follow_message(session, account, dispatch, result, assets, now)
        tell_pages(session, dispatch, now)


def _follow_comment(
    session: Session, account: Account, dispatch: Dispatch, comment: Comment, result: Result, now: datetime
) -> None:
    match dispatch.kind:
        case DispatchKind.REPLY:
            apply_comment(account, _reply_facts(account, dispatch, comment, result, now), now=now, is_checked=False)
        case DispatchKind.DELETE:
            comment_is_gone(account, comment.ig_comment_id, now)
        case DispatchKind.HIDE | DispatchKind.UNHIDE:
            _set_hidden(session, account, comment, dispatch.kind is DispatchKind.HIDE, now)
        case DispatchKind.LIKE | DispatchKind.UNLIKE:
            _set_liked(session, account, comment, dispatch.kind is DispatchKind.LIKE)


def _reply_facts(account: Account, dispatch: Dispatch, comment: Comment, result: Result, now: datetime) -> CommentFacts:
    assert result.ig_id is not None
    return CommentFacts(
        id=result.ig_id,
        text=dispatch.text or "",
        posted_at=dispatch.called_at or now,
        media_id=comment.media.ig_media_id,
        parent_id=top_of(comment).ig_comment_id,
        from_id=account.ig_user_id,
        username=account.username,
    )


def _set_hidden(session: Session, account: Account, comment: Comment, hidden: bool, now: datetime) -> None:
    found = find_comment(session, account, comment.ig_comment_id)
    if found is None or found.gone_at is not None:
        return
    found.hidden = hidden
    top = session.get_one(Comment, found.parent_id, with_for_update=True) if found.parent_id else found
    recount_thread(session, top)
    if not hidden:
        session.execute(
            update(HideRecord)
            .where(HideRecord.comment_id == found.id, HideRecord.restored_at.is_(None))
            .values(restored_at=now)
            .execution_options(synchronize_session=False)
        )


def _set_liked(session: Session, account: Account, comment: Comment, liked: bool) -> None:
    found = find_comment(session, account, comment.ig_comment_id)
    if found is not None and found.gone_at is None and found.liked_by_us is not liked:
        found.liked_by_us = liked
        found.like_count = max(found.like_count + (1 if liked else -1), 0)


def _follow_message(
    session: Session, account: Account, dispatch: Dispatch, result: Result, assets: Sequence[Asset], now: datetime
) -> None:
    if dispatch.kind in {DispatchKind.REACT, DispatchKind.UNREACT}:
        facts = ReactionFacts(dispatch.values["mid"], account.ig_user_id, dispatch.values["emoji"], now)
        apply_reaction(account, facts, now=now)
        return
    person_id = result.person_id or person_id_of(dispatch)
    if result.ig_id is None or person_id is None:
        return
    apply_message(
        account, _message_facts(account, dispatch, result.ig_id, person_id, assets, now), now=now, is_checked=False
    )
    message = find_message(session, account, result.ig_id)
    if message is not None:
        _bind(session, message, dispatch, assets)


def _message_facts(
    account: Account, dispatch: Dispatch, mid: str, person_id: str, assets: Sequence[Asset], now: datetime
) -> MessageFacts:
    return MessageFacts(
        mid=mid,
        from_id=account.ig_user_id,
        to_id=person_id,
        sent_at=dispatch.called_at or now,
        text=dispatch.text,
        from_username=account.username,
        attachments=tuple(AttachmentFacts(ATTACHMENT_KINDS[asset.kind]) for asset in assets),
        is_echo=True,
    )


def _bind(session: Session, message: Message, dispatch: Dispatch, assets: Sequence[Asset]) -> None:
    """Let the message know which dispatch of ours it is, whether its echo came before or is still to come."""
    message.dispatch_id = dispatch.id
    if message.unsent_at is None:
        for attachment, asset in zip(message.attachments, assets, strict=False):
            attachment.asset_id = asset.id
    session.flush()
