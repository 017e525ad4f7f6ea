"""From the consent page back to a connected account, or to a plain reason why not."""

import re
from datetime import timedelta

import pytest

from app import db
from app.accounts.disconnect import disconnect_account
from app.accounts.errors import AppNotSetUp, StateRefused
from app.accounts.forget_old_states import forget_old_states
from app.accounts.mark_reconnect import mark_reconnect
from app.accounts.models import AccountState, OAuthState
from app.accounts.rules import STATE_LIFE
from app.publishing.models import Post, PostState, Wait
from app.sync.models import AccountSync, ImportState
from tests.accounts.conftest import Operator, sign_in
from tests.consent import consent
from tests.factories import Cast, make_post
from tests.sandbox_server import SandboxServer

EXCHANGE = "/oauth/access_token"


def calls(sandbox: SandboxServer, path: str) -> int:
    return sum(entry["path"].endswith(path) for entry in sandbox.journal())


@pytest.mark.parametrize("shape", ["flat", "data"])
@pytest.mark.parametrize("id_told", ["id", "user_id"])
def test_an_account_is_connected_whichever_shape_the_answer_has(
    operator: Operator, sandbox: SandboxServer, shape: str, id_told: str
) -> None:
    ig_user_id, _ = sandbox.add_account("alma.coffee", name="Алма Кофе", followers_count=1234)
    sandbox.settings(token_shape=shape, token_user_id=id_told)

    connection = operator.connect(ig_user_id)

    account = operator.account()
    assert connection.outcome == "connected"
    assert connection.account_id == account.id
    assert (account.ig_user_id, account.claimed_ig_user_id) == (ig_user_id, ig_user_id)
    assert account.ig_app_scoped_id not in (None, ig_user_id)
    assert (account.username, account.name, account.followers_count) == ("alma.coffee", "Алма Кофе", 1234)
    assert account.state is AccountState.CONNECTED
    assert account.problem is None
    assert account.token_issued_at == operator.clock.now()
    assert account.token_expires_at is not None
    assert timedelta(days=59) < account.token_expires_at - operator.clock.now() <= timedelta(days=60)
    assert (account.quota_usage, account.quota_total) == (0, 50)


def test_the_token_is_long_lived_and_stored_encrypted(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    operator.connect(ig_user_id)

    account, token = operator.account(), operator.token()

    assert token is not None
    assert token.startswith("IGAA")
    assert account.token_ciphertext is not None
    assert token not in account.token_ciphertext
    assert calls(sandbox, "/access_token") == 2


def test_the_picture_is_kept_here_as_a_small_webp(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    operator.connect(ig_user_id)
    path = operator.account().picture_path

    assert path is not None
    raw = (operator.config.media_dir / path).read_bytes()
    assert raw[8:12] == b"WEBP"
    assert len(raw) < 12_000


def test_without_its_picture_an_account_is_connected_all_the_same(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    (operator.config.media_dir / "accounts").write_text("no folder can be made here")

    assert operator.connect(ig_user_id).outcome == "connected"
    assert operator.account().picture_path is None


@pytest.mark.parametrize("scope", ["content_publish", "manage_insights"])
def test_only_what_publishing_needs_limits_an_account(operator: Operator, sandbox: SandboxServer, scope: str) -> None:
    ig_user_id, _ = sandbox.add_account()

    connection = operator.connect(ig_user_id, without=(scope,))

    account = operator.account()
    if scope == "content_publish":
        assert connection.outcome == "limited"
        assert connection.outcome_values is not None
        assert connection.outcome_values["missing"] == ["instagram_business_content_publish"]
        assert (account.state, account.problem) == (AccountState.LIMITED, "permission_missing")
        assert not account.can_publish
    else:
        assert connection.outcome == "connected"
        assert account.state is AccountState.CONNECTED
    assert not any(granted.endswith(scope) for granted in account.scopes)


def test_a_limited_account_is_whole_after_granting_everything(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    operator.connect(ig_user_id, without=("content_publish",))
    limited = operator.account()

    connection = operator.connect(ig_user_id, mends=limited.id)

    assert connection.outcome == "reconnected"
    assert (operator.account().id, operator.account().state) == (limited.id, AccountState.CONNECTED)
    assert operator.account().problem is None


def test_cancelling_stores_nothing(operator: Operator, sandbox: SandboxServer) -> None:
    sandbox.add_account()

    connection = operator.finish(consent(operator.begin(), decision="cancel").query)

    assert connection.outcome == "consent_denied"
    assert operator.accounts() == []
    assert calls(sandbox, EXCHANGE) == 0


@pytest.mark.parametrize("query", [{}, {"error": "server_error"}])
def test_a_callback_without_a_code_says_that_the_login_failed(
    operator: Operator, sandbox: SandboxServer, query: dict[str, str]
) -> None:
    state = re.findall(r"state=([\w-]+)", operator.begin())[0]
    assert operator.finish(query | {"state": state}).outcome == "login_failed"


def test_cancelling_without_the_state_is_still_understood(operator: Operator, sandbox: SandboxServer) -> None:
    with pytest.raises(StateRefused) as refused:
        operator.finish({"error": "access_denied"})
    assert refused.value.key == "consent_denied"


def test_a_code_that_was_used_connects_nothing(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    code = consent(operator.begin(), ig_user_id).query["code"]
    again = consent(operator.begin(), ig_user_id).query
    operator.finish(again | {"code": code})

    third = consent(operator.begin(), ig_user_id).query
    connection = operator.finish(third | {"code": code})

    assert connection.outcome == "login_code_used"
    assert connection.account_id is None


def test_a_second_hit_of_the_same_callback_shows_the_first_ones_result(
    operator: Operator, sandbox: SandboxServer
) -> None:
    ig_user_id, _ = sandbox.add_account()
    query = consent(operator.begin(), ig_user_id).query

    first, second = operator.finish(query), operator.finish(query)

    assert (second.id, second.outcome, second.account_id) == (first.id, "connected", first.account_id)
    assert calls(sandbox, EXCHANGE) == 1


@pytest.mark.parametrize("state", ["", "x", "ё" * 100, "a" * 10_000])
def test_a_made_up_state_is_refused_before_anything_is_asked(
    operator: Operator, sandbox: SandboxServer, state: str
) -> None:
    with pytest.raises(StateRefused) as refused:
        operator.finish({"state": state, "code": "AQx"})
    assert refused.value.key == "connect_state_unknown"
    assert calls(sandbox, EXCHANGE) == 0


def test_the_state_of_another_session_is_refused(operator: Operator, cast: Cast, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    query = consent(operator.begin(), ig_user_id).query
    admin = sign_in(cast.admin, cast.workspace, operator.config, operator.keys, operator.clock)

    with pytest.raises(StateRefused) as refused:
        admin.finish(query)

    assert refused.value.key == "connect_state_foreign"
    assert calls(sandbox, EXCHANGE) == 0
    assert operator.finish(query).outcome == "connected"


def test_the_state_of_another_workspace_is_unknown(
    operator: Operator, outsider: Operator, sandbox: SandboxServer
) -> None:
    ig_user_id, _ = sandbox.add_account()
    query = consent(operator.begin(), ig_user_id).query

    with pytest.raises(StateRefused) as refused:
        outsider.finish(query)
    assert refused.value.key == "connect_state_unknown"


def test_a_state_lives_an_hour(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    late, in_time = consent(operator.begin(), ig_user_id).query, consent(operator.begin(), ig_user_id).query
    operator.clock.advance(STATE_LIFE.total_seconds() - 1)
    assert operator.finish(in_time).outcome == "connected"

    operator.clock.advance(1)
    with pytest.raises(StateRefused) as refused:
        operator.finish(late)
    assert refused.value.key == "connect_state_expired"
    assert operator.finish(in_time).outcome == "connected", "a page reloaded later still tells how it ended"


def test_a_stolen_database_opens_no_connection(operator: Operator, sandbox: SandboxServer) -> None:
    state = re.findall(r"state=([\w-]+)", operator.begin())[0]
    with db.workspace_scope(operator.workspace.id), db.reading() as session:
        stored = session.query(OAuthState).one()
    assert len(state) >= 43
    assert stored.digest != state
    assert state not in stored.digest


def test_a_personal_account_is_refused(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account("just.me", account_type="PERSONAL")

    assert operator.connect(ig_user_id).outcome == "not_professional"
    assert operator.accounts() == []


@pytest.mark.parametrize("account_type", ["BUSINESS", "MEDIA_CREATOR"])
def test_both_professional_types_are_welcome(operator: Operator, sandbox: SandboxServer, account_type: str) -> None:
    ig_user_id, _ = sandbox.add_account(account_type=account_type)
    assert operator.connect(ig_user_id).outcome == "connected"


def test_connecting_twice_renews_the_token(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    operator.connect(ig_user_id)
    before = operator.account()
    operator.clock.advance(days=3)

    assert operator.connect(ig_user_id).outcome == "refreshed"

    after = operator.account()
    assert after.id == before.id
    assert after.token_ciphertext != before.token_ciphertext
    assert after.token_issued_at == operator.clock.now()
    assert after.connected_at == before.connected_at


def test_another_workspaces_account_is_refused_without_a_word_about_whose_it_is(
    operator: Operator, outsider: Operator, sandbox: SandboxServer
) -> None:
    ig_user_id, _ = sandbox.add_account()
    outsider.connect(ig_user_id)

    connection = operator.connect(ig_user_id)

    assert connection.outcome == "account_taken"
    assert connection.outcome_values == {"username": "alma.coffee"}
    assert operator.accounts() == []
    assert outsider.account().state is AccountState.CONNECTED


def test_a_disconnected_account_may_move_to_another_workspace(
    operator: Operator, outsider: Operator, sandbox: SandboxServer
) -> None:
    ig_user_id, _ = sandbox.add_account()
    outsider.connect(ig_user_id)
    with db.workspace_scope(outsider.workspace.id):
        disconnect_account(outsider.account().id, now=outsider.clock.now())

    assert operator.connect(ig_user_id).outcome == "connected"
    assert outsider.connect(ig_user_id).outcome == "account_taken"
    assert outsider.account().state is AccountState.DISCONNECTED


def test_mending_with_another_account_changes_nothing_and_says_so(operator: Operator, sandbox: SandboxServer) -> None:
    first, _ = sandbox.add_account("alma.coffee")
    second, _ = sandbox.add_account("alma.bakery")
    operator.connect(first)
    before = operator.account()
    with db.workspace_scope(operator.workspace.id):
        mark_reconnect(before.id, "token_invalid", operator.clock.now())

    connection = operator.connect(second, mends=before.id)

    assert connection.outcome == "other_account"
    assert connection.outcome_values == {"expected": "alma.coffee", "username": "alma.bakery"}
    assert operator.account().state is AccountState.RECONNECT
    assert operator.account().token_ciphertext == before.token_ciphertext


def test_to_mend_an_account_instagram_asks_for_the_password(operator: Operator, sandbox: SandboxServer) -> None:
    operator.connect(sandbox.add_account()[0])
    assert "force_reauth=true" in operator.begin(mends=operator.account().id)
    assert "force_reauth" not in operator.begin()


def test_reconnecting_releases_the_queue(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    operator.connect(ig_user_id)
    account, now = operator.account(), operator.clock.now()
    due = now + timedelta(hours=1)
    waiting = make_post(account, due_at=due, now=now, wait=Wait.ACCOUNT, reason="token_invalid", next_step_at=None)
    late = make_post(account, due_at=due, now=now, wait=Wait.LATE, next_step_at=None)
    with db.workspace_scope(operator.workspace.id):
        mark_reconnect(account.id, "token_invalid", now)
    later = operator.clock.advance(minutes=5)

    connection = operator.connect(ig_user_id, mends=account.id)

    assert connection.outcome == "reconnected"
    assert connection.outcome_values is not None
    assert connection.outcome_values["released"] == 1
    with db.workspace_scope(operator.workspace.id), db.reading() as session:
        released, still_late = session.get_one(Post, waiting.id), session.get_one(Post, late.id)
    assert (released.wait, released.reason, released.next_step_at) == (None, None, later)
    assert released.state is PostState.SCHEDULED
    assert (still_late.wait, still_late.next_step_at) == (Wait.LATE, None)


@pytest.mark.parametrize("path", ["/oauth/access_token", "^(/v[0-9.]+)?/access_token", "/me"])
def test_when_instagram_fails_on_the_way_nothing_is_kept_and_trying_again_works(
    operator: Operator, sandbox: SandboxServer, path: str
) -> None:
    ig_user_id, _ = sandbox.add_account()
    sandbox.add_fault(path, "error", status=500, error={"message": "down", "type": "OAuthException", "code": 2})

    assert operator.connect(ig_user_id).outcome == "instagram_down"
    assert operator.accounts() == []
    assert operator.connect(ig_user_id).outcome == "connected"


def test_an_answer_lost_on_the_way_keeps_nothing(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    sandbox.add_fault(EXCHANGE, "drop_response")

    assert operator.connect(ig_user_id).outcome == "no_answer"
    assert operator.accounts() == []


@pytest.mark.parametrize(("change", "key"), [({"app_secret": "another-secret"}, "app_secret_wrong")])
def test_a_wrong_setting_is_named(operator: Operator, sandbox: SandboxServer, change: dict[str, str], key: str) -> None:
    ig_user_id, _ = sandbox.add_account()
    sandbox.settings(**change)
    assert operator.connect(ig_user_id).outcome == key


def test_without_an_app_the_missing_settings_are_named(
    operator: Operator, environ: dict[str, str], sandbox: SandboxServer
) -> None:
    config = type(operator.config).from_environment(environ | {"INSTAGRAM_APP_ID": "", "INSTAGRAM_APP_SECRET": ""})
    bare = Operator(operator.user, operator.workspace, operator.login_id, config, operator.keys, operator.clock)

    with pytest.raises(AppNotSetUp) as refused:
        bare.begin()
    assert refused.value.values == {"settings": ["INSTAGRAM_APP_ID", "INSTAGRAM_APP_SECRET"]}


def test_visits_are_forgotten_after_a_week(operator: Operator, outsider: Operator, sandbox: SandboxServer) -> None:
    operator.begin()
    operator.clock.advance(days=6)
    outsider.begin()
    operator.clock.advance(days=2)

    assert forget_old_states(operator.clock.now()) == 1
    assert forget_old_states(operator.clock.now()) == 0
    with db.every_workspace(), db.reading() as session:
        assert [state.workspace_id for state in session.query(OAuthState)] == [outsider.workspace.id]


def test_a_connected_account_is_looked_at_by_the_scheduler_at_once(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    operator.connect(ig_user_id)
    with db.workspace_scope(operator.workspace.id), db.transaction() as session:
        sync = session.query(AccountSync).one()
        assert (sync.import_state, sync.next_look_at) == (ImportState.WAITING, operator.clock.now())
        sync.import_state = ImportState.DONE
        sync.next_look_at = sync.subscription_checked_at = operator.clock.now() + timedelta(minutes=5)
        sync.problem = "token_expired"

    operator.connect(ig_user_id)

    with db.workspace_scope(operator.workspace.id), db.reading() as session:
        again = session.query(AccountSync).one()
    assert (again.next_look_at, again.subscription_checked_at) == (operator.clock.now(), None)
    assert (again.import_state, again.problem) == (ImportState.DONE, None)
