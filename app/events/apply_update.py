"""What an update brings about, by its kind: the same code that writes down what Instagram answers when it is asked."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.comments.apply_comment import apply_comment
from app.contacts.models import Contact
from app.conversations.apply_message import apply_message
from app.conversations.apply_words import apply_edit, apply_reaction, apply_referral, apply_seen, apply_unsend
from app.conversations.models import Conversation, Message
from app.db import transaction
from app.events.note_account import note_account
from app.instagram.facts import Update, UpdateKind
from app.instagram.webhook_facts import (
    comment_facts,
    edit_facts,
    hinted_mid,
    hinted_person,
    message_facts,
    reaction_facts,
    referral_facts,
    seen_facts,
    unsent_mid,
)

T = TypeVar("T")


class UnreadableUpdate(Exception):
    """An update of a known kind lacks what matters in it."""


def apply_update(account: Account, told: Update, *, at: datetime, now: datetime) -> None:
    """Write down what the update tells; of kinds that change nothing here, nothing. `at`: when it happened.

    Runs inside the caller's transaction and workspace; doing it again changes nothing. Raises UnreadableUpdate.
    """
    apply = _BY_KIND.get(told.kind)
    if apply is not None:
        apply(account, told, at, now)


def _apply_comment(account: Account, told: Update, _at: datetime, now: datetime) -> None:
    apply_comment(account, _readable(comment_facts(told)), now=now, is_checked=False)


def _apply_message(account: Account, told: Update, _at: datetime, now: datetime) -> None:
    apply_message(account, _readable(message_facts(told)), now=now, is_checked=False)


def _apply_reaction(account: Account, told: Update, _at: datetime, now: datetime) -> None:
    apply_reaction(account, _readable(reaction_facts(told)), now=now)


def _apply_edit(account: Account, told: Update, at: datetime, now: datetime) -> None:
    edit = _readable(edit_facts(told))
    apply_edit(account, edit.mid, edit.text, edit.number, at=at, now=now)


def _apply_unsend(account: Account, told: Update, at: datetime, now: datetime) -> None:
    apply_unsend(account, _readable(unsent_mid(told)), at=at, now=now)


def _apply_seen(account: Account, told: Update, at: datetime, now: datetime) -> None:
    seen = _readable(seen_facts(told))
    apply_seen(account, seen.from_id, seen.mid, at=at, now=now)


def _apply_referral(account: Account, told: Update, at: datetime, now: datetime) -> None:
    came = _readable(referral_facts(told))
    apply_referral(account, came.from_id, came.referral, at=at, now=now)


def _look_soon(account: Account, told: Update, _at: datetime, now: datetime) -> None:
    """Have the account's conversations compared now, unless the message that this is a sign of is known already."""
    with transaction() as session:
        mid = hinted_mid(told)
        if mid and session.scalar(select(Message.id).where(Message.account_id == account.id, Message.mid == mid)):
            return
        note_account(session, account.id, next_look_at=now)
        person_id = hinted_person(told)
        if person_id:
            _look_into_conversation(session, account, person_id, now)


def _look_into_conversation(session: Session, account: Account, person_id: str, now: datetime) -> None:
    contact = select(Contact.id).where(Contact.account_id == account.id, Contact.ig_scoped_id == person_id)
    contact_id = session.scalar(contact)
    session.execute(
        update(Conversation)
        .where(Conversation.account_id == account.id, Conversation.contact_id == contact_id)
        .values(next_check_at=now)
    )


def _readable(facts: T | None) -> T:
    if facts is None:
        raise UnreadableUpdate
    return facts


_BY_KIND: dict[UpdateKind, Callable[[Account, Update, datetime, datetime], None]] = {
    UpdateKind.COMMENT: _apply_comment,
    UpdateKind.MESSAGE: _apply_message,
    UpdateKind.POSTBACK: _apply_message,
    UpdateKind.REACTION: _apply_reaction,
    UpdateKind.EDIT: _apply_edit,
    UpdateKind.UNSEND: _apply_unsend,
    UpdateKind.SEEN: _apply_seen,
    UpdateKind.REFERRAL: _apply_referral,
    UpdateKind.MAYBE_NEW: _look_soon,
}
