"""Which accounts have the app's webhooks switched on.

Source: instagram-platform/webhooks (May 2026).
"""

from sandbox.records import COMMENTS, MESSAGES
from sandbox.store import Store

FIELD_SCOPES = {
    "comments": COMMENTS,
    "live_comments": COMMENTS,
    "messages": MESSAGES,
    "message_echoes": MESSAGES,
    "message_edit": MESSAGES,
    "message_reactions": MESSAGES,
    "messaging_handover": MESSAGES,
    "messaging_optins": MESSAGES,
    "messaging_postbacks": MESSAGES,
    "messaging_referral": MESSAGES,
    "messaging_seen": MESSAGES,
    "standby": MESSAGES,
}


class Subscriptions:
    """One row an account; without it nothing is ever sent."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, user_id: str, fields: list[str]) -> None:
        """Switch fields on, beside those that are on already."""
        merged = sorted({*self.list_fields(user_id), *fields})
        self._store.run("INSERT OR REPLACE INTO subscriptions VALUES (?, ?)", (user_id, ",".join(merged)))

    def list_fields(self, user_id: str) -> list[str]:
        """Return the fields of an account, none when it is not subscribed."""
        row = self._store.one("SELECT fields FROM subscriptions WHERE user_id = ?", (user_id,))
        return str(row["fields"]).split(",") if row else []

    def remove(self, user_id: str) -> None:
        """Switch everything off."""
        self._store.run("DELETE FROM subscriptions WHERE user_id = ?", (user_id,))
