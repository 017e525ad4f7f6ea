"""Ice breakers, the persistent menu, welcome flows."""

from typing import Any

import pytest

from tests.sandbox.driver import BASIC, Driver, User, error_of

PATH = "/v25.0/me/messenger_profile"
HOURS = {"question": "Opening hours?", "payload": "HOURS"}
LOCAL = [
    {"call_to_actions": [HOURS], "locale": "default"},
    {"call_to_actions": [{"question": "营业时间?", "payload": "HOURS_ZH"}], "locale": "zh_CN"},
]
MENU = [
    {
        "locale": "default",
        "call_to_actions": [
            {"type": "postback", "title": "Talk to an agent", "payload": "CARE_HELP"},
            {"type": "web_url", "title": "Shop now", "url": "https://example.com/"},
        ],
    }
]


def test_ice_breakers_are_flat_or_by_locale(driver: Driver, user: User) -> None:
    body: dict[str, Any] = {"platform": "instagram", "ice_breakers": [HOURS]}
    assert driver.call("POST", PATH, user, json=body).json() == {"result": "success"}
    assert driver.get(PATH, user, fields="ice_breakers") == {"data": [LOCAL[0]]}
    body["ice_breakers"] = LOCAL
    driver.call("POST", PATH, user, json=body)
    assert driver.get(PATH, user, fields="ice_breakers") == {"data": LOCAL}
    assert driver.call("DELETE", PATH, user, json={"fields": ["ice_breakers"]}).json() == {"result": "success"}
    assert driver.get(PATH, user, fields="ice_breakers") == {"data": []}
    driver.call("POST", PATH, user, json=body)
    assert driver.call("DELETE", PATH, user, params={"fields": "['ice_breakers']"}).status_code == 200
    assert driver.get(PATH, user, fields="ice_breakers") == {"data": []}


def test_a_menu_is_kept_and_answered_in_its_own_shape(driver: Driver, user: User) -> None:
    body = {"platform": "instagram", "persistent_menu": MENU}
    assert driver.call("POST", PATH, user, json=body).status_code == 200
    menu = driver.get(PATH, user, fields="persistent_menu")["data"]
    assert menu == [{"persistent_menu": [{"call_to_actions": MENU[0]["call_to_actions"], "locale": "default"}]}]
    driver.control("settings", {"profile_answer": "success"})
    assert driver.call("DELETE", PATH, user, json={"fields": ["persistent_menu"]}).json() == {"success": True}
    assert driver.get(PATH, user, fields="persistent_menu") == {"data": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"platform": "messenger", "ice_breakers": [HOURS]},
        {"ice_breakers": [HOURS] * 5},
        {"ice_breakers": [{"question": "?"}]},
        {"ice_breakers": [LOCAL[1]]},
        {"persistent_menu": [{"locale": "default", "call_to_actions": []}]},
        {"persistent_menu": [{"locale": "default", "call_to_actions": [{"type": "nested", "title": "x"}]}]},
    ],
)
def test_wrong_profiles_are_refused(driver: Driver, user: User, body: dict[str, Any]) -> None:
    status, code, _ = error_of(driver.call("POST", PATH, user, json=body))
    assert (status, code) == (400, 100)


def test_profiles_need_their_scope_and_a_known_field(driver: Driver, user: User) -> None:
    assert error_of(driver.call("GET", PATH, user)) == (400, 100, None)
    assert error_of(driver.call("GET", PATH, user, params={"fields": "greeting"})) == (400, 100, None)
    user.access_token = driver.control(f"accounts/{user.user_id}/token", {"scopes": [BASIC]})["access_token"]
    assert error_of(driver.call("GET", PATH, user, params={"fields": "ice_breakers"})) == (403, 10, None)


def test_welcome_flows_are_made_listed_changed_and_deleted(driver: Driver, user: User) -> None:
    path = "/me/welcome_message_flows"
    reply = {"content_type": "text", "title": "Yes", "payload": "YES"}
    steps = [{"message": {"text": "Welcome", "quick_replies": [reply]}}]
    body = {"eligible_platforms": ["instagram"], "name": "Spring", "welcome_message_flow": steps}
    flow_id = driver.call("POST", path, user, json=body).json()["flow_id"]
    (flow,) = driver.get(path, user)["data"]
    assert set(flow) == {
        "id",
        "name",
        "eligible_platforms",
        "welcome_message_flow",
        "last_update_time",
        "is_used_in_ad",
    }
    assert (flow["eligible_platforms"], flow["is_used_in_ad"]) == (["INSTAGRAM"], False)
    assert '"Welcome"' in flow["welcome_message_flow"]
    change = {"flow_id": flow_id, "name": "Summer", "welcome_message_flow": steps}
    assert driver.call("POST", path, user, json=change).json() == {"success": True}
    assert driver.get(path, user, flow_id=flow_id)["data"][0]["name"] == "Summer"
    driver.control(f"flows/{flow_id}", {"is_used_in_ad": True})
    assert error_of(driver.call("DELETE", path, user, params={"flow_id": flow_id})) == (400, 100, None)
    driver.control(f"flows/{flow_id}", {"is_used_in_ad": False})
    assert driver.call("DELETE", path, user, params={"flow_id": flow_id}).json() == {"success": True}
    assert driver.get(path, user) == {"data": []}
    assert error_of(driver.call("POST", path, user, json={"name": "x"})) == (400, 100, None)
