"""Which list the page shows, as its address says; and the addresses of the others."""

from dataclasses import dataclass, replace
from typing import Any

from flask import request

from app.conversations.models import ConversationState
from app.conversations.queries import LARGEST_ID, UNASSIGNED, Order, Wanted

MINE, NOBODYS = "me", "none"


@dataclass(frozen=True)
class ListAddress:
    """A list's address: what is wanted, in the words of the query string."""

    wanted: Wanted
    user_id: int

    @property
    def args(self) -> dict[str, Any]:
        """The parts of the query string; what is as by default is left out."""
        wanted = self.wanted
        args: dict[str, Any] = {
            "state": wanted.state.value if wanted.state is not ConversationState.OPEN else None,
            "order": wanted.order.value if wanted.order is not Order.NEWEST else None,
            "unread": "1" if wanted.unread else None,
            "unanswered": "1" if wanted.unanswered else None,
            "assigned": self._assigned,
            "label": wanted.label_id,
            "account": wanted.account_id,
        }
        return {name: value for name, value in args.items() if value is not None}

    def but(self, **values: Any) -> dict[str, Any]:
        """Return the query string of this list with something changed."""
        return ListAddress(replace(self.wanted, **values), self.user_id).args

    @property
    def _assigned(self) -> str | None:
        if self.wanted.assigned_to is None:
            return None
        named = {self.user_id: MINE, UNASSIGNED: NOBODYS}
        return named.get(self.wanted.assigned_to, str(self.wanted.assigned_to))


def read_list(user_id: int) -> ListAddress:
    """Return which list the request's query string asks for; what it does not understand counts as left out."""
    state, order = request.args.get("state", ""), request.args.get("order", "")
    wanted = Wanted(
        state=ConversationState(state) if state in set(ConversationState) else ConversationState.OPEN,
        order=Order(order) if order in set(Order) else Order.NEWEST,
        unread=request.args.get("unread") == "1",
        unanswered=request.args.get("unanswered") == "1",
        assigned_to=_read_assigned(request.args.get("assigned", ""), user_id),
        label_id=read_number(request.args.get("label")),
        account_id=read_number(request.args.get("account")),
    )
    return ListAddress(wanted, user_id)


def _read_assigned(value: str, user_id: int) -> int | None:
    return {MINE: user_id, NOBODYS: UNASSIGNED}.get(value, read_number(value))


def read_number(value: str | None) -> int | None:
    """Return an id that stood in an address or a form, or None."""
    text = value or ""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0
    return number if 0 < number < LARGEST_ID else None
