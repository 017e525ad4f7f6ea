"""An account with a Reel, in whose workspace every test here takes place."""

from collections.abc import Iterator

import pytest

from app import db
from app.accounts.models import Account
from app.crypto import KeyRing
from app.media.models import Media
from tests.comment_factories import make_media
from tests.factories import Cast, make_account, make_cast


@pytest.fixture
def cast(database: object) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    return make_account(cast.workspace, keys)


@pytest.fixture
def media(account: Account) -> Media:
    return make_media(account)


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    with db.workspace_scope(cast.workspace.id):
        yield
