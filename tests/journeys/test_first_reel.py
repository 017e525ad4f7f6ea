"""From an empty server to a Reel that is live: the whole of what the product is for."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.operator import CHECKED, Operator, Screen
from tests.journeys.stack import Stack
from tests.media_files import MediaFiles

pytestmark = pytest.mark.browser

CAPTION = "Раф с облепихой снова в меню — до воскресенья ☕\n\n#almaty #кофе @dana"
ZONE = ZoneInfo("Asia/Almaty")
SOONEST_SECONDS = 25
MINUTE = timedelta(minutes=1)

Newcomer = Callable[[Screen], Operator]


@pytest.fixture
def newcomer(chromium: Browser, fresh: Stack) -> Iterator[Newcomer]:
    """Somebody who opens a fresh installation."""
    opened: list[Operator] = []

    def open_one(screen: Screen) -> Operator:
        opened.append(Operator(chromium, fresh, screen))
        return opened[0]

    yield open_one
    assert [fault for operator in opened for fault in operator.leave()] == []


def test_a_reel_is_planned_on_a_desktop_in_russian_and_is_live_at_its_minute(
    newcomer: Newcomer, fresh: Stack, media_files: MediaFiles
) -> None:
    aigerim = newcomer(Screen("ru", 1280))
    set_up_and_connect(aigerim, fresh)
    write_reel(aigerim, media_files.reel())
    due = soonest_minute()
    aigerim.page.fill("#when-date", f"{due:%Y-%m-%d}")
    aigerim.page.fill("#when-time", f"{due:%H:%M}")
    expect(aigerim.page.locator("#schedule-label")).to_contain_text(f"{due:%H:%M}")
    expect(aigerim.page.locator("#checks.tone-ok")).to_be_visible()
    aigerim.look()
    post_id = aigerim.press("schedule")
    aigerim.look()
    aigerim.visit("/posts")
    card = aigerim.page.locator(f"#post-{post_id}")
    expect(card).to_contain_text(f"{due:%H:%M}")
    expect(card.locator("img").first).to_be_visible()
    aigerim.visit("/")
    expect(aigerim.link_to_post(post_id)).to_be_visible()
    aigerim.page.goto(f"/posts/{post_id}")
    is_live_everywhere(aigerim, fresh, post_id)
    [published] = fresh.instagram.published()
    out = datetime.fromisoformat(published["published_at"])
    assert timedelta(0) <= out - due < timedelta(seconds=5)


def test_a_reel_that_had_to_be_put_right_is_published_at_once_from_a_phone_in_kazakh(
    newcomer: Newcomer, fresh: Stack, media_files: MediaFiles
) -> None:
    aigerim = newcomer(Screen("kk", 390))
    set_up_and_connect(aigerim, fresh)
    write_reel(aigerim, media_files.reel(".mp4", video_codec="libvpx-vp9", width=360, height=640, moov_first=False))
    expect(aigerim.page.locator(CHECKED)).to_contain_text(aigerim.say("video format"))
    aigerim.look()
    post_id = aigerim.press("publish")
    expect(aigerim.button("Take back", aigerim.page.locator("#state"))).to_be_visible()
    aigerim.look()
    is_live_everywhere(aigerim, fresh, post_id)
    [published] = fresh.instagram.published()
    assert published["assets"][0]["video_codec"] == "h264"


def set_up_and_connect(aigerim: Operator, stack: Stack) -> None:
    """From the first page of a fresh server to a connected account."""
    page = aigerim.page
    aigerim.visit("/")
    assert page.url.endswith("/welcome")
    aigerim.become_owner()
    aigerim.look()
    ig_user_id = stack.add_account("alma.coffee")
    aigerim.link("Connect account", aigerim.main).click()
    page.wait_for_url("**/accounts")
    aigerim.look()
    aigerim.button("Connect an Instagram account").click()
    page.wait_for_url(re.compile(re.escape(stack.instagram.url)))
    aigerim.look()
    aigerim.allow(ig_user_id)
    aigerim.look()
    aigerim.link("New post", aigerim.main).click()
    page.wait_for_url("**/posts/new")


def write_reel(aigerim: Operator, file: Path) -> None:
    """Add a video, a caption and a cover frame in the composer."""
    page = aigerim.page
    aigerim.look()
    aigerim.upload(file)
    page.fill("#caption", CAPTION)
    for kind, number in (("characters", len(CAPTION)), ("hashtags", 2), ("mentions", 1)):
        expect(page.locator(f"[data-count={kind}] [data-value]")).to_have_text(str(number))
    expect(page.locator("[data-preview-caption]")).to_have_text(CAPTION, use_inner_text=True)
    frame = page.locator(".cover-strip button").nth(3)
    frame.click()
    expect(frame).to_have_attribute("aria-pressed", "true")
    assert int(page.input_value("[name=thumb_offset]")) > 0


def soonest_minute() -> datetime:
    """Return the next full minute that leaves time to look at the pages until then."""
    soon = datetime.now(ZONE) + timedelta(seconds=SOONEST_SECONDS)
    return soon.replace(second=0, microsecond=0) + MINUTE


def is_live_everywhere(aigerim: Operator, stack: Stack, post_id: int) -> None:
    """Wait on the post's page until it is live, and find it in the queue, on Instagram and in its own log."""
    page = aigerim.page
    aigerim.expect_live(longest_ms=150_000)
    log = page.locator("#log")
    expect(log).to_contain_text(aigerim.say("Published"))
    expect(log).to_contain_text(aigerim.say("Instagram is ready: only publishing is left"))
    log.locator("details.answers summary").first.click()
    aigerim.look()
    assert "Bearer" not in page.content()
    link = aigerim.instagram_link.get_attribute("href")
    assert link is not None and link.startswith(stack.instagram.url)
    aigerim.visit("/posts?tab=published")
    expect(page.locator(f"#post-{post_id}")).to_contain_text("Раф с облепихой")
    page.goto(link)
    expect(page.locator(".caption")).to_contain_text("Раф с облепихой")
    page.goto(stack.instagram.url)
    expect(page.locator("section[aria-labelledby=live] .tile")).to_have_count(1)
