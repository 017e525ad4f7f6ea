"""Ice breakers, persistent menus and welcome message flows.

Sources: messaging-api/ice-breakers, …/persistent-menu, …/welcome-message-flows (v24, v25).
"""

import json
from typing import Any

from sandbox.clock import Clock
from sandbox.errors import invalid
from sandbox.ids import Ids
from sandbox.message_rules import check_action
from sandbox.records import WelcomeFlow, load, load_if
from sandbox.store import Store

MAX_ICE_BREAKERS = 4
MAX_QUESTION, MAX_TITLE = 80, 30  # of the Messenger platform; no Instagram page states them
MAX_MENU_ITEMS = 5
ICE_BREAKERS, MENU = "ice_breakers", "persistent_menu"
NAMES = (ICE_BREAKERS, MENU)


class MessengerProfiles:
    """What an account offers in a new conversation."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self.version = 0  # grows with every change; the pages watch it

    def set(self, user_id: str, name: str, value: list[dict[str, Any]]) -> None:
        """Put one property, in place of a former value."""
        self._store.run(
            "INSERT OR REPLACE INTO messenger_profiles VALUES (?, ?, ?)", (user_id, name, json.dumps(value))
        )
        self.version += 1

    def get(self, user_id: str, name: str) -> list[dict[str, Any]]:
        """Return a property by locale, empty when it is not set."""
        sql = "SELECT value FROM messenger_profiles WHERE user_id = ? AND name = ?"
        row = self._store.one(sql, (user_id, name))
        found: list[dict[str, Any]] = json.loads(row["value"]) if row else []
        return found

    def remove(self, user_id: str, name: str) -> None:
        """Take a property away."""
        self._store.run("DELETE FROM messenger_profiles WHERE user_id = ? AND name = ?", (user_id, name))
        self.version += 1

    def actions(self, user_id: str, name: str, language: str = "") -> list[dict[str, Any]]:
        """Return what a person with this language is offered."""
        values = self.get(user_id, name)
        fitting = [one for one in values if language and one["locale"].lower().startswith(language)]
        chosen = fitting or [one for one in values if one["locale"] == "default"] or values
        found: list[dict[str, Any]] = chosen[0]["call_to_actions"] if chosen else []
        return found

    def add_flow(self, user_id: str, name: str, platforms: list[str], flow: list[dict[str, Any]]) -> str:
        """Create a welcome flow and return its id."""
        flow_id = self._ids.next("file")
        values = (flow_id, user_id, name, json.dumps(platforms), json.dumps(flow), self._clock.now())
        sql = "INSERT INTO welcome_flows (id, user_id, name, platforms, flow, updated_at) VALUES (?, ?, ?, ?, ?, ?)"
        self._store.run(sql, values)
        return flow_id

    def find_flow(self, user_id: str, flow_id: str) -> WelcomeFlow | None:
        """Return one of the account's welcome flows."""
        sql = "SELECT * FROM welcome_flows WHERE id = ? AND user_id = ?"
        return load_if(WelcomeFlow, self._store.one(sql, (flow_id, user_id)))

    def list_flows(self, user_id: str) -> list[WelcomeFlow]:
        """Return the account's welcome flows, the newest first."""
        sql = "SELECT * FROM welcome_flows WHERE user_id = ? ORDER BY updated_at DESC, id DESC"
        return [load(WelcomeFlow, row) for row in self._store.all(sql, (user_id,))]

    def change_flow(self, flow_id: str, name: str, flow: list[dict[str, Any]]) -> None:
        """Put a flow's name and messages anew."""
        sql = "UPDATE welcome_flows SET name = ?, flow = ?, updated_at = ? WHERE id = ?"
        self._store.run(sql, (name, json.dumps(flow), self._clock.now(), flow_id))

    def remove_flow(self, flow_id: str) -> None:
        """Delete a flow."""
        self._store.run("DELETE FROM welcome_flows WHERE id = ?", (flow_id,))

    def use_flow(self, flow_id: str, is_used: bool) -> None:
        """Let an ad use a flow, or not any more."""
        self._store.run("UPDATE welcome_flows SET is_used = ? WHERE id = ?", (int(is_used), flow_id))


def read_ice_breakers(value: object) -> list[dict[str, Any]]:
    """Return ice breakers by locale; a flat list is for all of them. Raises GraphError."""
    listed = _objects(value, ICE_BREAKERS)
    if listed and "question" in listed[0]:
        listed = [{"call_to_actions": listed, "locale": "default"}]
    for one in listed:
        actions = _objects(one.get("call_to_actions"), "call_to_actions")
        if not 1 <= len(actions) <= MAX_ICE_BREAKERS:
            raise invalid(f"Param ice_breakers must have 1 to {MAX_ICE_BREAKERS} questions")
        for action in actions:
            _check_question(action)
    return _by_locale(listed)


def _check_question(action: dict[str, Any]) -> None:
    question, payload = action.get("question"), action.get("payload")
    if not isinstance(question, str) or not 1 <= len(question) <= MAX_QUESTION or not isinstance(payload, str):
        raise invalid("Param ice_breakers needs a question and a payload each")


def read_menu(value: object) -> list[dict[str, Any]]:
    """Return a persistent menu by locale; raises GraphError."""
    listed = _objects(value, MENU)
    for one in listed:
        actions = _objects(one.get("call_to_actions"), "call_to_actions")
        if not 1 <= len(actions) <= MAX_MENU_ITEMS:
            raise invalid(f"Param persistent_menu must have 1 to {MAX_MENU_ITEMS} items")
        for action in actions:
            check_action(action)
            if len(action["title"]) > MAX_TITLE:
                raise invalid(f"Param title must be at most {MAX_TITLE} characters")
    return _by_locale(listed)


def _by_locale(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [{"call_to_actions": one["call_to_actions"], "locale": str(one.get("locale", "default"))} for one in listed]
    if "default" not in [one["locale"] for one in found]:
        raise invalid("A default locale must be present")
    return found


def _objects(value: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        raise invalid(f"Param {name} must be an array of objects")
    return value
