"""What a page has missed, and how long hints are kept."""

from datetime import timedelta

from sqlalchemy import delete, select

from app import db
from app.live.forget_old_hints import KEPT, forget_old_hints
from app.live.models import Hint
from app.live.queries import LATE, MOST_MISSED, find_missed, newest_hint_id
from tests.clocks import DEFAULT_NOW
from tests.factories import Cast
from tests.live.hints import hint_at

LONG_AGO = DEFAULT_NOW - timedelta(minutes=5)


def test_a_page_misses_what_its_own_workspace_did_since(cast: Cast) -> None:
    assert find_missed(cast.workspace.id, newest_hint_id()).is_complete
    hint_at(cast.workspace, 1, LONG_AGO)
    hint_at(cast.workspace, 2, LONG_AGO + timedelta(minutes=1))
    known = newest_hint_id()
    assert find_missed(cast.workspace.id, known).changes == []
    hint_at(cast.other_workspace, 3)
    hint_at(cast.workspace, 4)
    missed = find_missed(cast.workspace.id, known)
    assert [change.row_id for change in missed.changes] == [4]
    assert (missed.is_complete, missed.newest) == (True, newest_hint_id())


def test_what_came_about_the_time_a_page_was_told_last_is_told_again(cast: Cast) -> None:
    """It may have committed later than its number says."""
    hint_at(cast.workspace, 1, LONG_AGO - LATE / 2)
    hint_at(cast.workspace, 2, LONG_AGO)
    known = newest_hint_id()
    hint_at(cast.workspace, 3)
    assert [change.row_id for change in find_missed(cast.workspace.id, known).changes] == [1, 3]


def test_a_page_that_knows_a_number_nobody_has_or_missed_too_much_fetches_everything(cast: Cast) -> None:
    hint_at(cast.workspace, 0, LONG_AGO)
    first = newest_hint_id()
    for after in (-1, 0, first + 1000):
        assert not find_missed(cast.workspace.id, after).is_complete
    for number in range(MOST_MISSED):
        hint_at(cast.workspace, number)
    assert find_missed(cast.workspace.id, first).is_complete
    hint_at(cast.workspace, MOST_MISSED)
    missed = find_missed(cast.workspace.id, first)
    assert (missed.is_complete, missed.changes) == (False, [])


def test_old_hints_go_but_the_newest_stays_for_pages_to_stand_at(cast: Cast) -> None:
    for number in range(3):
        hint_at(cast.workspace, number, DEFAULT_NOW - KEPT - timedelta(minutes=3 - number))
    newest = newest_hint_id()
    assert forget_old_hints(DEFAULT_NOW) == 2
    with db.reading() as session:
        assert list(session.scalars(select(Hint.id))) == [newest]
    assert find_missed(cast.workspace.id, newest).is_complete


def test_a_number_is_never_given_twice(cast: Cast) -> None:
    hint_at(cast.workspace, 1)
    before = newest_hint_id()
    with db.transaction() as session:
        session.execute(delete(Hint))
    hint_at(cast.workspace, 2)
    assert newest_hint_id() > before
