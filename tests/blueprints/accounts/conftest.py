"""A browser for each of the cast."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.config import Config
from app.web.signed_in import LOGIN_KEY
from app.workspaces.logins import begin_login
from app.workspaces.models import User, Workspace
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.consent import SentBack, consent
from tests.factories import Cast, make_cast

ORIGIN = "http://127.0.0.1:8000"
"""The server answers under its public name only."""
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One person's signed-in browser, in English. It remembers every page and address it was shown."""

    def __init__(self, app: Flask, user: User | None, workspace: Workspace | None, clock: FrozenClock) -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        self.client.environ_base["HTTP_SEC_FETCH_MODE"] = "navigate"
        self.shown: list[str] = []
        if user is not None and workspace is not None:
            token = begin_login(user.id, workspace.id, "test", clock.now())
            with self.client.session_transaction(base_url=ORIGIN) as session:
                session[LOGIN_KEY] = token

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._note(self.client.get(path, base_url=ORIGIN))

    def post(self, path: str) -> TestResponse:
        """Press a button: send a form with the token that our pages carry."""
        found = CSRF.search(self.get("/accounts").text)
        return self.send(path, {"csrf_token": found[1] if found else ""})

    def send(self, path: str, form: dict[str, str]) -> TestResponse:
        """Send a form as it is."""
        return self._note(self.client.post(path, data=form, base_url=ORIGIN))

    def consent(self, ig_user_id: str = "", *, start: str = "/accounts/connect", **choices: Any) -> SentBack:
        """Press «Connect» and walk Instagram's page; return where it sends the browser."""
        answer = self.post(start)
        assert answer.status_code == 303, answer.text
        return consent(answer.headers["Location"], ig_user_id, **choices)

    def come_back(self, back: SentBack) -> TestResponse:
        """Follow Instagram's redirect and ours; return the page that tells how it ended."""
        answer = self.get(back.path)
        return self.get(answer.headers["Location"]) if answer.status_code == 303 else answer

    def connect(self, ig_user_id: str, **choices: Any) -> TestResponse:
        """Walk the whole way."""
        return self.come_back(self.consent(ig_user_id, **choices))

    def _note(self, answer: TestResponse) -> TestResponse:
        self.shown += [answer.text if answer.mimetype != "image/webp" else "", answer.headers.get("Location", "")]
        return answer


def outcome(page: TestResponse) -> str:
    """Return how connecting ended, as the page has it."""
    found = re.search(r'data-outcome="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


@pytest.fixture
def cast(database: Database) -> Cast:
    return make_cast()


@pytest.fixture
def web(config: Config, cast: Cast, clock: FrozenClock) -> Flask:
    """The web application."""
    return create_app(config, clock=clock)


@pytest.fixture
def browser_of(web: Flask, cast: Cast, clock: FrozenClock) -> Callable[[User], Browser]:
    """Makes a browser for one of the cast."""

    def make(user: User) -> Browser:
        workspace = cast.other_workspace if user is cast.outsider else cast.workspace
        return Browser(web, user, workspace, clock)

    return make


@pytest.fixture
def admin(browser_of: Callable[[User], Browser], cast: Cast) -> Browser:
    """An admin's browser."""
    return browser_of(cast.admin)
