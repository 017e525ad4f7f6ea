"""Signatures of what the sandbox sends."""

import base64
import hashlib
import hmac
import json
from typing import Any


def signed_request(payload: dict[str, Any], secret: str) -> str:
    """Return Meta's `signed_request`: signature, dot, payload, both base64url without padding.

    The signature is over the encoded payload exactly as it stands in the text (graph-api data-deletion-callback).
    """
    body = _base64url(json.dumps(payload, separators=(",", ":")).encode())
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
    return f"{_base64url(signature)}.{body}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def body_signature(body: bytes, secret: str) -> str:
    """Return the value of `X-Hub-Signature-256` for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
