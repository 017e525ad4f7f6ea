"""Marking a thread as one that needs no answer, and taking that back."""

from datetime import timedelta

import pytest

from app import db
from app.comments.mark_done import mark_done, mark_waiting
from app.comments.models import Comment
from app.errors import NotFound
from app.live.queries import newest_hint_id
from app.media.models import Media
from tests.clocks import DEFAULT_NOW
from tests.comment_factories import make_comment

MINUTE = timedelta(minutes=1)


def waiting_since(top: Comment) -> object:
    with db.reading() as session:
        return session.get_one(Comment, top.id, populate_existing=True).waiting_since


def test_a_reply_marks_its_thread_once_and_open_pages_are_told(media: Media) -> None:
    top = make_comment(media)
    reply = make_comment(media, "Спасибо", parent=top)
    before = newest_hint_id()
    assert mark_done(reply.id, now=DEFAULT_NOW)
    assert waiting_since(top) is None
    after = newest_hint_id()
    assert after > before
    assert not mark_done(top.id, now=DEFAULT_NOW)
    assert newest_hint_id() == after


def test_taken_back_it_waits_since_the_oldest_comment_that_our_newest_answer_does_not_follow(media: Media) -> None:
    top = make_comment(media, posted_at=DEFAULT_NOW - 60 * MINUTE, waiting_since=None)
    for age, is_own in ((50, True), (40, False), (30, True), (20, False), (10, False)):
        make_comment(media, parent=top, is_own=is_own, posted_at=DEFAULT_NOW - age * MINUTE)
    assert mark_waiting(top.id, now=DEFAULT_NOW)
    assert waiting_since(top) == DEFAULT_NOW - 20 * MINUTE


def test_a_thread_of_our_own_never_waits(media: Media) -> None:
    assert not mark_waiting(make_comment(media, is_own=True).id, now=DEFAULT_NOW)


def test_a_comment_that_is_not_there_is_not_found(media: Media) -> None:
    for change in (mark_done, mark_waiting):
        with pytest.raises(NotFound):
            change(12345, now=DEFAULT_NOW)
