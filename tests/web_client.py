"""A browser for tests: signs in as anybody of the cast, sends forms as pages do, and checks what every page owes."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app import create_app
from app.clock import Clock
from app.config import Config
from app.web.signed_in import LOGIN_KEY
from app.workspaces.logins import begin_login
from app.workspaces.models import User, Workspace
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import Cast, make_cast

CSRF_SECRET = "0123456789abcdef0123456789abcdef01234567"
OpenBrowser = Callable[..., "Browser"]


class Browser:
    """One browser, signed in as `user` in `workspace`, or as nobody."""

    def __init__(
        self,
        app: Flask,
        clock: Clock,
        user: User | None = None,
        workspace: Workspace | None = None,
        *,
        language: str = "en",
        base_url: str = "http://127.0.0.1:8000",
    ) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.base_url = base_url
        self.client.environ_base |= {
            "HTTP_ACCEPT_LANGUAGE": language,
            "HTTP_SEC_FETCH_MODE": "navigate",
            "HTTP_SEC_FETCH_SITE": "same-origin",
        }
        self.csrf_token = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF_SECRET)
        if user is not None and workspace is not None:
            self.sign_in(begin_login(user.id, workspace.id, "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", clock.now()))

    def sign_in(self, token: str) -> None:
        """Hold a login's value, as after the sign-in page."""
        with self.client.session_transaction(base_url=self.base_url) as session:
            session[LOGIN_KEY] = token

    @property
    def login_token(self) -> str | None:
        """The login's value that the session cookie holds."""
        with self.client.session_transaction(base_url=self.base_url) as session:
            token = session.get(LOGIN_KEY)
        return str(token) if token else None

    def get(self, path: str, **given: Any) -> TestResponse:
        """Open a page; what every page owes is checked."""
        return checked(self.client.get(path, **{"base_url": self.base_url} | given))

    def post(self, path: str, data: dict[str, Any] | None = None, **given: Any) -> TestResponse:
        """Send a form of one of our pages."""
        with self.client.session_transaction(base_url=self.base_url) as session:
            session["csrf_token"] = CSRF_SECRET
        fields = {"csrf_token": self.csrf_token} | (data or {})
        return checked(self.client.post(path, data=fields, **{"base_url": self.base_url} | given))

    def fetch(self, method: str, path: str, **given: Any) -> TestResponse:
        """Call from a script, as htmx and fetch() do."""
        with self.client.session_transaction(base_url=self.base_url) as session:
            session["csrf_token"] = CSRF_SECRET
        headers = {"X-CSRFToken": self.csrf_token, "Sec-Fetch-Mode": "cors"} | given.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, base_url=self.base_url, **given)


class _Page(HTMLParser):
    """Collects what `checked` looks at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title = ""
        self.language: str | None = None
        self.headings = 0
        self.forms: list[dict[str, Any]] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "html":
            self.language = given.get("lang")
        elif tag == "h1":
            self.headings += 1
        elif tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        elif tag == "form":
            self.forms.append(given | {"fields": set()})
        elif tag in {"input", "select", "textarea"}:
            self._note_control(given)

    def _note_control(self, given: dict[str, str | None]) -> None:
        if self.forms:
            self.forms[-1]["fields"].add(given.get("name"))
        if given.get("type") != "hidden" and "label" not in self._inside:
            self.controls.append(given)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "title" and not self.title:
            self.title = data.strip()


def checked(response: TestResponse) -> TestResponse:
    """Return the answer after checking what every one owes; of a page also its title, labels and forms."""
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    if response.mimetype == "text/html" and '<html lang="' in response.text:
        _check_page(response)
    return response


def _check_page(response: TestResponse) -> None:
    page = _Page(response.text)
    assert page.title and not page.title.startswith("·"), "the page has no title"
    assert page.language in {"ru", "kk", "en"}
    assert page.headings == 1, f"the page has {page.headings} h1"
    assert len(page.ids) == len(set(page.ids)), f"ids twice: {sorted(i for i in page.ids if page.ids.count(i) > 1)}"
    for form in page.forms:
        if form.get("method") == "dialog" or form.get("action") == "#":  # the sample forms of /dev/ui
            continue
        assert form.get("action"), f"a form without action: {form}"
        assert form.get("method") != "post" or "csrf_token" in form["fields"], f"a form without csrf_token: {form}"
    unlabelled = [c for c in page.controls if c.get("id") not in page.labelled and not c.get("aria-label")]
    assert unlabelled == [], "a control without a label"


@pytest.fixture
def cast(database: Database) -> Cast:
    """Owner, admin and member of a workspace, and an outsider."""
    return make_cast()


@pytest.fixture
def app(database: Database, config: Config, clock: FrozenClock) -> Flask:
    """The web application on the test's database and clock."""
    return create_app(config, clock=clock)


@pytest.fixture
def open_browser(app: Flask, clock: FrozenClock) -> OpenBrowser:
    """Open browsers: `open_browser()` for nobody, `open_browser(cast.owner, cast.workspace)` for somebody."""

    def open_one(user: User | None = None, workspace: Workspace | None = None, language: str = "en") -> Browser:
        return Browser(app, clock, user, workspace, language=language)

    return open_one


@pytest.fixture
def owner(open_browser: OpenBrowser, cast: Cast) -> Browser:
    """The owner's browser."""
    return open_browser(cast.owner, cast.workspace)


@pytest.fixture
def admin(open_browser: OpenBrowser, cast: Cast) -> Browser:
    """The admin's browser."""
    return open_browser(cast.admin, cast.workspace)


@pytest.fixture
def member(open_browser: OpenBrowser, cast: Cast) -> Browser:
    """The member's browser."""
    return open_browser(cast.member, cast.workspace)


@pytest.fixture
def nobody(open_browser: OpenBrowser) -> Browser:
    """The browser of somebody who is not signed in."""
    return open_browser()
