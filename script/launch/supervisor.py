"""Keeps a few processes running until somebody asks to stop."""

import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from script.launch.stop import Stop

POLL_SECONDS = 0.2
READY_SECONDS = 60
STOP_SECONDS = 20
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 30
QUICK_DEATH_SECONDS = 60
QUICK_DEATHS = 5
LOG_BYTES = 5_000_000
LOG_END_LINES = 25


@dataclass
class Child:
    """A process to keep running, and when to try again after it died."""

    name: str
    command: list[str]
    log: Path
    ready_url: str | None = None
    """Answers 200 as soon as the process is ready; None when there is nothing to ask."""
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    start_again_at: float | None = None
    quick_deaths: int = field(default=0)

    def log_end(self) -> str:
        """Return the last lines it wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LOG_END_LINES:])


class Supervisor:
    """Starts children in order, starts one again when it dies, and ends them in the opposite order."""

    def __init__(self, environ: Mapping[str, str], folder: Path, say: Callable[[str], None]) -> None:
        self.environ = dict(environ)
        self.folder = folder
        self.say = say
        self.children: list[Child] = []
        self.is_stopping = False

    def stop_on_signals(self) -> None:
        """Let Ctrl-C, `kill` and a closed terminal end everything in order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def start(self, child: Child) -> None:
        """Start a child and wait until it is ready. Raises Stop when it is not in time."""
        self.children.append(child)
        self._launch(child)
        self._wait_until_ready(child)

    def run(self) -> None:
        """Watch the children until asked to stop. Raises Stop when one cannot be kept alive."""
        while not self.is_stopping:
            for child in self.children:
                self._look_after(child)
            time.sleep(POLL_SECONDS)

    def end(self) -> None:
        """End every child, the last started first: nicely, then by force."""
        for child in reversed(self.children):
            if child.process is None or child.process.poll() is not None:
                continue
            child.process.terminate()
            try:
                child.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self.is_stopping = True

    def _launch(self, child: Child) -> None:
        child.log.parent.mkdir(parents=True, exist_ok=True)
        if child.log.exists() and child.log.stat().st_size > LOG_BYTES:
            child.log.replace(child.log.with_suffix(".log.1"))
        with child.log.open("ab") as log:
            child.process = subprocess.Popen(
                [*end_with_parent(), *child.command],
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us alone; we end the children in order
            )
        child.started_at = time.monotonic()
        child.start_again_at = None

    def _wait_until_ready(self, child: Child) -> None:
        assert child.process is not None
        while child.ready_url and not self.is_stopping and not _answers(child.ready_url):
            if child.process.poll() is not None:
                raise Stop(f"{child.name}: exit code {child.process.returncode}\n{child.log_end()}")
            if time.monotonic() - child.started_at > READY_SECONDS:
                raise Stop(f"{child.name}: no answer from {child.ready_url}\n{child.log_end()}")
            time.sleep(POLL_SECONDS)

    def _look_after(self, child: Child) -> None:
        """Notice a death, and start the child again when its pause is over."""
        assert child.process is not None
        now = time.monotonic()
        if child.start_again_at is not None:
            if now >= child.start_again_at:
                self._launch(child)
        elif child.process.poll() is not None:
            self._note_death(child, now)

    def _note_death(self, child: Child, now: float) -> None:
        is_quick = now - child.started_at < QUICK_DEATH_SECONDS
        child.quick_deaths = child.quick_deaths + 1 if is_quick else 1
        code = child.process.returncode if child.process else None
        if child.quick_deaths >= QUICK_DEATHS:
            raise Stop(f"{child.name}: {QUICK_DEATHS} × exit, code {code}\n{child.log_end()}")
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (child.quick_deaths - 1), LONGEST_PAUSE_SECONDS)
        self.say(f"{child.name}: exit code {code}; start again in {pause} s ({child.log})")
        child.start_again_at = now + pause


def end_with_parent() -> list[str]:
    """Return what to put before a command so that, on Linux, it ends even when its parent is killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
