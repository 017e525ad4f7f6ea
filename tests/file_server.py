"""Stands for our public media addresses: whatever is asked for, the right file by its ending."""

import http.server
import threading
from pathlib import Path

TYPES = {"mp4": "video/mp4", "jpg": "image/jpeg"}


class FileServer:
    """A small HTTP server on a free port of this machine."""

    def __init__(self, files: dict[str, Path]) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.contents = {ending: path.read_bytes() for ending, path in files.items()}
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def url_of(self, name: str) -> str:
        """Return the address of a file."""
        return f"{self.origin}/media/{name}"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    contents: dict[str, bytes]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        ending = self.path.rpartition(".")[2]
        content = self.server.contents[ending]
        self.send_response(200)
        self.send_header("Content-Type", TYPES[ending])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
