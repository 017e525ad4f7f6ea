import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import PROJECT_DIR
from tests.processes import end_with_parent, free_port
from tests.waiting import wait_until


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own: the files that git knows or would take, and nothing that was made from them."""
    known = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(known, cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (PROJECT_DIR / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes((PROJECT_DIR / name).read_bytes())
            (tmp_path / name).chmod((PROJECT_DIR / name).stat().st_mode)
    return tmp_path


def environ(**values: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **values}


def run(checkout: Path, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "script/server", *arguments]
    return subprocess.run(command, cwd=checkout, env=environ(**values), capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", ["PORT", "SANDBOX_PORT"])
def test_a_port_that_is_taken_is_named_with_its_setting_before_anything_is_installed(checkout: Path, name: str) -> None:
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with socket.create_server(("127.0.0.1", int(ports[name]))):
        ended = run(checkout, **ports)
    assert ended.returncode == 1
    assert f"{ports[name]} занят" in ended.stdout
    assert f"{ports[name]} is taken" in ended.stdout
    assert f"{name}=" in ended.stdout
    assert not (checkout / ".venv").exists()


def test_fresh_refuses_to_touch_anything_but_a_trial(checkout: Path) -> None:
    (checkout / "media" / "kept.mp4").write_bytes(b"precious")
    (checkout / ".env").write_text("INSTAGRAM_APP_ID=123\n")
    ended = run(checkout, "--fresh")
    assert ended.returncode == 1
    assert "--fresh removes trial data only" in ended.stdout
    assert (checkout / "media" / "kept.mp4").exists()


def test_an_unknown_option_is_refused(checkout: Path) -> None:
    ended = run(checkout, "--frehs")
    assert ended.returncode == 2
    assert "--frehs" in ended.stderr


class Running:
    """`script/server` at work, with the packages of this test run."""

    def __init__(self, checkout: Path, *arguments: str, **values: str) -> None:
        self.output = checkout / "output"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*end_with_parent(), sys.executable, "script/server", *arguments],
                cwd=checkout, env=environ(**values), stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        wait_until(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, seconds=120)
        assert "Ctrl-C" in self.said, self.said

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def is_free(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) != 0


def test_it_starts_everything_stops_everything_and_goes_on_where_it_was(checkout: Path) -> None:
    (checkout / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    first = Running(checkout, **ports)
    try:
        first.wait_until_ready()
        assert run(checkout, **ports).stdout.startswith("script/server уже работает")
    finally:
        assert first.stop() == 0
    assert all(is_free(port) for port in ports.values())

    secrets = (checkout / "instance" / ".env").read_text()
    second = Running(checkout, **ports)
    try:
        second.wait_until_ready()
    finally:
        assert second.stop() == 0
    assert (checkout / "instance" / ".env").read_text() == secrets
    assert login(first.said) == login(second.said)


def login(said: str) -> list[str]:
    return [line for line in said.splitlines() if "Email" in line or "Password" in line]
