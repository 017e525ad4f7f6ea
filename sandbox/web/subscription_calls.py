"""`/{ig-user-id}/subscribed_apps`: the account's switch for webhooks."""

from typing import Any

from sandbox.container_rules import as_list
from sandbox.errors import invalid, missing_scope, required
from sandbox.subscriptions import FIELD_SCOPES
from sandbox.web.call import Call


def subscribe(call: Call) -> dict[str, Any]:
    """Switch fields on; each needs its scope."""
    if not call.params.get("subscribed_fields"):
        raise required("subscribed_fields")
    fields = [str(name) for name in as_list(call.params["subscribed_fields"], "subscribed_fields")]
    for position, name in enumerate(fields):
        if name not in FIELD_SCOPES:
            known = ", ".join(sorted(FIELD_SCOPES))
            raise invalid(f"Param subscribed_fields[{position}] must be one of {{{known}}} - got {name}.")
        if not call.token.has(FIELD_SCOPES[name]):
            raise missing_scope()
    call.world.subscriptions.add(call.account.user_id, fields)
    return {"success": True}


def list_subscriptions(call: Call) -> dict[str, Any]:
    """Show what is switched on."""
    fields = call.world.subscriptions.list_fields(call.account.user_id)
    return {"data": [{"id": call.world.settings.app_id, "subscribed_fields": fields}] if fields else []}


def unsubscribe(call: Call) -> dict[str, Any]:
    """Switch everything off."""
    call.world.subscriptions.remove(call.account.user_id)
    return {"success": True}
