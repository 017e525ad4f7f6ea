"""Posts to look at, and the composer's form as a browser sends it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import db
from app.accounts.models import Account
from app.assets.models import Asset
from app.crypto import KeyRing
from app.publishing.models import Post
from app.publishing.queries import get_post
from tests.factories import Cast, make_account, make_asset, make_post
from tests.web_client import Browser


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    """A connected account."""
    return make_account(cast.workspace, keys)


@pytest.fixture
def asset(cast: Cast, account: Account) -> Asset:
    """A video that is ready."""
    return make_asset(cast.workspace, facts={"duration_seconds": 8.0}, poster_path="p.webp")


@pytest.fixture
def write(account: Account, asset: Asset) -> Callable[..., int]:
    """Write a Reel and return its id."""
    return lambda **values: make_post(account, *values.pop("assets", [asset]), **values).id


@pytest.fixture
def read(cast: Cast) -> Callable[[int], Post]:
    """Read a post as it stands in the database."""

    def read_one(post_id: int) -> Post:
        with db.workspace_scope(cast.workspace.id), db.reading() as session:
            post = get_post(post_id)
            session.expunge_all()
            return post

    return read_one


@pytest.fixture
def filled(account: Account, asset: Asset) -> dict[str, Any]:
    """The composer's form, filled in for Wednesday evening."""
    return {
        "form_token": "t" * 32,
        "account_id": str(account.id),
        "media": str(asset.id),
        "caption": "Раф с облепихой #кофе",
        "cover_kind": "frame",
        "thumb_offset": "1500",
        "share_to_feed": "y",
        "due_date": "2026-03-04",
        "due_time": "19:00",
        "action": "schedule",
    }


def post_id_of(answer: TestResponse) -> int:
    """Return the post that an answer leads to."""
    found = re.fullmatch(r"/posts/(\d+)", answer.location or "")
    assert found, answer.location
    return int(found[1])


def toast(browser: Browser, path: str = "/posts") -> str:
    """Return what the next page says once."""
    page = browser.get(path).text
    return page[page.index('id="toasts"') : page.index('id="confirm-template"')]
