"""From `script/server --fresh` on a clean clone to the first page, with pip's cache warm: 90 s at most.

The clone is of what is committed here, in a folder of its own, without `.venv`: everything is made and installed as on
an operator's machine. The clock stops when the sign-in page is answered; `to_health` is when /healthz was. A second
start of the same clone is timed too.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from script.benches._stage import result
from script.launch.folders import PROJECT
from tests.processes import end_with_parent, free_port

LIMIT_SECONDS = 90.0
PATIENCE_SECONDS = 600
STOP_SECONDS = 60
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME")
"""Of the environment: settings of this very machine must not lead the clone to a database of its own."""


def run() -> Iterator[dict[str, Any]]:
    """Yield the seconds to the first page of a first start, and of a second one."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(PROJECT), str(clone)], check=True)
        first = _start(clone, "--fresh")
        again = _start(clone)
    yield result("first_page", first["page"], "s", LIMIT_SECONDS, ok=first["page"] <= LIMIT_SECONDS, **_beside(first))
    yield result("restart", again["page"], "s", None, ok=True, **_beside(again))


def _beside(seconds: dict[str, float]) -> dict[str, float]:
    return {f"to_{name}": value for name, value in seconds.items() if name != "page"}


def _start(clone: Path, *arguments: str) -> dict[str, float]:
    """Start the clone's server, wait for its pages, stop it; return when each was there, in seconds."""
    port, sandbox_port = free_port(), free_port()
    pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_", "REQUESTS_"))}
    environ = {name: os.environ[name] for name in KEPT if name in os.environ} | pip
    environ |= {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    log = clone.parent / "server.log"
    began = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            # Resolved, it is the Python that our `.venv` was made with.
            [*end_with_parent(), str(Path(sys.executable).resolve()), "script/server", *arguments],
            cwd=clone,
            env=environ,
            stdout=output,
            stderr=output,
        )
    try:
        health = _seconds_until(process, f"http://127.0.0.1:{port}/healthz", began, log)
        page = _seconds_until(process, f"http://127.0.0.1:{port}/login", began, log)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
    return {"health": health, "page": page}


def _seconds_until(process: "subprocess.Popen[bytes]", url: str, began: float, log: Path) -> float:
    """Return when the address answered 200, counted from `began`."""
    while time.monotonic() - began < PATIENCE_SECONDS and process.poll() is None:
        try:
            if requests.get(url, timeout=10).status_code == requests.codes.ok:
                return round(time.monotonic() - began, 1)
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{url} never answered:\n{log.read_text(errors='replace')[-3000:]}")
