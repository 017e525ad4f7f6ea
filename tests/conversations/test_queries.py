"""The list of conversations: which ones, in what order, page by page."""

from datetime import timedelta

import pytest

from app import db
from app.accounts.models import Account
from app.conversations import organise
from app.conversations.labels import create_label, put_labels
from app.conversations.models import Conversation, ConversationState
from app.conversations.queries import UNASSIGNED, Order, Wanted, count_conversations, find_next, list_conversations
from app.conversations.rules import OrganiseError
from app.conversations.wake_snoozed import wake_snoozed
from app.crypto import KeyRing
from app.errors import NotFound
from tests.clocks import DEFAULT_NOW as NOW
from tests.conversations.factories import make_conversation, make_message
from tests.factories import Cast, make_account, make_cast

HOUR = timedelta(hours=1)


@pytest.fixture
def cast(database: object) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def shop(cast: Cast, keys: KeyRing) -> Account:
    """A connected account."""
    return make_account(cast.workspace, keys)


@pytest.fixture
def talks(shop: Account) -> list[Conversation]:
    """Four conversations: asked an hour ago, 23 hours ago, two days ago, and one that we have answered."""
    made = [make_conversation(shop, number) for number in range(1, 5)]
    for conversation, age in zip(made, (HOUR, 23 * HOUR, 48 * HOUR, 2 * HOUR), strict=True):
        make_message(conversation, f"Вопрос {conversation.id}", at=NOW - age)
    make_message(made[3], "Ответ", at=NOW - HOUR / 2, is_own=True)
    return made


def listed(cast: Cast, wanted: Wanted, talks: list[Conversation], **given: object) -> list[int]:
    """Return which of the conversations a list shows, by their place in `talks`."""
    ids = [conversation.id for conversation in talks]
    with db.workspace_scope(cast.workspace.id):
        page = list_conversations(wanted, now=NOW, **given)  # type: ignore[arg-type]
    return [ids.index(conversation.id) for conversation in page.conversations]


def test_each_order_says_who_comes_first(cast: Cast, talks: list[Conversation]) -> None:
    assert listed(cast, Wanted(), talks) == [3, 0, 1, 2]
    assert listed(cast, Wanted(order=Order.WAITING), talks) == [2, 1, 0]
    assert listed(cast, Wanted(order=Order.CLOSING), talks) == [1, 0], "closed windows and answered people are left out"


def test_filters_leave_out_the_others(cast: Cast, talks: list[Conversation]) -> None:
    with db.workspace_scope(cast.workspace.id):
        organise.mark_read(talks[0].id, now=NOW)
        organise.assign(talks[1].id, cast.member.id, now=NOW)
        label = create_label("VIP")
        put_labels(talks[2].id, [label.id], now=NOW)
        organise.set_state(talks[3].id, ConversationState.DONE, now=NOW)
    assert listed(cast, Wanted(unread=True), talks) == [1, 2]
    assert listed(cast, Wanted(unanswered=True), talks) == [0, 1, 2]
    assert listed(cast, Wanted(assigned_to=cast.member.id), talks) == [1]
    assert listed(cast, Wanted(assigned_to=UNASSIGNED), talks) == [0, 2]
    assert listed(cast, Wanted(label_id=label.id), talks) == [2]
    assert listed(cast, Wanted(state=ConversationState.DONE), talks) == [3]
    with db.workspace_scope(cast.workspace.id):
        assert count_conversations(Wanted(unread=True), Wanted(unanswered=True), now=NOW) == [2, 3]


def test_pages_follow_each_other_also_where_times_are_equal(cast: Cast, shop: Account) -> None:
    talks = [make_conversation(shop, number, waiting_since=NOW) for number in range(1, 8)]
    for order in Order.NEWEST, Order.WAITING:
        seen: list[int] = []
        cursor = None
        with db.workspace_scope(cast.workspace.id):
            while True:
                page = list_conversations(Wanted(order=order), now=NOW, cursor=cursor, limit=3)
                seen += [conversation.id for conversation in page.conversations]
                cursor = page.next_cursor
                if cursor is None:
                    break
        assert sorted(seen) == sorted(conversation.id for conversation in talks)


@pytest.mark.parametrize("cursor", ["", "~", "x~1", "2026-03-02T04:00:00~1", f"2026-03-02T04:00:00+00:00~{2**40}"])
def test_a_broken_cursor_is_the_first_page(cast: Cast, talks: list[Conversation], cursor: str) -> None:
    assert listed(cast, Wanted(), talks, cursor=cursor) == [3, 0, 1, 2]


def test_after_the_last_one_the_list_begins_anew(cast: Cast, talks: list[Conversation]) -> None:
    with db.workspace_scope(cast.workspace.id):
        page = list_conversations(Wanted(), now=NOW).conversations
        assert find_next(Wanted(), now=NOW, after=page[0]) == page[1].id
        assert find_next(Wanted(), now=NOW, after=page[-1]) == page[0].id


def test_a_snoozed_conversation_comes_back_by_itself_and_only_then(cast: Cast, talks: list[Conversation]) -> None:
    with db.workspace_scope(cast.workspace.id):
        assert organise.snooze(talks[0].id, NOW + HOUR, now=NOW) is ConversationState.OPEN
    assert wake_snoozed(NOW + HOUR / 2) == 0
    assert listed(cast, Wanted(state=ConversationState.SNOOZED), talks) == [0]
    assert wake_snoozed(NOW + HOUR) == 1
    assert listed(cast, Wanted(state=ConversationState.SNOOZED), talks) == []
    assert 0 in listed(cast, Wanted(), talks)


def test_nobody_snoozes_into_the_past_or_assigns_to_strangers(cast: Cast, talks: list[Conversation]) -> None:
    with db.workspace_scope(cast.workspace.id):
        with pytest.raises(OrganiseError):
            organise.snooze(talks[0].id, NOW, now=NOW)
        with pytest.raises(OrganiseError):
            organise.assign(talks[0].id, cast.outsider.id, now=NOW)
    with db.workspace_scope(cast.other_workspace.id), pytest.raises(NotFound):
        organise.set_state(talks[0].id, ConversationState.DONE, now=NOW)


def test_labels_are_put_and_taken_and_only_the_workspaces_own(cast: Cast, talks: list[Conversation]) -> None:
    with db.workspace_scope(cast.other_workspace.id):
        foreign = create_label("Чужая")
    with db.workspace_scope(cast.workspace.id):
        first, second = create_label("VIP"), create_label("  Ждёт   оплату ")
        assert create_label("VIP").id == first.id
        put_labels(talks[0].id, [first.id, second.id], now=NOW)
        put_labels(talks[0].id, [second.id], now=NOW)
        with pytest.raises(NotFound):
            put_labels(talks[0].id, [foreign.id], now=NOW)
        shown = list_conversations(Wanted(label_id=second.id), now=NOW).conversations
        assert [label.name for label in shown[0].labels] == ["Ждёт оплату"]
