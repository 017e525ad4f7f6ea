"""Threads as a page shows them."""

from datetime import timedelta

import pytest

from app.comments.queries import Found, Tab, Wanted, list_threads
from app.comments.threads import REPLIES_IN_A_LIST, get_thread, load_threads
from app.dispatches.models import DispatchKind, DispatchState
from app.errors import NotFound
from app.media.models import Media
from tests.clocks import DEFAULT_NOW
from tests.comment_factories import make_comment, make_dispatch
from tests.factories import Cast

MINUTE = timedelta(minutes=1)


def test_a_list_shows_the_newest_replies_and_the_one_that_was_looked_for(media: Media) -> None:
    top = make_comment(media, posted_at=DEFAULT_NOW - 60 * MINUTE)
    replies = [make_comment(media, f"{n}", parent=top, posted_at=DEFAULT_NOW - (50 - n) * MINUTE) for n in range(7)]
    quiet = make_comment(media)
    found = [Found(quiet.id, quiet.id, DEFAULT_NOW), Found(top.id, replies[1].id, DEFAULT_NOW)]
    first, second = load_threads(found)
    assert (first.top.id, first.replies, first.has_earlier) == (quiet.id, [], False)
    assert [reply.text for reply in second.replies] == ["1", "3", "4", "5", "6"]
    assert second.has_earlier and len(second.replies) == REPLIES_IN_A_LIST + 1


def test_a_page_shows_all_replies_or_those_before_an_instant(media: Media) -> None:
    top = make_comment(media, posted_at=DEFAULT_NOW - 60 * MINUTE)
    replies = [make_comment(media, f"{n}", parent=top, posted_at=DEFAULT_NOW - (50 - n) * MINUTE) for n in range(7)]
    thread = get_thread(replies[3].id)
    assert thread.top.id == top.id and thread.sought_id == replies[3].id
    assert [reply.text for reply in thread.replies] == list("0123456") and not thread.has_earlier
    assert [r.text for r in get_thread(top.id, before=replies[2].posted_at).replies] == ["0", "1"]


def test_it_tells_what_we_do_in_it_and_who_answered(cast: Cast, media: Media) -> None:
    top = make_comment(media)
    refused = make_dispatch(top, DispatchKind.HIDE, state=DispatchState.REFUSED, reason="comment_gone")
    answer = make_dispatch(top, state=DispatchState.SENT, text="Да", result_id="18001", created_by_id=cast.member.id)
    make_dispatch(top, DispatchKind.LIKE, state=DispatchState.SENT)
    make_dispatch(top, DispatchKind.DELETE, state=DispatchState.CANCELLED)
    thread = get_thread(top.id)
    assert [dispatch.id for dispatch in thread.dispatches[top.id]] == [refused.id, answer.id]
    assert thread.authors == {cast.member.id: "Ольга"}
    assert thread.arrived == frozenset()
    make_comment(media, "Да", parent=top, is_own=True, ig_comment_id="18001")
    assert get_thread(top.id).arrived == {"18001"}


def test_a_page_of_threads_costs_the_same_however_many_there_are(media: Media) -> None:
    for age in range(3):
        make_comment(media, posted_at=DEFAULT_NOW - age * MINUTE)
    assert len(load_threads(list_threads(Wanted(Tab.ALL)).threads)) == 3
    assert load_threads([]) == []


def test_a_thread_that_is_not_there_is_not_found(media: Media) -> None:
    with pytest.raises(NotFound):
        get_thread(12345)
