"""Requests that others can steer reach the public internet only, whatever way an address is written."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.outgoing.addresses import is_public
from app.outgoing.fetch import FetchError, fetch

HOSTILE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "100::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "5f00::1",
    "localhost",
    "127.1",
    "2130706433",
]
PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]


@pytest.mark.parametrize("address", HOSTILE)
def test_not_the_public_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet(address: str) -> None:
    assert is_public(address)


class Peer(BaseHTTPRequestHandler):
    """Answers by the path; every connection counts."""

    seen: list[str] = []

    def do_GET(self) -> None:
        Peer.seen.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/file")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b"x" * (2_000_000 if self.path == "/big" else 10)
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(body) + (5 if self.path == "/short" else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def peer() -> Iterator[str]:
    Peer.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_trusted_origin_is_fetched(peer: str) -> None:
    assert fetch(f"{peer}/file?a=b", most_bytes=1000, seconds=5, trusted_origins=[peer]) == b"x" * 10
    assert Peer.seen == ["/file?a=b"]


@pytest.mark.parametrize("path", ["/moved", "/none", "/big", "/short"])
def test_anything_but_a_whole_small_answer_is_refused(peer: str, path: str) -> None:
    with pytest.raises(FetchError):
        fetch(peer + path, most_bytes=1000, seconds=5, trusted_origins=[peer])
    assert Peer.seen == [path], "no redirect is followed"


@pytest.mark.parametrize(
    "url",
    [
        "{peer}/file",
        "https://127.0.0.1:{port}/file",
        "https://localhost/file",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://user@1.1.1.1/",
        "https://user:word@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}@evil.example/",
        "https://1.1.1.1:8080/",
        "http://1.1.1.1/",
        "ftp://1.1.1.1/",
        "file:///etc/passwd",
        "//127.0.0.1/",
        "https:///file",
        "https://127.0.0.1:99999/",
        "https://[::1/",
        "https://127.0.0.1/\r\nHost: evil",
        "https://ёж.example/",
        "",
    ],
)
def test_no_connection_is_made_to_anything_else(peer: str, url: str) -> None:
    with pytest.raises(FetchError):
        fetch(url.format(peer=peer, port=peer.rpartition(":")[2]), most_bytes=1000, seconds=5)
    assert Peer.seen == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_however_this_machine_is_written_it_is_not_the_public_internet(host: str) -> None:
    with pytest.raises(FetchError, match="not the public internet"):
        fetch(f"https://{host}/", most_bytes=1000, seconds=5)


def test_a_trusted_origin_does_not_open_its_neighbours(peer: str) -> None:
    with pytest.raises(FetchError):
        fetch(f"{peer}/file", most_bytes=1000, seconds=5, trusted_origins=["http://127.0.0.1:1"])
    assert Peer.seen == []


def test_a_peer_that_never_answers_is_left(peer: str) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        origin = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(FetchError):
            fetch(f"{origin}/", most_bytes=1000, seconds=0.2, trusted_origins=[origin])
