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
    """A body on its way; `due` is on the monotonic clock, `begun` in sandbox time."""

    due: float
    number: int
    body: bytes = field(compare=False)
    era: int = field(compare=False)
    user_ids: tuple[str, ...] = field(compare=False, default=())
    begun: float = field(compare=False, default=0.0)
    tries: int = field(compare=False, default=0)


class Webhooks:
    """A queue of parcels and the threads that carry them."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._heap: list[Parcel] = []
        self._gathered: list[dict[str, Any]] = []
        self._gathered_until: float | None = None
        self._change = threading.Condition()
        self._numbers = itertools.count()
        for number in range(THREADS):
            threading.Thread(target=self._work, name=f"webhooks-{number}", daemon=True).start()

    def notify(self, account: Account, name: str, value: dict[str, Any]) -> None:
        """Tell the app about a change, if the account and the app have this field switched on."""
        if self._is_wanted(account, (name,)):
            change = {"field": name, "value": value}
            self._tell(self.change_entry(account.user_id, [change]))

    def notify_messaging(self, account: Account, names: str | tuple[str, ...], item: dict[str, Any]) -> None:
        """Tell the app about a messaging item, if one of these fields is switched on."""
        if self._is_wanted(account, (names,) if isinstance(names, str) else names):
            self._tell(self.messaging_entry(account.user_id, [item]))

    def _is_wanted(self, account: Account, names: tuple[str, ...]) -> bool:
        """Tell whether one of these fields is sent for an account. The account cannot choose: the app does."""
        own = self._world.subscriptions.list_fields(account.user_id)
        settings = self._world.settings
        if not own or (settings.account_fields == "own" and not set(own) & set(names)):
            return False
        return settings.webhook_fields is None or bool(set(settings.webhook_fields) & set(names))

    def change_entry(self, user_id: str, changes: list[dict[str, Any]]) -> dict[str, Any]:
        """Return an entry of changes; its time is in seconds."""
        return {"id": user_id, "time": int(self._world.clock.now()), "changes": changes}

    def messaging_entry(self, user_id: str, items: list[dict[str, Any]], member: str = "messaging") -> dict[str, Any]:
        """Return an entry of messaging items; its time is in milliseconds."""
        return {"id": user_id, "time": int(self._world.clock.now() * 1000), member: items}

    def _tell(self, entry: dict[str, Any]) -> None:
        """Send an entry, at once or together with others that come within `webhook_batch_s`."""
        wait_s = self._world.settings.webhook_batch_s
        if not wait_s:
            self.send([entry])
            return
        with self._change:
            if self._gathered_until is None:
                self._gathered_until = time.monotonic() + wait_s
            _gather(self._gathered, entry)
            is_full = sum(map(_count, self._gathered)) >= MAX_BATCH
            full = self._take_gathered() if is_full else []
            self._change.notify()
        if full:
            self.send(full)

    def _take_gathered(self) -> list[dict[str, Any]]:
        """Return what has come together; the caller holds the lock."""
        gathered, self._gathered, self._gathered_until = self._gathered, [], None
        return gathered

    def send(self, entries: list[dict[str, Any]]) -> None:
        """Send entries in one body, as often and as disorderly as the settings say; nothing without a webhook_url."""
        settings = self._world.settings
        if not settings.webhook_url:
            return
        body = encode(entries, is_flat=settings.comment_envelope == "entry")
        user_ids = tuple(entry["id"] for entry in entries)
        with self._change:
            for _ in range(settings.webhook_copies):
                lag = settings.webhook_shuffle_s * (self._world.ids.fraction() if settings.webhook_shuffle_s else 0)
                due, begun = time.monotonic() + lag, self._world.clock.now()
                parcel = Parcel(due, next(self._numbers), body, self._world.era, user_ids, begun)
                heapq.heappush(self._heap, parcel)
            self._change.notify_all()

    def waiting(self) -> int:
        """Return how many parcels are still to be delivered or tried again."""
        with self._change:
            return len(self._heap) + len(self._gathered)

    def clear(self) -> None:
        """Forget what has not been sent."""
        with self._change:
            self._heap.clear()
            self._take_gathered()

    def _work(self) -> None:
        while True:
            found = self._take()
            if isinstance(found, Parcel):
                self._deliver(found)
            else:
                self.send(found)

    def _take(self) -> Parcel | list[dict[str, Any]]:
        """Wait for a parcel that is due, or for entries that have been gathered long enough."""
        with self._change:
            while True:
                now = time.monotonic()
                if self._heap and self._heap[0].due <= now:
                    return heapq.heappop(self._heap)
                if self._gathered_until is not None and self._gathered_until <= now:
                    return self._take_gathered()
                dues = [self._heap[0].due] if self._heap else []
                dues += [self._gathered_until] if self._gathered_until is not None else []
                self._change.wait(min(dues) - now if dues else None)

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
        if answer.status == requests.codes.ok:
            return
        self._give_up_on(parcel)
        if parcel.tries < len(settings.webhook_retry_s):
            parcel.due = time.monotonic() + settings.webhook_retry_s[parcel.tries]
            parcel.tries += 1
            with self._change:
                if parcel.era == self._world.era:
                    heapq.heappush(self._heap, parcel)
                    self._change.notify()

    def _give_up_on(self, parcel: Parcel) -> None:
        """Unsubscribe the accounts of a parcel that has failed for too long, when the settings ask for it."""
        limit = self._world.settings.webhook_disable_s
        if limit is not None and self._world.clock.now() - parcel.begun >= limit:
            for user_id in parcel.user_ids:
                self._world.subscriptions.remove(user_id)

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


def _count(entry: dict[str, Any]) -> int:
    return len(entry.get("changes") or entry.get("messaging") or entry.get("standby") or ())


def _gather(entries: list[dict[str, Any]], entry: dict[str, Any]) -> None:
    """Put an entry with others: the items of one account and one kind stand together."""
    kind = next(name for name in ("changes", "messaging", "standby") if name in entry)
    for other in entries:
        if other["id"] == entry["id"] and kind in other:
            other[kind] += entry[kind]
            return
    entries.append(entry)


def encode(entries: list[dict[str, Any]], *, is_flat: bool = False) -> bytes:
    """Return the bytes of a body: everything but ASCII escaped, slashes too.

    Flat is how Meta's page prints comments: `field` and `value` in the entry, and the whole in a list.
    """
    body: Any = {"object": "instagram", "entry": entries}
    if is_flat and all("changes" in entry for entry in entries):
        flat = [
            {"id": entry["id"], "time": entry["time"], **change} for entry in entries for change in entry["changes"]
        ]
        body = [{"object": "instagram", "entry": flat}]
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def shown_product(world: "World", media: Media) -> str:
    """Return media_product_type as it is read and told; no page names a value for live videos."""
    return world.settings.live_product if media.is_broadcast else media.product_type


def comment_value(world: "World", account: Account, media: Media, comment: Comment) -> dict[str, Any]:
    """Return what a `comments` change carries; the account's own comments name its scoped id too."""
    author = {"id": comment.from_id, "username": comment.username}
    if comment.from_id == account.user_id:
        author["self_ig_scoped_id"] = account.app_scoped_id
    value: dict[str, Any] = {
        "from": author,
        "media": {"id": media.id, "media_product_type": shown_product(world, media)},
        "id": comment.id,
        "text": comment.text,
    }
    return value | ({"parent_id": comment.parent_id} if comment.parent_id else {})
