"""The conversation of an account and a person, held for the length of a transaction."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.conversations.models import Conversation, Message
from app.insert_new import insert_new

FIRST_CHECK = timedelta(hours=20)
"""A conversation that the lists of Instagram do not show is sought there before its words are too old to be shown."""


def lock_conversation(session: Session, account: Account, contact_id: int) -> Conversation | None:
    """Return the conversation, None when there is none yet. Nobody else changes it until the transaction ends."""
    return session.scalars(
        select(Conversation)
        .where(Conversation.account_id == account.id, Conversation.contact_id == contact_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_or_add_conversation(
    session: Session, account: Account, contact_id: int, *, latest_at: datetime, now: datetime
) -> Conversation:
    """Return the conversation, begun now when there is none. Nobody else changes it until the transaction ends."""
    session.flush()  # or what was changed in it and not written yet would be read over
    found = lock_conversation(session, account, contact_id)
    if found is not None:
        return found
    insert_new(
        session,
        Conversation,
        workspace_id=account.workspace_id,
        account_id=account.id,
        contact_id=contact_id,
        latest_at=latest_at,
        next_check_at=now + FIRST_CHECK,
        created_at=now,
    )
    added = lock_conversation(session, account, contact_id)
    assert added is not None
    return added


def lock_conversation_by_id(session: Session, conversation_id: int) -> Conversation:
    """Return a conversation that is known to exist. Nobody else changes it until the transaction ends."""
    session.flush()
    return session.scalars(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def find_message(session: Session, account: Account, mid: str) -> Message | None:
    """Return the account's message with this id."""
    return session.scalars(select(Message).where(Message.account_id == account.id, Message.mid == mid)).one_or_none()
