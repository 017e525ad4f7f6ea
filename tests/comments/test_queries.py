"""The lists of threads: what belongs to which, in which order, page by page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from app import db
from app.accounts.models import Account
from app.comments.models import Comment
from app.comments.queries import NEAR, Order, Tab, Wanted, count_tabs, list_threads
from app.dispatches.models import DispatchState
from app.media.models import Media
from tests.clocks import DEFAULT_NOW
from tests.comment_factories import make_comment, make_contact, make_dispatch, make_media

MINUTE = timedelta(minutes=1)


def tops(wanted: Wanted, near: int = NEAR) -> list[int]:
    """Return the ids of all threads of a list, read two at a time; each comes once."""
    ids: list[int] = []
    page = list_threads(wanted, limit=2, near=near)
    ids += [found.top_id for found in page.threads]
    while page.next_cursor:
        page = list_threads(wanted, page.next_cursor, limit=2, near=near)
        ids += [found.top_id for found in page.threads]
    assert len(ids) == len(set(ids))
    return ids


def minutes(media: Media, *ages: int, **values: Any) -> list[Comment]:
    """Write a thread for each age in minutes."""
    return [make_comment(media, posted_at=DEFAULT_NOW - age * MINUTE, **values) for age in ages]


def ids(comments: Sequence[Comment]) -> list[int]:
    return [comment.id for comment in comments]


def test_unanswered_threads_come_newest_first_or_by_who_has_waited_longest(media: Media) -> None:
    waiting = minutes(media, 1, 2, 3, 4, 5)
    minutes(media, 6, waiting_since=None)
    assert tops(Wanted()) == ids(waiting)
    assert tops(Wanted(order=Order.WAITING)) == ids(waiting)[::-1]


def test_all_threads_are_sorted_by_their_latest_reply(media: Media) -> None:
    old, new = minutes(media, 50, 10)
    make_comment(media, "И мне", parent=old, posted_at=DEFAULT_NOW - 5 * MINUTE)
    assert tops(Wanted(Tab.ALL)) == [old.id, new.id]


def test_a_thread_stands_once_where_its_newest_fitting_reply_stands(media: Media) -> None:
    busy, calm = minutes(media, 60, 30, is_question=True)
    for age in (50, 40, 20):
        newest = make_comment(media, parent=busy, is_question=True, posted_at=DEFAULT_NOW - age * MINUTE)
    minutes(media, 1)
    assert tops(Wanted(Tab.QUESTIONS)) == [busy.id, calm.id]
    assert tops(Wanted(Tab.QUESTIONS, order=Order.WAITING)) == [calm.id, busy.id]
    assert list_threads(Wanted(Tab.QUESTIONS)).threads[0].comment_id == newest.id


def test_unanswered_in_a_language_are_the_waiting_comments_in_it_not_answered_ones_of_the_same_thread(
    media: Media,
) -> None:
    answered = make_comment(media, "Қанша?", language="kk", posted_at=DEFAULT_NOW - 9 * MINUTE)
    make_comment(media, "А мне?", language="ru", parent=answered, posted_at=DEFAULT_NOW - 5 * MINUTE)
    with_answer = _wait_since(answered, 5)
    waiting = make_comment(media, "Бар ма?", language="kk")
    minutes(media, 3, language="kk", waiting_since=None)
    assert tops(Wanted(language="kk")) == [waiting.id]
    assert tops(Wanted(language="ru")) == [with_answer]
    assert answered.id in tops(Wanted(Tab.ALL, language="kk"))


def _wait_since(top: Comment, age: int) -> int:
    with db.transaction() as session:
        session.get_one(Comment, top.id).waiting_since = DEFAULT_NOW - age * MINUTE
    return top.id


@pytest.mark.parametrize("order", list(Order))
def test_words_find_threads_by_any_comment_in_them_each_once(media: Media, order: Order) -> None:
    top, other, third = minutes(media, 30, 20, 10, text="Где вы находитесь?")
    make_comment(media, "Қанша тұрады?", parent=top)
    make_comment(media, "Канша турады екен", parent=top)
    make_comment(media, "қанша", parent=third, posted_at=DEFAULT_NOW - 9 * MINUTE)
    newest_first = [top.id, third.id]
    wanted = Wanted(Tab.ALL, order=order, words="канша")
    assert tops(wanted) == (newest_first if order is Order.NEWEST else newest_first[::-1])
    assert tops(Wanted(Tab.ALL, words="находитесь где")) == [third.id, other.id, top.id]
    assert tops(Wanted(words="нет такого слова")) == []


def test_filters_work_together(account: Account, media: Media) -> None:
    aigul, other = make_contact(account, "aigul"), make_media(account, caption="Другое")
    wanted = make_comment(media, "Почём?", contact=aigul, language="ru", hidden=True)
    make_comment(other, "Почём?", contact=aigul, language="ru", hidden=True)
    make_comment(media, "Почём?", language="ru", hidden=True)
    make_comment(media, "Почём?", contact=aigul, language="kk", hidden=True)
    make_comment(media, "Почём?", contact=aigul, language="ru")
    make_comment(media, "Адрес?", contact=aigul, language="ru", hidden=True)
    found = Wanted(Tab.HIDDEN, media_id=media.id, contact_id=aigul.id, language="ru", words="почем")
    assert tops(found) == [wanted.id]


def test_what_is_gone_is_in_no_list_and_counted_nowhere(media: Media) -> None:
    minutes(media, 1, 2, gone_at=DEFAULT_NOW, is_question=True, hidden=True)
    minutes(media, 3, is_question=True)
    assert [len(tops(Wanted(tab))) for tab in Tab] == [1, 1, 1, 0, 0]
    assert count_tabs() == {Tab.UNANSWERED: 1, Tab.QUESTIONS: 1, Tab.HIDDEN: 0, Tab.TROUBLE: 0}


def test_what_was_not_sent_is_listed_by_thread_even_where_the_comment_is_gone(media: Media) -> None:
    calm, gone = minutes(media, 1, 2)
    refused = make_comment(media, "", gone_at=DEFAULT_NOW)
    make_dispatch(refused, state=DispatchState.REFUSED, text="Да", now=DEFAULT_NOW - MINUTE)
    reply = make_comment(media, parent=gone)
    for _ in range(2):
        make_dispatch(reply, state=DispatchState.UNCONFIRMED, text="Да")
    make_dispatch(calm, state=DispatchState.SENT, text="Да")
    assert tops(Wanted(Tab.TROUBLE)) == [gone.id, refused.id]
    assert tops(Wanted(Tab.TROUBLE, order=Order.WAITING)) == [refused.id, gone.id]
    assert count_tabs()[Tab.TROUBLE] == 3


def test_a_broken_cursor_is_the_first_page(media: Media) -> None:
    (only,) = minutes(media, 1)
    for cursor in ("", "~", "2026-03-03T04:00:00~1", f"2026-03-03T04:00:00+00:00~{2**40}", "x~y"):
        assert [found.top_id for found in list_threads(Wanted(), cursor).threads] == [only.id]


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("words", ["раф", "б", "ра қа", "the"])
def test_words_are_found_the_same_near_and_far(media: Media, order: Order, words: str) -> None:
    texts = ("Раф бар ма", "б", "рафинад қанша", "The Раф", "граф", "абажур", "б раф", "_раф_ 100%", "канша, раф")
    threads = [make_comment(media, text, posted_at=DEFAULT_NOW - n * MINUTE) for n, text in enumerate(texts)]
    for n, text in enumerate(texts):
        at = DEFAULT_NOW - (n * 7 % 10) * MINUTE
        make_comment(media, text, parent=threads[n // 2], posted_at=at, hidden=n % 3 == 0)
    wanted = Wanted(Tab.ALL, order=order, words=words)
    far, both, near = (tops(wanted, near=near) for near in (0, 4, 1000))
    assert far and far == both == near
