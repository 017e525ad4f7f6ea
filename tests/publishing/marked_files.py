"""Stands for our public media addresses, and gives every file bytes of its own, so that what is live can be told."""

import hashlib
import http.server
import threading
from pathlib import Path

TYPES = {"mp4": "video/mp4", "jpg": "image/jpeg"}


class MarkedFiles:
    """A small HTTP server: `/media/<mark>.jpg` is always the same picture, its bytes ending in the mark."""

    def __init__(self, files: dict[str, Path]) -> None:
        self._contents = {ending: path.read_bytes() for ending, path in files.items()}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.files = self
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def url_of(self, name: str) -> str:
        """Return the address of a file such as `post-7.jpg`."""
        return f"{self.origin}/media/{name}"

    def content(self, name: str) -> bytes:
        """Return the file's bytes. Viewers read past the mark: a picture has ended, a film's `free` box is skipped."""
        mark = name.encode()
        if name.endswith(".mp4"):
            mark = (8 + len(mark)).to_bytes(4, "big") + b"free" + mark
        return self._contents[name.rpartition(".")[2]] + mark

    def sha256(self, name: str) -> str:
        """Return what Instagram says it has published when it has published this file."""
        return hashlib.sha256(self.content(name)).hexdigest()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    files: MarkedFiles


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        content = self.server.files.content(name)
        self.send_response(200)
        self.send_header("Content-Type", TYPES[name.rpartition(".")[2]])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
