"""Calls about what an account offers in conversations: ice breakers, the menu, welcome flows.

Sources: messaging-api/ice-breakers, …/persistent-menu, …/welcome-message-flows (v24, v25).
"""

import json
from typing import Any

from sandbox.clock import graph_time
from sandbox.container_rules import as_list
from sandbox.errors import absent, invalid, required
from sandbox.message_rules import read_message
from sandbox.messenger_profiles import ICE_BREAKERS, MENU, NAMES, read_ice_breakers, read_menu
from sandbox.records import WelcomeFlow
from sandbox.web.call import Call

READERS = {ICE_BREAKERS: read_ice_breakers, MENU: read_menu}


def set_profile(call: Call) -> dict[str, Any]:
    """`POST /{ig-user-id}/messenger_profile`: put ice breakers, a menu, or both."""
    _check_platform(call)
    given = {name: as_list(call.params[name], name) for name in NAMES if call.params.get(name)}
    if not given:
        raise required(" or ".join(NAMES))
    read = {name: READERS[name](value) for name, value in given.items()}
    for name, value in read.items():
        call.world.messenger_profiles.set(call.account.user_id, name, value)
    return _done(call)


def _check_platform(call: Call) -> None:
    if call.params.get("platform", "instagram") != "instagram":
        raise invalid("Param platform must be instagram")


def _done(call: Call) -> dict[str, Any]:
    is_result = call.world.settings.profile_answer == "result"
    return {"result": "success"} if is_result else {"success": True}


def get_profile(call: Call) -> dict[str, Any]:
    """`GET /{ig-user-id}/messenger_profile`: each property has a shape of its own."""
    names = _names(call)
    profiles, user_id = call.world.messenger_profiles, call.account.user_id
    if names == [ICE_BREAKERS]:
        return {"data": profiles.get(user_id, ICE_BREAKERS)}
    found = {name: profiles.get(user_id, name) for name in names}
    shown = {name: value for name, value in found.items() if value}
    return {"data": [shown] if shown else []}


def _names(call: Call) -> list[str]:
    """Return the properties a call names; Meta's sample writes them in single quotes."""
    given = call.params.get("fields")
    if isinstance(given, str):
        given = given.replace("'", '"')
    names = [str(name) for name in as_list(given, "fields")]
    if not names:
        raise required("fields")
    for name in names:
        if name not in NAMES:
            raise invalid(f"Tried accessing nonexisting field ({name})")
    return names


def remove_profile(call: Call) -> dict[str, Any]:
    """`DELETE /{ig-user-id}/messenger_profile`."""
    for name in _names(call):
        call.world.messenger_profiles.remove(call.account.user_id, name)
    return _done(call)


def list_flows(call: Call) -> dict[str, Any]:
    """`GET /{ig-user-id}/welcome_message_flows`, of one flow by `flow_id`."""
    if call.params.get("flow_id"):
        return {"data": [_shown(_get_flow(call))]}
    return {"data": [_shown(flow) for flow in call.world.messenger_profiles.list_flows(call.account.user_id)]}


def _shown(flow: WelcomeFlow) -> dict[str, Any]:
    return {
        "id": flow.id,
        "name": flow.name,
        "eligible_platforms": [platform.upper() for platform in flow.platforms],
        "welcome_message_flow": json.dumps(flow.flow, ensure_ascii=False),
        "last_update_time": graph_time(flow.updated_at),
        "is_used_in_ad": bool(flow.is_used),
    }


def _get_flow(call: Call) -> WelcomeFlow:
    flow_id = str(call.params.get("flow_id") or "")
    flow = call.world.messenger_profiles.find_flow(call.account.user_id, flow_id)
    if flow is None:
        raise absent("get", flow_id)
    return flow


def save_flow(call: Call) -> dict[str, Any]:
    """`POST /{ig-user-id}/welcome_message_flows`: create a flow, or change the one `flow_id` names."""
    profiles = call.world.messenger_profiles
    if call.params.get("flow_id"):
        flow = _unused(_get_flow(call))
        name = str(call.params.get("name") or flow.name)
        profiles.change_flow(flow.id, name, _read_flow(call) if "welcome_message_flow" in call.params else flow.flow)
        return {"success": True}
    if not call.params.get("name"):
        raise required("name")
    platforms = [str(one).lower() for one in as_list(call.params.get("eligible_platforms"), "eligible_platforms")]
    if platforms != ["instagram"]:
        raise invalid("Param eligible_platforms must be [instagram]")
    return {"flow_id": profiles.add_flow(call.account.user_id, str(call.params["name"]), platforms, _read_flow(call))}


def _read_flow(call: Call) -> list[dict[str, Any]]:
    steps = as_list(call.params.get("welcome_message_flow"), "welcome_message_flow")
    if not steps or not all(isinstance(step, dict) and "message" in step for step in steps):
        raise invalid("Param welcome_message_flow must be an array of messages")
    for step in steps:
        read_message(step["message"])
    return steps


def _unused(flow: WelcomeFlow) -> WelcomeFlow:
    if flow.is_used:
        raise invalid("The welcome message flow is used in an ad and cannot be changed.")
    return flow


def remove_flow(call: Call) -> dict[str, Any]:
    """`DELETE /{ig-user-id}/welcome_message_flows`."""
    call.world.messenger_profiles.remove_flow(_unused(_get_flow(call)).id)
    return {"success": True}
