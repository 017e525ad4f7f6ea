"""Meta's `signed_request`: how the deauthorize and data-deletion callbacks prove where they come from.

Source: https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback,
checked 2026-11-21. UNVERIFIED: which app's secret signs, and which of an account's two ids `user_id` is; so several
secrets are tried, and the caller looks for both ids.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.instagram.answers import as_id, as_int

ALGORITHM = "HMAC-SHA256"
_LONGEST = 10_000


class SignedRequestError(Exception):
    """The text is no signed request of ours. Deliberately says no more."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A verified request: whom it concerns, when it was signed (Unix seconds), which of the secrets signed it."""

    user_id: str
    issued_at: int | None
    payload: Mapping[str, object]
    secret_index: int


def read_signed_request(signed_request: str, app_secrets: Sequence[str]) -> SignedRequest:
    """Return the verified contents of a `signed_request`; raise SignedRequestError for anything else.

    The signature covers the encoded payload exactly as received: padding or decoding it first breaks it.
    """
    encoded_signature, dot, encoded_payload = signed_request.partition(".")
    if not dot or not signed_request.isascii() or len(signed_request) > _LONGEST:
        raise SignedRequestError
    secret_index = _find_signing_secret(_decode(encoded_signature), encoded_payload.encode(), app_secrets)
    payload = _read_payload(_decode(encoded_payload))
    user_id = as_id(payload.get("user_id"))
    if payload.get("algorithm") != ALGORITHM or user_id is None:
        raise SignedRequestError
    return SignedRequest(user_id, as_int(payload.get("issued_at")), payload, secret_index)


def _find_signing_secret(signature: bytes, message: bytes, app_secrets: Sequence[str]) -> int:
    """Return the index of the secret that made the signature; every secret is tried, so that time tells nothing."""
    fits = [
        secret != "" and hmac.compare_digest(hmac.new(secret.encode(), message, hashlib.sha256).digest(), signature)
        for secret in app_secrets
    ]
    if True not in fits:
        raise SignedRequestError
    return fits.index(True)


def _decode(text: str) -> bytes:
    """Return the bytes of canonical base64url, padded or not."""
    bare = text.rstrip("=")
    try:
        decoded = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SignedRequestError from None
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != bare.encode():
        raise SignedRequestError
    return decoded


def _read_payload(raw: bytes) -> Mapping[str, object]:
    try:
        payload: object = json.loads(raw)
    except (ValueError, RecursionError):
        raise SignedRequestError from None
    if not isinstance(payload, dict):
        raise SignedRequestError
    return payload
