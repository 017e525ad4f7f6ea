"""A web server, a scheduler and a MariaDB that are killed while Instagram posts, and a count of what that lost."""

import hashlib
import hmac
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app import db, schema
from app.accounts.models import Account
from app.config import Config
from app.crypto import KeyRing
from app.events.models import Event, EventState
from app.events.store_updates import event_key
from app.workspaces.models import Workspace
from tests.crash.webhook_history import Delivery, History
from tests.factories import make_account, make_workspace
from tests.mariadb import MariaDB
from tests.processes import end_with_parent, free_port
from tests.sandbox_server import PROJECT_DIR
from tests.waiting import wait_until

VICTIMS = ("web", "scheduler", "mariadbd")
SENDERS = 4
TRIES, PAUSE_SECONDS = 12, 0.4
START_SECONDS = 60.0
NOWHERE = "http://127.0.0.1:9"


@dataclass
class Chaos:
    """The processes, and who is killed."""

    folder: Path
    environ: dict[str, str]
    database: MariaDB
    workspace: Workspace
    account: Account
    kills: Counter[str] = field(default_factory=Counter)
    _processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start the web server or the scheduler, in a group of its own."""
        commands = {
            "web": ["gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"],
            "scheduler": ["app.scheduler"],
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [*end_with_parent(), sys.executable, "-m", *commands[name]],
                cwd=PROJECT_DIR,
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """SIGKILL one of them, with all it has started, and start it again."""
        self.kills[name] += 1
        if name == "mariadbd":
            self.database.kill()
            self.database.start()
            return
        self._end(name)
        self.start(name)

    def close(self) -> None:
        """End the web server and the scheduler."""
        for name in self._processes:
            self._end(name)

    def _end(self, name: str) -> None:
        process = self._processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def post(self, body: bytes) -> bool:
        """Post a signed body; return whether it was acknowledged."""
        signature = hmac.digest(self.environ["INSTAGRAM_APP_SECRET"].encode(), body, hashlib.sha256).hex()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
        try:
            connection = http.client.HTTPConnection("127.0.0.1", int(self.environ["PORT"]), timeout=8)
            connection.request("POST", "/webhooks/instagram", body, headers)
            is_taken = connection.getresponse().status == http.client.OK
            connection.close()
        except (OSError, http.client.HTTPException):
            return False
        return is_taken

    def is_up(self) -> bool:
        """Whether the web server answers."""
        return self.post(json.dumps({"object": "instagram", "entry": []}).encode())


@dataclass
class Outcome:
    """What a run came to."""

    posted: int = 0
    acknowledged: set[int] = field(default_factory=set)
    stored: set[int] = field(default_factory=set)
    failed: int = 0

    @property
    def lost(self) -> set[int]:
        """Items that were acknowledged and are not there."""
        return self.acknowledged - self.stored


@contextmanager
def open_chaos(folder: Path, environ: Mapping[str, str]) -> Iterator[Chaos]:
    """Start all three on an empty database, which `app.db` is connected to."""
    with ExitStack() as opened:
        database = MariaDB()
        opened.callback(database.stop)
        database.start()
        url = database.make_database("chaos")
        db.connect(url)
        opened.callback(db.disconnect)
        schema.upgrade(db.engine())
        port = free_port()
        ours = {"DATABASE_URL": url, "PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}", "WEB_WORKERS": "1"}
        hosts = {f"INSTAGRAM_{name}_URL": NOWHERE for name in ("GRAPH", "TOKEN", "LOGIN", "UPLOAD")}
        whole = {"PATH": os.environ["PATH"], **environ, **hosts, **ours}
        workspace = make_workspace()
        account = make_account(workspace, KeyRing(Config.from_environment(whole).encryption_keys))
        chaos = Chaos(folder, whole, database, workspace, account)
        opened.callback(chaos.close)
        for name in ("web", "scheduler"):
            chaos.start(name)
        wait_until(chaos.is_up, START_SECONDS)
        yield chaos


def run(chaos: Chaos, history: History, *, kills: int, seed: int, patience_seconds: float) -> Outcome:
    """Post the whole history while so many processes are killed; wait until everything stored has been processed."""
    outcome, chance = Outcome(), random.Random(seed)
    deliveries = history.deliveries()
    victims = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
    chance.shuffle(victims)
    at = sorted(chance.sample(range(1, len(deliveries)), kills))
    lock = threading.Lock()

    def send(delivery: Delivery) -> None:
        is_taken = _insist(chaos, delivery.body)
        with lock:
            outcome.posted += 1
            outcome.acknowledged.update(delivery.numbers if is_taken else ())

    with ThreadPoolExecutor(SENDERS) as senders:
        sent = [senders.submit(send, delivery) for delivery in deliveries]
        # From here and not from a thread: what is started again is to end when this thread ends.
        for posted, victim in zip(at, victims, strict=True):
            wait_until(lambda posted=posted: outcome.posted >= posted, patience_seconds)  # type: ignore[misc]
            chaos.kill(victim)
        for each in sent:
            each.result()
    wait_until(_is_all_processed, patience_seconds)
    outcome.stored, outcome.failed = _find_stored(history)
    return outcome


def _insist(chaos: Chaos, body: bytes) -> bool:
    """Post until it is acknowledged, a number of times, as Instagram does."""
    for _ in range(TRIES):
        if chaos.post(body):
            return True
        time.sleep(PAUSE_SECONDS)
    return False


def _is_all_processed() -> bool:
    try:
        with db.reading() as session:
            waiting = select(func.count()).select_from(Event).where(Event.state == EventState.WAITING)
            return session.scalar(waiting) == 0
    except SQLAlchemyError:
        return False


def _find_stored(history: History) -> tuple[set[int], int]:
    """Return which items have their one event, and how many events failed."""
    number_by_key = {event_key(history.updates([number])[0]): number for number in range(len(history.items))}
    with db.reading() as session:
        rows = session.execute(select(Event.key, Event.state)).all()
    failed = sum(row.state is not EventState.DONE for row in rows)
    return {number_by_key[row.key] for row in rows}, failed
