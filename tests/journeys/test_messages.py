"""Journey 5: a direct message is there at once, and is answered from its notification in two taps, or three."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, Home, OpenOperator
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

ARRIVES_MS = 20_000


def calls_of_send(home: Home) -> list[dict[str, Any]]:
    """Return the texts that Instagram was asked to deliver."""
    calls = [call for call in home.stack.instagram.journal() if call["path"].endswith("/messages")]
    return [call for call in calls if call["method"] == "POST" and "sender_action" not in call["params"]]


def ask(home: Home, person_id: str, text: str) -> None:
    """Let somebody write to the account."""
    body = {"from": person_id, "message": {"text": text}}
    home.stack.instagram.call("POST", f"/accounts/{home.ig_user_id}/messages", body)


def is_subscribed(home: Home) -> bool:
    """Whether the scheduler has told Instagram to send us what happens."""
    calls = home.stack.instagram.journal()
    return any("subscribed_apps" in call["path"] and call["method"] == "POST" for call in calls)


@pytest.fixture
def person_id(home: Home) -> str:
    """Somebody on the other side, and webhooks that reach us."""
    instagram = home.stack.instagram
    instagram.settings(webhook_url=f"{home.stack.url}/webhooks/instagram")
    wait_until(lambda: is_subscribed(home), seconds=30)
    return str(instagram.call("POST", "/people", {"username": "aigul", "name": "Айгүл"})["id"])


def test_a_message_is_answered_from_its_link_with_one_tap_on_send(
    home: Home, open_operator: OpenOperator, person_id: str
) -> None:
    operator = open_operator("en", PHONE)
    page = operator.page
    operator.visit("/inbox")
    ask(home, person_id, "Қызыл көйлек бар ма?")
    page.get_by_role("status").get_by_text("New or changed:").click(timeout=ARRIVES_MS)
    link = page.locator(".talk", has_text="Қызыл көйлек").get_by_role("link").get_attribute("href")
    assert link is not None

    operator.visit(link)  # 1: the notification
    messages = page.get_by_role("log")
    expect(messages.get_by_text("Қызыл көйлек бар ма?")).to_be_visible()
    page.locator("#message-text").fill("Иә, бар! Өлшеміңіз қандай?")
    page.locator("button[value=now]").tap()  # 2
    answer = page.locator("#thread-newest .bubble.is-own").last
    expect(answer).to_contain_text("Иә, бар! Өлшеміңіз қандай?")
    expect(page.locator("#message-text")).to_have_value("")
    expect(answer.get_by_label("sent").or_(answer.get_by_text("sent"))).to_be_visible(timeout=ARRIVES_MS)
    assert len(calls_of_send(home)) == 1

    ask(home, person_id, "M размер")
    expect(messages.get_by_text("M размер")).to_be_visible(timeout=ARRIVES_MS)
    operator.look()
