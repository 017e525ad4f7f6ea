"""Instagram cannot be reached: nothing breaks, nothing is lost, and it goes on by itself."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Home, OpenOperator
from tests.media_files import MediaFiles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("outage")]

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
    said = aigerim.say("Instagram did not take the post")
    expect(page.locator("#log")).to_contain_text(said, timeout=30_000)
    aigerim.look()
    for path in PAGES:
        aigerim.visit(path)
    page.goto(f"/posts/{post_id}")
    expect(page.locator("#state")).to_contain_text(
        aigerim.say("The time of this post has come, and it is not out yet.")
    )
    home.stack.sandbox.start()
    aigerim.expect_live()
    [published] = home.stack.instagram.published()
    assert published["caption"] == "Выйдет, когда Instagram ответит"
