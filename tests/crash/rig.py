"""Real scheduler processes against the real sandbox, on a clock that is moved, killed where the test says."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from app import db
from app.accounts.models import Account
from app.assets.models import Asset, AssetKind
from app.config import Config
from app.crypto import KeyRing
from app.publishing.models import Post, PostKind, PostState, Wait
from app.scheduler.models import Incident, Lease
from app.workspaces.models import User, Workspace
from tests.crash.shared_clock import SharedClock
from tests.factories import make_account, make_asset, make_post, make_workspace
from tests.file_server import FileServer
from tests.processes import end_with_parent
from tests.sandbox_server import PROJECT_DIR, SandboxServer

TICK_SECONDS = 0.02
REAL_SECONDS_AT_MOST = 40.0
"""A case that takes longer is stuck."""
FAKE_TIME_AT_MOST = timedelta(hours=3)
DUE_IN = timedelta(seconds=40)
SETTLED = {PostState.FAILED, PostState.UNCONFIRMED, PostState.CANCELLED}


@dataclass(frozen=True)
class Case:
    """One run: a kind of post, what goes wrong at Instagram, and where the process is killed."""

    kind: PostKind
    faults: tuple[Mapping[str, Any], ...] = ()
    crash_at: str | None = None

    def __str__(self) -> str:
        faults = " + ".join(f"{fault['action']} at {fault['path']}" for fault in self.faults)
        return f"{self.kind} · {faults or 'no fault'} · {self.crash_at or 'no crash'}"


@dataclass
class Outcome:
    """What came of a case, as the post and the sandbox tell it."""

    case: Case
    state: PostState
    wait: Wait | None
    live: int
    is_crashed: bool
    is_wrongly_bound: bool
    is_stuck: bool
    fake_seconds: float
    points: list[str] = field(default_factory=list)

    @property
    def is_doubled(self) -> bool:
        """Published more than once."""
        return self.live > 1

    @property
    def is_lost(self) -> bool:
        """Said to be live and is not, or said to have failed and is live, or forgotten."""
        if self.state is PostState.PUBLISHED:
            return self.live == 0
        return self.live > 0 and self.state is not PostState.UNCONFIRMED


class Rig:
    """Everything a case needs, kept between cases: the zygote, the file server, the clock."""

    real_seconds_at_most = REAL_SECONDS_AT_MOST

    def __init__(self, folder: Path, config_environ: dict[str, str], sandbox: SandboxServer, video: Path, image: Path):
        self.folder = folder
        self.sandbox = sandbox
        self.server = FileServer({"mp4": video, "jpg": image})
        self.environ = config_environ | {"PUBLIC_URL": self.server.origin}
        self.config = Config.from_environment(self.environ)
        self.clock_path = folder / "clock"
        self.clock = SharedClock(self.clock_path)
        self.names_path = folder / "points"
        self.zygote = _start_zygote(folder / "schedulers.log")
        self.pids: list[int] = []

    def close(self) -> None:
        """End everything."""
        self.kill_all()
        assert self.zygote.stdin is not None
        self.zygote.stdin.close()
        self.zygote.wait(10)
        self.server.close()
        self.clock.close()

    def start_scheduler(self, crash_at: str | None = None, how: int = signal.SIGKILL) -> int:
        """Fork a scheduler process and return its id. It gets the signal `how` at the point `crash_at`."""
        order = {
            "environ": self.environ,
            "clock": str(self.clock_path),
            "names": str(self.names_path),
            "crash_at": crash_at,
            "how": int(how),
            "tick": TICK_SECONDS,
        }
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(json.dumps(order) + "\n")
        self.zygote.stdin.flush()
        pid = int(self.zygote.stdout.readline())
        self.pids.append(pid)
        return pid

    def kill_all(self) -> None:
        """SIGKILL every scheduler that runs, and wait until they are gone."""
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(is_alive(pid) for pid in self.pids):
            time.sleep(0.002)
        self.pids.clear()

    def forget_everything(self) -> None:
        """Begin anew: empty tables, empty sandbox."""
        self.sandbox.reset()
        self.sandbox.settings(processing_s=0)
        self.sandbox.call("POST", "/clock", {"set": self.clock.now().timestamp()})
        self.names_path.unlink(missing_ok=True)
        with db.every_workspace(), db.transaction() as session:
            session.connection().exec_driver_sql("DELETE FROM apscheduler_jobs")
            for table in (Post, Asset, Account, Lease, Incident, Workspace, User):
                session.execute(delete(table), execution_options={"synchronize_session": False})

    def add_post(self, kind: PostKind, *, due_in: timedelta = DUE_IN, caption: str | None = None) -> Post:
        """Write an account that is connected to the sandbox, and a post that is due soon."""
        workspace = make_workspace(now=self.clock.now())
        account = self.add_account(workspace)
        return self.add_post_to(account, kind, due_in=due_in, caption=caption)

    def add_account(self, workspace: Workspace, username: str = "alma.coffee") -> Account:
        """Write an account that is connected to the sandbox."""
        ig_user_id, token = self.sandbox.add_account(username)
        keys = KeyRing(self.config.encryption_keys)
        return make_account(
            workspace, keys, ig_user_id=ig_user_id, token=token, username=username, now=self.clock.now()
        )

    def add_post_to(
        self, account: Account, kind: PostKind, *, due_in: timedelta = DUE_IN, caption: str | None = None
    ) -> Post:
        """Write a post of an account."""
        is_video = kind is PostKind.REEL
        with db.reading() as session, db.workspace_scope(account.workspace_id):
            workspace = session.get_one(Workspace, account.workspace_id)
        path = "clip.mp4" if is_video else "picture.jpg"
        asset = make_asset(
            workspace,
            kind=AssetKind.VIDEO if is_video else AssetKind.IMAGE,
            original_path=path,
            facts={"duration_seconds": 4.0},
        )
        now = self.clock.now()
        caption = caption or f"case {random.getrandbits(40):x}"
        return make_post(account, asset, kind=kind, caption=caption, due_at=now + due_in, now=now)

    def run(self, case: Case) -> Outcome:
        """Run a case to its rest and tell what came of it."""
        self.forget_everything()
        post = self.add_post(case.kind)
        for fault in case.faults:
            self.sandbox.call("POST", "/faults", {"times": 1, **fault})
        began = self.clock.now()
        pid = self.start_scheduler(case.crash_at)
        is_stuck = self.drive([post.id], restart=pid)
        outcome = self.judge(post.id, case, is_stuck=is_stuck, fake_seconds=(self.clock.now() - began).total_seconds())
        self.kill_all()
        return outcome

    def drive(self, post_ids: list[int], restart: int | None = None) -> bool:
        """Move the clock whenever nothing is left to do now, until all posts are at rest; True when they never are.

        With `restart`, that process is started again when it has died.
        """
        give_up_at = time.monotonic() + self.real_seconds_at_most
        end = self.clock.now() + FAKE_TIME_AT_MOST
        while time.monotonic() < give_up_at and self.clock.now() < end:
            if restart is not None and not is_alive(restart):
                restart = self.start_scheduler()
            if not self.step_clock(post_ids):
                return False
        return True

    def drive_real(self, seconds: float) -> None:
        """Let the schedulers run for some real time, the clock going on by itself."""
        time.sleep(seconds)

    def step_clock(self, post_ids: list[int]) -> bool:
        """Move the clock to the next step of these posts, if it lies ahead; False when all of them are at rest."""
        coming = [step for step in map(self._next_step_of, post_ids) if step is not None]
        if coming:
            self._move_towards(min(coming))
        return bool(coming)

    def _next_step_of(self, post_id: int) -> datetime | None:
        """When a post moves next, by what its row says; None when it is at rest."""
        with db.every_workspace(), db.reading() as session:
            row = session.execute(select(Post.state, Post.next_step_at).where(Post.id == post_id)).one()
        return row.next_step_at if row.state not in SETTLED else None

    def _move_towards(self, at: datetime) -> None:
        ahead = (at - self.clock.now()).total_seconds()
        if ahead > 0.05:
            self._wait_for_instagram()
            self.clock.advance(ahead)
            self.sandbox.advance(ahead)
        time.sleep(TICK_SECONDS / 2)

    def _wait_for_instagram(self) -> None:
        """Let the sandbox fetch what it is at, so that the same polls happen in every run."""
        time.sleep(0.05)

    def judge(self, post_id: int, case: Case, *, is_stuck: bool, fake_seconds: float) -> Outcome:
        """Compare the post with what the sandbox published for it."""
        with db.every_workspace(), db.reading() as session:
            post = session.get_one(Post, post_id, populate_existing=True)
        ours = [row for row in self.sandbox.published() if row["container_id"] and _is_of(row, post)]
        ids = {row["id"] for row in ours}
        points = self.names_path.read_text().split() if self.names_path.exists() else []
        return Outcome(
            case=case,
            state=post.state,
            wait=post.wait,
            live=len(ours),
            is_crashed=case.crash_at in points if case.crash_at else False,
            is_wrongly_bound=post.ig_media_id is not None and post.ig_media_id not in ids,
            is_stuck=is_stuck,
            fake_seconds=fake_seconds,
            points=points,
        )


def _is_of(row: dict[str, Any], post: Post) -> bool:
    return post.kind is PostKind.STORY or row["caption"] == post.caption


def is_alive(pid: int) -> bool:
    """Whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _start_zygote(log: Path) -> "subprocess.Popen[str]":
    with log.open("wb") as errors:
        return subprocess.Popen(
            [*end_with_parent(), sys.executable, "-m", "tests.crash.zygote"],
            cwd=PROJECT_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


@contextlib.contextmanager
def open_rig(*args: Any) -> Iterator[Rig]:
    """A rig for the length of a block."""
    rig = Rig(*args)
    try:
        yield rig
    finally:
        rig.close()
