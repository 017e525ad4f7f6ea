"""Things that go wrong on order: the next matching calls meet a fault."""

import re
import threading
from dataclasses import dataclass, field
from typing import Any

# Of each group a call meets at most one fault; faults of different groups combine.
OUTCOMES = ("error", "drop_request", "drop_response", "done_but_error", "malformed")
EFFECTS = ("delay", "unreadable", "late_status", "late_list", "foreign_post")
UNDONE = ("error", "drop_request")


@dataclass(slots=True)
class Fault:
    """One order. `times` is how many calls it still waits for."""

    action: str
    path: str
    times: int
    method: str | None = None
    status: int | None = None
    error: dict[str, Any] | None = None
    delay_s: float = 0.0
    when: str | None = None

    def matches(self, method: str, path: str) -> bool:
        """Tell whether this call is meant."""
        return self.times > 0 and self.method in (None, method) and re.search(self.path, path) is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one call meets."""

    outcome: Fault | None = None
    effects: dict[str, Fault] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Tell whether the call's work is done at all."""
        return self.outcome is None or self.outcome.action not in UNDONE

    @property
    def names(self) -> str | None:
        """Return the actions, for the journal."""
        actions = [*self.effects, *([self.outcome.action] if self.outcome else [])]
        return "+".join(actions) or None

    def delay_of(self, action: str) -> float:
        """Return the delay of one of the effects in seconds, 0 without it."""
        return self.effects[action].delay_s if action in self.effects else 0.0


NOTHING = Plan()


class Faults:
    """The orders that are pending, and the objects that cannot be read for now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[Fault] = []
        self._unreadable: dict[str, float] = {}

    def add(self, order: dict[str, Any]) -> Fault:
        """Take an order as the control API gives it; raises ValueError."""
        unknown = set(order) - {"method", "path", "times", "action", "status", "error", "delay_s", "when"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        if order.get("action") not in OUTCOMES + EFFECTS:
            raise ValueError("action: one of " + ", ".join(OUTCOMES + EFFECTS))
        if order.get("when") not in (None, "before", "after"):
            raise ValueError("when: before or after")
        try:
            re.compile(order.get("path", ""))
        except (re.error, TypeError) as error:
            raise ValueError(f"path: {error}") from error
        method = order.get("method")
        fault = Fault(
            action=order["action"],
            path=order.get("path", ""),
            times=int(order.get("times", 1)),
            method=str(method).upper() if method else None,
            status=order.get("status"),
            error=order.get("error"),
            delay_s=float(order.get("delay_s", 0)),
            when=order.get("when"),
        )
        with self._lock:
            self._pending.append(fault)
        return fault

    def plan(self, method: str, path: str) -> Plan:
        """Return what this call meets, and count it off."""
        if not self._pending:
            return NOTHING
        outcome: Fault | None = None
        effects: dict[str, Fault] = {}
        with self._lock:
            for fault in self._pending:
                if not fault.matches(method, path):
                    continue
                if fault.action in EFFECTS and fault.action not in effects:
                    effects[fault.action] = fault
                elif fault.action in OUTCOMES and outcome is None:
                    outcome = fault
                else:
                    continue
                fault.times -= 1
            self._pending = [fault for fault in self._pending if fault.times > 0]
        return Plan(outcome, effects)

    def pending(self) -> list[Fault]:
        """Return the orders that still wait."""
        with self._lock:
            return list(self._pending)

    def hide(self, object_id: str, until: float) -> None:
        """Make an object answer 100/33 to reads until this sandbox time."""
        with self._lock:
            self._unreadable[object_id] = until

    def is_hidden(self, object_id: str, now: float) -> bool:
        """Tell whether reads of an object answer 100/33."""
        return self._unreadable.get(object_id, 0.0) > now if self._unreadable else False

    def clear(self) -> None:
        """Forget all orders, and let everything be read again."""
        with self._lock:
            self._pending = []
            self._unreadable = {}
