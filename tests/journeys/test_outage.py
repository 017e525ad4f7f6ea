"""Instagram cannot be reached: nothing breaks, nothing is lost, and it goes on by itself."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Home, OpenOperator
from tests.journeys.operator import WORK_MS
from tests.journeys.words import count
from tests.media_files import MediaFiles

pytestmark = pytest.mark.browser

PAGES = ("/", "/posts", "/posts/new", "/accounts", "/accounts/1", "/settings/", "/settings/status")


def test_without_instagram_every_page_works_and_the_queue_goes_on_when_it_is_back(
    open_operator: OpenOperator, home: Home, media_files: MediaFiles
) -> None:
    aigerim = open_operator("ru", 390)
    page = aigerim.page
    home.stack.sandbox.stop()
    aigerim.compose("Выйдет, когда Instagram ответит")
    aigerim.upload(media_files.reel())
    post_id = aigerim.press("publish")
    refusal = page.locator("#log li").filter(has_text=aigerim.say("Instagram cannot be reached from this server."))
    tries = [
        count("ru", "Asked Instagram %(num)s time", "Asked Instagram %(num)s times", number) for number in range(2, 9)
    ]
    expect(refusal).to_contain_text(re.compile("|".join(tries)), timeout=WORK_MS)
    expect(refusal).to_have_count(1)
    aigerim.look()
    for path in PAGES:
        aigerim.visit(path)
    home.stack.sandbox.start()
    page.goto(f"/posts/{post_id}")
    aigerim.expect_live(longest_ms=90_000)
    [published] = home.stack.instagram.published()
    assert published["caption"] == "Выйдет, когда Instagram ответит"
