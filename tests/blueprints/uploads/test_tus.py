"""The tus protocol, spoken by hand and by an independent client."""

import base64
import hashlib
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from tusclient.client import TusClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from app import db
from app.assets.limits import UNFINISHED_UPLOADS, UPLOAD_LIFE
from app.assets.models import Asset, AssetState, Upload
from app.assets.queries import get_asset
from app.config import Config
from tests.clocks import FrozenClock
from tests.factories import Cast
from tests.processes import free_port
from tests.waiting import wait_until
from tests.web_client import Browser, OpenBrowser

TUS = {"Tus-Resumable": "1.0.0"}
CONTENT = bytes(range(256)) * 800
MP4 = (
    "filename "
    + base64.b64encode("роллик.mp4".encode()).decode()
    + ",filetype "
    + base64.b64encode(b"video/mp4").decode()
)


def create(browser: Browser, length: int | str = len(CONTENT), **headers: str) -> TestResponse:
    given = TUS | {"Upload-Length": str(length), "Upload-Metadata": MP4} | headers
    return browser.fetch("POST", "/uploads", headers=given)


def patch(browser: Browser, address: str, content: bytes, offset: int | str = 0, **headers: str) -> TestResponse:
    given = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"} | headers
    return browser.fetch("PATCH", address, data=content, headers=given)


def head(browser: Browser, address: str) -> TestResponse:
    return browser.fetch("HEAD", address, headers=TUS)


def asset_of(answer: TestResponse, cast: Cast) -> Any:
    with db.workspace_scope(cast.workspace.id):
        return get_asset(int(answer.headers["SocialFlow-Asset"]))


def test_the_server_says_what_it_understands(member: Browser) -> None:
    answer = member.fetch("OPTIONS", "/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination",
    }  # fmt: skip
    assert answer.headers["Tus-Max-Size"] == "300000000"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_comes_in_parts_and_ends_as_an_asset(member: Browser, cast: Cast, config: Config) -> None:
    created = create(member)
    assert created.status_code == 201
    address = created.headers["Location"]
    assert created.headers["Upload-Offset"] == "0"
    parsedate_to_datetime(created.headers["Upload-Expires"])
    first = patch(member, address, CONTENT[:70_000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "70000")
    asked = head(member, address)
    assert (asked.status_code, asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (
        200, "70000", str(len(CONTENT)),
    )  # fmt: skip
    assert asked.headers["Upload-Metadata"] == MP4
    assert asked.headers["Cache-Control"] == "no-store"
    last = patch(member, address, CONTENT[70_000:], 70_000)
    assert last.headers["Tus-Resumable"] == "1.0.0"
    asset = asset_of(last, cast)
    assert (asset.state, asset.filename) == (AssetState.CHECKING, "роллик.mp4")
    assert (config.media_dir / asset.original_path).read_bytes() == CONTENT


def test_creation_may_bring_the_first_bytes(member: Browser, cast: Cast) -> None:
    headers = TUS | {"Upload-Length": "1000", "Content-Type": "application/offset+octet-stream"}
    created = member.fetch("POST", "/uploads", data=CONTENT[:1000], headers=headers)
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "1000")
    assert asset_of(created, cast).state is AssetState.CHECKING


def test_what_goes_wrong_has_tus_own_status_and_a_sentence(member: Browser) -> None:
    address = create(member).headers["Location"]
    wrong = {
        409: patch(member, address, b"x", 5),
        415: patch(member, address, b"x", **{"Content-Type": "text/plain"}),
        400: patch(member, address, b"x", "minus one"),
        460: patch(member, address, b"x", **{"Upload-Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}),
        413: create(member, 300_000_001),
        412: member.fetch("POST", "/uploads", headers={"Upload-Length": "5"}),
        404: head(member, "/uploads/nothing"),
    }
    assert {expected: answer.status_code for expected, answer in wrong.items()} == {status: status for status in wrong}
    assert all(answer.mimetype == "text/plain" for answer in wrong.values())
    assert "300" in wrong[413].text and "MB" in wrong[413].text
    assert wrong[409].headers["Upload-Offset"] == "0"
    assert head(member, address).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("length", ["", "-1", "1e9", "9" * 40, "١٢", "0"])
def test_a_length_that_is_no_length_is_refused(length: str, member: Browser) -> None:
    assert create(member, length).status_code == 400


def test_a_checksum_that_matches_lets_the_bytes_in(member: Browser) -> None:
    address = create(member).headers["Location"]
    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    answer = patch(member, address, CONTENT, **{"Upload-Checksum": f"sha256 {digest}"})
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(CONTENT)))


def test_an_upload_can_be_given_up(member: Browser) -> None:
    address = create(member).headers["Location"]
    assert member.fetch("DELETE", address, headers=TUS).status_code == 204
    assert head(member, address).status_code == 404


def test_nobody_else_reaches_an_upload(member: Browser, admin: Browser, open_browser: OpenBrowser, cast: Cast) -> None:
    address = create(member).headers["Location"]
    outsider = open_browser(cast.outsider, cast.other_workspace)
    for other in (admin, outsider):
        assert head(other, address).status_code == 404
        assert patch(other, address, b"x").status_code == 404
        assert other.fetch("DELETE", address, headers=TUS).status_code == 404
    assert head(open_browser(), address).status_code == 401


def test_without_our_pages_token_nothing_is_taken(member: Browser) -> None:
    address = create(member).headers["Location"]
    assert patch(member, address, CONTENT, **{"X-CSRFToken": ""}).status_code == 400
    assert create(member, **{"X-CSRFToken": "forged"}).status_code == 400
    assert head(member, address).headers["Upload-Offset"] == "0"


def test_a_form_without_javascript_sends_a_file(member: Browser, cast: Cast, config: Config) -> None:
    path = config.media_dir / "sent.mp4"
    path.write_bytes(os.urandom(3_000_000))
    with path.open("rb") as file:
        answer = member.post("/uploads/form", {"file": (file, "..\\..\\вечер.mp4")})
    assert answer.status_code == 303
    page = member.get(answer.headers["Location"])
    assert "вечер.mp4" in page.text and ".." not in page.text.replace("...", "")
    with db.workspace_scope(cast.workspace.id):
        asset = get_asset(int(answer.headers["Location"].rpartition("/")[2]))
    assert (config.media_dir / str(asset.original_path)).read_bytes() == path.read_bytes()


def test_a_form_without_a_file_says_so(member: Browser) -> None:
    assert "No file was chosen" in member.post("/uploads/form", {}).text


class CountingServer:
    """The application behind a real socket; counts the bytes of bodies that clients send."""

    def __init__(self, app: Flask) -> None:
        self.app, self.body_bytes, self.patches = app, 0, 0
        self.port = free_port()
        self.server = make_server("127.0.0.1", self.port, self._count, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _count(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PATCH":
            self.patches += 1
            self.body_bytes += int(environ["CONTENT_LENGTH"])
        return self.app.wsgi_app(environ, start_response)


@pytest.fixture
def server(app: Flask) -> Iterator[CountingServer]:
    made = CountingServer(app)
    yield made
    made.server.shutdown()


@pytest.fixture
def headers(member: Browser) -> dict[str, str]:
    """What a signed-in browser's script sends along."""
    member.post("/uploads/form", {})  # leaves the token in the session
    name = member.app.config["SESSION_COOKIE_NAME"]
    cookie = member.client.get_cookie(name, domain="127.0.0.1")
    assert cookie is not None
    return {"X-CSRFToken": member.csrf_token, "Cookie": f"{name}={cookie.value}"}


def test_an_independent_client_goes_on_after_a_break_without_sending_a_byte_twice(
    server: CountingServer, headers: dict[str, str], tmp_path: Path, cast: Cast, config: Config
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(os.urandom(2_500_000))
    client = TusClient(f"http://127.0.0.1:{server.port}/uploads", headers=headers)
    metadata = {"filename": "film.mp4", "filetype": "video/mp4"}
    begun = client.uploader(str(path), chunk_size=500_000, metadata=metadata)
    begun.upload(stop_at=1_000_000)
    assert begun.url is not None
    sent = break_off(server.port, begun.url, headers, path.read_bytes()[1_000_000:], 300_000)
    wait_until(lambda: client.uploader(str(path), url=begun.url).get_offset() == 1_000_000 + sent)
    server.body_bytes = 0
    resumed = client.uploader(str(path), chunk_size=500_000, url=begun.url, upload_checksum=True)
    assert resumed.offset == 1_000_000 + sent
    wait_until(lambda: is_free(str(begun.url)))
    resumed.upload()
    assert server.body_bytes == 2_500_000 - 1_000_000 - sent
    with db.workspace_scope(cast.workspace.id), db.reading() as session:
        asset = session.scalars(select(Asset)).one()
    assert (config.media_dir / str(asset.original_path)).read_bytes() == path.read_bytes()


def is_free(url: str) -> bool:
    """Whether the request that was broken off has let go of the upload."""
    with db.every_workspace(), db.reading() as session:
        query = select(Upload.lease_until).where(Upload.public_id == url.rpartition("/")[2])
        return session.scalars(query).one() is None


def break_off(port: int, url: str, headers: dict[str, str], content: bytes, after: int) -> int:
    """Send the head of a request and some of its body, then cut the connection. Returns how much of the body went."""
    lines = {
        "Host": f"127.0.0.1:{port}",
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "1000000",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(len(content)),
    } | headers
    head = f"PATCH {url[url.index('/uploads') :]} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items())
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + b"\r\n" + content[:after])
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
    return after


def test_who_begins_uploads_and_finishes_none_takes_no_room_from_others(
    member: Browser, admin: Browser, clock: FrozenClock
) -> None:
    begun = [create(member) for _ in range(UNFINISHED_UPLOADS)]
    assert {answer.status_code for answer in begun} == {201}
    refused = create(member)
    assert refused.status_code == 429
    assert str(UNFINISHED_UPLOADS) in refused.text
    assert create(admin).status_code == 201

    patch(member, begun[0].headers["Location"], CONTENT)
    assert create(member).status_code == 201
    assert member.fetch("DELETE", begun[1].headers["Location"], headers=TUS).status_code == 204
    assert create(member).status_code == 201
    assert create(member).status_code == 429
    clock.advance(UPLOAD_LIFE.total_seconds() + 1)
    assert create(member).status_code == 201
