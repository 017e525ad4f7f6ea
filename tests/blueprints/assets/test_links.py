"""The addresses under which anybody fetches a file: forged, altered, outlived or used for something else."""

import base64
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.assets.models import AssetState
from app.assets.public_links import make_token, read_token
from app.config import Config
from tests.clocks import DEFAULT_NOW, FrozenClock
from tests.factories import Cast, make_asset
from tests.web_client import Browser

SECRET = "a-secret-of-the-server-" + "s" * 20
UNTIL = DEFAULT_NOW + timedelta(hours=1)
MUTATIONS = 2000


def test_no_altered_token_opens_anything(tell: Callable[[str], None]) -> None:
    genuine = make_token(7, UNTIL, SECRET)
    assert read_token(genuine, SECRET, DEFAULT_NOW) == 7
    raw = base64.urlsafe_b64decode(genuine + "=" * (-len(genuine) % 4))
    chance = random.Random(7)
    for _ in range(MUTATIONS):
        changed = bytearray(raw)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        cut = raw[: chance.randrange(len(raw))]
        for forged in (bytes(changed), cut, raw + b"\0", raw[8:] + raw[:8]):
            token = base64.urlsafe_b64encode(forged).decode().rstrip("=")
            assert read_token(token, SECRET, DEFAULT_NOW) is None, token
    tell(f"{4 * MUTATIONS} altered tokens, none accepted")


def test_a_token_ends_and_belongs_to_one_server() -> None:
    token = make_token(7, UNTIL, SECRET)
    assert read_token(token, SECRET, UNTIL - timedelta(seconds=1)) == 7
    assert read_token(token, SECRET, UNTIL) is None
    assert read_token(token, SECRET + "x", DEFAULT_NOW) is None


@pytest.mark.parametrize("wrong", ["", "=", "é", "a" * 5000, "../../etc/passwd", "%00"])
def test_rubbish_is_no_token(wrong: str) -> None:
    assert read_token(wrong, SECRET, DEFAULT_NOW) is None


@pytest.fixture
def link(cast: Cast, config: Config, tmp_path: Path) -> Callable[..., str]:
    """Make the address of an asset with some bytes behind it."""

    def make(content: bytes = b"\0" * 1000, suffix: str = ".mp4", **values: object) -> str:
        file = tmp_path / f"given{suffix}"
        file.write_bytes(content)
        asset = make_asset(cast.workspace, file, media_dir=config.media_dir, **values)
        return f"/media/{make_token(asset.id, UNTIL, config.secret_key)}"

    return make


@pytest.mark.parametrize("suffix", [".html", ".svg", ".js", ".xml", ".php", ".bin", ""])
def test_what_is_no_picture_and_no_film_is_not_served(nobody: Browser, link: Callable[..., str], suffix: str) -> None:
    path = link(b"<svg onload=alert(1)>", suffix)
    for ext in (suffix.lstrip(".") or "bin", "mp4", "html", "svg"):
        assert nobody.get(f"{path}.{ext}").status_code == 404


def test_a_page_in_a_films_clothes_is_sent_as_a_film_without_any_rights(
    nobody: Browser, link: Callable[..., str]
) -> None:
    answer = nobody.get(link(b"<html><script>alert(1)</script>", filename='"><script>.html') + ".mp4")
    assert (answer.status_code, answer.mimetype) == (200, "video/mp4")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("state", [state for state in AssetState if state is not AssetState.READY])
def test_only_a_ready_file_has_an_address(nobody: Browser, link: Callable[..., str], state: AssetState) -> None:
    assert nobody.get(link(state=state) + ".mp4").status_code == 404


def test_a_stored_path_never_leads_out_of_the_media_folder(
    nobody: Browser, cast: Cast, config: Config, clock: FrozenClock
) -> None:
    outside = config.media_dir.parent / "outside.mp4"
    outside.write_bytes(b"secret")
    asset = make_asset(cast.workspace, original_path="../outside.mp4")
    answer = nobody.get(f"/media/{make_token(asset.id, UNTIL, config.secret_key)}.mp4")
    assert answer.status_code >= 400
    assert b"secret" not in answer.data


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=0-9", 206),
        ("bytes=-10", 206),
        ("bytes=999-", 206),
        ("bytes=1000-", 416),
        ("bytes=9-0", 416),
        ("bytes=0-" + "9" * 30, 206),
        ("bytes=" + ",".join("0-1" for _ in range(500)), 416),
        ("bytes=-0", 416),
        ("bytes=é", 416),
        ("pages=1-2", 416),
    ],
)
def test_strange_ranges_cost_no_more_than_the_file(
    nobody: Browser, link: Callable[..., str], asked: str, status: int
) -> None:
    answer = nobody.get(link() + ".mp4", headers={"Range": asked})
    assert answer.status_code in {status, 200, 416}
    assert len(answer.data) <= 1000
