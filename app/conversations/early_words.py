"""What was said of a message before the message itself came: kept until it does."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.conversations.models import EarlyWord


class WordKind(StrEnum):
    UNSEND = "unsend"
    EDIT = "edit"
    REACTION = "reaction"
    SEEN = "seen"


def keep_early_word(session: Session, account: Account, mid: str, kind: WordKind, *, at: datetime, **word: Any) -> None:
    """Keep what was said of a message that is not known yet, once however often it is said."""
    known = select(EarlyWord).where(EarlyWord.account_id == account.id, EarlyWord.mid == mid, EarlyWord.kind == kind)
    if any(early.at == at and early.word == word for early in session.scalars(known)):
        return
    session.add(EarlyWord(account_id=account.id, mid=mid, kind=kind, word=word, at=at))


def take_early_words(session: Session, account: Account, mid: str) -> list[EarlyWord]:
    """Return what was said of a message so far, in the order of time, and keep it no longer."""
    query = select(EarlyWord).where(EarlyWord.account_id == account.id, EarlyWord.mid == mid)
    with session.no_autoflush:
        words = sorted(session.scalars(query), key=lambda word: (word.at, word.id))
    if words:
        session.execute(delete(EarlyWord).where(EarlyWord.id.in_([word.id for word in words])))
        for word in words:
            session.expunge(word)
    return words
