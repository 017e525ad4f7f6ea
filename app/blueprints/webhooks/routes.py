"""Instagram's webhooks: the handshake, and the updates. Who posts proves it by the signature.

A body is answered with 200 only when all its updates are committed; what they bring about happens later, elsewhere.
Source: https://developers.facebook.com/documentation/instagram-platform/webhooks
"""

import re
import threading

import structlog
from flask import Response, request
from flask.typing import ResponseReturnValue

from app.blueprints.webhooks import bp
from app.engines import STORE_CONNECTIONS, STORE_PATIENCE_SECONDS
from app.events.store_updates import store_updates
from app.instagram.webhook import (
    SignatureRefused,
    UnreadableBody,
    find_signing_secret,
    is_verify_token,
    parse_body,
    read_updates,
)
from app.store_new import NotStored
from app.web.access import bare
from app.web.context import get_clock, get_config
from app.web.csrf import csrf_exempt

log = structlog.get_logger(__name__)

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
"""Instagram's are digits; nothing that a browser could take for more than text is given back."""

RETRY_AFTER_SECONDS = 5
PLACES = threading.BoundedSemaphore(STORE_CONNECTIONS)
"""How many requests of this process may be at the database with updates at once: pages keep their threads."""


@bp.get("/instagram")
@bare
def shake_hands() -> ResponseReturnValue:
    """Show that the address is ours: give the challenge back to who knows the verify token."""
    challenge = request.args.get("hub.challenge", "")
    is_ours = is_verify_token(request.args.get("hub.verify_token"), get_config().instagram_verify_token)
    if request.args.get("hub.mode") != "subscribe" or not is_ours or not CHALLENGE.fullmatch(challenge):
        log.warning("webhook handshake refused")
        return _plain(403)
    return _plain(200, challenge)


@bp.post("/instagram")
@bare
@csrf_exempt
def take_in() -> ResponseReturnValue:
    """Keep the updates of a signed body. 401: not signed by our app; 503: send it again."""
    body = request.get_data(cache=False)
    try:
        secret_index = find_signing_secret(
            body, request.headers.get("X-Hub-Signature-256"), get_config().instagram_app_secrets
        )
        updates = read_updates(parse_body(body))
    except SignatureRefused:
        log.warning("webhook refused", reason="signature", bytes=len(body))
        return _plain(401)
    except UnreadableBody:
        log.warning("webhook refused", reason="not json", bytes=len(body))
        return _plain(400)
    if not PLACES.acquire(timeout=STORE_PATIENCE_SECONDS):
        return _away("waiting")
    try:
        stored = store_updates(updates, body_bytes=len(body), now=get_clock().now())
    except NotStored as error:
        return _away(str(error))
    finally:
        PLACES.release()
    # They go into the line that is written of every request: a second one would be a tenth of what all of this costs.
    structlog.contextvars.bind_contextvars(secret_index=secret_index, updates=len(updates), stored=stored)
    return _plain(200)


def _away(reason: str) -> Response:
    log.error("webhook not stored", reason=reason)
    answer = _plain(503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _plain(status: int, text: str = "") -> Response:
    return Response(text, status, mimetype="text/plain")
