"""Forks scheduler processes that have everything imported already: a real process in a few milliseconds.

Reads one JSON object a line: `{"environ": …, "clock": path, "names": path, "crash_at": name or null, "how": signal,
"tick": seconds}`
and answers the process id.
"""

import contextlib
import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

from app import db
from app.config import Config
from app.scheduler.runner import Scheduler
from tests.crash.crash_points import CrashPoints
from tests.crash.shared_clock import SharedClock


def main() -> None:
    """Fork on order until standard input ends; then end all that still run."""
    children: set[int] = set()
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], 0.01)
        with contextlib.suppress(ChildProcessError):
            while (gone := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                children.discard(gone)
        if not ready:
            continue
        line = sys.stdin.readline()
        if not line:
            break
        pid = os.fork()
        if pid == 0:
            run(json.loads(line))
        children.add(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def run(order: dict[str, Any]) -> None:
    """Be a scheduler process."""
    code = 1
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the pipe is for process ids only
    try:
        config = Config.from_environment(order["environ"])
        db.connect(config.database_url)
        CrashPoints(order["crash_at"], Path(order["names"]), order["how"]).watch()
        scheduler = Scheduler(config, SharedClock(Path(order["clock"])), tick_seconds=order["tick"])
        signal.signal(signal.SIGTERM, lambda *_: scheduler.stop())
        scheduler.run()
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
