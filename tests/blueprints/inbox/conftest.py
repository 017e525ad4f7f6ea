"""A conversation to look at and to answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import db
from app.accounts.models import Account
from app.conversations.models import Conversation
from app.crypto import KeyRing
from app.dispatches.models import Dispatch
from tests.clocks import FrozenClock
from tests.conversations.factories import make_contact, make_conversation, make_message
from tests.factories import Cast, make_account


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    """A connected account."""
    return make_account(cast.workspace, keys)


@pytest.fixture
def talk(account: Account, clock: FrozenClock) -> Conversation:
    """Somebody asked an hour ago."""
    contact = make_contact(account, name="Айгүл", username="aigul")
    conversation = make_conversation(account, contact=contact, now=clock.now())
    make_message(conversation, "Көйлек бар ма?", at=clock.now() - timedelta(hours=1))
    return conversation


@pytest.fixture
def read(cast: Cast) -> Callable[[Any, int], Any]:
    """Read a row as it stands in the database."""

    def read_one(model: Any, row_id: int) -> Any:
        with db.workspace_scope(cast.workspace.id), db.reading() as session:
            row = session.get(model, row_id)
            session.expunge_all()
            return row

    return read_one


@pytest.fixture
def dispatches(cast: Cast) -> Callable[[], list[Dispatch]]:
    """List everything that was asked of Instagram, in its order."""

    def list_all() -> list[Dispatch]:
        with db.workspace_scope(cast.workspace.id), db.reading() as session:
            found = list(session.scalars(select(Dispatch).order_by(Dispatch.id)))
            session.expunge_all()
            return found

    return list_all
