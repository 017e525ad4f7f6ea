"""An account's own switch for webhooks: without it nothing ever comes, and nothing says so.

Source: https://developers.facebook.com/docs/instagram-platform/webhooks, checked 2026-11-21.
"""

from collections.abc import Sequence

from app.instagram.answers import as_objects, as_text
from app.instagram.connection import Connection

_EDGE = "subscribed_apps"


class SubscriptionCalls(Connection):
    """Switching an account's webhooks on."""

    def subscribe(self, fields: Sequence[str]) -> None:
        """Switch fields on, beside those that are on already."""
        self._post(self._path_of(_EDGE), {"subscribed_fields": ",".join(fields)})

    def read_subscription(self) -> list[str]:
        """Return the fields that are switched on for our app, sorted; none when the account is not subscribed."""
        answer = self._get(self._path_of(_EDGE), {})
        lists = [app.get("subscribed_fields") for app in as_objects(answer.get("data"))]
        named = {as_text(name) for fields in lists if isinstance(fields, list) for name in fields}
        return sorted(name for name in named if name)
