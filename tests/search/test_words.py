"""What a search finds, alike on both databases, and that no text can break it."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import db
from app.accounts.models import Account
from app.comments.models import Comment
from app.crypto import KeyRing
from app.media.models import Media
from app.search.folding import fold
from app.search.words import words_match
from tests.clocks import DEFAULT_NOW
from tests.conftest import Database
from tests.factories import make_account, make_workspace

TEXTS = [
    "Ёлка стоит 2500 тг, самовывоз",
    "Құрметті достар, бүгін ашықпыз ба?",
    "Where are you? It is for the cafe",
    "Да, ок",
    "foo_bar (кофе-моккачино) 100%",
    "в зал",
]


@pytest.fixture
def account(database: Database, keys: KeyRing) -> Iterator[Account]:
    """An account with TEXTS as comments; another workspace has the same ones."""
    for ig_user_id in ("17841400000000001", "17841400000000002"):
        account = make_account(make_workspace(), keys, ig_user_id=ig_user_id)
        with db.workspace_scope(account.workspace_id), db.transaction() as session:
            media = Media(account_id=account.id, ig_media_id="1")
            session.add(media)
            session.flush()
            for number, text in enumerate(TEXTS):
                session.add(comment(account.id, media.id, number, text))
    with db.workspace_scope(account.workspace_id):
        yield account


def comment(account_id: int, media_id: int, number: int, text: str) -> Comment:
    return Comment(
        account_id=account_id,
        media_id=media_id,
        ig_comment_id=str(number),
        text=text,
        folded=fold(text),
        posted_at=DEFAULT_NOW,
        latest_at=DEFAULT_NOW,
        seen_at=DEFAULT_NOW,
    )


def found(query: str) -> list[int]:
    """Return the positions in TEXTS of what a search finds."""
    with db.reading() as session:
        texts = session.scalars(select(Comment.text).where(words_match(Comment, query)).order_by(Comment.id))
        return [TEXTS.index(text) for text in texts]


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ("елка", [0]),
        ("ЁЛКА стоит", [0]),
        ("самовы", [0]),
        ("вывоз", []),
        ("елка кофе", []),
        ("курметти", [1]),
        ("ҚҰРМЕТТІ", [1]),
        ("бугин ба", [1]),
        ("the", [2]),
        ("where", [2]),
        ("it is for", [2]),
        ("да", [3]),
        ("ок", [3]),
        ("foo bar", [4]),
        ("foo_bar", [4]),
        ("+моккачино -100", [4]),
        ("2500", [0]),
        ("в", [5]),
        ("", []),
        ("🔥 %", []),
    ],
)
def test_all_words_must_stand_there_each_at_least_as_a_beginning(
    account: Account, query: str, positions: list[int]
) -> None:
    assert found(query) == positions


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example('a" OR NEAR( * ) ^b -c +d ~e @3 <f >g')
@example("'; DROP TABLE comments --")
@given(st.text(max_size=60))
def test_any_text_is_a_safe_query(account: Account, text: str) -> None:
    assert set(found(text)) <= set(range(len(TEXTS)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("İstanbul ﬁne ½ ǅ")
@example("а́ й हिन्दी 漢字 ①②③ 𝔘𝔫𝔦")
@example("x" * 100)
@given(st.text(st.characters(max_codepoint=0x24F) | st.characters(min_codepoint=0x400, max_codepoint=0x50F)))
def test_a_text_is_found_by_its_own_words(account: Account, text: str) -> None:
    with db.transaction() as session:
        media = session.scalars(select(Media)).one()
        row = comment(account.id, media.id, 1_000, text)
        session.add(row)
    try:
        with db.reading() as session:
            ids = session.scalars(select(Comment.id).where(words_match(Comment, text))).all()
        assert (row.id in ids) is bool(fold(text))
    finally:
        with db.transaction() as session:
            session.delete(row)
