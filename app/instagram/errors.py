"""What went wrong at Instagram, sorted once: by code and subcode, by HTTP status or wording only for want of those."""

from collections.abc import Iterable, Mapping

from app.instagram.answers import as_int, as_object, as_text
from app.instagram.container import ContainerCode, ContainerStatus
from app.instagram.error_table import (
    ANSWER_UNREADABLE,
    CONTAINER_EXPIRED,
    CONTAINER_FAILED,
    ERROR_KEYS,
    ERROR_ROWS,
    GONE,
    INSTAGRAM_DOWN,
    LOGIN_FAILED,
    MESSAGE_ROWS,
    NO_ANSWER,
    PERMISSION_CODES,
    PERMISSION_MISSING,
    READ_LATER_CODES,
    TOO_MANY_CALLS,
    UNEXPECTED_REDIRECT,
    UNKNOWN_ERROR,
    ErrorRow,
    Remedy,
)
from app.instagram.redaction import redact
from app.instagram.usage import read_usage

__all__ = ["ERROR_KEYS", "InstagramError", "Remedy", "error_from_answer", "error_from_container"]

_BY_CODE = {(row.code, row.subcode): row for row in ERROR_ROWS}
# Subcodes from here up are Instagram's own and mean the same under every code; a container's status shows them alone.
_FIRST_OWN_SUBCODE = 2_200_000
_BY_SUBCODE = {row.subcode: row for row in ERROR_ROWS if row.subcode and row.subcode >= _FIRST_OWN_SUBCODE}
_LONGEST_MESSAGE = 1_000


class InstagramError(Exception):
    """A call to Instagram that failed: what it is called (`key`), what helps (`remedy`), and the evidence.

    `outcome_unknown` is True when a call that changes something may have been carried out all the same.
    `retries_first` says how often the same step is worth repeating before the remedy is followed.
    All texts are free of credentials. `user_title` and `user_message` are Instagram's own words to the user.
    """

    def __init__(
        self,
        row: ErrorRow,
        *,
        message: str = "",
        is_reading: bool = False,
        outcome_unknown: bool | None = None,
        remedy: Remedy | None = None,
        code: int | None = None,
        subcode: int | None = None,
        http_status: int | None = None,
        user_title: str | None = None,
        user_message: str | None = None,
        trace_id: str | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        self.key = row.key
        self.remedy = remedy or row.remedy
        self.retries_first = row.retries_first
        self.is_reading = is_reading
        ambiguous = row.is_ambiguous if outcome_unknown is None else outcome_unknown
        self.outcome_unknown = ambiguous and not is_reading
        self.message = redact(message)[:_LONGEST_MESSAGE]
        self.code = code
        self.subcode = subcode
        self.http_status = http_status
        self.user_title = user_title and redact(user_title)[:_LONGEST_MESSAGE]
        self.user_message = user_message and redact(user_message)[:_LONGEST_MESSAGE]
        self.trace_id = trace_id
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self.message)

    @property
    def is_gone(self) -> bool:
        """Whether Instagram says that there is no such object. Of a comment or message that it showed before, it was
        deleted; the same is answered for want of a permission, and now and then for containers that exist."""
        return (self.code, self.subcode) == GONE

    def __str__(self) -> str:
        code = "/".join(str(part) for part in (self.code, self.subcode) if part is not None)
        parts = (self.key, code, f"HTTP {self.http_status}" if self.http_status else "", self.message, self.trace_id)
        return " · ".join(part for part in parts if part)


def error_from_answer(
    http_status: int,
    body: object,
    *,
    headers: Mapping[str, str],
    is_reading: bool,
    secrets: Iterable[str] = (),
) -> InstagramError:
    """Return the error an answer means; `body` is its parsed JSON, or None when it could not be read.

    Knows the three envelopes: the Graph one, the OAuth one (`error_type`) and the upload host's (`debug_info`).
    """
    known = tuple(secrets)
    fields = _Envelope(body, known)
    row = _row_of_answer(http_status, fields)
    is_read_later = is_reading and (fields.code, fields.subcode) in READ_LATER_CODES
    if row.is_vague and fields.is_transient:
        is_read_later = True
    usage = read_usage(headers)
    return InstagramError(
        row,
        message=fields.message,
        is_reading=is_reading,
        outcome_unknown=row.is_ambiguous or http_status >= 500,
        remedy=Remedy.LATER if is_read_later else None,
        code=fields.code,
        subcode=fields.subcode,
        http_status=http_status,
        user_title=fields.user_title,
        user_message=fields.user_message,
        trace_id=fields.trace_id,
        retry_after_seconds=_retry_after(headers) or (usage.regain_access_seconds if usage else None),
    )


def error_from_container(status: ContainerStatus) -> InstagramError:
    """Return the error that ended a container (ERROR or EXPIRED), from the subcode in its status text.

    Where the table would repeat a call, a container that has ended needs a successor instead.
    """
    if status.code is ContainerCode.EXPIRED:
        row = CONTAINER_EXPIRED
    else:
        row = _BY_SUBCODE.get(status.subcode or 0, CONTAINER_FAILED)
    is_repeatable = row.remedy in (Remedy.LATER, Remedy.NOT_READY) or row.retries_first > 0
    return InstagramError(
        row,
        message=status.text,
        is_reading=True,
        remedy=Remedy.NEW_CONTAINER if is_repeatable else None,
        code=row.code,
        subcode=status.subcode,
    )


class _Envelope:
    """The fields of an error answer, whichever envelope it came in."""

    def __init__(self, body: object, secrets: tuple[str, ...]) -> None:
        answer = as_object(body)
        error = as_object(answer.get("error"))
        debug = as_object(answer.get("debug_info"))
        self.is_oauth = "error_type" in answer
        self.is_upload = bool(debug)
        # In the OAuth envelope `code` only repeats the HTTP status.
        self.code = None if self.is_oauth else as_int(error.get("code"))
        self.subcode = as_int(error.get("error_subcode"))
        self.is_transient = error.get("is_transient") is True or debug.get("retriable") is True
        text = as_text(error.get("message")) or as_text(answer.get("error_message")) or as_text(debug.get("message"))
        self.message = redact(text or as_text(answer.get("error")) or "", secrets)
        self.user_title = _redacted(as_text(error.get("error_user_title")), secrets)
        self.user_message = _redacted(as_text(error.get("error_user_msg")), secrets)
        self.trace_id = _redacted(as_text(error.get("fbtrace_id")), secrets)


def _redacted(text: str | None, secrets: tuple[str, ...]) -> str | None:
    return redact(text, secrets) if text else None


def _row_of_answer(http_status: int, fields: _Envelope) -> ErrorRow:
    by_subcode = _BY_CODE.get((fields.code, fields.subcode)) or _BY_SUBCODE.get(fields.subcode or 0)
    if by_subcode and fields.subcode:
        return by_subcode
    by_code = _BY_CODE.get((fields.code, None)) if fields.code is not None else None
    if by_code and not by_code.is_vague:
        return by_code
    message = fields.message.lower()
    by_message = next((row for wording, row in MESSAGE_ROWS if wording in message), None)
    return by_message or by_code or _row_without_wording(http_status, fields)


def _row_without_wording(http_status: int, fields: _Envelope) -> ErrorRow:
    if fields.code in PERMISSION_CODES:
        return PERMISSION_MISSING
    if fields.code is not None:
        return INSTAGRAM_DOWN if http_status >= 500 else UNKNOWN_ERROR
    if fields.is_oauth and http_status < 500:
        return LOGIN_FAILED
    return _row_of_status(http_status)


def _row_of_status(http_status: int) -> ErrorRow:
    """Return the row of an answer without a code: a proxy's page, an empty body, something else entirely."""
    if http_status >= 500:
        return INSTAGRAM_DOWN
    if http_status == 429:
        return TOO_MANY_CALLS
    if http_status == 408:
        return NO_ANSWER
    if http_status >= 400:
        return UNKNOWN_ERROR
    return UNEXPECTED_REDIRECT if http_status >= 300 else ANSWER_UNREADABLE


def _retry_after(headers: Mapping[str, str]) -> int | None:
    seconds = as_int(headers.get("Retry-After"))
    return min(seconds, 7 * 24 * 3600) if seconds and seconds > 0 else None
