"""Connecting that goes wrong, and an account that is lost and found again."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Home, OpenOperator
from tests.journeys.operator import Operator
from tests.media_files import MediaFiles

pytestmark = pytest.mark.browser

PUBLISH = "instagram_business_content_publish"
PAGES = ("/", "/posts", "/posts/new", "/accounts", "/settings/", "/settings/team")


def test_saying_no_on_instagrams_page_changes_nothing_and_can_be_done_over(
    open_operator: OpenOperator, home: Home
) -> None:
    aigerim = open_operator("kk", 390)
    aigerim.ask_to_connect()
    aigerim.page.click("button[name=decision][value=cancel]")
    aigerim.expect_outcome("consent_denied")
    aigerim.look()
    aigerim.button("Try again", aigerim.main).click()
    aigerim.page.wait_for_url(re.compile(re.escape(home.stack.instagram.url)))
    aigerim.allow(home.ig_user_id, outcome="refreshed")


def test_an_account_without_the_permission_to_publish_is_named_and_mended(
    open_operator: OpenOperator, home: Home
) -> None:
    aigerim = open_operator("ru", 1280)
    ig_user_id = home.stack.add_account("alma.bakery")
    aigerim.ask_to_connect()
    aigerim.allow(ig_user_id, without=[PUBLISH], outcome="limited")
    expect(aigerim.main).to_contain_text(aigerim.say("Publish posts, Reels and Stories"))
    aigerim.look()
    aigerim.visit("/posts/new")
    aigerim.page.goto("/accounts")
    row = aigerim.main.locator(".list-row").filter(has_text="@alma.bakery")
    expect(row).to_contain_text(aigerim.say("Cannot publish"))
    row.locator("form[action$='/reconnect'] button").click()
    aigerim.allow(ig_user_id, outcome="reconnected")
    aigerim.page.goto("/accounts")
    expect(row).to_contain_text(aigerim.say("Connected"))
    disconnect(aigerim, "alma.bakery")


def test_a_lost_account_is_told_on_every_page_and_once_mended_the_queue_goes_on(
    open_operator: OpenOperator, home: Home, media_files: MediaFiles
) -> None:
    aigerim = open_operator("ru", 1280)
    page = aigerim.page
    aigerim.compose("Выйдет, когда аккаунт снова будет подключён")
    aigerim.upload(media_files.reel())
    home.stack.instagram.call("POST", f"/accounts/{home.ig_user_id}/revoke")
    post_id = aigerim.press("publish")
    expect(page.locator("#state .badge").first).to_contain_text(aigerim.say("Waiting for the account"))
    aigerim.look()
    banner = page.locator(".banner.tone-bad").filter(has_text="@alma.coffee")
    for path in (*PAGES, f"/posts/{post_id}"):
        page.goto(path)
        expect(banner.locator("form[action$='/reconnect'] button")).to_be_visible()
        aigerim.look()
    banner.locator("form[action$='/reconnect'] button").click()
    aigerim.allow(home.ig_user_id, outcome="reconnected")
    expect(banner).to_have_count(0)
    page.goto(f"/posts/{post_id}")
    aigerim.expect_live()


def disconnect(aigerim: Operator, username: str) -> None:
    """Take an account away again, by its own page."""
    aigerim.page.goto("/accounts")
    aigerim.main.get_by_role("link", name=f"@{username}").click()
    aigerim.look()
    aigerim.link("Disconnect").click()
    aigerim.look()
    aigerim.button("Disconnect").click()
    expect(aigerim.main).to_contain_text(aigerim.say("Disconnected"))
