"""Files for Instagram and for the people of the workspace."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import assets as app_assets
from app.assets.models import Asset, AssetState
from app.assets.public_links import media_url
from app.assets.rules import Fix
from app.config import Config
from app.web.sentences.assets import FIXES, SENTENCES
from tests.clocks import FrozenClock
from tests.factories import Cast, make_asset
from tests.media_files import MediaFiles
from tests.web_client import Browser, OpenBrowser

ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def reel(media_files: MediaFiles) -> Path:
    return media_files.reel(width=96, height=160, seconds=4.0)


@pytest.fixture
def asset(cast: Cast, reel: Path, config: Config) -> Asset:
    facts = {"kind": "video", "container": "mp4", "width": 96, "height": 160, "duration_seconds": 4.0}
    return make_asset(cast.workspace, reel, media_dir=config.media_dir, facts=facts)


@pytest.fixture
def link(asset: Asset, config: Config, clock: FrozenClock) -> str:
    return media_url(asset, clock.now() + timedelta(hours=1), config).removeprefix(ORIGIN)


def test_instagram_fetches_the_file_whole_and_in_parts(nobody: Browser, link: str, reel: Path) -> None:
    content = reel.read_bytes()
    whole = nobody.client.get(link, base_url=ORIGIN)
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "video/mp4", content)
    asked = nobody.client.head(link, base_url=ORIGIN)
    assert (asked.status_code, asked.data, asked.content_length) == (200, b"", len(content))
    for ranged, expected in {
        "bytes=0-99": content[:100],
        "bytes=500-": content[500:],
        "bytes=-100": content[-100:],
    }.items():
        part = nobody.client.get(link, base_url=ORIGIN, headers={"Range": ranged})
        assert (part.status_code, part.data) == (206, expected)
        assert part.headers["Content-Range"].endswith(f"/{len(content)}")
    beyond = nobody.client.get(link, base_url=ORIGIN, headers={"Range": f"bytes={len(content)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(content)}")


def test_a_public_answer_carries_no_rights_and_no_cookie(nobody: Browser, link: str, asset: Asset) -> None:
    headers = nobody.client.get(link, base_url=ORIGIN).headers
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"].startswith("private")
    assert headers["Content-Disposition"] == f'inline; filename="video-{asset.id}.mp4"'
    assert "sandbox" in headers["Content-Security-Policy"] and "script-src" not in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_a_link_that_is_over_altered_or_of_another_kind_leads_nowhere(
    nobody: Browser, link: str, clock: FrozenClock
) -> None:
    token = link.removeprefix("/media/").removesuffix(".mp4")
    for wrong in (f"/media/{token}.html", f"/media/{token}.svg", f"/media/{token[:-2]}AA.mp4", "/media/x.mp4"):
        answer = nobody.client.get(wrong, base_url=ORIGIN)
        assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    clock.advance(hours=2)
    assert nobody.client.get(link, base_url=ORIGIN).status_code == 404


def test_a_link_to_a_file_that_was_deleted_leads_nowhere(
    nobody: Browser, link: str, asset: Asset, config: Config
) -> None:
    (config.media_dir / str(asset.original_path)).unlink()
    assert nobody.client.get(link, base_url=ORIGIN).status_code == 404


def test_the_preview_is_for_the_workspace_only(
    member: Browser, open_browser: OpenBrowser, cast: Cast, asset: Asset, reel: Path
) -> None:
    path = f"/assets/{asset.id}/video"
    part = member.fetch("GET", path, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, reel.read_bytes()[:10])
    assert "sandbox" in part.headers["Content-Security-Policy"]
    outsider = open_browser(cast.outsider, cast.other_workspace)
    for page in (path, f"/assets/{asset.id}", f"/assets/{asset.id}/poster"):
        assert outsider.get(page).status_code == 404
        assert open_browser().get(page).status_code in {303, 401}


def test_nothing_uploaded_is_ever_sent_as_a_page(
    member: Browser, cast: Cast, tmp_path: Path, config: Config, app: Flask
) -> None:
    for name in ("page.html", "drawing.svg", "plain.bin", "page.xhtml"):
        file = tmp_path / name
        file.write_text("<html><script>alert(1)</script></html>")
        asset = make_asset(cast.workspace, file, media_dir=config.media_dir, poster_path=f"{cast.workspace.id}/{name}")
        (config.media_dir / str(asset.poster_path)).write_text("<svg/>")
        for page in ("video", "poster"):
            assert member.get(f"/assets/{asset.id}/{page}").status_code == 404


STATES: list[tuple[dict[str, Any], str, bool]] = [
    ({"state": AssetState.UPLOADING}, "Uploading", True),
    ({"state": AssetState.CHECKING}, "Checking the file", True),
    ({"state": AssetState.CONVERTING, "progress_percent": 40, "fixes": ["fps_high"]}, "40%", True),
    ({"fixes": ["moov_last"]}, "Put right: start of the file.", False),
    (
        {
            "state": AssetState.REFUSED,
            "refusal": "reel_too_short",
            "refusal_values": {"seconds": 1.5, "least_seconds": 3},
        },
        "at least 3 seconds; this video lasts 1.5 s",
        False,
    ),
    ({"state": AssetState.REFUSED, "refusal": "examine_failed", "refusal_values": {}}, "Try again", False),
]


@pytest.mark.parametrize(("values", "words", "is_moving"), STATES)
def test_the_page_and_its_part_tell_how_a_file_is_doing(
    values: dict[str, Any], words: str, is_moving: bool, member: Browser, cast: Cast
) -> None:
    facts: Any = {"width": 1080, "height": 1920, "duration_seconds": 32.0}
    asset = make_asset(cast.workspace, **{"facts": facts, "size_bytes": 24_000_000} | values)
    path = f"/assets/{asset.id}"
    page = member.get(path).text
    part = member.fetch("GET", path, headers={"HX-Request": "true"}).text
    for text in (page, part):
        assert words in text
        assert "1080 × 1920 · 0:32 · 24" in text
        assert ('hx-trigger="every 1s"' in text) is is_moving
    assert "<html" in page and "<html" not in part
    assert "style=" not in part


def test_a_file_refused_for_our_own_reason_can_be_given_another_go(member: Browser, cast: Cast) -> None:
    values: dict[str, Any] = {"state": AssetState.REFUSED, "refusal": "examine_disk_full", "refusal_values": {}}
    ours = make_asset(cast.workspace, **values)
    theirs = make_asset(cast.workspace, **values | {"refusal": "file_playlist"})
    assert member.post(f"/assets/{ours.id}/examinations").status_code == 303
    assert "Checking the file" in member.get(f"/assets/{ours.id}").text
    assert member.post(f"/assets/{theirs.id}/examinations").status_code == 404


def test_a_file_can_be_deleted(member: Browser, cast: Cast, asset: Asset, config: Config) -> None:
    assert member.post(f"/assets/{asset.id}/delete").status_code == 303
    assert member.get(f"/assets/{asset.id}").status_code == 404
    assert not (config.media_dir / str(asset.original_path)).exists()


def test_every_refusal_and_fix_has_its_words() -> None:
    sources = "".join(path.read_text() for path in Path(app_assets.__file__).parent.glob("*.py"))
    keys = set(re.findall(r'"((?:file|upload|reel|image|video|examine)_[a-z_]+)"', sources))
    raised = {
        key for key in keys if re.search(rf'(?:Refused|TooLarge|Refusal)\("{key}"|key = "{key}"|"{key}" if', sources)
    }
    assert raised - set(SENTENCES) == set()
    assert {str(fix) for fix in Fix} == set(FIXES)
