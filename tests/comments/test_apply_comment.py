"""What becomes of a thread, in whatever order and however often its comments are told."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app import db
from app.comments.apply_comment import apply_comment
from app.comments.comment_is_gone import comment_is_gone
from app.comments.models import Comment, HideRecord, HideRule, HideRuleKind
from app.contacts.models import Contact
from app.crypto import KeyRing
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.instagram.facts import CommentFacts
from app.media.models import Media
from tests.comments.updates import MEDIA, PERSON, Desk, Word, at, shown, written
from tests.factories import Cast, make_account


@pytest.fixture
def make_desk(cast: Cast, keys: KeyRing) -> Callable[[], Desk]:
    """Make another account without a single comment."""
    numbers = count(1)
    return lambda: Desk(make_account(cast.workspace, keys, ig_user_id=f"178414{next(numbers):011}"))


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    return make_desk()


WORDS: tuple[Word, ...] = (
    written("top", 0, "Қанша тұрады?"),
    shown("top", 0, "Қанша тұрады?", like_count=3),
    written("reply", 10, "И доставка есть?", parent_id="top"),
    shown("reply", 10, "И доставка есть?", parent_id="top"),
    written("answer", 20, "2500 тг", parent_id="top", is_own=True),
    shown("answer", 20, "2500 тг", parent_id="top", is_own=True),
    written("again", 30, "Спасибо", parent_id="top"),
    shown("hidden", 40, "спам", parent_id="top", hidden=True),
    written("other", 5, "Nice, thank you"),
    written("thanks", 6, "🙏", parent_id="other", is_own=True),
    shown("nameless", 7, "Мне тоже", from_id=None),
)


def end_state(desk: Desk) -> dict[str, Any]:
    """Return all that a page shows."""
    comments = desk.comments()
    ids = {comment.id: comment.ig_comment_id for comment in comments.values()}
    names = ("text", "folded", "username", "posted_at", "is_own", "hidden", "like_count", "is_question", "language")
    return {
        ig_id: {name: getattr(comment, name) for name in (*names, "latest_at", "waiting_since", "gone_at", "seen_at")}
        | {"top": ids.get(comment.parent_id or 0), "is_known": comment.contact_id is not None}
        for ig_id, comment in comments.items()
    }


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(order=st.permutations(WORDS), again=st.lists(st.sampled_from(WORDS), max_size=6))
def test_order_and_number_do_not_matter(make_desk: Callable[[], Desk], order: list[Word], again: list[Word]) -> None:
    straight, shuffled = make_desk(), make_desk()
    for word in WORDS:
        straight.tell(word)
    for word in (*order, *again):
        shuffled.tell(word)
    assert end_state(shuffled) == end_state(straight)


def test_the_end_state_is_the_right_one(desk: Desk) -> None:
    for word in WORDS:
        desk.tell(word)
    comments = desk.comments()
    top = comments["top"]
    assert (top.text, top.language, top.is_question, top.like_count) == ("Қанша тұрады?", "kk", True, 3)
    assert top.posted_at == at(0), "Instagram's own time counts, not the webhook's"
    assert (top.waiting_since, top.latest_at) == (at(32), at(40)), "what is hidden does not wait"
    assert {comments[name].parent_id for name in ("reply", "answer", "again", "hidden")} == {top.id}
    assert comments["other"].waiting_since is None
    assert comments["nameless"].contact_id is None and comments["nameless"].waiting_since == at(7)
    assert comments["answer"].is_own and comments["answer"].contact_id is None
    with db.workspace_scope(desk.account.workspace_id), db.reading() as session:
        assert session.scalars(select(Contact.ig_scoped_id)).all() == [PERSON]
        media = session.scalars(select(Media)).one()
    assert (media.ig_media_id, media.next_check_at) == (MEDIA, desk.now)


def test_the_top_of_a_reply_that_came_alone_is_not_shown(desk: Desk) -> None:
    desk.tell(written("reply", 10, "И мне", parent_id="top"))
    top = desk.comments()["top"]
    assert (top.text, top.seen_at, top.checked_at) == ("", Comment.UNTOLD, None)
    assert top.waiting_since == at(12)


def test_what_is_deleted_leaves_only_its_ids_and_does_not_come_back(desk: Desk) -> None:
    for word in WORDS:
        desk.tell(word)
    desk.tell(lambda d: comment_is_gone(d.account, "top", d.now))
    for word in WORDS:
        desk.tell(word)
    comments = desk.comments()
    for name in ("top", "reply", "answer", "again", "hidden"):
        gone = comments[name]
        assert gone.gone_at == desk.now
        assert (gone.text, gone.folded, gone.username, gone.contact_id) == ("", "", None, None)
    assert comments["top"].waiting_since is None
    assert comments["other"].gone_at is None


def test_deleting_the_waiting_reply_ends_the_waiting(desk: Desk) -> None:
    for word in WORDS:
        desk.tell(word)
    desk.tell(lambda d: comment_is_gone(d.account, "again", d.now))
    assert desk.comments()["top"].waiting_since is None


def test_a_thread_marked_as_done_comes_back_with_the_next_comment_only(desk: Desk) -> None:
    desk.tell(written("top", 0, "Вау"))
    with db.workspace_scope(desk.account.workspace_id), db.transaction() as session:
        session.execute(update(Comment).values(waiting_since=None))
    desk.tell(shown("top", 0, "Вау", like_count=9))
    assert desk.comments()["top"].waiting_since is None
    desk.tell(written("more", 50, "А цена?", parent_id="top"))
    assert desk.comments()["top"].waiting_since == at(52)


def test_a_rule_hides_a_strangers_comment_once_and_nothing_else(desk: Desk) -> None:
    with db.workspace_scope(desk.account.workspace_id), db.transaction() as session:
        session.add(HideRule(kind=HideRuleKind.WORD, word="казино", created_at=desk.now))
        session.add(HideRule(kind=HideRuleKind.LINK, is_on=False, created_at=desk.now))
    spam = written("spam", 1, "Лучшее КАЗИНО: t.me/bonus")
    for word in (spam, spam, written("ours", 2, "Мы не казино", is_own=True), written("link", 3, "t.me/bonus")):
        desk.tell(word)
    with db.workspace_scope(desk.account.workspace_id), db.reading() as session:
        (dispatch,) = session.scalars(select(Dispatch)).all()
        (record,) = session.scalars(select(HideRecord)).all()
    comments = desk.comments()
    assert (dispatch.kind, dispatch.state, dispatch.created_by_id) == (DispatchKind.HIDE, DispatchState.WAITING, None)
    assert dispatch.comment_id == record.comment_id == comments["spam"].id
    assert (record.kind, record.matched) == (HideRuleKind.WORD, "казино")
    assert comments["spam"].waiting_since is None, "nobody has to answer it"
    assert comments["link"].waiting_since == at(5)


def test_the_past_that_comes_with_an_account_is_hidden_by_no_rule(desk: Desk) -> None:
    with db.workspace_scope(desk.account.workspace_id), db.transaction() as session:
        session.add(HideRule(kind=HideRuleKind.LINK, created_at=desk.now))
    facts = CommentFacts("old", "смотри https://example.com", at(1), MEDIA, from_id=PERSON, hidden=False)
    desk.tell(lambda d: apply_comment(d.account, facts, now=d.now, is_checked=True, is_import=True))
    with db.workspace_scope(desk.account.workspace_id), db.reading() as session:
        assert session.scalars(select(Dispatch)).all() == []


def test_a_comment_that_is_being_hidden_is_not_shown_again_by_what_was_read_before(desk: Desk) -> None:
    desk.tell(shown("one", 1, "Фу"))
    with db.workspace_scope(desk.account.workspace_id), db.transaction() as session:
        comment = session.scalars(select(Comment)).one()
        comment.hidden = True
        session.add(
            Dispatch(
                account_id=desk.account.id,
                kind=DispatchKind.HIDE,
                state=DispatchState.SENT,
                comment_id=comment.id,
                created_at=desk.now,
                finished_at=desk.now,
            )
        )
    desk.tell(shown("one", 1, "Фу", hidden=False))
    assert desk.comments()["one"].hidden
