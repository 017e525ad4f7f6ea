"""`python -m sandbox --port 8001 [--host 127.0.0.1] [--state FILE]`."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from sandbox.app import create_app
from sandbox.demo.shop import open_shop
from sandbox.world import World

THREADS = 160
CONNECTIONS = 2000


class Server(BaseApplication):  # type: ignore[misc]
    """One gunicorn worker with many threads: all of them share one world."""

    def __init__(self, arguments: argparse.Namespace, files: Path) -> None:
        self.arguments, self.files = arguments, files
        super().__init__()

    def load_config(self) -> None:
        """Settle what is not up to the caller."""
        options: dict[str, Any] = {
            "bind": f"{self.arguments.host}:{self.arguments.port}",
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "worker_connections": CONNECTIONS,
            "backlog": 1024,
            "keepalive": 75,
            "timeout": 0,
            "graceful_timeout": 0,  # SIGTERM ends it at once
            "header_map": "dangerous",  # the upload's header is called file_size, with an underscore
            "limit_request_line": 8190,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the world inside the worker, where its threads live."""
        world = World(files=self.files, state=self.arguments.state)
        if self.arguments.demo:
            open_shop(world)
        return create_app(world)


def read_arguments(words: list[str]) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Instagram.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--state", type=Path, help="keep everything in this file instead of in memory")
    parser.add_argument("--demo", action="store_true", help="begin with a shop that has a year behind it")
    return parser.parse_args(words)


def main(words: list[str]) -> None:
    """Serve until told to stop."""
    arguments = read_arguments(words)
    sys.stdout.write(f"Sandbox: http://{arguments.host}:{arguments.port}/\n")
    sys.stdout.flush()
    if arguments.state is not None:
        arguments.state.parent.mkdir(parents=True, exist_ok=True)
        Server(arguments, arguments.state.with_name(arguments.state.name + ".files")).run()
    with TemporaryDirectory(prefix="sandbox-") as folder:
        Server(arguments, Path(folder)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
