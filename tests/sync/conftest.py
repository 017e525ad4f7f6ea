"""An account of the sandbox with something in it, and the sync that brings it here."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app import db
from app.accounts.instagram_for import instagram_for
from app.accounts.models import Account
from app.comments.models import Comment
from app.config import Config
from app.conversations.models import Conversation, Message
from app.crypto import KeyRing
from app.instagram_app import instagram_app_from
from app.media.models import Media
from app.sync.account_sync import get_sync
from app.sync.models import AccountSync
from app.sync.work import Syncer, work_on_sync
from app.workspaces.models import Workspace
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import make_account, make_workspace
from tests.sandbox.driver import Driver, User
from tests.sandbox_server import SandboxServer

STEPS = 3_000
COMMENT_FIELDS = "id,text,username,hidden,replies.limit(50){id,text,username,hidden}"
MESSAGE_FIELDS = "id,message,from,created_time"


@dataclass
class Desk:
    """Both sides, on clocks that are moved together."""

    account: Account
    user: User
    instagram: Driver
    syncer: Syncer
    clock: FrozenClock

    def run(self) -> int:
        """Work until nothing is due; return how many rounds that took."""
        for rounds in range(STEPS):
            has_worked = work_on_sync(self.syncer, may_act=lambda: True, is_over=lambda: False)
            if any(line.steps for line in self.syncer.lines.values()):
                self.advance(seconds=0.7)  # Instagram lets itself be asked about conversations twice a second
            elif not has_worked:
                return rounds
        raise AssertionError("never at rest")

    def run_some(self, rounds: int) -> None:
        """Work a little."""
        for _ in range(rounds):
            work_on_sync(self.syncer, may_act=lambda: True, is_over=lambda: False)
            self.advance(seconds=0.7)

    def advance(self, **span: float) -> None:
        """Let time pass on both sides."""
        before = self.clock.now()
        self.instagram.advance((self.clock.advance(**span) - before).total_seconds())

    def all(self, table: Any) -> list[Any]:
        """Return every row of a table."""
        with db.workspace_scope(self.account.workspace_id), db.reading() as session:
            rows = list(session.scalars(select(table)))
            session.expunge_all()
            return rows

    def sync(self) -> AccountSync:
        """Return how far it has come."""
        with db.workspace_scope(self.account.workspace_id):
            return get_sync(self.account)

    def cached_comments(self) -> dict[str, tuple[Any, ...]]:
        """Return the comments that are here and not gone: text, writer, hidden, top, media."""
        comments = self.all(Comment)
        ids = {comment.id: comment.ig_comment_id for comment in comments}
        media = {one.id: one.ig_media_id for one in self.all(Media)}
        return {
            one.ig_comment_id: (one.text, one.username, one.hidden, ids.get(one.parent_id or 0), media[one.media_id])
            for one in comments
            if one.gone_at is None
        }

    def real_comments(self) -> dict[str, tuple[Any, ...]]:
        """Return the same as Instagram has it."""
        found: dict[str, tuple[Any, ...]] = {}
        for media in self._pages(f"{self.user.user_id}/media", "id"):
            for top in self._pages(f"{media['id']}/comments", COMMENT_FIELDS):
                for each in (top, *top.get("replies", {}).get("data", ())):
                    parent = None if each is top else top["id"]
                    shown = each["text"], each["username"], each["hidden"], parent, media["id"]
                    found[each["id"]] = shown
        return found

    def cached_messages(self) -> dict[str, tuple[str | None, bool]]:
        """Return the messages that are here and not taken back: text, and whether they are ours."""
        return {one.mid: (one.text, one.is_own) for one in self.all(Message) if one.unsent_at is None}

    def real_messages(self) -> dict[str, tuple[str | None, bool]]:
        """Return the same as Instagram shows it: the newest 20 of each conversation."""
        found = {}
        self.advance(seconds=0.7)
        for thread in self._pages(f"{self.user.user_id}/conversations", "id"):
            self.advance(seconds=0.7)
            listed = self.instagram.get(f"/v25.0/{thread['id']}", self.user, fields=f"messages{{{MESSAGE_FIELDS}}}")
            for each in listed["messages"]["data"][:20]:
                found[each["id"]] = each.get("message"), each["from"]["id"] == self.user.user_id
        return found

    def conversation(self) -> Conversation:
        """Return the only conversation."""
        (conversation,) = self.all(Conversation)
        assert isinstance(conversation, Conversation)
        return conversation

    def _pages(self, path: str, fields: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            page = self.instagram.get(f"/v25.0/{path}", self.user, fields=fields, limit=50, **after)
            found += page["data"]
            if "next" not in page.get("paging", {}):
                return found
            after = {"after": page["paging"]["cursors"]["after"]}

    def add_media(self, caption: str = "Раф") -> str:
        """Put a picture live."""
        path = f"accounts/{self.user.user_id}/media"
        return str(self.instagram.control(path, {"media_type": "IMAGE", "caption": caption})["id"])

    def add_comment(self, media_id: str, person: str, text: str, parent_id: str | None = None) -> str:
        """Write a comment as a person."""
        body = {"from": person, "text": text, **({"parent_id": parent_id} if parent_id else {})}
        return str(self.instagram.control(f"media/{media_id}/comments", body)["id"])

    def call(self, method: str, path: str, **params: Any) -> Any:
        """Do something as the account, from another program."""
        answer = self.instagram.call(method, f"/v25.0/{path}", self.user, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fill(self) -> None:
        """Let there be three media with comments and replies, and two conversations, one with 25 messages."""
        dana, erlan = self.instagram.add_person("dana"), self.instagram.add_person("erlan")
        for number in range(3):
            media = self.add_media(f"Пост {number}")
            for count in range(30 if number == 0 else 2):
                top = self.add_comment(media, dana, f"Сколько стоит {number}.{count}?")
            self.add_comment(media, erlan, "И мне", top)
            self.call("POST", f"{top}/replies", message="2500 тг")
        for number in range(25):
            self.instagram.say(self.user, dana, f"Сообщение {number}")
            self.advance(seconds=2)
        self.instagram.say(self.user, erlan, "Сәлем")
        self.instagram.send(self.user, erlan, {"text": "Қайырлы күн"})
        self.advance(seconds=10)


@pytest.fixture
def workspace(database: Database) -> Workspace:
    return make_workspace()


@pytest.fixture
def desk(workspace: Workspace, config: Config, keys: KeyRing, clock: FrozenClock, sandbox: SandboxServer) -> Desk:
    sandbox.call("POST", "/clock", {"set": clock.now().timestamp()})
    instagram = Driver(sandbox.url)
    user = instagram.add_account()
    account = make_account(workspace, keys, ig_user_id=user.user_id, token=user.access_token)
    app = instagram_app_from(config)
    syncer = Syncer(
        clock=clock,
        connect=lambda one, observe: instagram_for(one, app=app, keys=keys, clock=clock, observe=observe),
        media_dir=config.media_dir,
        trusted_origins=(sandbox.url,),
        idle_seconds=0,
        ticks=lambda: clock.now().timestamp(),
    )
    return Desk(account, user, instagram, syncer, clock)
