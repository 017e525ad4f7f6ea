"""A desk connected to the local Instagram: somebody who writes, and the engine that answers, on a clock we move."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import db
from app.accounts.instagram_for import instagram_for
from app.accounts.models import Account
from app.comments.apply_comment import apply_comment
from app.comments.models import Comment
from app.config import Config
from app.contacts.models import Contact
from app.conversations.apply_message import apply_message
from app.conversations.models import Conversation, Message
from app.crypto import KeyRing
from app.dispatches.advance_dispatch import advance_dispatch
from app.dispatches.dispatcher import Dispatcher
from app.dispatches.due_dispatches import list_due_dispatches, list_signs
from app.dispatches.models import Dispatch
from app.instagram.facts import CommentFacts, MessageFacts
from app.instagram_app import instagram_app_from
from app.publishing.claims import SCHEDULER_LEASE
from app.scheduler.models import Lease
from app.workspaces.models import Role, User
from tests.clocks import FrozenClock
from tests.factories import make_account, make_user, make_workspace
from tests.file_server import FileServer
from tests.sandbox_server import SandboxServer


@dataclass
class Desk:
    """One workspace with one account, a post, and Dana, who writes."""

    account: Account
    user: User
    dispatcher: Dispatcher
    clock: FrozenClock
    sandbox: SandboxServer
    media_id: str
    dana: str
    tokens: int = field(default=0)

    def now(self) -> datetime:
        """Return the instant at hand."""
        return self.clock.now()

    def token(self) -> str:
        """Return the value of a form that was not sent yet."""
        self.tokens += 1
        return f"form-{self.tokens}"

    def advance(self, seconds: float) -> None:
        """Move our clock and Instagram's."""
        self.clock.advance(seconds)
        self.sandbox.advance(seconds)

    def add_person(self, username: str) -> str:
        """Let somebody else come to Instagram."""
        return str(self.sandbox.call("POST", "/people", {"username": username})["id"])

    # What people do, and how we hear of it

    def comment(self, text: str = "Сколько стоит раф?", *, person: str = "", is_live: bool = False) -> Comment:
        """Let Dana comment, and hear of it."""
        person = person or self.dana
        body = {"from": person, "text": text}
        ig_id = str(self.sandbox.call("POST", f"/media/{self.media_id}/comments", body)["id"])
        facts = CommentFacts(ig_id, text, self.now(), self.media_id, from_id=person, username="dana", is_live=is_live)
        with db.workspace_scope(self.account.workspace_id), db.transaction():
            comment = apply_comment(self.account, facts, now=self.now(), is_checked=False)
        assert comment is not None
        return comment

    def message(self, text: str = "Сәлем!", *, person: str = "") -> Message:
        """Let Dana write, and hear of it."""
        person = person or self.dana
        body = {"from": person, "message": {"text": text}}
        mid = str(self.sandbox.call("POST", f"/accounts/{self.account.ig_user_id}/messages", body)["mid"])
        facts = MessageFacts(mid, person, self.account.ig_user_id, self.now(), text=text)
        with db.workspace_scope(self.account.workspace_id), db.transaction():
            message = apply_message(self.account, facts, now=self.now(), is_checked=False)
        assert message is not None
        return message

    def echo(self, mid: str, text: str) -> None:
        """Hear by webhook of a message of ours."""
        facts = MessageFacts(mid, self.account.ig_user_id, self.dana, self.now(), text=text, is_echo=True)
        with db.workspace_scope(self.account.workspace_id), db.transaction():
            apply_message(self.account, facts, now=self.now(), is_checked=False)

    # The engine

    def look(self) -> int:
        """Carry out what is due now, one of each lane; return how many there were."""
        now = self.now()
        due = [*list_due_dispatches(now), *list_signs(now)]
        for one in due:
            advance_dispatch(one, self.dispatcher)
        return len(due)

    def run_to_rest(self, dispatch_id: int, looks: int = 80) -> Dispatch:
        """Move time and look, until nothing is left to do with a dispatch."""
        for _ in range(looks):
            at = self.dispatch(dispatch_id).next_try_at
            if at is None:
                return self.dispatch(dispatch_id)
            self.advance(max((at - self.now()).total_seconds(), 0))
            self.look()
        raise AssertionError(f"never came to rest: {self.dispatch(dispatch_id).state}")

    def take_over(self) -> None:
        """Let another scheduler lead from now on: ours was killed."""
        fence = self.dispatcher.fence + 1
        with db.transaction() as session:
            session.execute(update(Lease).values(fence=fence))
        self.dispatcher = replace(self.dispatcher, fence=fence)

    # What is here and what is there

    def dispatch(self, dispatch_id: int) -> Dispatch:
        """Return a dispatch as it stands in the database."""
        found: Dispatch = self.one(select(Dispatch).where(Dispatch.id == dispatch_id))
        return found

    def one(self, query: Any) -> Any:
        """Return the only row of a query."""
        [row] = self.all(query)
        return row

    def all(self, query: Any) -> list[Any]:
        """Return the rows of a query, as they stand in the database."""
        with db.workspace_scope(self.account.workspace_id), db.reading() as session:
            rows = list(session.scalars(query.execution_options(populate_existing=True)))
            session.expunge_all()
            return rows

    def conversation(self) -> Conversation:
        """Return the conversation with Dana."""
        who = select(Contact.id).where(Contact.ig_scoped_id == self.dana)
        found: Conversation = self.one(select(Conversation).where(Conversation.contact_id.in_(who)))
        return found

    def conversation_with(self, contact_id: int | None) -> Conversation:
        """Return the conversation with somebody."""
        found: Conversation = self.one(select(Conversation).where(Conversation.contact_id == contact_id))
        return found

    def replies_at_instagram(self, comment: Comment) -> list[str]:
        """Return the texts under a comment, the oldest first."""
        api = self.dispatcher.connect(self.account)
        return [reply.text for reply in reversed(api.read_replies(comment.ig_comment_id))]

    def messages_at_instagram(self, person: str = "") -> list[str | None]:
        """Return the texts of ours in a conversation, the oldest first."""
        api = self.dispatcher.connect(self.account)
        thread_id = api.find_thread(person or self.dana)
        messages = api.read_thread(thread_id).messages if thread_id else []
        return [one.text for one in reversed(messages) if one.from_id == self.account.ig_user_id]

    def calls(self, method: str, path: str) -> int:
        """Return how many calls Instagram received."""
        return sum(call["method"] == method and call["path"].endswith(path) for call in self.sandbox.journal())


def open_desk(
    config: Config, keys: KeyRing, clock: FrozenClock, sandbox: SandboxServer, file_server: FileServer
) -> Desk:
    """Write a workspace whose account is connected to the sandbox, and enter it."""
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
