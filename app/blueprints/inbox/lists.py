"""The list of conversations."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.models import AccountState
from app.accounts.queries import list_accounts
from app.blueprints.inbox import bp
from app.blueprints.inbox.filters import ListAddress, read_list, read_number
from app.blueprints.inbox.rows import make_row, make_rows
from app.conversations.labels import list_labels
from app.conversations.models import ConversationState
from app.conversations.queries import (
    COUNT_AT_MOST,
    UNASSIGNED,
    Order,
    Wanted,
    count_conversations,
    get_conversation,
    list_conversations,
    list_members,
)
from app.sync.running_imports import list_running_imports
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.web.redirects import wants_fragment
from app.workspaces.models import Role, User

STATES = {
    ConversationState.OPEN: _l("Open conversations"),
    ConversationState.SNOOZED: _l("Snoozed"),
    ConversationState.DONE: _l("Finished"),
    ConversationState.ARCHIVED: _l("Archive"),
}
ORDERS = {
    Order.NEWEST: _l("Newest first"),
    Order.WAITING: _l("Waiting longest first"),
    Order.CLOSING: _l("Window closing first"),
}


@bp.get("")
@allow(Role.MEMBER)
def list_page() -> ResponseReturnValue:
    """Show the list; htmx gets the conversations that follow `cursor` only."""
    address = read_list(current_user.id)
    if wants_fragment() and "cursor" in request.args:
        return render_template("inbox/_more.html", **list_part(address, chosen_id=None))
    return render_template("inbox/inbox.html", **list_pane(address, chosen_id=None), thread=None)


@bp.get("/<int:conversation_id>/row")
@allow(Role.MEMBER)
def show_row(conversation_id: int) -> ResponseReturnValue:
    """Answer a conversation's row as it is now; one that has left the list shown loses its row."""
    address = read_list(current_user.id)
    conversation = get_conversation(conversation_id)
    if conversation.state is not address.wanted.state:
        return ""
    return render_template(
        "inbox/_row.html",
        row=make_row(conversation, _names(list_members()), get_clock().now()),
        address=address,
        chosen_id=read_number(request.args.get("chosen")),
    )


def list_part(address: ListAddress, *, chosen_id: int | None) -> dict[str, Any]:
    """Return what a part of the list shows."""
    now = get_clock().now()
    page = list_conversations(address.wanted, now=now, cursor=request.args.get("cursor"))
    members = list_members()
    return {
        "address": address,
        "members": members,
        "rows": make_rows(page.conversations, _names(members), now),
        "next_cursor": page.next_cursor,
        "chosen_id": chosen_id,
    }


def list_pane(address: ListAddress, *, chosen_id: int | None) -> dict[str, Any]:
    """Return what the pane with the list shows: its rows, and the ways to narrow it."""
    accounts = [account for account in list_accounts() if account.state is not AccountState.DISCONNECTED]
    return list_part(address, chosen_id=chosen_id) | {
        "states": STATES,
        "orders": ORDERS,
        "labels": list_labels(),
        "accounts": accounts,
        "unassigned": UNASSIGNED,
        "counts": _counts(address),
        "imports": list_running_imports(),
    }


def _counts(address: ListAddress) -> dict[str, str]:
    """Return how many conversations wait in the lists one looks at most."""
    wanted = {
        "unread": Wanted(unread=True),
        "unanswered": Wanted(unanswered=True),
        "mine": Wanted(assigned_to=address.user_id),
        "snoozed": Wanted(state=ConversationState.SNOOZED),
    }
    counted = count_conversations(*wanted.values(), now=get_clock().now())
    return {
        name: "99+" if count >= COUNT_AT_MOST else str(count) if count else ""
        for name, count in zip(wanted, counted, strict=True)
    }


def _names(members: Sequence[User]) -> Mapping[int, str]:
    return {member.id: member.name for member in members}
