"""Taking an account out of use, and using one that is."""

import pytest

from app import db
from app.accounts.disconnect import disconnect_account
from app.accounts.errors import AccountUnusable
from app.accounts.instagram_for import instagram_for
from app.accounts.mark_reconnect import mark_reconnect
from app.accounts.models import Account, AccountState
from app.accounts.queries import count_planned_posts, list_accounts, list_accounts_needing_attention
from app.errors import NotFound
from app.instagram.errors import InstagramError
from tests.accounts.conftest import Operator
from tests.clocks import DEFAULT_NOW
from tests.factories import Cast, make_account, make_post
from tests.sandbox_server import SandboxServer


def disconnect(operator: Operator, account_id: int) -> None:
    with db.workspace_scope(operator.workspace.id):
        disconnect_account(account_id, now=operator.clock.now())


def test_the_token_is_gone_at_once_and_the_posts_stay(operator: Operator, cast: Cast) -> None:
    account = make_account(cast.workspace, operator.keys)
    make_post(account, due_at=DEFAULT_NOW)

    disconnect(operator, account.id)

    after = operator.account()
    assert after.state is AccountState.DISCONNECTED
    assert (after.token_ciphertext, after.token_expires_at, after.claimed_ig_user_id) == (None, None, None)
    assert after.disconnected_at == DEFAULT_NOW
    with db.workspace_scope(cast.workspace.id):
        assert count_planned_posts(account.id) == 1
        assert list_accounts_needing_attention() == []


def test_disconnecting_twice_keeps_the_first_time(operator: Operator, cast: Cast) -> None:
    account = make_account(cast.workspace, operator.keys)
    disconnect(operator, account.id)
    operator.clock.advance(60)
    disconnect(operator, account.id)
    assert operator.account().disconnected_at == DEFAULT_NOW


def test_another_workspaces_account_is_not_found(operator: Operator, cast: Cast) -> None:
    account = make_account(cast.other_workspace, operator.keys)
    with pytest.raises(NotFound):
        disconnect(operator, account.id)


def test_a_late_refusal_does_not_wake_a_disconnected_account(operator: Operator, cast: Cast) -> None:
    account = make_account(cast.workspace, operator.keys)
    disconnect(operator, account.id)
    with db.workspace_scope(cast.workspace.id):
        assert not mark_reconnect(account.id, "token_invalid", DEFAULT_NOW)
    assert operator.account().state is AccountState.DISCONNECTED


def test_the_client_acts_for_the_account(operator: Operator, cast: Cast, sandbox: SandboxServer) -> None:
    ig_user_id, token = sandbox.add_account("alma.coffee")
    account = make_account(cast.workspace, operator.keys, ig_user_id=ig_user_id, token=token)

    instagram = instagram_for(account, app=operator.app, keys=operator.keys, clock=operator.clock)

    assert instagram.me().username == "alma.coffee"
    sandbox.call("POST", f"/accounts/{ig_user_id}/revoke")
    with pytest.raises(InstagramError) as refused:
        instagram.me()
    assert refused.value.code == 190


def test_without_a_token_there_is_no_client(operator: Operator, cast: Cast) -> None:
    disconnect(operator, make_account(cast.workspace, operator.keys).id)
    with pytest.raises(AccountUnusable) as refused:
        instagram_for(operator.account(), app=operator.app, keys=operator.keys, clock=operator.clock)
    assert refused.value.key == "account_disconnected"


def test_swapped_ciphertexts_open_for_neither_account(operator: Operator, cast: Cast) -> None:
    first = make_account(cast.workspace, operator.keys, ig_user_id="1", token="IGAA-first")
    second = make_account(cast.workspace, operator.keys, ig_user_id="2", token="IGAA-second")
    with db.workspace_scope(cast.workspace.id), db.transaction() as session:
        rows = [session.get_one(Account, first.id), session.get_one(Account, second.id)]
        rows[0].token_ciphertext, rows[1].token_ciphertext = rows[1].token_ciphertext, rows[0].token_ciphertext

    with db.workspace_scope(cast.workspace.id):
        for account in operator.accounts():
            with pytest.raises(AccountUnusable) as refused:
                instagram_for(account, app=operator.app, keys=operator.keys, clock=operator.clock)
            assert refused.value.key == "token_unreadable"
        assert {account.state for account in list_accounts()} == {AccountState.RECONNECT}
        assert {account.problem for account in list_accounts_needing_attention()} == {"token_unreadable"}


def test_what_needs_attention(operator: Operator, cast: Cast) -> None:
    make_account(cast.workspace, operator.keys, ig_user_id="1", username="fine")
    make_account(cast.workspace, operator.keys, ig_user_id="2", username="dead", state=AccountState.RECONNECT)
    make_account(cast.workspace, operator.keys, ig_user_id="3", username="few", state=AccountState.LIMITED)
    make_account(cast.workspace, operator.keys, ig_user_id="4", username="soon", problem="token_expires_soon")
    make_account(cast.workspace, operator.keys, ig_user_id="5", username="gone", state=AccountState.DISCONNECTED)
    make_account(cast.other_workspace, operator.keys, ig_user_id="6", state=AccountState.RECONNECT)

    with db.workspace_scope(cast.workspace.id):
        assert [account.username for account in list_accounts_needing_attention()] == ["dead", "few", "soon"]
        assert [account.username for account in list_accounts()] == ["dead", "few", "fine", "soon", "gone"]
