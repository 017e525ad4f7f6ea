"""Somebody with a browser, and what they do in it again and again."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.stack import Stack
from tests.journeys.watch import Watch
from tests.journeys.words import say

PATIENCE_MS = 20_000
"""For what the page does by itself."""
WORK_MS = 60_000
"""For what the scheduler does: checks, conversions, publishing."""
BROWSER_LANGUAGES = {"ru": "ru-RU", "kk": "kk-KZ", "en": "en-GB"}
PASSWORD = "жеті рет өлшеп бір рет кес"
EMAIL = "aigerim@example.kz"
UPLOADED = "#media .upload[data-state=done]"
CHECKED = "#media-status [data-asset][data-state=ready]"


@dataclass(frozen=True)
class Screen:
    """The device and the language of a journey."""

    locale: str
    width: int

    @property
    def is_phone(self) -> bool:
        """Whether it is held in a hand."""
        return self.width < 500

    def __str__(self) -> str:
        return f"{self.locale}-{self.width}"


class Operator:
    """A person at a screen."""

    def __init__(self, browser: Browser, stack: Stack, screen: Screen, **options: Any) -> None:
        self.stack, self.screen = stack, screen
        self.context: BrowserContext = browser.new_context(
            base_url=stack.url,
            locale=BROWSER_LANGUAGES[screen.locale],
            viewport={"width": screen.width, "height": 844 if screen.is_phone else 800},
            has_touch=screen.is_phone,
            is_mobile=screen.is_phone,
            reduced_motion="reduce",
            **options,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.watch = Watch(self.page, stack.url)

    def leave(self) -> list[str]:
        """Close the browser; return what its pages did that they should not have done."""
        self.context.close()
        return self.watch.faults

    # Finding

    def say(self, msgid: str, **values: Any) -> str:
        """Return a sentence in this person's language."""
        return say(self.screen.locale, msgid, **values)

    def button(self, msgid: str, inside: Locator | None = None, **values: Any) -> Locator:
        """Return the button with this word."""
        return (inside or self.page).get_by_role("button", name=self.say(msgid, **values), exact=True)

    def link(self, msgid: str, inside: Locator | None = None, **values: Any) -> Locator:
        """Return the link with this word."""
        return (inside or self.page).get_by_role("link", name=self.say(msgid, **values), exact=True)

    @property
    def main(self) -> Locator:
        """The page without its frame."""
        return self.page.locator("main")

    # Looking

    def look(self) -> None:
        """Check what every page owes."""
        self.watch.look(self.screen.locale)

    def visit(self, path: str) -> None:
        """Open a page and check it."""
        self.page.goto(path)
        self.look()

    # Doing

    def become_owner(self) -> None:
        """Fill in the first page of a fresh installation."""
        page = self.page
        page.goto("/")
        page.select_option("[name=language]", self.screen.locale)
        page.fill("[name=name]", "Айгерім Ахметқызы")
        page.fill("[name=email]", EMAIL)
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=workspace_name]", "Алма Кофе")
        self.button("Begin").click()
        page.wait_for_url(self.stack.url + "/")

    def speak(self, locale: str) -> None:
        """Switch the language of the pages, as the switch in the menu does."""
        self.page.goto("/")
        if self.page.locator("html").get_attribute("lang") != locale:
            self.page.locator(".user-menu summary").click()
            self.page.locator(f".user-menu button[name=locale][value={locale}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", locale)

    def sign_in(self) -> None:
        """Come in as the owner."""
        self.page.goto("/login")
        self.page.fill("[name=email]", EMAIL)
        self.page.fill("[name=password]", PASSWORD)
        self.button("Sign in").click()
        self.page.wait_for_url(self.stack.url + "/")

    def ask_to_connect(self) -> None:
        """Go to Instagram's page from the page of accounts."""
        self.page.goto("/accounts")
        self.main.locator("form[action='/accounts/connect'] button").first.click()
        self.page.wait_for_url(re.compile(re.escape(self.stack.instagram.url)))

    def allow(self, ig_user_id: str, *, without: Collection[str] = (), outcome: str = "connected") -> None:
        """Say yes on Instagram's page, and come back."""
        page = self.page
        page.check(f"input[name=account][value='{ig_user_id}']")
        for scope in without:
            page.uncheck(f"input[name=allowed][value='{scope}']")
        page.click("button[name=decision][value=allow]")
        self.expect_outcome(outcome)

    def expect_outcome(self, outcome: str) -> None:
        """Wait for the page that says how connecting ended."""
        expect(self.page.locator(f"[data-outcome='{outcome}']")).to_be_visible(timeout=PATIENCE_MS)

    def compose(self, caption: str) -> None:
        """Open the composer and write a caption."""
        self.page.goto("/posts/new")
        self.page.fill("#caption", caption)

    def upload(self, file: Path) -> None:
        """Upload a video in the composer and wait until it was checked and, if need be, put right."""
        self.page.set_input_files("#media-file", file)
        expect(self.page.locator(UPLOADED)).to_be_visible(timeout=WORK_MS)
        expect(self.page.locator(CHECKED)).to_be_visible(timeout=WORK_MS)

    def press(self, action: str) -> int:
        """Press one of the composer's buttons (schedule, publish, draft); return the post's id."""
        hidden_on_phone = self.screen.is_phone and action != "schedule"
        if hidden_on_phone:
            self.page.locator(".phone-only summary").click()
        self.page.locator(f"button[name=action][value={action}]:visible").click()
        self.page.wait_for_url(re.compile(r"/posts/\d+$"))
        return int(self.page.url.rpartition("/")[2])

    def expect_live(self, longest_ms: int = WORK_MS) -> None:
        """Wait on a post's page until it says that the post is live, with its link."""
        expect(self.instagram_link).to_be_visible(timeout=longest_ms)

    def link_to_post(self, post_id: int) -> Locator:
        """The first link to a post's page."""
        return self.main.locator(f"a[href='/posts/{post_id}']").first

    @property
    def instagram_link(self) -> Locator:
        """The link to the post on Instagram."""
        return self.link("Open on Instagram", self.page.locator("#state"))
