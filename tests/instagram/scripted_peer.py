"""A server that answers byte for byte what a test wrote down, also what no proper server would."""

import json
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Answer:
    """What to send: `pieces` one after another, `pause` seconds between them, then the connection is cut."""

    pieces: list[bytes] = field(default_factory=list)
    pause: float = 0.0


def http(
    body: bytes | object, status: int = 200, headers: dict[str, str] | None = None, length: int | None = None
) -> Answer:
    """Return a whole HTTP answer; `length` lies about the body's length."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Type": "application/json", "Content-Length": str(len(raw) if length is None else length)}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**lines, **(headers or {})}.items())
    return Answer([f"HTTP/1.1 {status} X\r\n{head}Connection: close\r\n\r\n".encode("latin-1") + raw])


class ScriptedPeer:
    """Listens on a free port of 127.0.0.1 and gives the scripted answers in order, one for each connection."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._script: deque[Answer] = deque()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.received: list[Received] = []

    @property
    def url(self) -> str:
        """The origin to call."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def will(self, *answers: Answer) -> Self:
        """Add answers to the script."""
        self._script.extend(answers)
        return self

    def forget(self) -> None:
        """Drop what is left of the script, and what was received."""
        self._script.clear()
        self.received.clear()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        request = _read_request(connection)
        if request is None:
            return
        self.received.append(request)
        answer = self._script.popleft() if self._script else http({"error": "nothing scripted"}, 599)
        for number, piece in enumerate(answer.pieces):
            if number and self._stopping.wait(answer.pause):
                return
            try:
                connection.sendall(piece)
            except OSError:
                return

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve until the block ends."""
        self._thread.start()
        try:
            yield self
        finally:
            self._stopping.set()
            self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._thread.join()


def _read_request(connection: socket.socket) -> Received | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = connection.recv(65_536)
        if not piece:
            return None
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    method, target, _version = first.split(" ")
    address = urlsplit(target)
    return Received(method, address.path, dict(parse_qsl(address.query)), headers, dict(parse_qsl(body.decode())))


def error(code: int, subcode: int | None = None, message: str = "Something", **fields: Any) -> dict[str, Any]:
    """Return an error in the Graph envelope."""
    numbers = {"code": code} | ({"error_subcode": subcode} if subcode else {})
    return {"error": {"message": message, "type": "OAuthException", **numbers, "fbtrace_id": "AbC123", **fields}}
