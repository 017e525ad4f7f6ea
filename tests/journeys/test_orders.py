"""What is done with a post that is there: mend it, take it back, move it, cancel it, change it, delete it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Home, OpenOperator
from tests.journeys.operator import WORK_MS, Operator
from tests.media_files import MediaFiles

pytestmark = pytest.mark.browser

RESTRICTED = {
    "message": "The Instagram account is restricted.",
    "type": "OAuthException",
    "code": 25,
    "error_subcode": 2207050,
    "fbtrace_id": "AzJourneyTrace",
}
TOO_LONG = "Очень длинная подпись. " * 100


def test_a_failed_post_is_repaired_with_two_clicks(
    open_operator: OpenOperator, home: Home, media_files: MediaFiles
) -> None:
    aigerim = open_operator("ru", 1280)
    page, instagram = aigerim.page, home.stack.instagram
    instagram.add_fault(r"/media$", "error", method="POST", status=400, error=RESTRICTED)
    aigerim.compose("Сначала не вышло")
    aigerim.upload(media_files.reel())
    post_id = aigerim.press("publish")
    expect(page.locator("#state .badge").first).to_contain_text(aigerim.say("Not published"), timeout=WORK_MS)
    expect(page.locator("#state .post-problem")).not_to_be_empty()
    aigerim.look()
    aigerim.visit("/posts?tab=attention")
    expect(page.locator(f"#post-{post_id} .post-card-problem")).to_be_visible()
    aigerim.visit("/")
    aigerim.link_to_post(post_id).click()
    aigerim.button("Try again", page.locator("#state")).click()
    aigerim.expect_live()
    assert [one["caption"] for one in instagram.published()].count("Сначала не вышло") == 1


def test_publish_now_can_be_taken_back(open_operator: OpenOperator, home: Home, media_files: MediaFiles) -> None:
    aigerim = open_operator("kk", 390)
    home.stack.instagram.settings(processing_s=20)
    aigerim.compose("Асықпайық")
    aigerim.upload(media_files.reel())
    post_id = aigerim.press("publish")
    aigerim.button("Take back", aigerim.page.locator("#state")).click()
    aigerim.page.wait_for_url(f"**/posts/{post_id}/edit")
    expect(aigerim.page.locator("#caption")).to_have_value("Асықпайық")
    aigerim.look()
    aigerim.visit(f"/posts/{post_id}")
    expect(aigerim.page.locator("#state .badge").first).to_contain_text(aigerim.say("Draft"))
    home.stack.instagram.settings(processing_s=0.2)
    assert "Асықпайық" not in [one["caption"] for one in home.stack.instagram.published()]


def test_a_planned_post_is_cancelled_and_put_back_moved_changed_and_deleted_on_a_phone(
    open_operator: OpenOperator, home: Home, media_files: MediaFiles
) -> None:
    aigerim = open_operator("kk", 390)
    page = aigerim.page
    aigerim.watch.expect("status of 422")
    before = files_in(home.stack.media)
    aigerim.compose("Ертеңгі раф")
    aigerim.upload(media_files.reel())
    post_id = aigerim.press("schedule")
    assert files_in(home.stack.media) > before

    # Cancelled, and put back by the message's own button.
    aigerim.visit("/posts")
    card = page.locator(f"#post-{post_id}")
    open_menu(aigerim, card)
    aigerim.look()
    aigerim.button("Cancel the post", card).tap()
    expect(page.locator("#toasts")).to_contain_text(aigerim.say("The post will not go out."))
    expect(card).to_have_count(0)
    aigerim.button("Undo", page.locator("#toasts")).tap()
    expect(page.locator("#toasts")).to_contain_text(aigerim.say("The post is planned again."))

    # Moved with three taps.
    page.goto("/posts")
    planned = card.locator(".post-card-when").inner_text()
    open_menu(aigerim, card)
    aigerim.link("Move…", card).tap()
    page.wait_for_url(f"**/posts/{post_id}/time")
    aigerim.look()
    chip = page.locator(".chip[name=chosen]").last
    time = str(chip.get_attribute("value")).partition("T")[2]
    chip.tap()
    page.wait_for_url("**/posts")
    expect(card.locator(".post-card-when")).to_contain_text(time)
    assert card.locator(".post-card-when").inner_text() != planned

    # Changed: what was typed is still there when a rule is in the way.
    page.goto(f"/posts/{post_id}/edit")
    page.fill("#caption", TOO_LONG)
    page.fill("#when-time", "21:35")
    page.locator("button[name=action][value=schedule]").tap()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("2")
    expect(page.locator("#caption")).to_have_value(TOO_LONG)
    expect(page.locator("#when-time")).to_have_value("21:35")
    aigerim.look()
    page.fill("#caption", "Бүгінгі раф")
    assert aigerim.press("schedule") == post_id
    expect(page.locator("#state")).to_contain_text("21:35")

    # Deleted, with everything of it on the disk.
    page.goto("/posts")
    open_menu(aigerim, card)
    aigerim.button("Delete", card).tap()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text(aigerim.say("Delete this post and its files? This cannot be undone."))
    aigerim.look()
    aigerim.button("Delete", dialog).tap()
    expect(page.locator("#toasts")).to_contain_text(aigerim.say("The post is deleted."))
    expect(card).to_have_count(0)
    assert files_in(home.stack.media) == before


def open_menu(aigerim: Operator, card: Locator) -> None:
    """Open what can be done with a post in the queue."""
    card.locator("summary").tap()
    expect(card.locator(".menu-panel")).to_be_visible()


def files_in(folder: Path) -> set[Path]:
    """Return the files below a folder."""
    return {path for path in folder.rglob("*") if path.is_file()}
