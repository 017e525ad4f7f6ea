"""A conversation in parts, and searching all of them."""

from datetime import timedelta

import pytest

from app import db
from app.accounts.models import Account
from app.conversations.models import Conversation, Message
from app.conversations.rules import is_stale
from app.conversations.search import search_messages
from app.conversations.thread import Thread, newest_part, part_after, part_around, part_before, part_from
from app.conversations.write_note import delete_note, write_note
from app.crypto import KeyRing
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.errors import NotFound
from tests.clocks import DEFAULT_NOW as NOW
from tests.conversations.factories import make_conversation, make_message
from tests.factories import Cast, make_account, make_cast

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast(database: object) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def shop(cast: Cast, keys: KeyRing) -> Account:
    """A connected account."""
    return make_account(cast.workspace, keys)


@pytest.fixture
def talk(shop: Account) -> Conversation:
    """A conversation of ten messages, two of them in the same instant."""
    conversation = make_conversation(shop)
    for number in range(10):
        make_message(conversation, f"Сообщение {number}", at=NOW + MINUTE * min(number, 8))
    return conversation


def numbers(part: Thread) -> list[int]:
    """Return which messages a part shows."""
    return [int(str(message.text).split()[1]) for message in part.messages]


def find(text: str) -> Message:
    """Return the message with this text."""
    with db.reading() as session:
        return session.query(Message).filter(Message.text == text).one()


def test_a_thread_is_read_in_parts_that_meet(cast: Cast, talk: Conversation) -> None:
    with db.workspace_scope(cast.workspace.id):
        newest = newest_part(talk, limit=4)
        assert numbers(newest) == [6, 7, 8, 9]
        assert newest.older is not None and newest.newer is None
        older = part_before(talk, newest.older, limit=4)
        assert numbers(older) == [2, 3, 4, 5]
        assert older.older is not None
        oldest = part_before(talk, older.older, limit=4)
        assert (numbers(oldest), oldest.older) == ([0, 1], None)


def test_what_was_searched_for_stands_among_its_neighbours(cast: Cast, talk: Conversation) -> None:
    with db.workspace_scope(cast.workspace.id):
        around = part_around(talk, find("Сообщение 4").id, each=2)
        assert numbers(around) == [2, 3, 4, 5, 6]
        assert around.older is not None and around.newer is not None
        newer = part_after(talk, around.newer, limit=2)
        assert numbers(newer) == [7, 8]
        assert newer.newer is not None
        last = part_after(talk, newer.newer, limit=2)
        assert (numbers(last), last.newer) == ([9], None)


def test_the_newest_part_grows_from_its_first_message_on(cast: Cast, talk: Conversation) -> None:
    with db.workspace_scope(cast.workspace.id):
        first = newest_part(talk, limit=2).messages[0]
    make_message(talk, "Сообщение 10", at=NOW + 20 * MINUTE)
    with db.workspace_scope(cast.workspace.id):
        assert numbers(part_from(talk, first.id)) == [8, 9, 10]


def test_another_conversations_message_is_no_mark(cast: Cast, shop: Account, talk: Conversation) -> None:
    other = make_message(make_conversation(shop, 2), "Чужое")
    with db.workspace_scope(cast.workspace.id), pytest.raises(NotFound):
        part_before(talk, other.id)


def test_what_is_on_its_way_is_shown_once(cast: Cast, talk: Conversation) -> None:
    with db.workspace_scope(cast.workspace.id), db.transaction() as session:
        sent = [
            Dispatch(
                account_id=talk.account_id,
                kind=DispatchKind.MESSAGE,
                state=state,
                conversation_id=talk.id,
                text=state.value,
                values={},
                created_at=NOW + 10 * MINUTE,
                result_id=f"aWdf{state.value}",
            )
            for state in DispatchState
        ]
        session.add_all(sent)
    with db.workspace_scope(cast.workspace.id):
        shown = [dispatch.text for dispatch in newest_part(talk).dispatches]
    assert shown == ["waiting", "sending", "sent", "refused", "unconfirmed"]
    make_message(talk, "Сообщение 11", at=NOW + 11 * MINUTE, is_own=True, mid="aWdfsent")
    with db.workspace_scope(cast.workspace.id):
        assert "sent" not in [dispatch.text for dispatch in newest_part(talk).dispatches], "its echo has come"


def test_notes_stand_in_the_time_they_were_written_and_only_their_writer_deletes_them(
    cast: Cast, talk: Conversation
) -> None:
    with db.workspace_scope(cast.workspace.id):
        early = write_note(talk.id, "  Рано ", user_id=cast.member.id, now=NOW)
        write_note(talk.id, "Поздно", user_id=cast.owner.id, now=NOW + 9 * MINUTE)
        newest = newest_part(talk, limit=2)
        assert [note.text for note in newest.notes] == ["Поздно"]
        assert newest.older is not None
        assert [note.text for note in part_before(talk, newest.older).notes] == ["Рано"]
        with pytest.raises(NotFound):
            delete_note(early.id, conversation_id=talk.id, user_id=cast.owner.id, now=NOW)
        delete_note(early.id, conversation_id=talk.id, user_id=cast.member.id, now=NOW)


def test_words_are_not_shown_a_day_after_they_were_compared_unless_nothing_can_compare_them(
    talk: Conversation,
) -> None:
    message = make_message(talk, at=NOW, checked_at=None)
    assert not is_stale(message, NOW + timedelta(hours=24))
    assert is_stale(message, NOW + timedelta(hours=24, seconds=1))
    message.checked_at = NOW + timedelta(hours=20)
    assert not is_stale(message, NOW + timedelta(hours=44))
    message.is_history = True
    assert not is_stale(message, NOW + timedelta(days=400))


@pytest.mark.parametrize("near", [0, 1, 2, 100])
def test_search_finds_words_in_any_spelling_newest_first_and_page_by_page(cast: Cast, shop: Account, near: int) -> None:
    talk = make_conversation(shop)
    for minute, text in enumerate(("Қанша тұрады?", "Сколько стоит доставка", "Канша болады", "Ёлка")):
        make_message(talk, text, at=NOW + minute * MINUTE)
    with db.workspace_scope(cast.workspace.id):
        found = search_messages("канша", near=near)
        assert [message.text for message in found.messages] == ["Канша болады", "Қанша тұрады?"]
        first = search_messages("канша", limit=1, near=near)
        assert [message.text for message in first.messages] == ["Канша болады"]
        assert first.next_cursor is not None
        second = search_messages("канша", cursor=first.next_cursor, limit=1, near=near)
        assert [message.text for message in second.messages] == ["Қанша тұрады?"]
        assert second.next_cursor is None
        assert search_messages("елка", near=near).messages[0].text == "Ёлка"
        assert [m.text for m in search_messages("болады канша", near=near).messages] == ["Канша болады"]
        assert search_messages("канша стоит", near=near).messages == []
        assert search_messages("  ", near=near).messages == []
    with db.workspace_scope(cast.other_workspace.id):
        assert search_messages("канша", near=near).messages == []
