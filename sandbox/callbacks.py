"""The deauthorize and data-deletion callbacks."""

from urllib.parse import urlencode

from sandbox.deliveries import Answer
from sandbox.records import Account
from sandbox.signing import signed_request
from sandbox.world import World

TIMEOUT_S = 10.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def call_back(world: World, account: Account, kind: str, url: str) -> Answer:
    """Post a `signed_request` about an account to one of the app's callbacks and return the answer."""
    settings, now = world.settings, int(world.clock.now())
    user_id = account.app_scoped_id if settings.signed_user_id == "id" else account.user_id
    payload = {"algorithm": "HMAC-SHA256", "expires": now + 3600, "issued_at": now, "user_id": user_id}
    secret = settings.signing_secret or settings.app_secret
    body = urlencode({"signed_request": signed_request(payload, secret)}).encode()
    return world.deliveries.post(kind, url, body, FORM, timeout_s=TIMEOUT_S)
