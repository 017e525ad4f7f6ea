"""An account, and updates about it as Instagram words them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from app import db
from app.accounts.models import Account
from app.config import Config
from app.crypto import KeyRing
from app.events.models import Event
from app.events.process_events import process_events
from app.events.store_updates import store_updates
from app.instagram.webhook import read_updates
from app.workspaces.models import Workspace
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import make_account, make_workspace

PERSON = "1666639284565392"


@dataclass
class Post:
    """What Instagram posts about one account, and what becomes of it."""

    workspace: Workspace
    account: Account
    clock: FrozenClock

    def tell(self, *items: dict[str, Any], ig_user_id: str | None = None) -> None:
        """Store a body with these messaging items or changes."""
        told = [{"changes" if "field" in item else "messaging": [item]} for item in items]
        entry = {"id": ig_user_id or self.account.ig_user_id, "time": int(self.clock.now().timestamp())}
        body = {"object": "instagram", "entry": [entry | one for one in told]}
        store_updates(read_updates(body), body_bytes=100, now=self.clock.now())

    def process(self) -> None:
        """Process until nothing waits."""
        while process_events(clock=self.clock):
            pass

    def message(self, mid: str, text: str = "Сәлем", *, at: datetime | None = None, **values: Any) -> dict[str, Any]:
        """Return an item about a message from the person."""
        return self.item("message", {"mid": mid, "text": text} | values, at=at)

    def item(self, member: str, value: dict[str, Any], *, at: datetime | None = None) -> dict[str, Any]:
        """Return a messaging item that the person caused."""
        sides = {"sender": {"id": PERSON}, "recipient": {"id": self.account.ig_user_id}}
        return {**sides, "timestamp": int((at or self.clock.now()).timestamp() * 1000), member: value}

    def comment(self, comment_id: str, text: str = "Баға?", **values: Any) -> dict[str, Any]:
        """Return a change about a comment of the person's."""
        author, media = {"id": PERSON, "username": "aliya"}, {"id": "17859719991451973", "media_product_type": "REELS"}
        return {"field": "comments", "value": {"from": author, "media": media, "id": comment_id, "text": text} | values}

    def events(self) -> list[Event]:
        """Return every event, oldest first."""
        with db.reading() as session:
            return list(session.scalars(select(Event).order_by(Event.id)))

    def rows(self, table: Any, **values: Any) -> list[Any]:
        """Return the workspace's rows of a table, in the order they were written."""
        with db.workspace_scope(self.workspace.id), db.reading() as session:
            return list(session.scalars(select(table).filter_by(**values)).unique())


@pytest.fixture
def post(database: Database, config: Config, keys: KeyRing, clock: FrozenClock) -> Post:
    """The post of one connected account."""
    workspace = make_workspace()
    return Post(workspace, make_account(workspace, keys), clock)
