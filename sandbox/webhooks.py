"""Sends webhooks: signed over the exact bytes, tried again until the app answers 200.

Source: instagram-platform/webhooks (May 2026).
"""

import heapq
import itertools
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from sandbox.records import Account, Comment, Media
from sandbox.signing import body_signature

if TYPE_CHECKING:
    from sandbox.world import World

THREADS = 16
MAX_BATCH = 1000  # updates in one POST
VERIFY_TIMEOUT_S = 10.0


@dataclass(order=True, slots=True)
class Parcel:
    """A body on its way; `due` is on the monotonic clock."""

    due: float
    number: int
    body: bytes = field(compare=False)
    era: int = field(compare=False)
    tries: int = field(compare=False, default=0)


class Webhooks:
    """A queue of parcels and the threads that carry them."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._heap: list[Parcel] = []
        self._change = threading.Condition()
        self._numbers = itertools.count()
        for number in range(THREADS):
            threading.Thread(target=self._work, name=f"webhooks-{number}", daemon=True).start()

    def notify(self, account: Account, name: str, value: dict[str, Any]) -> None:
        """Tell the app about a change, if the account and the app have this field switched on."""
        allowed = self._world.settings.webhook_fields
        if self._world.subscriptions.list_fields(account.user_id) and (allowed is None or name in allowed):
            self.send([self.change_entry(account, [{"field": name, "value": value}])])

    def change_entry(self, account: Account, changes: list[dict[str, Any]]) -> dict[str, Any]:
        """Return an entry of changes; its time is in seconds."""
        return {"id": account.user_id, "time": int(self._world.clock.now()), "changes": changes}

    def messaging_entry(self, account: Account, items: list[dict[str, Any]]) -> dict[str, Any]:
        """Return an entry of messaging items; its time is in milliseconds."""
        return {"id": account.user_id, "time": int(self._world.clock.now() * 1000), "messaging": items}

    def send(self, entries: list[dict[str, Any]]) -> None:
        """Send entries in one body, as often and as disorderly as the settings say; nothing without a webhook_url."""
        settings = self._world.settings
        if not settings.webhook_url:
            return
        body = json.dumps({"object": "instagram", "entry": entries}, separators=(",", ":")).replace("/", "\\/").encode()
        with self._change:
            for _ in range(settings.webhook_copies):
                lag = settings.webhook_shuffle_s * (self._world.ids.fraction() if settings.webhook_shuffle_s else 0)
                parcel = Parcel(time.monotonic() + lag, next(self._numbers), body, self._world.era)
                heapq.heappush(self._heap, parcel)
            self._change.notify_all()

    def waiting(self) -> int:
        """Return how many parcels are still to be delivered or tried again."""
        with self._change:
            return len(self._heap)

    def clear(self) -> None:
        """Forget what has not been sent."""
        with self._change:
            self._heap.clear()

    def _work(self) -> None:
        while True:
            self._deliver(self._take())

    def _take(self) -> Parcel:
        with self._change:
            while True:
                now = time.monotonic()
                if self._heap and self._heap[0].due <= now:
                    return heapq.heappop(self._heap)
                self._change.wait(self._heap[0].due - now if self._heap else None)

    def _deliver(self, parcel: Parcel) -> None:
        settings = self._world.settings
        if parcel.era != self._world.era or not settings.webhook_url:
            return
        secret = settings.signing_secret or settings.app_secret
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": body_signature(parcel.body, secret),
            "User-Agent": "Webhooks/1.0 (https://fb.me/webhooks)",
        }
        answer = self._world.deliveries.post(
            "webhook", settings.webhook_url, parcel.body, headers, timeout_s=settings.webhook_timeout_s
        )
        if answer.status != requests.codes.ok and parcel.tries < len(settings.webhook_retry_s):
            parcel.due = time.monotonic() + settings.webhook_retry_s[parcel.tries]
            parcel.tries += 1
            with self._change:
                if parcel.era == self._world.era:
                    heapq.heappush(self._heap, parcel)
                    self._change.notify()

    def verify(self) -> bool:
        """Make the handshake with the app: it must answer 200 with the bare challenge."""
        settings = self._world.settings
        challenge = str(secrets.randbelow(2**31))
        params = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": settings.verify_token or ""}
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.get(settings.webhook_url or "", params=params, timeout=VERIFY_TIMEOUT_S)
        except requests.RequestException:
            return False
        return answer.status_code == requests.codes.ok and answer.text == challenge


def comment_value(account: Account, media: Media, comment: Comment) -> dict[str, Any]:
    """Return what a `comments` change carries; the account's own comments name its scoped id too."""
    author = {"id": comment.from_id, "username": comment.username}
    if comment.from_id == account.user_id:
        author["self_ig_scoped_id"] = account.app_scoped_id
    value: dict[str, Any] = {
        "from": author,
        "media": {"id": media.id, "media_product_type": media.product_type},
        "id": comment.id,
        "text": comment.text,
    }
    return value | ({"parent_id": comment.parent_id} if comment.parent_id else {})
