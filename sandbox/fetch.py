"""Downloads what a container names, as Instagram does: over HTTP, itself, without credentials."""

import ipaddress
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ReadTimeoutError

CHUNK = 256 * 1024
MAX_REDIRECTS = 3
USER_AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"


class FetchError(Exception):
    """The file could not be had; `is_timeout` when it took too long."""

    def __init__(self, reason: str, *, is_timeout: bool = False) -> None:
        super().__init__(reason)
        self.is_timeout = is_timeout


def is_fetchable(url: str, *, allow_private: bool) -> bool:
    """Tell whether an address is one that Instagram would try: http(s), plain ASCII, no login, a public host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        parts.port  # noqa: B018 (a wrong port raises)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or parts.username or not url.isascii() or " " in url:
        return False
    return allow_private or not _is_private(host)


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host.strip("[]"):
        return ":" not in host or not ipaddress.ip_address(host).is_global
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def download(url: str, *, timeout_s: float, verify_tls: bool = True) -> Iterator[bytes]:
    """Yield the body in chunks; raises FetchError unless it is a complete 200 within `timeout_s` seconds."""
    deadline = time.monotonic() + timeout_s
    with requests.Session() as session:
        session.trust_env = False
        session.max_redirects = MAX_REDIRECTS
        session.verify = verify_tls
        session.headers["User-Agent"] = USER_AGENT
        try:
            with session.get(url, stream=True, timeout=min(timeout_s, 10.0)) as answer:
                if answer.status_code != requests.codes.ok:
                    raise FetchError(f"HTTP {answer.status_code}")
                for chunk in answer.iter_content(CHUNK):
                    if time.monotonic() > deadline:
                        raise FetchError("too slow", is_timeout=True)
                    yield chunk
        except requests.Timeout as error:
            raise FetchError("no answer in time", is_timeout=True) from error
        except requests.RequestException as error:
            # requests reports a body that stops coming as a broken connection.
            is_timeout = bool(error.args) and isinstance(error.args[0], ReadTimeoutError)
            raise FetchError(type(error).__name__, is_timeout=is_timeout) from error
