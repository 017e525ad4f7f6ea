"""Connecting an account in the browser: every way it can end has its own page and its own way on."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from app import create_app, db
from app.accounts.models import Account, AccountState, OAuthState
from app.accounts.queries import list_accounts
from app.config import Config
from app.crypto import KeyRing
from app.workspaces.models import User, Workspace
from tests.blueprints.accounts.conftest import ORIGIN, Browser, outcome
from tests.clocks import FrozenClock
from tests.consent import SentBack
from tests.factories import Cast, make_account, make_post
from tests.sandbox_server import SandboxServer

DOWN = {"message": "down", "type": "OAuthException", "code": 2}


def accounts_of(workspace: Workspace) -> list[Account]:
    with db.workspace_scope(workspace.id):
        return list(list_accounts())


def test_an_empty_list_says_what_to_do(admin: Browser, sandbox: SandboxServer) -> None:
    page = admin.get("/accounts")
    assert page.status_code == 200
    assert 'action="/accounts/connect"' in page.text
    assert "Switch to professional account" in page.text


def test_connecting_leads_to_the_account(admin: Browser, cast: Cast, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account("alma.coffee", followers_count=12_345)

    page = admin.connect(ig_user_id)

    assert (page.status_code, outcome(page)) == (200, "connected")
    assert "@alma.coffee is connected" in page.text
    (account,) = accounts_of(cast.workspace)
    assert account.state is AccountState.CONNECTED
    shown = admin.get(f"/accounts/{account.id}")
    assert "Publish posts, Reels and Stories" in shown.text
    assert "0 of 50 posts in 24 hours" in shown.text
    assert "12.3K" in shown.text
    assert "@alma.coffee" in admin.get("/accounts").text
    picture = admin.get(f"/accounts/{account.id}/picture")
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert "no-store" not in picture.headers["Cache-Control"]


def test_the_address_with_the_code_is_left_at_once(admin: Browser, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    answer = admin.get(admin.consent(ig_user_id).path)
    assert answer.status_code == 303
    assert "code=" not in answer.headers["Location"]
    assert "state=" not in answer.headers["Location"]


def test_the_browser_is_asked_for_by_our_registered_address(
    admin: Browser, config: Config, sandbox: SandboxServer
) -> None:
    sandbox.settings(redirect_uris=[f"{config.public_url}/accounts/callback"])
    assert outcome(admin.connect(sandbox.add_account()[0])) == "connected"


def test_too_few_permissions_offer_to_connect_again(admin: Browser, cast: Cast, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()

    page = admin.connect(ig_user_id, without=("content_publish",))

    (account,) = accounts_of(cast.workspace)
    assert outcome(page) == "limited"
    assert "Publish posts, Reels and Stories" in page.text
    assert f'action="/accounts/{account.id}/reconnect"' in page.text
    assert outcome(admin.connect(ig_user_id, start=f"/accounts/{account.id}/reconnect")) == "reconnected"


@pytest.mark.parametrize(
    ("decision", "account_type", "key", "words"),
    [
        ("cancel", "BUSINESS", "consent_denied", "You cancelled at Instagram"),
        ("allow", "PERSONAL", "not_professional", "switch to a professional account"),
    ],
)
def test_what_ends_without_an_account_can_be_tried_again(
    admin: Browser, cast: Cast, sandbox: SandboxServer, decision: str, account_type: str, key: str, words: str
) -> None:
    ig_user_id, _ = sandbox.add_account(account_type=account_type)

    page = admin.connect(ig_user_id, decision=decision)

    assert outcome(page) == key
    assert words in page.text
    assert 'action="/accounts/connect"' in page.text
    assert accounts_of(cast.workspace) == []


def test_while_instagram_is_down_nothing_is_kept(admin: Browser, cast: Cast, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    sandbox.add_fault("/oauth/access_token", "error", status=503, error=DOWN)

    page = admin.connect(ig_user_id)

    assert outcome(page) == "instagram_down"
    assert "Nothing was changed. Try again in a few minutes." in page.text
    assert accounts_of(cast.workspace) == []


def test_a_used_code_says_so(admin: Browser, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    first = admin.consent(ig_user_id)
    admin.come_back(first)
    second = admin.consent(ig_user_id)

    stale = SentBack(second.url.replace(second.query["code"], first.query["code"]))

    assert outcome(admin.come_back(stale)) == "login_code_used"


def test_two_hits_of_the_callback_lead_to_one_page(admin: Browser, cast: Cast, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    back = admin.consent(ig_user_id)
    sandbox.add_fault("/oauth/access_token", "delay", delay_s=0.3)
    led: list[str] = []
    start = threading.Barrier(3)

    def hit() -> None:
        client = admin.client.application.test_client()
        cookie = admin.client.get_cookie("socialflow", domain="127.0.0.1")
        assert cookie is not None
        client.set_cookie("socialflow", cookie.value, domain="127.0.0.1")
        start.wait()
        led.append(client.get(back.path, base_url=ORIGIN).headers["Location"])

    threads = [threading.Thread(target=hit) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(led) == 3
    assert len(set(led)) == 1
    assert outcome(admin.get(led[0])) == "connected"
    assert len(accounts_of(cast.workspace)) == 1


def test_the_page_of_an_unfinished_connection_asks_again_by_itself_and_not_for_ever(
    admin: Browser, clock: FrozenClock, cast: Cast, sandbox: SandboxServer
) -> None:
    ig_user_id, _ = sandbox.add_account()
    location = admin.get(admin.consent(ig_user_id).path).headers["Location"]
    with db.workspace_scope(cast.workspace.id), db.transaction() as session:
        session.execute(update(OAuthState).values(outcome=None, account_id=None))

    page = admin.get(location)
    assert outcome(page) == "pending"
    assert 'http-equiv="refresh"' in page.text

    clock.advance(minutes=5)
    page = admin.get(location)
    assert outcome(page) == "connect_interrupted"
    assert 'http-equiv="refresh"' not in page.text


@pytest.mark.parametrize("query", ["", "?state=made-up&code=AQx", "?code=AQx", "?error=access_denied"])
def test_a_callback_we_did_not_ask_for_is_a_400_with_a_way_on(
    admin: Browser, sandbox: SandboxServer, query: str
) -> None:
    page = admin.get(f"/accounts/callback{query}")
    assert page.status_code == 400
    assert 'action="/accounts/connect"' in page.text
    assert sandbox.journal() == []


def test_the_state_of_another_session_is_a_400(
    admin: Browser, browser_of: Callable[[User], Browser], cast: Cast, sandbox: SandboxServer
) -> None:
    back = admin.consent(sandbox.add_account()[0])

    page = browser_of(cast.owner).get(back.path)

    assert page.status_code == 400
    assert outcome(page) == "connect_state_foreign"
    assert sandbox.journal() == []


def test_a_late_return_is_a_400(admin: Browser, clock: FrozenClock, sandbox: SandboxServer) -> None:
    back = admin.consent(sandbox.add_account()[0])
    clock.advance(hours=1)
    page = admin.get(back.path)
    assert (page.status_code, outcome(page)) == (400, "connect_state_expired")


def test_how_it_ended_is_shown_to_who_began_it_only(
    admin: Browser, browser_of: Callable[[User], Browser], cast: Cast, sandbox: SandboxServer
) -> None:
    location = admin.get(admin.consent(sandbox.add_account()[0]).path).headers["Location"]
    assert browser_of(cast.owner).get(location).status_code == 404
    assert browser_of(cast.outsider).get(location).status_code == 404


def test_another_workspaces_account_is_refused_without_naming_it(
    admin: Browser, browser_of: Callable[[User], Browser], cast: Cast, sandbox: SandboxServer
) -> None:
    ig_user_id, _ = sandbox.add_account()
    browser_of(cast.outsider).connect(ig_user_id)

    page = admin.connect(ig_user_id)

    assert outcome(page) == "account_taken"
    assert cast.other_workspace.name not in page.text
    assert accounts_of(cast.workspace) == []


def test_signing_in_as_somebody_else_asks_what_was_meant(admin: Browser, cast: Cast, sandbox: SandboxServer) -> None:
    first, second = sandbox.add_account("alma.coffee")[0], sandbox.add_account("alma.bakery")[0]
    admin.connect(first)
    (account,) = accounts_of(cast.workspace)

    page = admin.connect(second, start=f"/accounts/{account.id}/reconnect")

    assert outcome(page) == "other_account"
    assert "Sign in as @alma.coffee" in page.text
    assert "Add @alma.bakery as one more account" in page.text
    assert len(accounts_of(cast.workspace)) == 1


def test_without_an_app_the_page_names_the_missing_settings(
    cast: Cast, environ: dict[str, str], config: Config, clock: FrozenClock
) -> None:
    bare = Config.from_environment(environ | {"INSTAGRAM_APP_ID": "", "INSTAGRAM_APP_SECRET": ""})
    browser = Browser(create_app(bare, clock=clock), cast.admin, cast.workspace, clock)

    page = browser.get("/accounts")
    assert "INSTAGRAM_APP_ID, INSTAGRAM_APP_SECRET" in page.text
    assert f"{bare.public_url}/accounts/callback" in page.text
    assert 'action="/accounts/connect"' not in page.text
    refused = browser.post("/accounts/connect")
    assert refused.status_code == 422
    assert "INSTAGRAM_APP_ID" in refused.text


def test_a_dead_token_shows_on_every_page_until_it_is_mended(
    admin: Browser, cast: Cast, keys: KeyRing, sandbox: SandboxServer
) -> None:
    ig_user_id, _ = sandbox.add_account("alma.coffee")
    account = make_account(
        cast.workspace, keys, ig_user_id=ig_user_id, state=AccountState.RECONNECT, problem="password_changed"
    )
    for path in ("/", "/accounts", f"/accounts/{account.id}"):
        assert "The Instagram password was changed" in admin.get(path).text

    assert outcome(admin.connect(ig_user_id, start=f"/accounts/{account.id}/reconnect")) == "reconnected"
    assert "The Instagram password was changed" not in admin.get("/").text


def test_disconnecting_asks_first_and_says_what_waits(
    admin: Browser, cast: Cast, keys: KeyRing, clock: FrozenClock, sandbox: SandboxServer
) -> None:
    account = make_account(cast.workspace, keys)
    make_post(account, due_at=clock.now())

    page = admin.get(f"/accounts/{account.id}/disconnect")
    assert "1 planned post waits" in page.text
    answer = admin.post(f"/accounts/{account.id}/disconnect")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/accounts")
    (after,) = accounts_of(cast.workspace)
    assert (after.state, after.token_ciphertext) == (AccountState.DISCONNECTED, None)
    listed = admin.get("/accounts").text
    assert "@alma.coffee is disconnected" in listed
    assert f'action="/accounts/{account.id}/reconnect"' in listed


GETS = ("", "/picture", "/disconnect")
POSTS = ("/disconnect", "/reconnect")


def test_another_workspaces_account_is_nowhere(
    admin: Browser, cast: Cast, keys: KeyRing, sandbox: SandboxServer
) -> None:
    account = make_account(cast.other_workspace, keys)
    for part in GETS:
        assert admin.get(f"/accounts/{account.id}{part}").status_code == 404
    for part in POSTS:
        assert admin.post(f"/accounts/{account.id}{part}").status_code == 404
    (after,) = accounts_of(cast.other_workspace)
    assert after.state is AccountState.CONNECTED


def test_a_member_looks_and_does_not_touch(
    browser_of: Callable[[User], Browser], cast: Cast, keys: KeyRing, sandbox: SandboxServer
) -> None:
    account = make_account(cast.workspace, keys)
    member = browser_of(cast.member)

    assert member.get("/accounts").status_code == 200
    shown = member.get(f"/accounts/{account.id}")
    assert shown.status_code == 200
    assert "/reconnect" not in shown.text
    assert "/disconnect" not in shown.text
    assert member.get(f"/accounts/{account.id}/disconnect").status_code == 403
    for path in ("/accounts/connect", f"/accounts/{account.id}/reconnect", f"/accounts/{account.id}/disconnect"):
        assert member.post(path).status_code == 403
    assert member.get("/accounts/callback?state=x&code=y").status_code == 403


def test_a_stranger_is_sent_to_sign_in(web: Flask, cast: Cast, clock: FrozenClock, sandbox: SandboxServer) -> None:
    stranger = Browser(web, None, None, clock)
    for path in ("/accounts", "/accounts/1", "/accounts/callback?state=x&code=y", "/accounts/connections/1"):
        assert "/login" in stranger.get(path).headers["Location"]


@pytest.fixture
def logs(capfd: pytest.CaptureFixture[str], environ: dict[str, str]) -> pytest.CaptureFixture[str]:
    """Everything that is written to stderr, at the most talkative level; to be asked for before the application."""
    environ["LOG_LEVEL"] = "DEBUG"
    return capfd


def test_no_token_and_no_code_ever_leaves_the_server(
    logs: pytest.CaptureFixture[str], admin: Browser, cast: Cast, keys: KeyRing, sandbox: SandboxServer
) -> None:
    ig_user_id, _ = sandbox.add_account()
    back = admin.consent(ig_user_id)
    admin.come_back(back)
    sandbox.add_fault("/oauth/access_token", "done_but_error", status=500, error=DOWN)
    admin.connect(ig_user_id)
    (account,) = accounts_of(cast.workspace)
    for path in ("/", "/accounts", f"/accounts/{account.id}", f"/accounts/{account.id}/disconnect"):
        admin.get(path)
    token = account.open_token(keys)
    assert token is not None

    ours = [text for text in admin.shown if "/oauth/authorize?" not in text]
    out, err = logs.readouterr()
    assert "accounts.callback" in err, "the log was captured"
    for secret in (token, "IGAA", back.query["code"], back.query["state"]):
        assert not any(secret in text for text in ours)
        assert secret not in out + err
    assert admin.get("/accounts").headers["Cache-Control"] == "no-store"


def test_the_banner_on_every_page_has_the_button_that_mends_the_account(
    admin: Browser,
    browser_of: Callable[[User], Browser],
    cast: Cast,
    keys: KeyRing,
    sandbox: SandboxServer,
) -> None:
    account = make_account(cast.workspace, keys, state=AccountState.RECONNECT, problem="token_unreadable")

    assert f'action="/accounts/{account.id}/reconnect"' in admin.get("/").text
    seen_by_member = browser_of(cast.member).get("/").text
    assert "cannot be decrypted" in seen_by_member
    assert f'href="/accounts/{account.id}"' in seen_by_member
    assert "/reconnect" not in seen_by_member
