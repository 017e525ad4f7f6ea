"""Write down a message that Instagram has told of: by a webhook, or when it was asked. One code for both.

In whatever order and however often the updates of a conversation come, its end state is the same.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.comments.models import Comment
from app.contacts.find_contact import find_or_add_contact
from app.contacts.models import Consent, Contact
from app.conversations.apply_words import say_early_words
from app.conversations.find_conversation import find_message, lock_or_add_conversation
from app.conversations.message_contents import refine_time, take_in
from app.conversations.models import Conversation, ConversationState, Message, MessageKind
from app.conversations.reactions import take_in_reactions
from app.conversations.recount import find_ours, note_opening, recount, take_in_newest
from app.conversations.reply_window import opens_window
from app.db import transaction
from app.dispatches.models import Dispatch
from app.instagram.facts import MessageFacts
from app.live.add_hint import add_hint
from app.live.models import HintKind


def apply_message(
    account: Account, facts: MessageFacts, *, now: datetime, is_checked: bool, is_import: bool = False
) -> Message | None:
    """Write down a message and all that follows from it; return it when it was new, None when it was known.

    `is_checked`: Instagram has just shown it to us (as opposed to a webhook, which may be old). `is_import`: it is
    part of the past that an account brings along, so nobody here has left it unread.
    Runs inside the caller's transaction and workspace. A known message is brought up to date; one that was taken back
    stays so, whatever is told of it later.
    """
    if not _person_in(account, facts)[0]:
        return None
    with transaction() as session:
        contact = _contact_of(session, account, facts, now)
        conversation = lock_or_add_conversation(session, account, contact.id, latest_at=facts.sent_at, now=now)
        message = find_message(session, account, facts.mid)
        if message is None:
            message = _add(session, account, conversation, facts, now=now, is_checked=is_checked)
            _follow_up(session, conversation, contact, message, now=now, is_import=is_import)
            _open_window(conversation, message, facts)
            say_early_words(session, account, message, conversation)
            if message.is_own or message.unsent_at is not None:
                recount(session, conversation)
            _tell(session, conversation, now)
            return message
        _bring_up_to_date(session, account, conversation, message, facts, now=now, is_checked=is_checked)
        return None


def is_own(account: Account, facts: MessageFacts) -> bool:
    """Whether the account wrote it, from here, from the phone or from another program."""
    return facts.is_echo or facts.from_id == account.ig_user_id


def _person_in(account: Account, facts: MessageFacts) -> tuple[str, str | None]:
    """Return the id and the name of the other side."""
    if is_own(account, facts):
        return facts.to_id, facts.to_username
    return facts.from_id, facts.from_username


def _contact_of(session: Session, account: Account, facts: MessageFacts, now: datetime) -> Contact:
    person_id, username = _person_in(account, facts)
    return find_or_add_contact(session, account, person_id, username=username, now=now)


def _add(
    session: Session,
    account: Account,
    conversation: Conversation,
    facts: MessageFacts,
    *,
    now: datetime,
    is_checked: bool,
) -> Message:
    """Write down a new message. Who holds the conversation is the only one to do so."""
    message = Message(
        workspace_id=account.workspace_id,
        account_id=account.id,
        conversation_id=conversation.id,
        mid=facts.mid,
        is_own=is_own(account, facts),
        kind=MessageKind.TEXT,
        sent_at=facts.sent_at,
        seen_at=now,
        attachments=[],
        reactions=[],
    )
    _take_in_all(message, facts, account, now=now, is_checked=is_checked)
    session.add(message)
    session.flush()
    return message


def _follow_up(
    session: Session, conversation: Conversation, contact: Contact, message: Message, *, now: datetime, is_import: bool
) -> None:
    """Do what a message brings about once: when it is first heard of."""
    if message.is_own:
        message.dispatch_id = _dispatch_of(session, conversation, contact, message)
        return
    ours = find_ours(session, conversation.id)
    take_in_newest(conversation, message)
    _ask_for_profile(contact, now)
    if ours.has_answered(message):
        return
    conversation.waiting_since = min(message.sent_at, conversation.waiting_since or message.sent_at)
    if not is_import:
        conversation.unread_count += not ours.has_read(message)
        _bring_back(conversation)


def _bring_up_to_date(
    session: Session,
    account: Account,
    conversation: Conversation,
    message: Message,
    facts: MessageFacts,
    *,
    now: datetime,
    is_checked: bool,
) -> None:
    """Add to a known message what is told of it now."""
    before = _shown(message)
    refine_time(message, facts.sent_at)
    if message.unsent_at is None:
        _take_in_all(message, facts, account, now=now, is_checked=is_checked)
    _open_window(conversation, message, facts)
    say_early_words(session, account, message, conversation)
    if _shown(message) != before:
        recount(session, conversation)
        _tell(session, conversation, now)
    session.flush()


def _take_in_all(message: Message, facts: MessageFacts, account: Account, *, now: datetime, is_checked: bool) -> None:
    take_in(message, facts, now=now, is_checked=is_checked)
    take_in_reactions(message, facts, account, now=now)


def _open_window(conversation: Conversation, message: Message, facts: MessageFacts) -> None:
    if not message.is_own and opens_window(facts):
        note_opening(conversation, message.sent_at)


def _tell(session: Session, conversation: Conversation, now: datetime) -> None:
    add_hint(session, conversation.workspace_id, HintKind.CONVERSATION, conversation.id, now)
    session.flush()


def _ask_for_profile(contact: Contact, now: datetime) -> None:
    """Whoever writes lets us read their profile: so one that was refused before is worth asking for again."""
    if contact.profile_read_at is None or contact.consent is not Consent.GIVEN:
        contact.profile_due_at = min(now, contact.profile_due_at or now)


def _bring_back(conversation: Conversation) -> None:
    """A message that waits for an answer opens the conversation again, wherever it had been put."""
    conversation.state = ConversationState.OPEN
    conversation.snoozed_until = None


def _dispatch_of(session: Session, conversation: Conversation, contact: Contact, message: Message) -> int | None:
    """Return the dispatch that sent a message of ours, if its answer came before the message did."""
    sent = select(Dispatch.id).where(Dispatch.result_id == message.mid)
    privately = select(Comment.id).where(Comment.contact_id == contact.id)
    return session.scalar(sent.where(Dispatch.conversation_id == conversation.id)) or session.scalar(
        sent.where(Dispatch.comment_id.in_(privately))
    )


def _shown(message: Message) -> tuple[object, ...]:
    """Return what of a message a page shows, to tell whether it has changed."""
    hanging = tuple((one.kind, one.title, one.ig_media_id) for one in message.attachments)
    emoji = tuple(sorted((one.is_own, one.emoji) for one in message.reactions))
    return (
        message.unsent_at,
        message.text,
        message.kind,
        message.sent_at,
        message.payload,
        hanging,
        emoji,
        bool(message.story),
    )
