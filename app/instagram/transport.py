"""One HTTP call to Instagram and nothing more: no retries, no redirects, no cookies, limits on time and size."""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import TypeAlias
from urllib.parse import urlsplit

import requests
import urllib3

from app.instagram.answers import as_object
from app.instagram.error_table import NO_ANSWER, REQUEST_INVALID, UNREACHABLE, ErrorRow
from app.instagram.errors import InstagramError, error_from_answer
from app.instagram.redaction import guard_library_logs, redact, redact_params
from app.instagram.usage import Usage, read_usage

CONNECT_SECONDS = 5.0
READ_SECONDS = 25.0
PUBLISH_READ_SECONDS = 60.0
ATTACHMENT_READ_SECONDS = 90.0
"""Before it answers, Instagram fetches the files of a message, a video for up to 75 seconds."""
LARGEST_BODY_BYTES = 5_000_000
_RECORDED_ANSWER_CHARACTERS = 2_000
# Enough to record, and cheap to search for credentials.
_REDACTED_ANSWER_BYTES = 16_000
_PIECE_BYTES = 65_536
_ERROR_ENVELOPES = ("error", "error_type", "debug_info")

_log = logging.getLogger(__name__)

guard_library_logs()


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished call, free of credentials, for a timeline: what was asked, what came back, how long it took.

    `http_status` is None when no answer came; `answer` is its text, cut to 2,000 characters.
    """

    method: str
    path: str
    params: Mapping[str, str]
    http_status: int | None
    code: int | None
    subcode: int | None
    trace_id: str | None
    ms: int
    answer: str
    usage: Usage | None


Observer: TypeAlias = Callable[[CallRecord], None]


@dataclass(frozen=True)
class Call:
    """What to send. `params` go in the form of a POST, in the query otherwise; `bearer` in the header only.

    `body` takes the place of the form where values hang inside each other: it is sent as JSON. `is_reading` says that
    nothing changes at Instagram; `secrets` are masked wherever they come back.
    """

    method: str
    url: str
    params: Mapping[str, str] = field(repr=False)
    is_reading: bool
    bearer: str | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    body: Mapping[str, object] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back; `body` is None when it was too long to be read."""

    http_status: int
    headers: Mapping[str, str]
    body: bytes | None


def send(call: Call, observe: Observer | None = None) -> Mapping[str, object]:
    """Make the call and return the JSON object it answered; raise InstagramError for everything else."""
    started = time.monotonic()
    answer = _exchange(call)
    result = _read_result(call, answer)
    if observe:
        _notify(observe, _record(call, answer, result, ms=round((time.monotonic() - started) * 1000)))
    # Raised out here, so that no exception of the HTTP library, whose text holds the whole URL, hangs on to it.
    if isinstance(result, InstagramError):
        raise result
    return result


def _exchange(call: Call) -> _Answer | ErrorRow:
    """Return the answer, or the row that says why there is none."""
    is_form = call.method == "POST" and call.body is None
    deadline = time.monotonic() + call.connect_seconds + call.read_seconds
    try:
        response = _session().request(
            call.method,
            call.url,
            params=None if is_form else call.params,
            data=call.params if is_form else None,
            json=call.body,
            auth=_Authorization(call.bearer),
            timeout=(call.connect_seconds, call.read_seconds),
            allow_redirects=False,
            stream=True,
        )
        with response:
            return _Answer(response.status_code, response.headers, _read_body(response, deadline))
    except (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
        return _row_of_failure(error)


def _notify(observe: Observer, record: CallRecord) -> None:
    """Hand the record over. An observer that fails must not take with it the answer, which may be a media's id."""
    try:
        observe(record)
    except Exception:
        _log.exception("the observer of a call to Instagram failed")


class _Authorization(requests.auth.AuthBase):
    """Sets the token's header. Given always: without it, requests would send what a .netrc file holds for the host."""

    def __init__(self, bearer: str | None) -> None:
        self._bearer = bearer

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._bearer:
            if not (self._bearer.isascii() and self._bearer.isprintable()):
                raise requests.exceptions.InvalidHeader
            request.headers["Authorization"] = f"Bearer {self._bearer}"
        return request


_thread = threading.local()


def _session() -> requests.Session:
    """Return this thread's session: connections are kept, cookies are not, or one account's would reach the next."""
    session: requests.Session | None = getattr(_thread, "session", None)
    if session is None:
        session = requests.Session()
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers["Accept"] = "application/json"
        session.headers["User-Agent"] = "SocialFlow"
        _thread.session = session
    return session


class _TooSlow(urllib3.exceptions.HTTPError):
    """The answer came in pieces, each in time, and never ended."""


def _read_body(response: requests.Response, deadline: float) -> bytes | None:
    """Return the body, None when it is longer than we read. Whatever is at hand is taken, so the deadline is kept."""
    body = bytearray()
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        body += piece
        if len(body) > LARGEST_BODY_BYTES:
            return None
        if time.monotonic() > deadline:
            raise _TooSlow
    return bytes(body)


def _row_of_failure(error: Exception) -> ErrorRow:
    """Sort an exception by whether the call can have reached Instagram."""
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return UNREACHABLE
    if isinstance(error, requests.ConnectTimeout) or _has_cause(error, urllib3.exceptions.NewConnectionError):
        return UNREACHABLE
    # A malformed address or header, found before anything was sent.
    if isinstance(error, requests.RequestException | UnicodeError) and isinstance(error, ValueError):
        return REQUEST_INVALID
    return NO_ANSWER


def _has_cause(error: BaseException, kind: type[BaseException]) -> bool:
    """Return whether `kind` is what happened: requests wraps it in its arguments, urllib3 in `reason`."""
    inner = error.args[0] if error.args else None
    return isinstance(inner, kind) or isinstance(getattr(inner, "reason", None), kind)


def _read_result(call: Call, answer: _Answer | ErrorRow) -> Mapping[str, object] | InstagramError:
    if isinstance(answer, ErrorRow):
        return InstagramError(answer, is_reading=call.is_reading)
    body = _json_of(answer.body)
    is_success = 200 <= answer.http_status < 300 and isinstance(body, dict)
    if is_success and not any(as_object(body).get(name) for name in _ERROR_ENVELOPES):
        return as_object(body)
    return error_from_answer(
        answer.http_status, body, headers=answer.headers, is_reading=call.is_reading, secrets=call.secrets
    )


def _json_of(body: bytes | None) -> object:
    """Return the parsed body, None when it is no JSON."""
    try:
        value: object = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    return value


def _record(
    call: Call, answer: _Answer | ErrorRow, result: Mapping[str, object] | InstagramError, *, ms: int
) -> CallRecord:
    error = result if isinstance(result, InstagramError) else None
    received = answer if isinstance(answer, _Answer) else None
    body = (received.body or b"")[:_REDACTED_ANSWER_BYTES].decode("utf-8", "replace") if received else ""
    return CallRecord(
        method=call.method,
        path=redact(urlsplit(call.url).path, call.secrets),
        params=redact_params({**call.params, **_members_of(call.body)}, call.secrets),
        http_status=received.http_status if received else None,
        code=error.code if error else None,
        subcode=error.subcode if error else None,
        trace_id=error.trace_id if error else None,
        ms=ms,
        answer=redact(body, call.secrets)[:_RECORDED_ANSWER_CHARACTERS],
        usage=read_usage(received.headers) if received else None,
    )


def _members_of(body: Mapping[str, object] | None) -> dict[str, str]:
    """Return a JSON body as a form would carry it."""
    return {name: json.dumps(value, ensure_ascii=False) for name, value in (body or {}).items()}
