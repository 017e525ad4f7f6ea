"""The desk that the engine's tests work at."""

from collections.abc import Iterator

import pytest

from app import db
from app.accounts.instagram_for import instagram_for
from app.config import Config
from app.crypto import KeyRing
from app.dispatches.dispatcher import Dispatcher
from app.instagram_app import instagram_app_from
from app.publishing.claims import SCHEDULER_LEASE
from app.scheduler.models import Lease
from app.workspaces.models import Role
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.dispatches.desk import Desk
from tests.factories import make_account, make_user, make_workspace
from tests.file_server import FileServer
from tests.media_files import MediaFiles
from tests.sandbox_server import SandboxServer


@pytest.fixture(scope="session")
def file_server(media_files: MediaFiles) -> Iterator[FileServer]:
    """Serves a video and a picture to Instagram."""
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
    """A workspace whose account is connected to the sandbox, and the engine at work on it."""
    sandbox.settings(conversation_calls_per_s=1000)
    sandbox.call("POST", "/clock", {"set": clock.now().timestamp()})
    ig_user_id, token = sandbox.add_account()
    workspace = make_workspace()
    user = make_user("aigerim@alma.example", workspace, Role.MEMBER)
    account = make_account(workspace, keys, ig_user_id=ig_user_id, token=token)
    with db.transaction() as session:
        session.add(Lease(name=SCHEDULER_LEASE, holder="test", fence=1, beat=0, heartbeat_at=clock.now()))
    app = instagram_app_from(config)
    dispatcher = Dispatcher(
        clock=clock,
        fence=1,
        may_act=lambda: True,
        connect=lambda account: instagram_for(account, app=app, keys=keys, clock=clock),
        link_to=lambda asset, _until: file_server.url_of(asset.original_path or ""),
        jitter=lambda: 0.0,
    )
    media = sandbox.call("POST", f"/accounts/{ig_user_id}/media", {"media_type": "IMAGE", "caption": "Раф"})
    dana = sandbox.call("POST", "/people", {"username": "dana"})["id"]
    db.enter_workspace(workspace.id)
    return Desk(account, user, dispatcher, clock, sandbox, media["id"], dana)
