"""One account of one workspace, and what is known of its conversations."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from app import db
from app.accounts.models import Account
from app.conversations.apply_message import apply_message
from app.conversations.models import Conversation, EarlyWord, Message
from app.crypto import KeyRing
from app.instagram.facts import MessageFacts
from app.workspaces.models import Workspace
from tests.clocks import DEFAULT_NOW
from tests.conftest import Database
from tests.factories import make_account, make_workspace

PERSON = "1666639284565392"
Word = Callable[["Desk"], object]


def at(seconds: float) -> datetime:
    """Return an instant so many seconds into the conversation."""
    return DEFAULT_NOW + timedelta(seconds=seconds)


@dataclass
class Desk:
    """An account, whose conversations are written down by the functions under test."""

    account: Account
    now: datetime = DEFAULT_NOW + timedelta(hours=1)

    def tell(self, word: Word) -> Any:
        """Apply one update in a transaction of its own."""
        with db.workspace_scope(self.account.workspace_id), db.transaction():
            return word(self)

    def conversation(self) -> Conversation:
        """Return the one conversation there is."""
        with db.workspace_scope(self.account.workspace_id), db.reading() as session:
            return session.scalars(select(Conversation).where(Conversation.account_id == self.account.id)).one()

    def messages(self) -> list[Message]:
        """Return its messages with all that hangs on them, oldest first."""
        with db.workspace_scope(self.account.workspace_id), db.reading() as session:
            query = select(Message).where(Message.account_id == self.account.id).order_by(Message.sent_at)
            messages = list(session.scalars(query))
            for message in messages:
                assert message.attachments is not None and message.reactions is not None
            return messages

    def early_words(self) -> int:
        """Return how many words wait for their message."""
        with db.workspace_scope(self.account.workspace_id), db.reading() as session:
            return session.scalar(select(func.count()).select_from(EarlyWord)) or 0

    def set(self, **values: Any) -> None:
        """Change the conversation as somebody of the team would."""
        with db.workspace_scope(self.account.workspace_id), db.transaction() as session:
            conversation = session.get_one(Conversation, self.conversation().id)
            for name, value in values.items():
                setattr(conversation, name, value)


def theirs(mid: str, seconds: float, text: str | None = None, **values: Any) -> Word:
    """A webhook's message of the person."""
    facts = MessageFacts(mid, PERSON, "", at(seconds), text, from_username="dana", **values)
    return lambda desk: _apply(desk, replace(facts, to_id=desk.account.ig_user_id))


def ours(mid: str, seconds: float, text: str | None = None, **values: Any) -> Word:
    """A webhook's echo of a message that the account wrote."""
    facts = MessageFacts(mid, "", PERSON, at(seconds), text, is_echo=True, **values)
    return lambda desk: _apply(desk, replace(facts, from_id=desk.account.ig_user_id))


def shown(mid: str, seconds: float, text: str | None = None, *, is_own: bool = False, **values: Any) -> Word:
    """The same as Instagram shows it when it is asked: in whole seconds."""

    def apply(desk: Desk) -> Message | None:
        own = desk.account.ig_user_id
        sides = (own, PERSON) if is_own else (PERSON, own)
        facts = MessageFacts(mid, *sides, at(seconds).replace(microsecond=0), text, **values)
        return _apply(desk, facts, is_checked=True)

    return apply


def _apply(desk: Desk, facts: MessageFacts, *, is_checked: bool = False) -> Message | None:
    return apply_message(desk.account, facts, now=desk.now, is_checked=is_checked)


@pytest.fixture
def workspace(database: Database) -> Workspace:
    return make_workspace()


@pytest.fixture
def make_desk(workspace: Workspace, keys: KeyRing) -> Callable[[], Desk]:
    """Make another account without a single message."""
    numbers = count(1)
    return lambda: Desk(make_account(workspace, keys, ig_user_id=f"178414{next(numbers):011}"))


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Iterator[Desk]:
    yield make_desk()
