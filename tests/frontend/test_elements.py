"""The custom elements and the page of components, in a real browser under the real Content-Security-Policy."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.config import PROJECT_DIR
from tests.frontend.component_site import ComponentSite

pytestmark = pytest.mark.browser

VECTORS = json.loads((PROJECT_DIR / "tests/instagram/caption_vectors.json").read_text(encoding="utf-8"))
AXE = (PROJECT_DIR / "tests/vendor/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHUNK = 8 * 1024 * 1024
ADDED = "#ui-upload .upload:nth-child(2)"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_components_have_no_accessibility_faults_and_no_sideways_scrolling(
    chromium: Browser, site: ComponentSite, width: int, theme: str
) -> None:
    context = chromium.new_context(
        base_url=site.url, viewport={"width": width, "height": 844}, has_touch=width < 500, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"/?theme={theme}")
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE + ";0")
    violations = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}}).then((run) => run.violations)")
    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_counter_counts_as_the_server_does(page: Page) -> None:
    page.goto("/")
    code = "(texts) => import('/static/js/counter.js').then(({countCaption}) => texts.map(countCaption))"
    counted = page.evaluate(code, [vector["text"] for vector in VECTORS])
    names = ("characters", "hashtags", "mentions")
    assert counted == [{name: vector[name] for name in names} for vector in VECTORS]


def test_the_counter_marks_what_is_over_the_limit(page: Page) -> None:
    page.goto("/")
    page.fill("#ui-caption", " ".join(f"#tag{number}" for number in range(31)))
    hashtags = page.locator('[data-count="hashtags"]')
    expect(hashtags).to_have_attribute("data-over", "")
    expect(hashtags).to_contain_text("31 / 30")
    page.fill("#ui-caption", "short")
    expect(hashtags).not_to_have_attribute("data-over", "")


def test_an_upload_goes_in_pieces_and_leaves_the_asset_id_in_the_form(
    page: Page, site: ComponentSite, tmp_path: Path
) -> None:
    page.goto("/")
    page.set_input_files("#ui-upload-file", video(tmp_path))
    expect(page.locator(f"{ADDED}[data-state=done]")).to_be_visible()
    assert page.input_value(f"{ADDED} input[name=asset_id]", strict=True) == "asset-0"
    assert site.uploads.offsets == [0, CHUNK]
    assert site.uploads.csrf_tokens == {"token-of-the-tests"}


def test_an_upload_goes_on_by_itself_after_the_server_failed(page: Page, site: ComponentSite, tmp_path: Path) -> None:
    site.uploads.failing = 2
    page.goto("/")
    page.set_input_files("#ui-upload-file", video(tmp_path))
    expect(page.locator(f"{ADDED}[data-state=done]")).to_be_visible()
    assert site.uploads.offsets == [0, CHUNK]


def test_an_upload_pauses_and_resumes_where_it_stopped(page: Page, site: ComponentSite, tmp_path: Path) -> None:
    site.uploads.gate.clear()
    page.goto("/")
    page.set_input_files("#ui-upload-file", video(tmp_path))
    page.click(f"{ADDED} [data-action=pause]")
    expect(page.locator(f"{ADDED}[data-state=paused]")).to_be_visible()
    site.uploads.gate.set()
    page.click(f"{ADDED} [data-action=resume]")
    expect(page.locator(f"{ADDED}[data-state=done]")).to_be_visible()
    assert bytes(site.uploads.files[-1][1]) == video(tmp_path).read_bytes()


def test_after_a_reload_the_same_file_goes_on_without_sending_a_byte_twice(
    page: Page, site: ComponentSite, tmp_path: Path
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    site.uploads.gate.clear()
    page.goto("/")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.set_input_files("#ui-upload-file", video(tmp_path))
    page.reload()
    site.uploads.gate.set()
    expect(page.locator("#ui-upload [data-unfinished='clip.mov']")).to_be_visible()
    page.set_input_files("#ui-upload-file", video(tmp_path))
    expect(page.locator(f"{ADDED}[data-state=done]")).to_be_visible()
    assert len(site.uploads.files) == 1
    assert bytes(site.uploads.files[0][1]) == video(tmp_path).read_bytes()


def test_a_refused_upload_shows_the_servers_own_words(page: Page, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mov"
    empty.touch()
    page.goto("/")
    page.set_input_files("#ui-upload-file", empty)
    expect(page.locator(f"{ADDED}[data-state=failed]")).to_contain_text("Файл пустой.")


def test_typed_text_survives_leaving_and_a_refusal_and_is_forgotten_once_taken(page: Page) -> None:
    page.goto("/draft")
    page.locator("sf-autosave-draft:defined").wait_for()
    page.fill("#note", "a bad note")
    page.goto("/")
    page.goto("/draft")
    expect(page.locator("[data-restored]")).to_be_visible()
    expect(page.locator("#note")).to_have_value("a bad note")
    page.click("text=Save")
    page.wait_for_load_state()
    page.goto("/draft")
    expect(page.locator("#note")).to_have_value("a bad note")
    page.fill("#note", "a fine note")
    page.click("text=Save")
    page.wait_for_url("**/")
    page.goto("/draft")
    page.locator("sf-autosave-draft:defined").wait_for()
    expect(page.locator("#note")).to_have_value("")


def test_chips_fill_date_and_time(page: Page) -> None:
    page.goto("/")
    page.click("text=Завтра 12:00")
    assert (page.input_value("#ui-when-date"), page.input_value("#ui-when-time")) == ("2026-11-22", "12:00")
    expect(page.locator("button.chip", has_text="Завтра 12:00")).to_have_attribute("aria-pressed", "true")


def test_a_broken_answer_says_so_and_a_question_is_asked_before_deleting(page: Page) -> None:
    page.goto("/ask")
    page.wait_for_load_state("networkidle")
    page.click("text=Break")
    expect(page.locator("#toasts .toast")).to_contain_text("Nothing was lost")
    page.click("text=Delete")
    page.click("dialog[open] >> text=Cancel")
    expect(page.locator("#answer")).to_be_empty()
    page.click("text=Delete")
    page.click("dialog[open] [data-confirm-yes]")
    expect(page.locator("#answer")).to_have_text("gone")


def test_keys_work_by_their_place_whatever_the_layout_prints(page: Page) -> None:
    page.goto("/ask")
    page.locator("sf-hotkeys:defined").wait_for(state="attached")
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyC', key: 'с', bubbles: true}))")
    page.wait_for_url("**/draft")


def test_a_menu_closes_with_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/")
    page.locator("sf-menu:defined").first.wait_for(state="attached")
    page.click(".user-menu > summary")
    page.keyboard.press("Escape")
    expect(page.locator(".user-menu")).not_to_have_attribute("open", "")
    expect(page.locator(".user-menu > summary")).to_be_focused()


def video(folder: Path) -> Path:
    """Return a file of two chunks; the same at every call."""
    path = folder / "clip.mov"
    if not path.exists():
        path.write_bytes(bytes(range(256)) * (40_000))
    return path
