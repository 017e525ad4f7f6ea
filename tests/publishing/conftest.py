"""A publisher that speaks to the sandbox, and a way to run a post's steps on a clock that is moved."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import db
from app.accounts.instagram_for import instagram_for
from app.accounts.models import Account
from app.config import Config
from app.crypto import KeyRing
from app.instagram_app import instagram_app_from
from app.publishing.advance_post import advance_post
from app.publishing.claims import SCHEDULER_LEASE
from app.publishing.models import AttemptStep, Post, PostState
from app.publishing.publisher import Publisher
from app.scheduler.models import Lease
from app.workspaces.models import Workspace
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import make_account, make_asset, make_post, make_workspace
from tests.file_server import FileServer
from tests.media_files import MediaFiles
from tests.sandbox_server import SandboxServer

FENCE = 1


@dataclass
class Desk:
    """One workspace with one account connected to the sandbox, and the engine at work on it."""

    account: Account
    publisher: Publisher
    clock: FrozenClock
    sandbox: SandboxServer

    def add_reel(self, *, due_in: timedelta = timedelta(minutes=20), **values: Any) -> int:
        """Write a scheduled Reel and return its id."""
        with db.reading() as session:
            workspace = session.get_one(Workspace, self.account.workspace_id)
        asset = make_asset(workspace, facts={"duration_seconds": 4.0}, original_path="reel.mp4")
        now = self.clock.now()
        return make_post(self.account, asset, due_at=now + due_in, now=now, **values).id

    def post(self, post_id: int) -> Post:
        """Return a post as it stands in the database."""
        with db.every_workspace(), db.reading() as session:
            post = session.get_one(Post, post_id, populate_existing=True)
            session.expunge_all()
            return post

    def steps(self, post_id: int) -> list[AttemptStep]:
        """Return its log."""
        with db.every_workspace(), db.reading() as session:
            return list(
                session.scalars(select(AttemptStep).where(AttemptStep.post_id == post_id).order_by(AttemptStep.id))
            )

    def fault(self, path: str, action: str, **values: Any) -> None:
        """Let the next matching call go wrong."""
        self.sandbox.add_fault(path, action, **values)

    def step(self, post_id: int) -> Post:
        """Move time to the post's next step, do it, and return the post."""
        at = self.post(post_id).next_step_at
        assert at is not None, "the post is at rest"
        self.move_to(at)
        advance_post(post_id, self.publisher)
        return self.post(post_id)

    def run(self, post_id: int, *, until: Callable[[Post], object], steps: int = 80) -> Post:
        """Do step after step until something is true of the post."""
        for _ in range(steps):
            post = self.post(post_id)
            if until(post):
                return post
            self.step(post_id)
            self.let_instagram_work(post_id)
        raise AssertionError(f"never came to it: {post.state} {post.reason}")

    def run_to_rest(self, post_id: int) -> Post:
        """Do step after step until nothing is left to do."""
        return self.run(post_id, until=lambda post: post.next_step_at is None)

    def run_to(self, post_id: int, state: PostState) -> Post:
        """Do step after step until the post is in a state."""
        return self.run(post_id, until=lambda post: post.state is state)

    def move_to(self, at: datetime) -> None:
        """Move our clock and Instagram's; never back."""
        ahead = (at - self.clock.now()).total_seconds()
        if ahead > 0:
            self.clock.advance(ahead)
            self.sandbox.advance(ahead)

    def let_instagram_work(self, post_id: int) -> None:
        """Give the sandbox the moment in which it fetches what it was given."""
        if self.post(post_id).state is PostState.PREPARING:
            time.sleep(0.05)

    def publishes(self) -> list[dict[str, Any]]:
        """Return the media_publish calls that Instagram received."""
        return [call for call in self.sandbox.journal() if call["path"].endswith("/media_publish")]


@pytest.fixture(scope="session")
def file_server(media_files: MediaFiles) -> Iterator[FileServer]:
    """Serves a Reel and a picture to Instagram."""
    server = FileServer({"mp4": media_files.reel(), "jpg": media_files.picture()})
    yield server
    server.close()


@pytest.fixture
def desk(
    database: Database,
    config: Config,
    keys: KeyRing,
    clock: FrozenClock,
    sandbox: SandboxServer,
    file_server: FileServer,
) -> Desk:
    """Everything that publishing a Reel needs."""
    sandbox.settings(processing_s=0)
    sandbox.call("POST", "/clock", {"set": clock.now().timestamp()})
    ig_user_id, token = sandbox.add_account()
    account = make_account(make_workspace(), keys, ig_user_id=ig_user_id, token=token)
    with db.transaction() as session:
        session.add(Lease(name=SCHEDULER_LEASE, holder="test", fence=FENCE, beat=0, heartbeat_at=clock.now()))
    app = instagram_app_from(config)
    publisher = Publisher(
        clock=clock,
        fence=FENCE,
        may_act=lambda: True,
        connect=lambda account, observe: instagram_for(account, app=app, keys=keys, clock=clock, observe=observe),
        link_to=lambda asset, _until: file_server.url_of(asset.original_path or ""),
        jitter=lambda: 0.0,
    )
    return Desk(account, publisher, clock, sandbox)
