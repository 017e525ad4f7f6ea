"""From an event's row back to what it tells."""

import json

from app.events.models import Event
from app.events.store_updates import AS_TEXT
from app.instagram.facts import Update, UpdateKind
from app.instagram.webhook import read_entry


def update_in(event: Event) -> Update:
    """Return the update, sorted anew: what was UNKNOWN when it came may be known by now."""
    payload = event.payload or {}
    if isinstance(payload.get(AS_TEXT), str):
        payload = json.loads(payload[AS_TEXT])
    told = read_entry({**payload, "id": event.ig_user_id})
    return told[0] if told else Update(event.ig_user_id, UpdateKind.UNKNOWN, None, {})
