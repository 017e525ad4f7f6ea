"""An app's webhook endpoint."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Receiver:
    """An app's webhook: remembers raw bodies and answers what it is told to."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    token: str = "verify-me"
    got: list[tuple[bytes, str]] = field(default_factory=list)

    def bodies(self) -> list[Any]:
        """Return what came, read."""
        return [json.loads(raw) for raw, _ in self.got]

    def wait(self, is_done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + 10
        while not is_done():
            assert time.monotonic() < deadline, self.got
            time.sleep(0.01)

    def items(self) -> list[Any]:
        """Return the messaging items that came, in order."""
        return [item for body in self.bodies() for entry in body["entry"] for item in entry.get("messaging", ())]

    def changes(self) -> list[Any]:
        """Return the changes that came, in order."""
        return [change for body in self.bodies() for entry in body["entry"] for change in entry.get("changes", ())]


@contextmanager
def serve_receiver() -> Iterator[Receiver]:
    """Serve a receiver on a free port."""
    receiver = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((raw, self.headers["X-Hub-Signature-256"]))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.end_headers()

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            is_right = query["hub.verify_token"] == [receiver.token] and query["hub.mode"] == ["subscribe"]
            self.send_response(200 if is_right else 403)
            self.end_headers()
            self.wfile.write(query["hub.challenge"][0].encode())

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    yield receiver
    server.shutdown()
    server.server_close()
