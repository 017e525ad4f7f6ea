"""Keep what Instagram tells, before anything is done about it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.events.models import Event, EventState
from app.instagram.facts import Update
from app.instagram.webhook import entry_of
from app.store_new import StoreNew

DEEPEST = 24
"""MariaDB takes JSON of up to 32 levels; nothing that Instagram documents has more than 8."""
AS_TEXT = "text"

_store = StoreNew(Event, "key", "ig_user_id", "kind", "payload", "state", "received_at", "tries", "body_bytes")


def store_updates(updates: Sequence[Update], *, body_bytes: int, now: datetime) -> int:
    """Write down those updates that are new, in one statement, committed when this returns. Returns how many.

    Raises NotStored: then nothing may be acknowledged. Doing it again is safe.
    """
    if not updates:
        return 0
    return _store([_row(update, body_bytes, now) for update in updates])


def event_key(update: Update) -> str:
    """Return what the same update always has, in however many bodies and however written it comes."""
    return _key(update, _canonical(update))


def _canonical(update: Update) -> str:
    return json.dumps(update.item, sort_keys=True, separators=(",", ":"))


def _key(update: Update, canonical: str) -> str:
    return hashlib.sha256(f"{update.ig_user_id}\n{update.envelope}\n{canonical}".encode()).hexdigest()


def _row(update: Update, body_bytes: int, now: datetime) -> dict[str, Any]:
    canonical = _canonical(update)
    return {
        "key": _key(update, canonical),
        "ig_user_id": update.ig_user_id,
        "kind": update.kind.value,
        "payload": _storable(entry_of(update), canonical),
        "state": EventState.WAITING,
        "received_at": now,
        "tries": 0,
        "body_bytes": body_bytes,
    }


def _storable(entry: dict[str, object], canonical: str) -> dict[str, object]:
    """Return the entry, as text when it is nested so deeply that MariaDB would not take it as JSON."""
    has_few_levels = canonical.count("{") + canonical.count("[") < DEEPEST  # nearly always, and counted in no time
    if has_few_levels or _depth(entry, DEEPEST) <= DEEPEST:
        return entry
    return {AS_TEXT: json.dumps(entry)}


def _depth(value: object, most: int) -> int:
    """Return how many levels there are, looking no further than one beyond `most`."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    if most < 0:
        return 1
    return 1 + max((_depth(one, most - 1) for one in inner if isinstance(one, dict | list)), default=0)
