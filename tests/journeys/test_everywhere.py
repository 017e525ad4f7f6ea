"""What holds on every page: languages, themes, widths, the keyboard, and no JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import DESKTOP, PHONE, Home, OpenOperator
from tests.journeys.operator import CHECKED, WORK_MS, Operator, Screen
from tests.journeys.watch import sticks_out
from tests.media_files import MediaFiles

pytestmark = pytest.mark.browser

CAPTION = "Обжарка по четвергам #кофе"
PAGES = (
    "/",
    "/posts",
    "/posts?tab=attention",
    "/posts?tab=drafts",
    "/posts?tab=published",
    "/posts?tab=cancelled",
    "/posts/new",
    "/posts/{post}",
    "/posts/{post}/edit",
    "/posts/{post}/time",
    "/comments",
    "/comments?tab=all",
    "/comments?tab=hidden&words=кофе",
    "/comments/rules",
    "/saved-replies",
    "/saved-replies/new",
    "/accounts",
    "/accounts/1",
    "/accounts/1/disconnect",
    "/settings/",
    "/settings/workspace",
    "/settings/team",
    "/settings/status",
    "/settings/profile",
    "/settings/appearance",
    "/settings/devices",
    "/no-such-page",
)
STEPS_AT_MOST = 80


@pytest.fixture(scope="module")
def post_id(home: Home, chromium: Browser, media_files: MediaFiles) -> int:
    """A planned post and a draft."""
    aigerim = Operator(chromium, home.stack, Screen("ru", DESKTOP), storage_state=home.cookies)
    aigerim.compose("Черновик")
    aigerim.press("draft")
    aigerim.compose(CAPTION)
    aigerim.upload(media_files.reel())
    planned = aigerim.press("schedule")
    assert aigerim.leave() == []
    return planned


@pytest.mark.parametrize(
    ("locale", "width", "theme"),
    [
        ("ru", DESKTOP, "light"),
        ("ru", PHONE, "dark"),
        ("kk", DESKTOP, "dark"),
        ("kk", PHONE, "light"),
        ("en", PHONE, "dark"),
    ],
)
def test_every_page_owes_its_language_a_title_and_no_barrier(
    open_operator: OpenOperator, post_id: int, locale: str, width: int, theme: str
) -> None:
    aigerim = open_operator(locale, width, color_scheme=theme)
    aigerim.watch.expect("status of 404")
    for path in PAGES:
        aigerim.visit(path.format(post=post_id))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_to_sign_in_speaks_the_language_of_the_browser_until_another_is_chosen(
    chromium: Browser, home: Home, theme: str
) -> None:
    visitor = Operator(chromium, home.stack, Screen("kk", PHONE), color_scheme=theme)
    visitor.visit("/login")
    visitor.page.locator("button[name=locale][value=ru]").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "ru")
    visitor.page.reload()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "ru")
    assert visitor.leave() == []


def test_language_and_theme_are_switched_on_any_page_and_remembered_with_the_person(
    open_operator: OpenOperator, chromium: Browser, home: Home, post_id: int
) -> None:
    aigerim = open_operator("ru", PHONE)
    page = aigerim.page
    page.goto(f"/posts/{post_id}/edit")
    page.locator(".user-menu summary").click()
    page.locator(".user-menu button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".user-menu button[name=locale][value=kk]").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    assert page.url.endswith(f"/posts/{post_id}/edit")
    expect(page.locator("#caption")).to_have_value(CAPTION)

    elsewhere = Operator(chromium, home.stack, Screen("ru", DESKTOP))
    elsewhere.sign_in()
    expect(elsewhere.page.locator("html")).to_have_attribute("lang", "kk")
    expect(elsewhere.page.locator("html")).to_have_attribute("data-theme", "dark")
    elsewhere.page.locator(".user-menu summary").click()
    elsewhere.page.locator(".user-menu button[name=theme][value=system]").click()
    expect(elsewhere.page.locator("html")).to_have_attribute("data-theme", "system")
    assert elsewhere.leave() == []


def test_a_reel_is_planned_with_the_keyboard_alone(open_operator: OpenOperator, media_files: MediaFiles) -> None:
    aigerim = open_operator("ru", DESKTOP)
    page, keyboard = aigerim.page, aigerim.page.keyboard
    page.goto("/")
    page.evaluate("customElements.whenDefined('sf-hotkeys').then(() => true)")
    keyboard.press("c")
    page.wait_for_url("**/posts/new")
    tab_to(aigerim, "#media-file")
    with page.expect_file_chooser() as chooser:
        keyboard.press("Space")
    chooser.value.set_files(media_files.reel())
    expect(page.locator(CHECKED)).to_be_visible(timeout=WORK_MS)
    tab_to(aigerim, "#caption")
    keyboard.type("Набрано с клавиатуры")
    tab_to(aigerim, "#thumb_offset-ms")
    keyboard.press("ArrowRight")
    tab_to(aigerim, ".chip[data-date] >> nth=1")
    keyboard.press("Enter")
    expect(page.locator(".chip[data-date]").nth(1)).to_have_attribute("aria-pressed", "true")
    tab_to(aigerim, "#caption", backwards=True)
    keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/posts/\d+$"))
    expect(page.locator("#state .badge").first).to_contain_text(aigerim.say("Scheduled"))
    tab_to(aigerim, "main summary")
    keyboard.press("Enter")
    expect(page.locator("main .menu-panel").first).to_be_visible()
    keyboard.press("Escape")
    expect(page.locator("main .menu-panel").first).to_be_hidden()


def test_a_reel_is_planned_without_javascript(open_operator: OpenOperator, media_files: MediaFiles) -> None:
    aigerim = open_operator("ru", PHONE, java_script_enabled=False)
    page = aigerim.page
    page.goto("/posts/new")
    page.set_input_files("#media-file", media_files.reel())
    page.fill("#caption", "Без JavaScript")
    assert sticks_out(page) == []
    page.locator("button[name=action][value=schedule]").click()
    page.wait_for_url(re.compile(r"/posts/\d+$"))
    post_id = page.url.rpartition("/")[2]
    page.goto("/posts")
    expect(page.locator(f"#post-{post_id}")).to_contain_text("Без JavaScript")


def tab_to(aigerim: Operator, selector: str, *, backwards: bool = False) -> None:
    """Press Tab until the element has the focus."""
    target = aigerim.page.locator(selector).first
    for _ in range(STEPS_AT_MOST):
        aigerim.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if target.evaluate("(element) => element === document.activeElement"):
            expect(target).to_be_in_viewport()
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")
