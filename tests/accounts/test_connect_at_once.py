"""Callbacks that race: the browser hits twice, or two people connect the same account."""

import threading
from collections.abc import Callable

from app import db
from app.accounts.models import Account, AccountState, OAuthState
from tests.accounts.conftest import Operator, sign_in
from tests.consent import consent
from tests.factories import Cast
from tests.sandbox_server import SandboxServer

EXCHANGE = "/oauth/access_token"


def test_two_hits_at_the_same_moment_connect_once(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    query = consent(operator.begin(), ig_user_id).query
    sandbox.add_fault(EXCHANGE, "delay", delay_s=0.3)

    seen = at_once(*[lambda: operator.finish(query)] * 4)

    assert len({connection.id for connection in seen}) == 1
    assert {connection.outcome for connection in seen} <= {"connected", None}
    assert sum(entry["path"] == EXCHANGE for entry in sandbox.journal()) == 1
    assert operator.account().state is AccountState.CONNECTED


def test_two_workspaces_at_once_one_gets_the_account(
    operator: Operator, outsider: Operator, sandbox: SandboxServer
) -> None:
    for number in range(3):
        ig_user_id, _ = sandbox.add_account(f"alma{number}")
        queries = [(who, consent(who.begin(), ig_user_id).query) for who in (operator, outsider)]

        ended = at_once(*[lambda who=who, query=query: who.finish(query) for who, query in queries])

        assert sorted(str(connection.outcome) for connection in ended) == ["account_taken", "connected"]
        with db.every_workspace(), db.reading() as session:
            assert session.query(Account).filter(Account.ig_user_id == ig_user_id).count() == 1


def test_two_people_of_a_workspace_at_once_have_one_account(
    operator: Operator, cast: Cast, sandbox: SandboxServer
) -> None:
    admin = sign_in(cast.admin, cast.workspace, operator.config, operator.keys, operator.clock)
    for number in range(3):
        ig_user_id, _ = sandbox.add_account(f"alma{number}")
        queries = [(who, consent(who.begin(), ig_user_id).query) for who in (operator, admin)]

        ended = at_once(*[lambda who=who, query=query: who.finish(query) for who, query in queries])

        assert sorted(str(connection.outcome) for connection in ended) == ["connected", "refreshed"]
    assert len(operator.accounts()) == 3


def at_once(*visits: Callable[[], OAuthState]) -> list[OAuthState]:
    """Make all visits at the same moment; return how they ended, in their order."""
    start = threading.Barrier(len(visits))
    ended: list[OAuthState | BaseException | None] = [None] * len(visits)

    def visit(number: int) -> None:
        start.wait()
        try:
            ended[number] = visits[number]()
        except BaseException as error:
            ended[number] = error

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(len(visits))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in ended:
        assert isinstance(each, OAuthState), repr(each)
    return [each for each in ended if isinstance(each, OAuthState)]
