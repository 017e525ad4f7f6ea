"""Compare a conversation with what Instagram shows of it, and mend what differs."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from app.accounts.models import Account
from app.contacts.models import Contact
from app.conversations.apply_message import apply_message
from app.conversations.apply_words import apply_unsend
from app.conversations.models import Conversation, Message
from app.db import deadlock_safe, reading, transaction
from app.instagram.errors import InstagramError
from app.instagram.facts import MessageFacts
from app.instagram.limits import MESSAGES_WITH_DETAILS
from app.sync.account_sync import COMMENTS_NOT_SHOWN, note_success
from app.sync.forget_history import forget_history_of
from app.sync.visit import Steps, Visit, next_check
from app.workspaces.models import Workspace

BROKEN_PAUSE = timedelta(minutes=30)
OLD_OR_GONE = "message_old_or_gone"


def compare_thread(visit: Visit, conversation_id: int, *, is_import: bool) -> Steps:
    """Compare the newest messages of a conversation. Whatever goes wrong while reading changes no message.

    Instagram shows the newest 20 only. What is older stays here as history, or goes where the workspace keeps none;
    what is as new and was not shown is asked for by its id, and erased when Instagram says that it is gone.
    """
    begun = visit.now()
    _set(conversation_id, next_check_at=begun + BROKEN_PAUSE)
    thread_id = yield from _thread_id(visit, conversation_id)
    if thread_id is None:
        _set(conversation_id, next_check_at=next_check(conversation_id, begun))
        return
    begun = visit.now()
    try:
        shown = visit.instagram.read_thread(thread_id).messages
    except InstagramError as error:
        if not error.is_gone:
            raise
        # The owner has deleted it on the phone, or it is hidden from us: it is sought again, and until then not shown.
        _set(conversation_id, ig_thread_id=None, next_check_at=next_check(conversation_id, begun))
        return
    told = _of_both_sides(visit, conversation_id, shown)
    yield visit.conversation_pause
    _write(visit.account, told, begun, is_import=is_import)
    _turn_into_history(visit.account, conversation_id, told, begun)
    yield from _ask_for_absent(visit, conversation_id, {facts.mid for facts in told}, begun)
    note_success(visit.account, but=COMMENTS_NOT_SHOWN)
    _set(conversation_id, checked_at=begun, next_check_at=next_check(conversation_id, begun))


def _thread_id(visit: Visit, conversation_id: int) -> Generator[float, None, str | None]:
    """Return Instagram's id of the conversation, which only a list or a search tells; None when it shows none."""
    person_id, thread_id = _ids_of(conversation_id)
    if thread_id is None:
        thread_id = visit.instagram.find_thread(person_id)
        yield visit.conversation_pause
        if thread_id is not None:
            _set(conversation_id, ig_thread_id=thread_id)
    return thread_id


def _ids_of(conversation_id: int) -> tuple[str, str | None]:
    query = (
        select(Contact.ig_scoped_id, Conversation.ig_thread_id)
        .join(Conversation, Conversation.contact_id == Contact.id)
        .where(Conversation.id == conversation_id)
    )
    with reading() as session:
        person_id, thread_id = session.execute(query).one()
    return person_id, thread_id


def _of_both_sides(visit: Visit, conversation_id: int, told: Sequence[MessageFacts]) -> list[MessageFacts]:
    """Return the messages, oldest first, each with the person it was written to, which is not always told."""
    person_id, _thread_id = _ids_of(conversation_id)
    own_id = visit.account.ig_user_id
    return [replace(facts, to_id=person_id if facts.from_id == own_id else own_id) for facts in reversed(told)]


def _ask_for_absent(visit: Visit, conversation_id: int, told: set[str], begun: datetime) -> Steps:
    """Ask for each message that Instagram should have shown and has not."""
    for mid in _list_absent(conversation_id, told, begun):
        now = visit.now()
        try:
            facts = visit.instagram.read_message(mid)
        except InstagramError as error:
            if not (error.is_gone or error.key == OLD_OR_GONE):
                raise
            _erase(visit.account, mid, now)
        else:
            _write(visit.account, _of_both_sides(visit, conversation_id, [facts]), now, is_import=True)
        yield visit.conversation_pause


def _list_absent(conversation_id: int, told: set[str], begun: datetime) -> list[str]:
    """Return the ids of messages that were known before Instagram was asked, are no history, and were not shown."""
    query = (
        select(Message.mid)
        .where(
            Message.conversation_id == conversation_id,
            Message.is_history.is_(False),
            Message.unsent_at.is_(None),
            Message.seen_at < begun,
            or_(Message.checked_at.is_(None), Message.checked_at < begun),
        )
        .order_by(Message.sent_at.desc())
    )
    with reading() as session:
        return [mid for mid in session.scalars(query) if mid not in told]


@deadlock_safe
def _turn_into_history(account: Account, conversation_id: int, told: Sequence[MessageFacts], now: datetime) -> None:
    """Mark what lies beyond the newest messages, or forget it where the workspace keeps no history."""
    if len(told) < MESSAGES_WITH_DETAILS:
        return
    oldest = min(facts.sent_at for facts in told)
    with transaction() as session:
        session.execute(
            update(Message)
            .where(
                Message.conversation_id == conversation_id,
                Message.sent_at < oldest,
                Message.is_history.is_(False),
                Message.mid.not_in([facts.mid for facts in told]),
            )
            .values(is_history=True)
            .execution_options(synchronize_session=False)
        )
        if not session.get_one(Workspace, account.workspace_id).keeps_history:
            forget_history_of(session, conversation_id, now)


@deadlock_safe
def _write(account: Account, told: Sequence[MessageFacts], now: datetime, *, is_import: bool) -> None:
    with transaction():
        for facts in told:
            apply_message(account, facts, now=now, is_checked=True, is_import=is_import)


@deadlock_safe
def _erase(account: Account, mid: str, now: datetime) -> None:
    with transaction():
        apply_unsend(account, mid, at=now, now=now)


@deadlock_safe
def _set(conversation_id: int, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Conversation).where(Conversation.id == conversation_id).values(**values))
