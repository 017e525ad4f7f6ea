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
    item = json.dumps(update.item, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{update.ig_user_id}\n{update.envelope}\n{item}".encode()).hexdigest()


def _row(update: Update, body_bytes: int, now: datetime) -> dict[str, Any]:
    return {
        "key": event_key(update),
        "ig_user_id": update.ig_user_id,
        "kind": update.kind.value,
        "payload": _storable(entry_of(update)),
        "state": EventState.WAITING,
        "received_at": now,
        "tries": 0,
        "body_bytes": body_bytes,
    }


def _storable(entry: dict[str, object]) -> dict[str, object]:
    """Return the entry, as text when it is nested so deeply that MariaDB would not take it as JSON."""
    if _depth(entry, DEEPEST) <= DEEPEST:
        return entry
    return {AS_TEXT: json.dumps(entry)}


def _depth(value: object, most: int) -> int:
    """Return how many levels there are, looking no further than one beyond `most`."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    if most < 0:
        return 1
    return 1 + max((_depth(one, most - 1) for one in inner if isinstance(one, dict | list)), default=0)
