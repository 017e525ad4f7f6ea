"""A world for the state machine: posts, operators, engines and Instagram, with a hook into the middle of each step."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from app import db
from app.accounts.disconnect import disconnect_account
from app.accounts.grant import Grant
from app.accounts.instagram_for import instagram_for
from app.accounts.models import Account, AccountState
from app.accounts.save_connection import save_connection
from app.assets.examine_again import OUR_REASONS, examine_again
from app.assets.models import Asset, AssetKind, AssetState
from app.config import Config
from app.crypto import KeyRing
from app.errors import NotFound, RuleError
from app.instagram.client import CallRecord, Instagram
from app.instagram.profile import Profile
from app.instagram_app import instagram_app_from
from app.publishing.advance_post import advance_post
from app.publishing.claims import SCHEDULER_LEASE
from app.publishing.models import AttemptStep, Post, PostKind, PostState, Wait
from app.publishing.publisher import Publisher
from app.scheduler.models import Incident, Lease
from app.workspaces.models import ServerState, User, Workspace
from tests.clocks import DEFAULT_NOW, FrozenClock
from tests.factories import SCOPES, make_account, make_asset, make_user, make_workspace
from tests.publishing.marked_files import MarkedFiles
from tests.sandbox_server import SandboxServer

REST_WITHIN = timedelta(hours=3)
STEPS_TO_REST_AT_MOST = 600
UNFINISHED = {PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED, PostState.PUBLISHING}
MIDWAY = ("connected", "claimed", "answered")
"""Where in a step something may come between: before its claim, before its call, before its record."""


@dataclass
class Known:
    """What the machine knows about a post beside its row."""

    name: str
    account_id: int
    again: int = 0
    """How often an operator ordered to publish it although it may be live."""
    is_confirmed: bool = False
    """An operator said that it is live, so it need not be."""
    quiet_at: int | None = None
    """How many of it were live when it was taken out of the queue; None while it may go out."""
    log: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass
class AdversaryWorld:
    """Everything the rules act on. `begin` makes it anew."""

    config: Config
    keys: KeyRing
    clock: FrozenClock
    sandbox: SandboxServer
    files: MarkedFiles
    told: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        """Empty everything; write a workspace, an operator, two connected accounts and the lease."""
        self.sandbox.reset()
        self.sandbox.settings(processing_s=0)
        self.clock.set(DEFAULT_NOW)
        self.sandbox.call("POST", "/clock", {"set": self.clock.now().timestamp()})
        self.posts: dict[int, Known] = {}
        self.faults_seen: set[str] = set()
        self.fence = 1
        self._midway: tuple[str, Callable[[], object]] | None = None
        self._acts = 0
        with db.every_workspace(), db.transaction() as session:
            for table in (Post, Asset, Account, Lease, Incident, ServerState, Workspace, User):
                session.execute(delete(table), execution_options={"synchronize_session": False})
            session.add(
                Lease(name=SCHEDULER_LEASE, holder="test", fence=self.fence, beat=0, heartbeat_at=self.clock.now())
            )
        self.workspace = make_workspace()
        self.user_id = make_user("smm@alma.example", self.workspace).id
        self.accounts: list[Account] = []
        for username in ("alma.coffee", "alma.bakery"):
            ig_user_id, token = self.sandbox.add_account(username)
            made = make_account(self.workspace, self.keys, ig_user_id=ig_user_id, token=token, username=username)
            self.accounts.append(made)

    # What the operator does

    def order(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Post | None:
        """Let the operator do something; None when it was refused."""
        with db.workspace_scope(self.workspace.id):
            try:
                done: Post | None = use_case(*args, user_id=self.user_id, clock=self.clock, **kwargs)
            except (RuleError, NotFound):
                self.told[f"{use_case.__name__} refused"] += 1
                return None
        self.told[use_case.__name__] += 1
        return done

    def make_file(self, number: int, kind: PostKind, state: AssetState) -> Asset:
        """Write an uploaded file with bytes of its own."""
        is_video = kind is PostKind.REEL
        return make_asset(
            self.workspace,
            kind=AssetKind.VIDEO if is_video else AssetKind.IMAGE,
            original_path=f"post-{number}.{'mp4' if is_video else 'jpg'}",
            facts={"duration_seconds": 4.0},
            state=state,
        )

    def connect(self, account: Account) -> None:
        """The operator walks to the consent page and back."""
        token = self.sandbox.call("POST", f"/accounts/{account.ig_user_id}/token", {})["access_token"]
        now = self.clock.now()
        profile = Profile(
            user_id=account.ig_user_id,
            app_scoped_id=f"2{account.ig_user_id}",
            username=account.username,
            name=None,
            account_type="BUSINESS",
            profile_picture_url=None,
            followers_count=None,
            follows_count=None,
            media_count=None,
        )
        grant = Grant(token, now, now + timedelta(days=60), tuple(SCOPES), profile)
        with db.workspace_scope(self.workspace.id):
            save_connection(0, grant, keys=self.keys, now=now)

    def disconnect(self, account: Account) -> None:
        """The operator takes the account out of use."""
        with db.workspace_scope(self.workspace.id):
            disconnect_account(account.id, now=self.clock.now())

    def revoke(self, account: Account) -> None:
        """The owner removes the app at Instagram; nobody tells us."""
        self.sandbox.call("POST", f"/accounts/{account.ig_user_id}/revoke", {})

    def refuse_files(self) -> None:
        """Every file that is being examined is refused, for a reason that may pass."""
        self._change_files(AssetState.CHECKING, state=AssetState.REFUSED, refusal=OUR_REASONS[0])

    def finish_files(self) -> None:
        """Every file that is being examined is ready."""
        self._change_files(AssetState.CHECKING, state=AssetState.READY, ready_at=self.clock.now())

    def examine_files_again(self) -> None:
        """The operator asks for another look at each refused file."""
        with db.workspace_scope(self.workspace.id), db.reading() as session:
            refused = session.scalars(select(Asset.id).where(Asset.state == AssetState.REFUSED)).all()
        with db.workspace_scope(self.workspace.id):
            for asset_id in refused:
                examine_again(asset_id, clock=self.clock)

    def _change_files(self, before: AssetState, **values: Any) -> None:
        with db.every_workspace(), db.transaction() as session:
            session.execute(
                update(Asset).where(Asset.state == before).values(**values),
                execution_options={"synchronize_session": False},
            )

    # What the engine does

    def engine(self, fence: int | None = None) -> Publisher:
        """Return the engine of the scheduler with that number; of the one that leads by default."""
        app = instagram_app_from(self.config)

        def connect(account: Account, observe: Callable[[CallRecord], None]) -> Instagram:
            self._come_between("connected")

            def observe_and_more(call: CallRecord) -> None:
                observe(call)
                self._come_between("answered")

            return instagram_for(account, app=app, keys=self.keys, clock=self.clock, observe=observe_and_more)

        def link_to(asset: Asset, _until: datetime) -> str:
            self._come_between("claimed")
            return self.files.url_of(asset.original_path or "")

        def may_act() -> bool:
            self._acts += 1
            if self._acts == 2:  # asked a second time between the claim of a publish call and the call
                self._come_between("claimed")
            return True

        return Publisher(
            clock=self.clock,
            fence=self.fence if fence is None else fence,
            may_act=may_act,
            connect=connect,
            link_to=link_to,
            jitter=lambda: 0.0,
        )

    def step(self, post_id: int, *, fence: int | None = None) -> None:
        """Let the engine look at a post now, as a tick does."""
        self._acts = 0
        before = self.find(post_id)
        moved = advance_post(post_id, self.engine(fence))
        self._midway = None
        after = self.find(post_id)
        self.told["steps"] += moved
        if after is not None and after.state is PostState.PREPARING and before is not None:
            time.sleep(0.03)  # in which the sandbox fetches the file

    def come_between(self, where: str, deed: Callable[[], object]) -> None:
        """Do something in the middle of the next step."""
        self._midway = (where, deed)

    def _come_between(self, where: str) -> None:
        if self._midway is not None and self._midway[0] == where:
            _, deed = self._midway
            self._midway = None
            self.told[f"came between when {where}"] += 1
            deed()

    def take_over(self) -> None:
        """Another scheduler leads from now on: what the one before has not recorded is lost."""
        self.fence += 1
        with db.transaction() as session:
            session.execute(update(Lease).values(fence=self.fence))

    def move(self, seconds: float) -> None:
        """Let time pass, for us and for Instagram."""
        self.clock.advance(seconds)
        self.sandbox.advance(seconds)

    # What is

    def find(self, post_id: int) -> Post | None:
        """Return a post's row, None when there is none."""
        with db.every_workspace(), db.reading() as session:
            return session.get(Post, post_id, populate_existing=True)

    def rows(self) -> list[Post]:
        """Return every post there is."""
        with db.every_workspace(), db.reading() as session:
            return list(session.scalars(select(Post).order_by(Post.id)))

    def live(self) -> Counter[str]:
        """Return how many media of each file were published through the API."""
        names = {self.files.sha256(known.name): known.name for known in self.posts.values()}
        return Counter(names[row["assets"][0]["sha256"]] for row in self.sandbox.published())

    def names_by_media(self) -> dict[str, str]:
        """Return which file each media shows."""
        names = {self.files.sha256(known.name): known.name for known in self.posts.values()}
        return {row["id"]: names[row["assets"][0]["sha256"]] for row in self.sandbox.published()}

    def log_of(self, post_id: int) -> list[tuple[Any, ...]]:
        """Return a post's log."""
        lines = select(AttemptStep).where(AttemptStep.post_id == post_id).order_by(AttemptStep.id)
        with db.every_workspace(), db.reading() as session:
            return [(line.id, line.at, line.name, line.phase, line.ok, line.detail) for line in session.scalars(lines)]

    # At the end

    def calm_down(self) -> None:
        """Everything that went wrong is put right, as it would be some day."""
        self.sandbox.call("DELETE", "/faults")
        self.sandbox.settings(quota_total=100)
        with db.every_workspace(), db.transaction() as session:
            session.execute(delete(ServerState))
            session.execute(update(Workspace).values(paused_at=None))
        for account in self.accounts:
            if self._state_of(account) is not AccountState.CONNECTED or "revoked" in self.faults_seen:
                self.connect(account)
        self.examine_files_again()
        self.finish_files()

    def _state_of(self, account: Account) -> AccountState:
        with db.every_workspace(), db.reading() as session:
            return session.get_one(Account, account.id, populate_existing=True).state

    def run_to_rest(self) -> None:
        """Do every step that is still to come, each at its time. Raises AssertionError when there is no end of them."""
        last_due = max((post.due_at for post in self.rows() if post.due_at), default=self.clock.now())
        end = max(last_due, self.clock.now()) + REST_WITHIN
        for _ in range(STEPS_TO_REST_AT_MOST):
            coming = [(post.next_step_at, post.id) for post in self.rows() if post.next_step_at is not None]
            if not coming:
                return
            at, post_id = min(coming)
            assert at <= end, f"post {post_id} is not at rest within {REST_WITHIN}"
            self.move(max(0.0, (at - self.clock.now()).total_seconds()))
            self.step(post_id)
        raise AssertionError(f"no rest after {STEPS_TO_REST_AT_MOST} steps: {[describe(row) for row in self.rows()]}")


def is_excused(post: Post, account: Account, files: list[Asset]) -> bool:
    """Whether an unfinished post may stand still without a time: only where somebody must act first."""
    match post.wait:
        case Wait.LATE:
            return True
        case Wait.ACCOUNT:
            return account.state is not AccountState.CONNECTED
        case Wait.FILE:
            return any(asset.state is AssetState.REFUSED for asset in files)
    return False


def describe(post: Post) -> str:
    """Return a post's row in one line, for a failure's message."""
    return (
        f"post {post.id} {post.kind} {post.state} wait={post.wait} reason={post.reason} next={post.next_step_at} "
        f"media={post.ig_media_id} container={post.ig_container_id} calls={post.publish_calls}"
    )
