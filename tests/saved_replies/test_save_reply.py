"""Answers kept ready."""

from collections.abc import Iterator

import pytest

from app import db
from app.accounts.models import Account
from app.crypto import KeyRing
from app.errors import NotFound
from app.saved_replies.examples import EXAMPLES, add_examples
from app.saved_replies.queries import list_saved_replies, list_to_pick
from app.saved_replies.save_reply import (
    ReplyContent,
    SavedReplyError,
    change_saved_reply,
    create_saved_reply,
    delete_saved_reply,
    note_use,
)
from app.saved_replies.variables import fill, unknown_variables, variables_of
from tests.clocks import DEFAULT_NOW
from tests.comment_factories import make_contact
from tests.factories import Cast, make_account, make_cast


@pytest.fixture
def cast(database: object) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    with db.workspace_scope(cast.workspace.id):
        yield


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    return make_account(cast.workspace, keys)


def keep(cast: Cast, shortcut: str, text: str = "Да") -> int:
    return create_saved_reply(ReplyContent(shortcut, text), user_id=cast.member.id, now=DEFAULT_NOW).id


def test_a_shortcut_is_one_word_in_small_letters_and_belongs_to_one_reply(cast: Cast) -> None:
    reply_id = keep(cast, " /Цена за  штуку ")
    assert [reply.shortcut for reply in list_saved_replies()] == ["цена-за-штуку"]
    other_id = keep(cast, "адрес")
    for save in (
        lambda: keep(cast, "ЦЕНА за штуку"),
        lambda: change_saved_reply(other_id, ReplyContent("цена-за-штуку", "x"), now=DEFAULT_NOW),
    ):
        with pytest.raises(SavedReplyError) as refused:
            save()
        assert (refused.value.key, refused.value.field) == ("shortcut_taken", "shortcut")
    assert change_saved_reply(reply_id, ReplyContent("цена-за-штуку", "Новый", "kk"), now=DEFAULT_NOW).language == "kk"


@pytest.mark.parametrize(
    ("shortcut", "text", "key"),
    [
        (" / ", "Да", "shortcut_empty"),
        ("ц" * 41, "Да", "shortcut_too_long"),
        ("цена", "  ", "saved_reply_empty"),
        ("цена", "я" * 2201, "saved_reply_too_long"),
        ("цена", "{имя}, да", "variable_unknown"),
    ],
)
def test_a_reply_that_could_not_be_used_is_refused(cast: Cast, shortcut: str, text: str, key: str) -> None:
    with pytest.raises(SavedReplyError) as refused:
        keep(cast, shortcut, text)
    assert refused.value.key == key
    assert list_saved_replies() == []


def test_places_are_filled_with_what_is_known_of_the_person(account: Account) -> None:
    text = "{name}, { username }!"
    aigul = make_contact(account, "aigul", name="Айгүл")
    nameless = make_contact(account, username=None)
    assert fill(text, variables_of(aigul)) == "Айгүл, @aigul!"
    assert fill(text, variables_of(None, "dana")) == "@dana, @dana!"
    assert fill(text, variables_of(nameless)) == f"{nameless.shown_name}, {nameless.shown_name}!"
    assert fill("{name}", {"name": "{username}", "username": "x"}) == "{username}"
    assert unknown_variables("{name} {} {имя} {имя} {price}") == ["", "имя", "price"]


def test_those_used_most_are_offered_first(cast: Cast) -> None:
    rare, often = keep(cast, "а"), keep(cast, "б")
    assert note_use(often, DEFAULT_NOW) and not note_use(12345, DEFAULT_NOW)
    assert [reply.id for reply in list_to_pick()] == [often, rare]
    assert [reply.id for reply in list_to_pick(limit=1)] == [often]


def test_examples_come_once_beside_what_is_there(cast: Cast) -> None:
    keep(cast, EXAMPLES[0].shortcut, "Своя цена")
    assert add_examples(user_id=cast.member.id, now=DEFAULT_NOW) == len(EXAMPLES) - 1
    assert add_examples(user_id=cast.member.id, now=DEFAULT_NOW) == 0
    for reply in list_saved_replies():
        assert ReplyContent(reply.shortcut, reply.text, reply.language).checked()


def test_what_is_deleted_can_be_brought_back(cast: Cast) -> None:
    kept = delete_saved_reply(keep(cast, "цена", "1500 ₸"))
    assert list_saved_replies() == []
    assert create_saved_reply(kept, user_id=cast.member.id, now=DEFAULT_NOW).text == "1500 ₸"
    with pytest.raises(NotFound):
        delete_saved_reply(12345)
