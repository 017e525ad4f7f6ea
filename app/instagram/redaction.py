"""Removing tokens, secrets and codes from any text before it is stored, shown or logged."""

import logging
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

MASK = "[redacted]"

_SECRET_NAMES = (
    "access_token",
    "appsecret_proof",
    "client_secret",
    "fb_exchange_token",
    "input_token",
    "refresh_token",
    "signed_request",
    "verify_token",
    "password",
    "app_secret",
)
# Between a name and its value: `=`, `:`, `": "`, the same escaped inside a JSON string, or percent-encoded.
_BETWEEN = r"""(?:\\*["'])?\s*(?:[=:]|%3D|%3A)\s*(?:\\*["'])?"""
_VALUE = r"""[^\s&"'\\<>]+"""
_NAMED = re.compile(rf"(?<![A-Za-z0-9])({'|'.join(_SECRET_NAMES)})({_BETWEEN}){_VALUE}", re.IGNORECASE)
# `code` is both an OAuth code and the number of an error; a short bare number is kept, because it explains the failure.
_SHORT_NUMBER = r"""-?[0-9]{1,7}(?:[\s&"'\\<>},)\]]|$)"""
_CODE = re.compile(rf"(?<![A-Za-z0-9_])(code)({_BETWEEN})(?!{_SHORT_NUMBER}){_VALUE}", re.IGNORECASE)
_AUTHORIZATION = re.compile(
    r"(\bBearer|\bAuthorization\W{1,6}(?:Bearer|OAuth|Basic))(\s+|%20|\+)" + _VALUE, re.IGNORECASE
)
# Tokens of Instagram and Facebook login begin so, wherever they stand.
_TOKEN = re.compile(r"(?:IGAA[A-Za-z0-9_-]{6,}|IGQV[A-Za-z0-9_-]{12,}|EAA[A-Za-z0-9_-]{17,})")

# Shorter strings are not secrets; replacing them would only spoil the text.
_SHORTEST_SECRET = 6

_URL_LOGGERS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.response", "urllib3.util.retry")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` with credentials masked: by name, by looks, and each of `secrets` wherever it stands."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            for spelling in (secret, quote(secret, safe=""), secret.replace("/", "\\/")):
                text = text.replace(spelling, MASK)
    text = _NAMED.sub(rf"\1\2{MASK}", text)
    text = _CODE.sub(rf"\1\2{MASK}", text)
    text = _AUTHORIZATION.sub(rf"\1\2{MASK}", text)
    return _TOKEN.sub(MASK, text)


def redact_params(params: Mapping[str, str], secrets: Iterable[str] = ()) -> dict[str, str]:
    """Return the parameters of a call with credentials masked, each value by its name as well as by its content."""
    known = tuple(secrets)
    hidden = {*_SECRET_NAMES, "code"}
    return {name: MASK if name.lower() in hidden else redact(value, known) for name, value in params.items()}


class RedactingFilter(logging.Filter):
    """Masks credentials in the records of a library that logs whole URLs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's finished message; keep every record."""
        record.msg = redact(record.getMessage())
        record.args = None
        return True


def guard_library_logs() -> None:
    """Make urllib3, which logs whole URLs, mask credentials: some OAuth calls carry theirs in the query.

    It logs each URL at DEBUG, and that of an answer with broken headers as a warning. A filter works on the logger it
    is set on, not on those below it, so each is named.
    """
    for name in _URL_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(present, RedactingFilter) for present in logger.filters):
            logger.addFilter(RedactingFilter())
