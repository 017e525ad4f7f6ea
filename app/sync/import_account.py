"""Bring an account's past here when it is connected: step by step, so that a kill costs no more than the last step.

The phases follow each other: media, comments (newest media first), conversations, messages. Of a conversation
Instagram gives the newest 20 messages.
"""

from sqlalchemy import ColumnElement, func, select

from app.conversations.models import Conversation
from app.db import reading
from app.media.models import Media
from app.sync.account_sync import note
from app.sync.compare_media import compare_media
from app.sync.compare_thread import compare_thread
from app.sync.look_at_newest import keep_media, save_threads
from app.sync.models import AccountSync, ImportState
from app.sync.visit import Steps, Visit

MEDIA, COMMENTS, CONVERSATIONS, MESSAGES = "media", "comments", "conversations", "messages"
PAGE = 50


def import_next(visit: Visit, sync: AccountSync) -> Steps:
    """Do the next piece of an import that is not over."""
    if sync.import_state is ImportState.WAITING:
        begin = {"import_state": ImportState.RUNNING, "import_phase": MEDIA, "import_done": 0, "import_cursor": None}
        note(visit.account, visit.now(), tell=True, **begin)
        return
    phase = _PHASES[sync.import_phase]
    yield from phase(visit, sync)


def _import_media(visit: Visit, sync: AccountSync) -> Steps:
    if not visit.may_read_comments:
        _enter(visit, CONVERSATIONS)
        return
    page = visit.instagram.list_media_page(after=sync.import_cursor, limit=PAGE)
    yield 0
    yield from keep_media(visit, page.items)
    if page.after is None:
        _enter(visit, COMMENTS)
    else:
        done = sync.import_done + len(page.items)
        note(visit.account, visit.now(), tell=True, import_done=done, import_cursor=page.after)


def _import_comments(visit: Visit, _sync: AccountSync) -> Steps:
    media = find_due_media(visit, newest_first=True, is_first_time=True)
    if media is None:
        _enter(visit, CONVERSATIONS)
        return
    yield from compare_media(visit, media, is_import=True)
    is_done = Media.comments_checked_at.is_not(None)
    _tell_progress(visit, _count(Media.account_id == visit.account.id, is_done))


def _import_conversations(visit: Visit, sync: AccountSync) -> Steps:
    if not visit.may_read_messages:
        _finish(visit)
        return
    page = visit.instagram.list_threads(after=sync.import_cursor)
    save_threads(visit.account, page.items, now=visit.now())
    yield visit.conversation_pause
    if page.after is None:
        _enter(visit, MESSAGES)
    else:
        done = sync.import_done + len(page.items)
        note(visit.account, visit.now(), tell=True, import_done=done, import_cursor=page.after)


def _import_messages(visit: Visit, _sync: AccountSync) -> Steps:
    conversation_id = find_due_conversation(visit, newest_first=True, is_first_time=True)
    if conversation_id is None:
        _finish(visit)
        return
    yield from compare_thread(visit, conversation_id, is_import=True)
    is_done = Conversation.checked_at.is_not(None)
    _tell_progress(visit, _count(Conversation.account_id == visit.account.id, is_done))


_PHASES = {
    MEDIA: _import_media,
    COMMENTS: _import_comments,
    CONVERSATIONS: _import_conversations,
    MESSAGES: _import_messages,
}


def find_due_media(visit: Visit, *, newest_first: bool = False, is_first_time: bool = False) -> Media | None:
    """Return the media whose comments are to be compared now; with `is_first_time`, only one that never was."""
    query = select(Media).where(
        Media.account_id == visit.account.id, Media.next_check_at <= visit.now(), Media.gone_at.is_(None)
    )
    if is_first_time:
        query = query.where(Media.comments_checked_at.is_(None))
    query = query.order_by(Media.posted_at.desc() if newest_first else Media.next_check_at).limit(1)
    with reading() as session:
        return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def find_due_conversation(visit: Visit, *, newest_first: bool = False, is_first_time: bool = False) -> int | None:
    """Return the conversation that is to be compared now; with `is_first_time`, only one that never was."""
    query = select(Conversation.id).where(
        Conversation.account_id == visit.account.id, Conversation.next_check_at <= visit.now()
    )
    if is_first_time:
        query = query.where(Conversation.checked_at.is_(None))
    query = query.order_by(Conversation.latest_at.desc() if newest_first else Conversation.next_check_at).limit(1)
    with reading() as session:
        return session.scalar(query)


def _enter(visit: Visit, phase: str) -> None:
    note(
        visit.account,
        visit.now(),
        tell=True,
        import_phase=phase,
        import_done=0,
        import_total=_total(visit, phase),
        import_cursor=None,
    )


def _finish(visit: Visit) -> None:
    now = visit.now()
    note(visit.account, now, tell=True, import_state=ImportState.DONE, imported_at=now, import_cursor=None)


def _total(visit: Visit, phase: str) -> int | None:
    """How many there are in a phase; None where only the end will tell."""
    if phase == COMMENTS:
        return _count(Media.account_id == visit.account.id)
    return _count(Conversation.account_id == visit.account.id) if phase == MESSAGES else None


def _count(*conditions: ColumnElement[bool]) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).where(*conditions)) or 0


def _tell_progress(visit: Visit, done: int) -> None:
    note(visit.account, visit.now(), tell=True, import_done=done)
