"""An account with a Reel, beside the browsers of the cast."""

import pytest

from app.accounts.models import Account
from app.crypto import KeyRing
from app.media.models import Media
from tests.comment_factories import make_media
from tests.factories import Cast, make_account


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    return make_account(cast.workspace, keys)


@pytest.fixture
def media(account: Account) -> Media:
    return make_media(account)
