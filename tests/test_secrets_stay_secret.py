"""Canaries: whatever goes well or wrong, no secret reaches the database, a log, a page, a header or a file's name."""

import base64
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from werkzeug.test import TestResponse

from app import create_app, db, logs
from app.accounts.models import Account, AccountState
from app.assets.models import Asset
from app.assets.public_links import make_token
from app.config import Config
from app.crypto import KeyRing
from app.instagram_app import instagram_app_from
from app.live.watcher import Pace
from app.publishing.models import Post, PostState
from app.scheduler import at_hand
from app.scheduler.jobs import refresh_tokens
from app.web.access import public
from app.web.live import watcher_of
from app.workspaces.models import Role, User, Workspace
from app.workspaces.passwords import Passwords
from tests.clocks import FrozenClock
from tests.factories import make_user
from tests.instagram.scripted_peer import ScriptedPeer, error, http
from tests.publishing import conftest as publishing
from tests.publishing.conftest import Desk
from tests.web_client import Browser

desk, file_server = publishing.desk, publishing.file_server

SHORT = "IGAAshort" + "S1" * 20
LONG = "IGAAlong" + "L2" * 20
REFRESHED = "IGAAfresh" + "R3" * 20
NEVER_STORED = "IGAAnever" + "N4" * 20
APP_SECRETS = ("first-app-secret-canary-0011", "second-app-secret-canary-0022")
CODE, BAD_CODE = "AQDgoodcodecanary" + "c5" * 12, "AQDbadcodecanary" + "c6" * 12
PASSWORD, WRONG, NEXT, INITIAL = (
    "верный пароль-канарейка",
    "неверный пароль-канарейка",
    "следующий пароль-канарейка",
    "первый пароль-канарейка",
)
KEYS = tuple(base64.urlsafe_b64encode(bytes(range(n, n + 32))).decode() for n in (64, 160))
PLANTED = {
    "SECRET_KEY": "secret-key-canary-" + "k" * 24,
    "PASSWORD_PEPPER": "pepper-canary-" + "p" * 24,
    "ENCRYPTION_KEYS": f"new:{KEYS[0]},old:{KEYS[1]}",
    "INSTAGRAM_APP_SECRET": ",".join(APP_SECRETS),
    "INSTAGRAM_VERIFY_TOKEN": "verify-token-canary-77",
    "LOG_LEVEL": "DEBUG",
}
PROFILE = {"id": "21", "user_id": "17841499999999999", "username": "canary.shop", "account_type": "BUSINESS"}
SCOPES = "instagram_business_basic,instagram_business_content_publish"
LIMIT = {"data": [{"quota_usage": 0, "config": {"quota_total": 100}}]}
EMAIL = "canary@alma.example"


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """The settings of every test, with secrets that can be looked for."""
    return environ | PLANTED


@pytest.fixture
def peer() -> Iterator[ScriptedPeer]:
    """An Instagram that answers what the test scripts."""
    with ScriptedPeer().running() as peer:
        yield peer


@dataclass
class Watch:
    """The secrets, and everything that was shown."""

    secrets: dict[str, str] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)

    def note(self, answer: TestResponse) -> TestResponse:
        """Keep an answer, but for the cookies and for the way to Instagram: those carry what they are for."""
        kept = [f"{name}: {value}" for name, value in answer.headers if name != "Set-Cookie"]
        if "/oauth/authorize" not in answer.headers.get("Location", ""):
            self.pages.append("\n".join(kept) + "\n" + answer.get_data(as_text=True))
        return answer

    def found_in(self, where: str, haystack: str, *, but: tuple[str, ...] = ()) -> list[str]:
        """Return the names of the secrets that stand there, as they are or as an address or JSON spells them."""
        return [
            f"{name} in {where}"
            for name, secret in self.secrets.items()
            if name not in but
            for spelling in {secret, quote(secret, safe=""), secret.encode("unicode_escape").decode()}
            if spelling in haystack
        ]


@dataclass
class Stage:
    """The web application before a scripted Instagram, and the engine before the sandbox."""

    app: Flask
    config: Config
    clock: FrozenClock
    keys: KeyRing
    desk: Desk
    peer: ScriptedPeer
    watch: Watch
    people: dict[str, User]

    @property
    def workspace(self) -> Workspace:
        with db.reading() as session:
            return session.get_one(Workspace, self.desk.account.workspace_id)

    def browser(self, name: str | None) -> Browser:
        user = self.people[name] if name else None
        return Browser(self.app, self.clock, user, self.workspace if user else None)


@pytest.fixture
def stage(config: Config, clock: FrozenClock, keys: KeyRing, desk: Desk, peer: ScriptedPeer) -> Stage:
    names = ("graph", "token", "login", "upload")
    config = replace(config, **{f"instagram_{name}_url": peer.url for name in names})  # type: ignore[arg-type]
    app = create_app(config, clock=clock)

    @app.get("/breaks")
    @public
    def breaks() -> str:
        raise RuntimeError(f"with {config.secret_key} and {LONG} and {config.encryption_keys!r} in its text")

    with db.reading() as session:
        workspace = session.get_one(Workspace, desk.account.workspace_id)
    hashed = Passwords(pepper=config.password_pepper, rounds=4).hash(PASSWORD)
    people = {
        "owner": make_user(EMAIL, workspace, Role.OWNER, password_hash=hashed),
        "admin": make_user("admin@alma.example", workspace, Role.ADMIN),
        "member": make_user("member@alma.example", workspace, Role.MEMBER),
    }
    return Stage(app, config, clock, keys, desk, peer, Watch(_planted(config, desk, keys)), people)


def _planted(config: Config, desk: Desk, keys: KeyRing) -> dict[str, str]:
    return {
        "SECRET_KEY": config.secret_key,
        "PASSWORD_PEPPER": config.password_pepper,
        "first encryption key": KEYS[0],
        "second encryption key": KEYS[1],
        "first app secret": APP_SECRETS[0],
        "second app secret": APP_SECRETS[1],
        "verify token": config.instagram_verify_token,
        "short-lived token": SHORT,
        "long-lived token": LONG,
        "refreshed token": REFRESHED,
        "token of a malformed answer": NEVER_STORED,
        "token of the publishing account": desk.account.open_token(keys) or "",
        "code": CODE,
        "refused code": BAD_CODE,
        "password": PASSWORD,
        "wrong password": WRONG,
        "next password": NEXT,
        "initial password": INITIAL,
        "database password": urlsplit(config.database_url).password or "no-such-password-canary",
        "media link": make_token(1, desk.clock.now(), config.secret_key)[:24],
    }


def test_no_secret_leaves_its_place(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(stage.config)
    try:
        sign_in_and_change_the_password(stage)
        connect(stage)
        refresh(stage)
        publish(stage)
        open_every_page(stage)
    finally:
        root.handlers[:], root.level = handlers, level
    watch, written = stage.watch, capsys.readouterr()
    assert len(watch.secrets) >= 20 and min(map(len, watch.secrets.values())) > 10
    assert len(watch.pages) > 300
    is_debugging = '"level": "debug"' in written.err
    assert is_debugging
    # What a page carries for its own forms.
    found = watch.found_in("a page", "\n".join(watch.pages), but=("form token",))
    found += watch.found_in("a log", written.err + written.out)
    found += watch.found_in("the database", dump())
    found += watch.found_in("a file's name", "\n".join(str(path) for path in stage.config.media_dir.rglob("*")))
    assert found == [], "\n".join(found)


def sign_in_and_change_the_password(stage: Stage) -> None:
    nobody, note = stage.browser(None), stage.watch.note
    note(nobody.post("/login", {"email": EMAIL, "password": WRONG}))
    assert note(nobody.post("/login", {"email": EMAIL, "password": PASSWORD})).status_code == 303
    stage.watch.secrets["login"] = nobody.login_token or ""
    page = nobody.get("/settings/profile").text
    stage.watch.secrets["form token"] = re.findall(r'name="csrf_token" value="([^"]+)', page)[0]
    note(nobody.post("/settings/profile/email", {"email": "x@alma.example", "current_password": WRONG}))
    note(nobody.post("/settings/profile/password", {"current_password": WRONG, "password": NEXT}))
    note(nobody.post("/settings/profile/password", {"current_password": PASSWORD, "password": "short"}))
    assert note(nobody.post("/settings/profile/password", {"current_password": PASSWORD, "password": NEXT})).location
    member = {"name": "Новый", "email": "new@alma.example", "password": INITIAL, "role": "member"}
    note(nobody.post("/settings/team", member | {"email": "not an address"}))
    note(nobody.post("/settings/team", member))
    note(nobody.post("/settings/team", member | {"csrf_token": "forged"}))


def connect(stage: Stage) -> None:
    """Once well, then with every kind of answer that says the secrets back to us."""
    token = http({"access_token": SHORT, "user_id": 21, "permissions": SCOPES})
    long = http({"access_token": LONG, "token_type": "bearer", "expires_in": 5_000_000})
    echo = f"no: code={BAD_CODE} client_secret={APP_SECRETS[0]} and {APP_SECRETS[1]}, token {SHORT} {NEVER_STORED}"
    oauth = {"error_type": "OAuthException", "code": 400, "error_message": echo}
    walk(stage, CODE, [token, long, http(PROFILE), http(LIMIT)], "connected")
    walk(stage, BAD_CODE, [http(oauth, 400)], None)
    walk(stage, BAD_CODE, [http(error(190, message=echo), 400)], None)
    walk(stage, BAD_CODE, [http(f"<html>{echo}".encode(), 200)], None)
    walk(stage, BAD_CODE, [http({"access_token": [NEVER_STORED], "echo": echo})], None)
    walk(stage, BAD_CODE, [token, http(error(1, message=echo, error_user_msg=echo, error_user_title=echo), 500)], None)
    walk(stage, BAD_CODE, [token, http({"access_token": NEVER_STORED}), http(error(190, 463, message=echo), 400)], None)
    walk(stage, BAD_CODE, [token, http({"access_token": NEVER_STORED}), http(b"{" + echo.encode(), 502)], None)
    walk(stage, BAD_CODE, [http(b"", 302, {"Location": f"https://x/?access_token={NEVER_STORED}"})], None)
    walk(stage, BAD_CODE, [http(b"x", 200, {f"Broken {NEVER_STORED}": NEVER_STORED})], None)


def walk(stage: Stage, code: str, answers: list[Any], outcome: str | None) -> None:
    stage.peer.forget()
    stage.peer.will(*answers)
    browser, note = stage.browser("admin"), stage.watch.note
    location = note(browser.post("/accounts/connect")).headers["Location"]
    (state,) = parse_qs(urlsplit(location).query)["state"]
    stage.watch.secrets[f"state {len(stage.watch.secrets)}"] = state
    back = note(browser.get("/accounts/callback", query_string={"state": state, "code": code}))
    page = note(browser.get(back.headers["Location"]))
    assert (f'data-outcome="{outcome}"' in page.text) is (outcome is not None)
    note(stage.browser("owner").get("/accounts/callback", query_string={"state": state, "code": code}))


def refresh(stage: Stage) -> None:
    """First with an answer that says the token back, then well."""
    app = instagram_app_from(stage.config)
    at_hand.put(at_hand.AtHand(stage.config, stage.clock, stage.keys, app, lambda _post_id: None))
    try:
        for answers in (
            [http(error(190, message=f"Error validating access token {LONG}: {NEVER_STORED}"), 400)] * 9,
            [http({"access_token": REFRESHED, "token_type": "bearer", "expires_in": 5_000_000}), http(PROFILE)] * 2,
        ):
            with db.every_workspace(), db.transaction() as session:
                account = session.query(Account).filter(Account.ig_user_id == PROFILE["user_id"]).one()
                account.state, account.problem = AccountState.CONNECTED, None
            stage.clock.advance(days=8)
            stage.peer.forget()
            stage.peer.will(*answers)
            refresh_tokens.run()
    finally:
        at_hand.put(None)
    with db.every_workspace(), db.reading() as session:
        account = session.query(Account).filter(Account.ig_user_id == PROFILE["user_id"]).one()
        assert account.open_token(stage.keys) == REFRESHED


def publish(stage: Stage) -> None:
    """A Reel that goes out, and one that meets errors which say the token back."""
    desk, token = stage.desk, stage.watch.secrets["token of the publishing account"]
    make_usable(desk)
    stage.desk.sandbox.call("POST", "/clock", {"set": stage.clock.now().timestamp()})
    said = {"message": f"Cannot use {token} ({APP_SECRETS[0]})", "code": 2, "error_user_msg": f"access_token={token}"}
    troubled = desk.add_reel(caption="с ошибками")
    desk.fault("/media$", "error", status=500, error=said)
    desk.fault("/media$", "malformed")
    desk.run(troubled, until=lambda post: post.state is not PostState.SCHEDULED)
    desk.fault("/media_publish$", "error", status=400, error=said | {"code": 190, "error_subcode": 463})
    desk.run_to_rest(troubled)
    make_usable(desk)
    assert desk.run_to_rest(desk.add_reel()).state is PostState.PUBLISHED


def make_usable(desk: Desk) -> None:
    with db.every_workspace(), db.transaction() as session:
        session.get_one(Account, desk.account.id).state = AccountState.CONNECTED


def open_every_page(stage: Stage) -> None:
    with db.every_workspace(), db.reading() as session:
        values = {
            "post_id": [row.id for row in session.query(Post)],
            "account_id": [row.id for row in session.query(Account)],
            "asset_id": [row.id for row in session.query(Asset)],
            "connection_id": list(range(1, 12)),
        }
    watcher_of(stage.app).pace = Pace(longest=0)  # a stream says what it has to say and ends
    adapter = stage.app.url_map.bind("127.0.0.1:8000")
    for who in (None, "member", "admin", "owner"):
        browser = stage.browser(who)
        for rule in stage.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or len(rule.arguments) > 1:
                continue
            (name,) = rule.arguments or {""}
            for value in values.get(name, ["1"]) if name else [None]:
                path = adapter.build(rule.endpoint, {name: value} if name else {})
                for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
                    stage.watch.note(browser.get(path, headers=headers))
    stage.browser(None).get("/static/app.css")
    assert stage.watch.note(stage.browser("owner").get("/breaks")).status_code == 500


def dump() -> str:
    """Return every value of every table."""
    with db.engine().connect() as connection:
        tables = inspect(connection).get_table_names()
        assert {"accounts", "attempt_steps", "oauth_states", "logins", "users", "incidents"} <= set(tables)
        rows = [connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables]
    return "\n".join(str(value) for table in rows for row in table for value in row)
