"""The thread that looks for hints, on both databases."""

from collections.abc import Iterator

import pytest

from app import db
from app.live.models import Hint, HintKind
from app.live.queries import Change, newest_hint_id
from app.live.watcher import QUEUE_LENGTH, Signal, Stream, TooManyStreams, Watcher
from tests.clocks import DEFAULT_NOW
from tests.conftest import Database
from tests.factories import Cast
from tests.live.hints import hint_at
from tests.waiting import LONGEST_SECONDS, wait_until


@pytest.fixture
def watcher(database: Database) -> Iterator[Watcher]:
    """A watcher that looks often; its thread has ended afterwards."""
    watcher = Watcher(most_streams=3, look_seconds=0.02)
    yield watcher
    for stream in list(watcher._streams):
        watcher.close(stream)
    wait_until(lambda: watcher._thread is None)


def told(stream: Stream) -> tuple[str, int] | Signal | None:
    """Return kind and row of what a stream is told next."""
    news = stream.next(LONGEST_SECONDS)
    return (news.kind.value, news.row_id) if isinstance(news, Change) else news


def test_each_stream_is_told_of_its_own_workspace_only_and_of_nothing_before_it_began(
    watcher: Watcher, cast: Cast
) -> None:
    hint_at(cast.workspace, 1)
    ours, theirs = watcher.open(cast.workspace.id), watcher.open(cast.other_workspace.id)
    hint_at(cast.workspace, 2)
    hint_at(cast.other_workspace, 3)
    hint_at(cast.workspace, 4)
    assert [told(ours), told(ours), told(theirs)] == [("conversation", 2), ("conversation", 4), ("conversation", 3)]
    assert ours.next(0.1) is theirs.next(0.1) is None


def test_a_hint_that_commits_after_later_ones_is_told_too(watcher: Watcher, cast: Cast) -> None:
    hint_at(cast.workspace, 1)
    stream, number = watcher.open(cast.workspace.id), newest_hint_id()
    _insert(cast, number + 7)
    assert told(stream) == ("conversation", number + 7)
    _insert(cast, number + 5)
    assert told(stream) == ("conversation", number + 5)
    assert stream.next(0.1) is None


def test_a_hint_that_is_late_when_the_first_stream_begins_is_told_too(watcher: Watcher, cast: Cast) -> None:
    _insert(cast, 7)
    stream = watcher.open(cast.workspace.id)
    _insert(cast, 5)
    assert told(stream) == ("conversation", 5)


def test_no_more_streams_than_allowed_and_one_that_closed_makes_room(watcher: Watcher, cast: Cast) -> None:
    streams = [watcher.open(cast.workspace.id) for _ in range(3)]
    with pytest.raises(TooManyStreams):
        watcher.open(cast.workspace.id)
    watcher.close(streams[0])
    watcher.open(cast.workspace.id)
    assert watcher.open_streams == 3


def test_the_thread_begins_with_the_first_stream_and_ends_with_the_last(watcher: Watcher, cast: Cast) -> None:
    assert watcher._thread is None
    stream = watcher.open(cast.workspace.id)
    assert watcher._thread is not None
    watcher.close(stream)
    wait_until(lambda: watcher._thread is None)
    again = watcher.open(cast.workspace.id)
    hint_at(cast.workspace, 5)
    assert told(again) == ("conversation", 5)


def test_while_the_database_is_away_it_waits_and_then_pages_fetch_everything(
    watcher: Watcher, cast: Cast, database: Database
) -> None:
    stream = watcher.open(cast.workspace.id)
    hint_at(cast.workspace, 1)
    assert told(stream) == ("conversation", 1)
    db.connect("sqlite:////nowhere/at/all.db")
    assert stream.next(0.5) is None
    db.connect(database.url)
    assert told(stream) is Signal.RELOAD
    hint_at(cast.workspace, 2)
    assert told(stream) == ("conversation", 2)


def test_a_stopping_process_ends_its_streams_and_takes_no_more(watcher: Watcher, cast: Cast) -> None:
    stream = watcher.open(cast.workspace.id)
    watcher.is_stopping = lambda: True
    assert told(stream) is Signal.END
    with pytest.raises(TooManyStreams):
        watcher.open(cast.workspace.id)


def test_a_page_that_takes_nothing_for_long_is_told_once_to_fetch_everything() -> None:
    stream = Stream(workspace_id=1)
    for number in range(QUEUE_LENGTH + 50):
        stream.put(Change(number, 1, HintKind.COMMENT, number))
    assert stream.next(0) is Signal.RELOAD
    assert stream.next(0) is None


def _insert(cast: Cast, number: int) -> None:
    hint = Hint(id=number, workspace_id=cast.workspace.id, kind=HintKind.CONVERSATION, row_id=number, at=DEFAULT_NOW)
    with db.transaction() as session:
        session.add(hint)
