"""Every few minutes: which of the newest media and conversations have changed? What has is compared at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.contacts.find_contact import find_or_add_contact
from app.conversations.find_conversation import lock_or_add_conversation
from app.conversations.models import Conversation
from app.db import deadlock_safe, transaction
from app.instagram.facts import ThreadFacts
from app.instagram.media import Media as MediaFacts
from app.media.keep_picture import keep_picture
from app.media.save_media import save_media
from app.sync.account_sync import COMMENTS_NOT_SHOWN, note, note_success
from app.sync.visit import Steps, Visit

LOOK_EVERY = timedelta(minutes=5)
SAME_MOMENT = timedelta(seconds=5)
"""A conversation that changed just before or after it was read is read again."""


def look_at_newest(visit: Visit) -> Steps:
    """Look at the newest media and conversations; after a gap, at as many as have changed in it."""
    now = visit.now()
    note(visit.account, now, next_look_at=now + LOOK_EVERY)
    if visit.may_read_comments:
        page = visit.instagram.list_media_page()
        yield 0
        yield from keep_media(visit, page.items)
        note(visit.account, now, media_looked_at=now)
    if visit.may_read_messages:
        yield from _look_at_threads(visit)
        note(visit.account, now, threads_looked_at=now)
    note_success(visit.account, but=COMMENTS_NOT_SHOWN)


def keep_media(visit: Visit, told: Sequence[MediaFacts]) -> Steps:
    """Write down media as Instagram tells them, and fetch the pictures that are not kept yet."""
    saved = save_media(visit.account, told, now=visit.now())
    for media, facts in zip(saved, told, strict=True):
        if media.picture_path is None and facts.picture_url:
            keep_picture(media, facts.picture_url, media_dir=visit.media_dir, trusted_origins=visit.trusted_origins)
            yield 0


def _look_at_threads(visit: Visit) -> Steps:
    after = None
    while True:
        now = visit.now()
        page = visit.instagram.list_threads(after=after)
        changed = save_threads(visit.account, page.items, now=now)
        yield visit.conversation_pause
        if page.after is None or changed < len(page.items):
            return
        after = page.after


@deadlock_safe
def save_threads(account: Account, told: Sequence[ThreadFacts], *, now: datetime) -> int:
    """Write down conversations of Instagram's list; those that have changed are compared at once. Returns how many."""
    with transaction() as session:
        return sum(_save(session, account, facts, now) for facts in told)


def _save(session: Session, account: Account, facts: ThreadFacts, now: datetime) -> bool:
    """Write one down; return whether it has changed since it was compared."""
    person = next(((one, name) for one, name in facts.participants if one != account.ig_user_id), None)
    if person is None:
        return False
    contact = find_or_add_contact(session, account, person[0], username=person[1], now=now)
    updated_at = facts.updated_at or now
    conversation = lock_or_add_conversation(session, account, contact.id, latest_at=updated_at, now=now)
    _name(session, conversation, facts.id)
    is_changed = conversation.checked_at is None or updated_at >= conversation.checked_at - SAME_MOMENT
    if is_changed:
        conversation.next_check_at = min(now, conversation.next_check_at or now)
    session.flush()
    return is_changed


def _name(session: Session, conversation: Conversation, thread_id: str) -> None:
    """Give a conversation Instagram's id of it, unless another row has that already."""
    if conversation.ig_thread_id == thread_id:
        return
    other = select(Conversation.id).where(
        Conversation.account_id == conversation.account_id, Conversation.ig_thread_id == thread_id
    )
    if session.scalar(other) is None:
        conversation.ig_thread_id = thread_id
