"""The demo workspace: what is in it, and that its problems are real ones."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import db
from app.accounts.models import Account, AccountState
from app.config import Config
from app.demo.sandbox import Sandbox
from app.demo.workspace import BRANCH, MAIN, make_workspace
from app.publishing.models import AttemptStep, Post, PostState, StepName
from app.publishing.outlook import Level, foresee_post
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.sandbox_server import SandboxServer

PASSWORD = "latte-without-sugar-77"


@pytest.fixture(autouse=True)
def demo(database: Database, config: Config, sandbox: SandboxServer, clock: FrozenClock) -> Sandbox:
    told = Sandbox(sandbox.url)
    told.introduce(config)
    make_workspace(config, told, PASSWORD, clock)
    return told


def accounts() -> dict[str, Account]:
    with db.every_workspace(), db.reading() as session:
        return {account.username: account for account in session.scalars(select(Account))}


def posts(state: PostState) -> list[Post]:
    with db.every_workspace(), db.reading() as session:
        found = session.scalars(select(Post).where(Post.state == state).order_by(Post.due_at)).unique().all()
        for post in found:
            _ = post.account, post.media, post.cover
        return list(found)


def test_an_account_is_about_to_lose_its_access_and_made_once_the_demo_is_left_alone(
    demo: Sandbox, config: Config, clock: FrozenClock
) -> None:
    branch, main = accounts()[BRANCH.username], accounts()[MAIN.username]
    assert branch.token_expires_at is not None
    assert timedelta(days=2) < branch.token_expires_at - clock.now() < timedelta(days=4)
    assert (branch.state, branch.problem) == (AccountState.CONNECTED, "token_expires_soon")
    assert (main.state, main.problem) == (AccountState.CONNECTED, None)
    (endangered,) = [post for post in posts(PostState.SCHEDULED) if post.account_id == branch.id]
    check = foresee_post(endangered, clock.now())
    assert check is not None
    assert (check.level, check.key) == (Level.BAD, "outlook_token_ends")
    before = [post.id for state in PostState for post in posts(state)]
    clock.advance(days=3)
    make_workspace(config, demo, PASSWORD, clock)
    assert [post.id for state in PostState for post in posts(state)] == before
    assert set(accounts()) == {MAIN.username, BRANCH.username}


def test_a_post_of_yesterday_has_failed_and_its_log_holds_the_answer_of_instagram(
    clock: FrozenClock, sandbox: SandboxServer
) -> None:
    (failed,) = posts(PostState.FAILED)
    assert failed.due_at is not None
    assert timedelta(0) < clock.now() - failed.due_at < timedelta(days=2)
    assert failed.reason == "media_not_fetched"
    with db.every_workspace(), db.reading() as session:
        steps = session.scalars(select(AttemptStep).where(AttemptStep.post_id == failed.id).order_by(AttemptStep.id))
        log = list(steps)
    assert log[-1].name is StepName.FAILED
    (refusal, *_) = [step for step in log if not step.ok]
    assert refusal.detail["calls"][0]["http_status"] == 400
    assert all(step.at < failed.due_at for step in log)
    asked = [call for call in sandbox.journal() if call["path"].endswith("/media") and call["method"] == "POST"]
    assert [call["status"] for call in asked][:1] == [400]
    # Afterwards Instagram is in the present again, and in order.
    assert abs(sandbox.call("GET", "/clock")["unix"] - clock.now().timestamp()) < 60
    assert sandbox.call("GET", "/settings")["allow_private_urls"] is True
    assert sandbox.call("GET", "/faults")["data"] == []
    assert sandbox.call("GET", "/settings")["webhook_url"].endswith("/webhooks/instagram")
