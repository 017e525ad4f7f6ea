"""A page that is open shows what has changed: at once, after the server was away, after sleep and without a network."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Home, OpenOperator
from tests.journeys.operator import Operator

pytestmark = pytest.mark.browser

SOON_MS = 2000
"""From the change to the screen."""
AFTER_A_BREAK_MS = 15_000
NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


class Progress:
    """The import of the account, told of as the scheduler tells of it."""

    def __init__(self, home: Home) -> None:
        self.path = home.stack.environ["DATABASE_URL"].removeprefix("sqlite:///")
        self.done = 0

    def step(self) -> str:
        """Let the import go on; return what the page is to show."""
        self.done += 1
        with closing(sqlite3.connect(self.path, timeout=20)) as database, database:
            database.execute(
                "INSERT OR REPLACE INTO account_syncs (account_id, workspace_id, import_state, import_phase, "
                "import_done, import_total) VALUES (1, 1, 'running', 'comments', ?, 1000)",
                (self.done,),
            )
            database.execute(f"INSERT INTO hints (workspace_id, kind, row_id, at) VALUES (1, 'import', 1, {NOW})")
        return f"{self.done} "


@pytest.fixture
def progress(home: Home) -> Iterator[Progress]:
    """The import; no scheduler takes it further meanwhile."""
    home.stack.scheduler.stop()
    yield Progress(home)
    home.stack.scheduler.start()


def state(page: Page) -> Locator:
    return page.locator("#desk-1 .progress-value")


def begin(operator: Operator, progress: Progress) -> Page:
    """Open the accounts, and wait until the page listens."""
    shown = progress.step()
    with operator.page.expect_response(re.compile(r"/live\?")):
        operator.page.goto("/accounts")
    expect(state(operator.page)).to_have_text(re.compile(f"^{shown}"))
    return operator.page


def test_a_change_is_on_the_screen_within_two_seconds_and_nothing_else_moves(
    open_operator: OpenOperator, progress: Progress
) -> None:
    aigerim = open_operator("ru", 390)
    page = begin(aigerim, progress)
    page.evaluate("window.isSame = true")
    for _ in range(3):
        expect(state(page)).to_have_text(re.compile(f"^{progress.step()}"), timeout=SOON_MS)
    assert page.evaluate("window.isSame")
    aigerim.look()


def test_it_goes_on_by_itself_after_the_server_was_started_anew(
    open_operator: OpenOperator, progress: Progress, home: Home
) -> None:
    aigerim = open_operator()
    aigerim.watch.expect("/live", "ERR_", "accounts")
    page = begin(aigerim, progress)
    home.stack.web.stop()
    shown = progress.step()
    home.stack.web.start()
    expect(state(page)).to_have_text(re.compile(f"^{shown}"), timeout=AFTER_A_BREAK_MS)
    expect(state(page)).to_have_text(re.compile(f"^{progress.step()}"), timeout=AFTER_A_BREAK_MS)


def test_a_hidden_page_asks_for_nothing_and_has_it_all_when_it_is_looked_at(
    open_operator: OpenOperator, progress: Progress
) -> None:
    aigerim = open_operator()
    page = begin(aigerim, progress)
    asked: list[str] = []
    hide(page, is_hidden=True)
    page.on("request", lambda request: asked.append(request.url))
    before = state(page).text_content()
    shown = progress.step()
    page.wait_for_timeout(SOON_MS)
    assert (asked, state(page).text_content()) == ([], before)
    hide(page, is_hidden=False)
    expect(state(page)).to_have_text(re.compile(f"^{shown}"), timeout=SOON_MS)


def test_without_a_network_it_waits_and_comes_back_with_it(open_operator: OpenOperator, progress: Progress) -> None:
    aigerim = open_operator()
    aigerim.watch.expect("/live", "ERR_")
    page = begin(aigerim, progress)
    aigerim.context.set_offline(True)
    shown = progress.step()
    page.wait_for_timeout(SOON_MS)
    aigerim.context.set_offline(False)
    expect(state(page)).to_have_text(re.compile(f"^{shown}"), timeout=AFTER_A_BREAK_MS)


def test_where_streams_do_not_get_through_the_page_asks_instead(
    open_operator: OpenOperator, progress: Progress
) -> None:
    aigerim = open_operator()
    aigerim.watch.expect("/live", "503", "ERR_")
    aigerim.page.route(re.compile(r"/live\?"), lambda route: route.fulfill(status=503))
    page = begin(aigerim, progress)
    expect(state(page)).to_have_text(re.compile(f"^{progress.step()}"), timeout=AFTER_A_BREAK_MS)


def hide(page: Page, *, is_hidden: bool) -> None:
    """Make the page believe that it is not, or is again, looked at."""
    page.evaluate(
        "(isHidden) => { Object.defineProperty(document, 'hidden', {value: isHidden, configurable: true}); "
        "document.dispatchEvent(new Event('visibilitychange')); }",
        is_hidden,
    )
