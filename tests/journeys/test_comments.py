"""Twenty comments are cleared with one or two keys each, and all of it is done on Instagram."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Home, OpenOperator
from tests.journeys.operator import WORK_MS
from tests.sandbox_server import SandboxServer
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

KEYS_A_COMMENT = 2
SAVED_AFTER_MS = 1000
HIDDEN, DONE, SAVED, WRITTEN = 6, 6, 4, 4
ALL = HIDDEN + DONE + SAVED + WRITTEN

_guests = count(1)


class Keyboard:
    """Counts what is pressed; the letters of an answer are typed, not pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


@pytest.fixture
def media_id(home: Home) -> Iterator[str]:
    """A Reel under which twenty people have asked something, as webhooks told."""
    instagram = home.stack.instagram
    instagram.settings(webhook_url=f"{home.stack.url}/webhooks/instagram")
    wait_until(lambda: bool(instagram.call("POST", "/webhook/verify")["verified"]), 30)
    wait_until(lambda: _is_subscribed(instagram), 60)
    reel = instagram.call("POST", f"/accounts/{home.ig_user_id}/media", {"media_type": "REELS", "caption": "Раф"})
    for number in range(ALL):
        person = instagram.call("POST", "/people", {"username": f"guest{next(_guests)}"})
        comment = {"from": person["id"], "text": f"Сколько стоит номер {number}?"}
        instagram.call("POST", f"/media/{reel['id']}/comments", comment)
    yield reel["id"]
    instagram.settings(webhook_url="")


def _is_subscribed(instagram: SandboxServer) -> bool:
    return any(call["path"].endswith("/subscribed_apps") and call["method"] == "POST" for call in instagram.journal())


def test_twenty_comments_are_cleared_with_at_most_two_keys_each(
    open_operator: OpenOperator, home: Home, media_id: str
) -> None:
    aigerim = open_operator("ru", DESKTOP)
    page, keyboard = aigerim.page, Keyboard(aigerim.page)
    page.goto("/saved-replies")
    page.locator("form[action='/saved-replies/examples'] button").click()
    wait_until(lambda: threads_shown(page) == ALL, WORK_MS / 1000)
    aigerim.look()
    order = page.eval_on_selector_all("[data-thread]", "all => all.map((one) => one.dataset.thread)")
    clear(page, keyboard, order)
    assert keyboard.pressed <= KEYS_A_COMMENT * ALL
    wait_until(lambda: outcome(home, media_id) == {"hidden": HIDDEN, "answered": SAVED + WRITTEN}, WORK_MS / 1000)
    wait_until(lambda: threads_shown(page) == 0, WORK_MS / 1000)
    expect(page.locator(".empty")).to_be_visible()
    aigerim.look()


def test_what_is_typed_survives_what_others_do_in_the_thread_and_a_reload(
    open_operator: OpenOperator, home: Home, media_id: str
) -> None:
    aigerim, daniyar = open_operator("ru", DESKTOP), open_operator("kk", PHONE)
    page = aigerim.page
    wait_until(lambda: threads_shown(page) >= 2, WORK_MS / 1000)
    thread = page.locator("[data-thread]").first
    thread_id = thread.get_attribute("data-thread")
    thread.locator("[data-act=reply]").click()
    page.keyboard.type("Начало ответа")
    daniyar.visit("/comments")
    daniyar.page.locator(f"#thread-{thread_id} [data-act=like]").click()
    expect(thread.locator("[data-act=like]")).to_have_attribute("aria-pressed", "true")
    field = thread.locator("textarea")
    expect(field).to_have_value("Начало ответа")
    expect(field).to_be_focused()
    page.wait_for_timeout(SAVED_AFTER_MS)
    page.reload()
    expect(thread.locator("textarea")).to_be_visible()
    expect(thread.locator("textarea")).to_have_value("Начало ответа")
    thread.locator("[data-send=public]").click()
    expect(thread.locator(".is-own .comment-text")).to_have_text("Начало ответа", timeout=WORK_MS)
    expect(thread.locator("textarea")).to_be_hidden()
    page.reload()
    expect(page.locator(f"#thread-{thread_id}")).to_have_count(0)


def test_a_deletion_is_asked_about_and_can_be_taken_back(
    open_operator: OpenOperator, home: Home, media_id: str
) -> None:
    aigerim = open_operator("ru", PHONE)
    page = aigerim.page
    wait_until(lambda: threads_shown(page) >= 2, WORK_MS / 1000)
    thread = page.locator("[data-thread]").first
    thread.locator("[data-act=delete]").click()
    page.locator("[data-confirm-yes]").click()
    thread.locator("[data-act=undo]").click()
    expect(thread.locator("[data-act=undo]")).to_have_count(0)
    expect(thread.locator("[data-act=delete]")).to_be_visible()
    aigerim.look()
    second = page.locator("[data-thread]").nth(1)
    second.locator("[data-act=delete]").click()
    page.locator("[data-confirm-yes]").click()
    expect(second.locator("[data-act]")).to_have_count(0, timeout=WORK_MS)


def threads_shown(page: Page) -> int:
    """Open the desk anew; return how many threads it shows."""
    page.goto("/comments")
    return page.locator("[data-thread]").count()


def clear(page: Page, keyboard: Keyboard, order: list[str]) -> None:
    """Hide, finish, answer with a saved reply, and answer in words of one's own."""
    for number, thread in enumerate(order):
        if number:
            expect(page.locator(f"#thread-{thread}")).to_be_focused()
        if number < HIDDEN:
            keyboard.press("h")
        elif number < HIDDEN + DONE:
            keyboard.press("e")
        elif number < HIDDEN + DONE + SAVED:
            keyboard.press("q", "1")
        else:
            keyboard.press("r")
            page.keyboard.type(f"Ответ {number}")
            keyboard.press("Control+Enter")


def outcome(home: Home, media_id: str) -> dict[str, Any]:
    """Return how many comments Instagram has hidden, and how many have exactly one answer."""
    instagram = home.stack.instagram
    token = instagram.call("POST", f"/accounts/{home.ig_user_id}/token", {})["access_token"]
    answer = requests.get(
        f"{instagram.url}/v25.0/{media_id}/comments",
        params={"fields": "hidden,replies{text}", "limit": "50"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    found = answer.json()["data"]
    replies = [one.get("replies", {"data": []})["data"] for one in found]
    assert all(len(several) <= 1 for several in replies)
    return {"hidden": sum(one["hidden"] for one in found), "answered": sum(map(len, replies))}
