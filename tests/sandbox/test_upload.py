"""The resumable upload: its headers, its offsets, its own envelope."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.media_files import MediaFiles
from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User


@pytest.fixture
def bytes_of_reel(media_files: MediaFiles) -> bytes:
    return media_files.reel().read_bytes()


def ticket(driver: Driver, user: User) -> tuple[str, str]:
    driver.control("settings", {"resumable": "accept"})
    body = driver.create(user, media_type="REELS", upload_type="resumable").json()
    return body["id"], body["uri"]


def send(uri: str, user: User, data: bytes, **headers: Any) -> requests.Response:
    base = {"Authorization": f"OAuth {user.access_token}"}
    return requests.post(uri, data=data, headers=base | {name: str(value) for name, value in headers.items()})


def refusal(answer: requests.Response) -> tuple[int, str, bool]:
    info = answer.json()["debug_info"]
    assert "error" not in answer.json()
    return answer.status_code, info["type"], info["retriable"]


def test_the_bytes_arrive_and_are_published(driver: Driver, user: User, bytes_of_reel: bytes) -> None:
    container, uri = ticket(driver, user)
    assert urlsplit(uri).path == f"/ig-api-upload/v25.0/{container}"
    fields = "status_code,video_status"
    assert driver.get(f"/{container}", user, fields=fields)["video_status"] == {
        "uploading_phase": {"status": "not_started"},
        "processing_phase": {"status": "not_started"},
    }
    answer = send(uri, user, bytes_of_reel, offset=0, file_size=len(bytes_of_reel))
    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert driver.status(user, container)["status_code"] == "FINISHED"
    phase = driver.get(f"/{container}", user, fields=fields)["video_status"]["uploading_phase"]
    assert phase["status"] == "complete"
    assert phase["bytes_transferred"] == phase["source_file_size"] == len(bytes_of_reel)
    driver.publish(user, container)
    assert driver.control("published")["data"][0]["assets"][0]["bytes"] == len(bytes_of_reel)


def test_an_interrupted_upload_goes_on_where_it_was(driver: Driver, user: User, bytes_of_reel: bytes) -> None:
    container, uri = ticket(driver, user)
    parts = urlsplit(uri)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: OAuth {user.access_token}\r\n"
        f"offset: 0\r\nfile_size: {len(bytes_of_reel)}\r\nContent-Length: {len(bytes_of_reel)}\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as line:
        line.sendall(head.encode() + bytes_of_reel[:5000])
        line.shutdown(socket.SHUT_WR)
        line.recv(1000)
    seen = driver.get(f"/{container}", user, fields="status_code,video_status")
    assert seen["status_code"] == "IN_PROGRESS"
    assert seen["video_status"]["uploading_phase"]["bytes_transferred"] == 5000
    wrong = send(uri, user, bytes_of_reel[4000:], offset=4000, file_size=len(bytes_of_reel))
    assert refusal(wrong) == (400, "ProcessingFailedError", False)
    rest = send(uri, user, bytes_of_reel[5000:], offset=5000, file_size=len(bytes_of_reel))
    assert rest.status_code == 200, rest.text
    assert driver.status(user, container)["status_code"] == "FINISHED"


def test_an_address_can_be_given_instead_of_bytes(driver: Driver, user: User, media: MediaServer) -> None:
    container, uri = ticket(driver, user)
    assert send(uri, user, b"", file_url=media.reel).status_code == 200
    assert driver.status(user, container)["status_code"] == "FINISHED"


def test_uploads_are_rejected_by_default(driver: Driver, user: User, bytes_of_reel: bytes) -> None:
    _, uri = ticket(driver, user)
    driver.control("settings", {"resumable": "reject"})
    answer = send(uri, user, bytes_of_reel, offset=0, file_size=len(bytes_of_reel))
    assert refusal(answer) == (400, "ProcessingFailedError", False)
    assert json.loads(answer.json()["debug_info"]["message"])["error"]["message"] == "unauthorized user request"


def test_the_upload_host_wants_oauth_and_its_headers(driver: Driver, user: User) -> None:
    _, uri = ticket(driver, user)
    bearer = requests.post(uri, data=b"x", headers=user.headers | {"offset": "0", "file_size": "1"})
    assert refusal(bearer) == (400, "NotAuthorizedError", False)
    user_without = User(user.user_id, user.id, "IGAAnothing")
    assert refusal(send(uri, user_without, b"x", offset=0, file_size=1)) == (400, "NotAuthorizedError", False)
    assert refusal(send(uri, user, b"x", offset=0)) == (400, "ProcessingFailedError", False)
    assert refusal(send(uri, user, b"x", file_size=1)) == (400, "ProcessingFailedError", False)
