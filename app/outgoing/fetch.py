"""Fetch a file from an address that somebody else chose, without becoming their tool."""

import socket
import time
from collections.abc import Collection
from http.client import HTTPException
from urllib.parse import SplitResult, urlsplit

import certifi
import urllib3
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from app.outgoing.addresses import is_public

DEFAULT_PORTS = {"http": 80, "https": 443}
_PIECE_BYTES = 65_536


class FetchError(Exception):
    """Nothing was fetched. The text says why in general words and holds no address."""


def fetch(url: str, *, most_bytes: int, seconds: float, trusted_origins: Collection[str] = ()) -> bytes:
    """Return the body at `url`, or raise FetchError.

    HTTPS to the public internet only, on the default port; the address that was checked is the one connected to.
    `trusted_origins`, fixed by the operator's settings, are exempt from these. No redirects, no cookies, no
    credentials; `seconds` and `most_bytes` limit the whole of it.
    """
    deadline = time.monotonic() + seconds
    parts = _checked(url, trusted_origins)
    is_trusted = _origin(parts) in trusted_origins
    pool = _pool(parts, _resolve(parts, is_trusted=is_trusted), seconds)
    try:
        return _read(pool, parts, most_bytes=most_bytes, deadline=deadline)
    except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError):
        raise FetchError("the other side did not answer as it should") from None
    finally:
        pool.close()


def _checked(url: str, trusted_origins: Collection[str]) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchError("not an address") from None
    if not url.isascii() or not url.isprintable() or " " in url or not parts.hostname or "@" in parts.netloc:
        raise FetchError("not an address")
    if _origin(parts) not in trusted_origins and (parts.scheme != "https" or port not in (None, 443)):
        raise FetchError("not HTTPS on its own port")
    return parts


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}".lower()


def _resolve(parts: SplitResult, *, is_trusted: bool) -> str:
    """Return the address to connect to. One private address among several refuses all of them."""
    try:
        answers = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError("the host has no address") from None
    addresses = [str(answer[4][0]) for answer in answers]
    if not addresses or not (is_trusted or all(is_public(address) for address in addresses)):
        raise FetchError("not the public internet")
    return addresses[0]


def _port(parts: SplitResult) -> int:
    return parts.port or DEFAULT_PORTS.get(parts.scheme, 443)


def _pool(parts: SplitResult, address: str, seconds: float) -> HTTPConnectionPool:
    """Return a pool that connects to the checked address while TLS and the Host header speak of the name."""
    timeout = urllib3.Timeout(total=seconds)
    if parts.scheme == "http":
        return HTTPConnectionPool(address, _port(parts), timeout=timeout, retries=False)
    return HTTPSConnectionPool(
        address,
        _port(parts),
        timeout=timeout,
        retries=False,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )


def _read(pool: HTTPConnectionPool, parts: SplitResult, *, most_bytes: int, deadline: float) -> bytes:
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    headers = {"Host": parts.netloc, "User-Agent": "SocialFlow", "Accept-Encoding": "identity"}
    response = pool.urlopen("GET", path, headers=headers, redirect=False, retries=False, preload_content=False)
    try:
        if response.status != 200:
            raise FetchError(f"answered {response.status}")
        return _read_body(response, most_bytes=most_bytes, deadline=deadline)
    finally:
        response.close()


def _read_body(response: urllib3.BaseHTTPResponse, *, most_bytes: int, deadline: float) -> bytes:
    body = bytearray()
    while piece := response.read1(_PIECE_BYTES):
        body += piece
        if len(body) > most_bytes:
            raise FetchError("too big")
        if time.monotonic() > deadline:
            raise FetchError("too slow")
    return bytes(body)
