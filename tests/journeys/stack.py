"""The whole product as an operator runs it: web, scheduler and the local Instagram, each a process of its own."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.accounts.begin_connect import redirect_uri
from app.config import PROJECT_DIR
from tests.processes import end_with_parent, free_port
from tests.sandbox_server import SandboxServer
from tests.waiting import wait_until

START_SECONDS = 60
STOP_SECONDS = 20


class Process:
    """A program that can be stopped and started again."""

    def __init__(self, command: list[str], environ: Mapping[str, str], log: Path, ready_url: str) -> None:
        self.command, self.environ, self.log, self.ready_url = command, dict(environ), log, ready_url
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [*end_with_parent(), sys.executable, *self.command],
                cwd=PROJECT_DIR,
                env=self.environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        """Wait until it is ready. Raises RuntimeError with its last words when it has ended instead."""
        assert self._running is not None
        wait_until(self._is_ready_or_dead, START_SECONDS)
        if self._running.poll() is not None:
            raise RuntimeError(f"{self.command} ended:\n{self.log.read_text(errors='replace')[-3000:]}")

    def ask_to_stop(self) -> None:
        """Tell it to end."""
        if self._running is not None:
            self._running.terminate()

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
        self._running = None

    def _is_ready_or_dead(self) -> bool:
        assert self._running is not None
        return self._running.poll() is not None or is_answering(self.ready_url)


def is_answering(url: str) -> bool:
    """Whether a GET of `url` is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Stack:
    """A fresh installation in `folder`, on ports of its own."""

    def __init__(self, folder: Path, secrets: Mapping[str, str], environ: Mapping[str, str]) -> None:
        self.media = folder / "media"
        self.media.mkdir()
        self.logs = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self.instagram = SandboxServer(folder / "sandbox.log")  # for its control calls; the process is ours
        self.instagram.port = free_port()
        self.environ = {
            **environ,
            **secrets,
            "PORT": self.url.rpartition(":")[2],
            "PUBLIC_URL": self.url,
            "DATABASE_URL": f"sqlite:///{folder / 'socialflow.db'}",
            "MEDIA_DIR": str(self.media),
            "WEB_WORKERS": "2",
            **{f"INSTAGRAM_{name}_URL": self.instagram.url for name in ("GRAPH", "TOKEN", "LOGIN", "UPLOAD")},
        }
        state = ["--port", str(self.instagram.port), "--state", str(folder / "sandbox.db")]
        web = ["-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
        self.sandbox = self._process("sandbox", ["-m", "sandbox", *state], f"{self.instagram.url}/sandbox/clock")
        self.web = self._process("web", web, f"{self.url}/healthz")
        self.scheduler = self._process("scheduler", ["-m", "app.scheduler"], f"{self.url}/readyz")

    def start(self) -> None:
        """Make the tables, start everything, and tell the local Instagram which app we are."""
        self.sandbox.launch()
        migrate = [sys.executable, "-m", "flask", "--app", "app", "migrate"]
        subprocess.run(migrate, cwd=PROJECT_DIR, env=self.environ, check=True, capture_output=True)
        self.web.launch()
        self.scheduler.launch()
        for process in (self.sandbox, self.web, self.scheduler):
            process.wait_until_ready()
        self.instagram.settings(**self.introduction())

    def stop(self) -> None:
        """End everything."""
        processes = (self.scheduler, self.web, self.sandbox)
        for process in processes:
            process.ask_to_stop()
        for process in processes:
            process.stop()

    def introduction(self) -> dict[str, Any]:
        """Return what an operator enters in Meta's dashboard, and a processing time that suits a test."""
        return {
            "app_id": self.environ["INSTAGRAM_APP_ID"],
            "app_secret": self.environ["INSTAGRAM_APP_SECRET"],
            "verify_token": self.environ["INSTAGRAM_VERIFY_TOKEN"],
            "redirect_uris": [redirect_uri(self.url)],
            "deauthorize_url": f"{self.url}/instagram/deauthorize",
            "data_deletion_url": f"{self.url}/instagram/data-deletion",
            "processing_s": 0.2,
        }

    def add_account(self, username: str) -> str:
        """Add a professional account to the local Instagram; return its user id."""
        return self.instagram.add_account(username)[0]

    def _process(self, name: str, command: list[str], ready_url: str) -> Process:
        return Process(command, self.environ, self.logs / f"{name}.log", ready_url)
