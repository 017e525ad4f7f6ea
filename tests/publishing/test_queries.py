"""The queue's tabs, pages and counts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app import db
from app.accounts.models import Account
from app.assets.models import AssetState
from app.crypto import KeyRing
from app.errors import NotFound
from app.publishing import queries
from app.publishing.models import Post, PostState, Wait
from app.publishing.queries import Tab, count_tabs, get_post, list_posts, list_posts_by_id
from tests.clocks import DEFAULT_NOW
from tests.factories import Cast, make_account, make_asset, make_cast, make_post

HOUR = timedelta(hours=1)


@pytest.fixture
def cast(database: object) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast, keys: KeyRing) -> Account:
    return make_account(cast.workspace, keys)


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    with db.workspace_scope(cast.workspace.id):
        yield


@pytest.fixture
def write(cast: Cast, account: Account) -> Callable[..., int]:
    """Write a Reel and return its id."""
    asset = make_asset(cast.workspace)
    return lambda **values: make_post(account, *values.pop("assets", [asset]), **values).id


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect every statement that reads."""
    seen: list[str] = []
    with db.reading() as session:
        engine = session.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def walk(tab: Tab, limit: int) -> list[int]:
    """Return the ids of a tab, page by page."""
    found: list[int] = []
    cursor = None
    for _page in range(50):
        page = list_posts(tab, cursor, limit)
        assert len(page.posts) <= limit
        found += [post.id for post in page.posts]
        cursor = page.next_cursor
        if cursor is None:
            return found
    raise AssertionError("the list has no end")


def test_paging_shows_every_planned_post_once_and_the_next_one_first(write: Callable[..., int]) -> None:
    states = [PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED, PostState.PUBLISHING]
    due = [(DEFAULT_NOW + HOUR * (n // 3), states[n % 4]) for n in (5, 1, 9, 3, 7, 0, 2, 8, 6, 4)]
    ids = [(at, write(due_at=at, state=state)) for at, state in due]
    expected = [post_id for _at, post_id in sorted(ids)]
    for limit in (1, 3, 4, 10, 25):
        assert walk(Tab.PLANNED, limit) == expected


@pytest.mark.parametrize(
    ("tab", "state", "column"),
    [
        (Tab.DRAFTS, PostState.DRAFT, "updated_at"),
        (Tab.CANCELLED, PostState.CANCELLED, "updated_at"),
        (Tab.PUBLISHED, PostState.PUBLISHED, "published_at"),
    ],
)
def test_the_other_tabs_show_the_newest_first(
    write: Callable[..., int], tab: Tab, state: PostState, column: str
) -> None:
    ids = [write(state=state, **{column: DEFAULT_NOW + HOUR * n}) for n in (2, 0, 1, 1)]
    expected = [ids[0], ids[3], ids[2], ids[1]]
    assert [walk(tab, limit) for limit in (1, 2, 25)] == [expected] * 3


def test_a_published_post_without_a_moment_comes_last_and_ends_the_list(write: Callable[..., int]) -> None:
    unknown = write(state=PostState.PUBLISHED, published_at=None)
    known = write(state=PostState.PUBLISHED, published_at=DEFAULT_NOW)
    assert walk(Tab.PUBLISHED, 25) == [known, unknown]
    assert walk(Tab.PUBLISHED, 1) == [known, unknown]


def test_what_needs_somebody_is_failed_in_doubt_late_or_has_a_file_that_cannot_go_out(
    write: Callable[..., int], cast: Cast
) -> None:
    refused = make_asset(cast.workspace, state=AssetState.REFUSED, refusal="file_broken")
    wanted = {
        write(due_at=DEFAULT_NOW, state=PostState.FAILED),
        write(due_at=DEFAULT_NOW, state=PostState.UNCONFIRMED),
        write(due_at=DEFAULT_NOW, state=PostState.STAGED, wait=Wait.LATE),
        write(due_at=DEFAULT_NOW + HOUR, assets=[refused]),
    }
    write(due_at=DEFAULT_NOW + HOUR)
    write(due_at=DEFAULT_NOW, wait=Wait.QUOTA)
    write(assets=[refused])
    assert set(walk(Tab.ATTENTION, 2)) == wanted
    assert count_tabs()[Tab.ATTENTION] == 4


def test_counts_stop_at_a_hundred(write: Callable[..., int]) -> None:
    for _number in range(101):
        write()
    write(due_at=DEFAULT_NOW + HOUR)
    counts = count_tabs()
    assert counts[Tab.DRAFTS] == queries.COUNT_AT_MOST == 100
    assert (counts[Tab.PLANNED], counts[Tab.PUBLISHED]) == (1, 0)
    assert {tab: queries.count_posts(tab) for tab in Tab} == counts


def test_a_page_costs_as_many_queries_with_one_post_as_with_many(write: Callable[..., int], cast: Cast) -> None:
    def cost() -> int:
        with counted_statements() as seen:
            for post in list_posts(Tab.PLANNED).posts:
                assert (post.account.username, len(post.media), post.cover) == ("alma.coffee", 1, None)
        return len(seen)

    write(due_at=DEFAULT_NOW + HOUR)
    alone = cost()
    for number in range(20):
        write(due_at=DEFAULT_NOW + HOUR * number, assets=[make_asset(cast.workspace)])
    assert cost() == alone <= 4


def test_a_broken_cursor_is_the_first_page(write: Callable[..., int]) -> None:
    post_id = write(due_at=DEFAULT_NOW + HOUR)
    for cursor in ("", "x", "~", "2026~x", "1;DROP~1", "~99999999999999999999", "2026-03-02T04:00:00~0", "\x00~\x00"):
        assert [post.id for post in list_posts(Tab.PLANNED, cursor).posts] in ([post_id], []), cursor


def test_another_workspace_sees_nothing(write: Callable[..., int], cast: Cast) -> None:
    ids = [write(due_at=DEFAULT_NOW + HOUR), write(), write(state=PostState.FAILED, due_at=DEFAULT_NOW)]
    with db.workspace_scope(cast.other_workspace.id):
        assert [walk(tab, 25) for tab in Tab] == [[]] * len(Tab)
        assert set(count_tabs().values()) == {0}
        assert list_posts_by_id(ids) == []
        for post_id in ids:
            with pytest.raises(NotFound):
                get_post(post_id)


def test_posts_asked_for_by_id_come_in_that_order(write: Callable[..., int]) -> None:
    first, second = write(), write()
    found: list[Post] = list(list_posts_by_id([second, 999, first]))
    assert [post.id for post in found] == [second, first]
