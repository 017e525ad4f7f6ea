"""Uploads over a bad connection, and files that are not what they say."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Request, Response, expect

from tests.assets.hostile import box
from tests.journeys.conftest import Home, OpenOperator
from tests.journeys.operator import CHECKED, WORK_MS, Operator
from tests.journeys.words import count
from tests.media_files import MediaFiles

pytestmark = pytest.mark.browser

CHUNK = 8 * 1024 * 1024
SLOW = 3_000_000
"""Bytes a second: slow enough to break a piece off in the middle."""
ROW = "#media .upload"


class Connection:
    """The browser's connection: slow, cut, or as good as ever."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Network.enable")

    def slow_down(self) -> None:
        """Let bytes go out slowly."""
        self._set(upload=SLOW)

    def cut(self) -> None:
        """Break everything off that is on its way."""
        self._set(is_offline=True)

    def mend(self) -> None:
        """Let everything through again."""
        self._set()

    def _set(self, *, is_offline: bool = False, upload: int = -1) -> None:
        conditions = {"offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}
        self._devtools.send("Network.emulateNetworkConditions", conditions)


@dataclass
class Sent:
    """Where each request with bytes began, and how far the server said that it was, in the order of the wire."""

    offsets: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)

    def listen(self, page: Page) -> "Sent":
        """Note what the page sends from now on."""
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        return self

    def _on_request(self, request: Request) -> None:
        if request.method == "PATCH":
            self.offsets.append(int(request.headers["upload-offset"]))

    def _on_response(self, response: Response) -> None:
        if response.request.method == "HEAD" and "upload-offset" in response.headers:
            self.kept.append(int(response.headers["upload-offset"]))


@pytest.fixture
def long_reel(media_files: MediaFiles, tmp_path: Path) -> Path:
    """A real video that takes three pieces to send."""
    path = tmp_path / "обжарка зерна.mp4"
    path.write_bytes(media_files.reel().read_bytes() + box(b"free", bytes(2 * CHUNK + CHUNK // 2)))
    return path


def test_an_upload_that_is_broken_off_goes_on_by_itself_where_the_server_stopped(
    open_operator: OpenOperator, home: Home, long_reel: Path
) -> None:
    aigerim = open_operator("ru", 1280)
    page, connection = aigerim.page, Connection(aigerim.page)
    aigerim.watch.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    sent = Sent().listen(page)
    begin(aigerim, connection, long_reel)
    connection.cut()
    expect(page.locator(f"{ROW}[data-state=resuming]")).to_contain_text(
        aigerim.say("No connection. The upload goes on by itself.")
    )
    expect(page.locator("#offline-bar")).to_contain_text(
        aigerim.say("No connection. What you type is kept on this device.")
    )
    aigerim.look()
    page.fill("#caption", "Написано без сети")
    connection.mend()
    expect(page.locator(CHECKED)).to_be_visible(timeout=WORK_MS)
    assert_no_byte_was_sent_twice(sent)
    assert_arrived_whole(home, long_reel)
    expect(page.locator("#caption")).to_have_value("Написано без сети")


def test_an_upload_survives_a_reload_of_the_page_and_so_does_the_text(
    open_operator: OpenOperator, home: Home, long_reel: Path
) -> None:
    aigerim = open_operator("kk", 390)
    page, connection = aigerim.page, Connection(aigerim.page)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    begin(aigerim, connection, long_reel)
    page.reload()
    assert asked == ["beforeunload"]
    connection.mend()
    expect(page.locator("#caption")).to_have_value("Жолда")
    row = page.locator(f"{ROW}[data-unfinished]")
    expect(row).to_contain_text(long_reel.name)
    aigerim.look()
    sent = Sent().listen(page)
    page.set_input_files("#media-file", long_reel)
    expect(page.locator(CHECKED)).to_be_visible(timeout=WORK_MS)
    assert_no_byte_was_sent_twice(sent)
    assert_arrived_whole(home, long_reel)


def test_a_post_can_be_planned_while_its_video_is_still_on_its_way(
    open_operator: OpenOperator, long_reel: Path
) -> None:
    aigerim = open_operator("ru", 390)
    page, connection = aigerim.page, Connection(aigerim.page)
    begin(aigerim, connection, long_reel)
    page.click("button[name=action][value=schedule]")
    expect(page.locator("#toasts")).to_contain_text(
        aigerim.say("Saved. Keep this page open until the file has arrived.")
    )
    connection.mend()
    page.wait_for_url(re.compile(r"/posts/\d+$"), timeout=WORK_MS)
    expect(page.locator("#state .badge").first).to_contain_text(aigerim.say("Scheduled"), timeout=WORK_MS)
    aigerim.look()


@pytest.mark.parametrize(("locale", "width"), [("ru", 1280), ("kk", 390)])
def test_a_file_that_cannot_become_a_reel_is_refused_with_the_rule_and_what_was_measured(
    open_operator: OpenOperator, media_files: MediaFiles, tmp_path: Path, locale: str, width: int
) -> None:
    aigerim = open_operator(locale, width)
    page = aigerim.page
    aigerim.watch.expect("status of 422")
    # Chromium itself follows the chosen playlist for the preview; the policy is what stops it.
    aigerim.watch.expect("http://127.0.0.1:9/a.ts", "media-src")
    files = {
        "letter.mp4": b"Dear Instagram, this is no video at all. " * 50,
        "list.mp4": b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "two-seconds.mp4": media_files.reel(seconds=2.0).read_bytes(),
    }
    too_short = count(
        locale,
        "A Reel must last at least %(num)s second; this video lasts %(seconds)s s.",
        "A Reel must last at least %(num)s seconds; this video lasts %(seconds)s s.",
        3,
        seconds="2",
    )
    sentences = {
        "letter.mp4": aigerim.say("This is neither a video nor a picture that we know."),
        "list.mp4": aigerim.say("This is a playlist, not a video: it only names other files."),
        "two-seconds.mp4": too_short,
    }
    aigerim.compose("Не то")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        page.set_input_files("#media-file", tmp_path / name)
        refused = page.locator("#media-status [data-asset][data-state=refused]").filter(has_text=name)
        expect(refused).to_contain_text(sentences[name], timeout=WORK_MS)
    aigerim.look()
    page.click("button[name=action][value=schedule]")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("#caption")).to_have_value("Не то")
    aigerim.look()


def test_a_file_that_is_too_large_is_refused_before_a_byte_is_sent(open_operator: OpenOperator, tmp_path: Path) -> None:
    aigerim = open_operator("kk", 390)
    aigerim.watch.expect("status of 413")
    huge = tmp_path / "huge.mp4"
    with huge.open("wb") as file:
        file.truncate(301_000_000)
    sent = Sent().listen(aigerim.page)
    aigerim.compose("Тым үлкен")
    aigerim.page.set_input_files("#media-file", huge)
    row = aigerim.page.locator(f"{ROW}[data-state=failed]")
    expect(row).to_contain_text("301")
    expect(row).to_contain_text("300")
    assert sent.offsets == []
    aigerim.look()


def begin(aigerim: Operator, connection: Connection, file: Path) -> None:
    """Begin an upload, and return when it is in the middle of its second piece."""
    aigerim.compose("Жолда")
    connection.slow_down()
    aigerim.page.set_input_files("#media-file", file)
    aigerim.page.wait_for_function(
        "(row) => document.querySelector(row + ' progress')?.value >= 45", arg=ROW, timeout=WORK_MS
    )


def assert_no_byte_was_sent_twice(sent: Sent) -> None:
    """Check that sending went on exactly where the server had stopped; it refuses any other place."""
    assert sent.kept[-1] >= CHUNK
    assert sent.kept[-1] in sent.offsets
    assert sorted(sent.offsets) == sent.offsets


def assert_arrived_whole(home: Home, file: Path) -> None:
    """Check that the file lies in the media folder as it was."""
    digest = hashlib.sha256(file.read_bytes()).digest()
    stored = [
        path for path in home.stack.media.rglob("*") if path.is_file() and path.stat().st_size == file.stat().st_size
    ]
    assert digest in [hashlib.sha256(path.read_bytes()).digest() for path in stored]
