import contextlib
import gzip
import json
import logging
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.instagram.client import CallRecord, Instagram
from app.instagram.errors import InstagramError, Remedy
from app.instagram.transport import LARGEST_BODY_BYTES, Call, send
from app.instagram.usage import Usage
from tests.instagram.conftest import IG_USER_ID, SECRET, TOKEN, app_at
from tests.instagram.leaks import everything_about
from tests.instagram.scripted_peer import Answer, ScriptedPeer, error, http


def failure(instagram: Instagram) -> InstagramError:
    """Publish and return the error it ended with."""
    with pytest.raises(InstagramError) as caught:
        instagram.publish_container("17880000000000001")
    return caught.value


def test_the_token_travels_in_the_header_only(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http({"id": "1"}), http({"data": []}))
    instagram.publish_container("5")
    instagram.list_newest_media()
    for request in peer.received:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in f"{request.path} {request.query} {request.form}"


def test_a_netrc_file_does_not_replace_the_token(
    peer: ScriptedPeer, instagram: Instagram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    peer.will(http({"id": "1"}))
    instagram.publish_container("5")
    assert peer.received[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_cookies_are_not_kept(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http({"id": "1"}, headers={"Set-Cookie": "session=one; Path=/"}), http({"id": "2"}))
    instagram.publish_container("5")
    instagram.publish_container("5")
    assert "cookie" not in peer.received[1].headers


def test_a_redirect_is_not_followed(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http(b"", 302, {"Location": f"{peer.url}/elsewhere"}))
    assert failure(instagram).key == "unexpected_redirect"
    assert len(peer.received) == 1


def test_nothing_is_tried_twice(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http(error(2), 500), http({"id": "1"}))
    failure(instagram)
    assert len(peer.received) == 1


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (Answer(), "no_answer"),
        (Answer([b"HTTP/1.1 200 OK\r\nContent-Le"]), "answer_unreadable"),
        (http(b'{"id": "1', length=400), "no_answer"),
        (Answer([b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"']), "no_answer"),
        (Answer([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]), "no_answer"),
        (Answer([b"not HTTP at all\r\n\r\n"]), "no_answer"),
        (http(b"not gzip", headers={"Content-Encoding": "gzip"}), "no_answer"),
        (http(b""), "answer_unreadable"),
        (http(b'{"id": "1"'), "answer_unreadable"),
        (http(b"<html>login to the hotel's network</html>"), "answer_unreadable"),
        (http(b'"text"'), "answer_unreadable"),
        (http([]), "answer_unreadable"),
        (http({}), "answer_unreadable"),
        (http({"id": None}), "answer_unreadable"),
        (http({"id": "../me"}), "answer_unreadable"),
        (http(b"[" * 100_000), "answer_unreadable"),
        (http(b"\xff\xfe\x00"), "answer_unreadable"),
        (http(b'{"id":' + b"9" * 5_000 + b"}"), "answer_unreadable"),
        (http(b"", 500), "instagram_down"),
        (http(b"<html>Sorry</html>", 502), "instagram_down"),
        (http({"error": {"code": 36003, "message": "x"}}, 503), "aspect_ratio"),
    ],
)
def test_when_the_post_may_be_live_the_outcome_is_unknown(
    peer: ScriptedPeer, instagram: Instagram, answer: Answer, key: str
) -> None:
    peer.will(answer)
    error = failure(instagram)
    assert (error.key, error.outcome_unknown, error.is_reading) == (key, True, False)


def test_the_outcome_of_a_reading_is_never_unknown(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(Answer(), http(b""), http(b"", 500))
    for _ in range(3):
        with pytest.raises(InstagramError) as caught:
            instagram.read_container("5")
        assert (caught.value.is_reading, caught.value.outcome_unknown) == (True, False)
        assert caught.value.remedy is Remedy.LATER


def test_a_refused_connection_certainly_did_nothing(records: list[CallRecord]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    error = failure(Instagram(app_at(url), TOKEN, IG_USER_ID, observe=records.append))
    assert (error.key, error.remedy, error.outcome_unknown) == ("instagram_unreachable", Remedy.LATER, False)
    assert records[0].http_status is None


def test_an_unknown_host_certainly_did_nothing() -> None:
    error = failure(Instagram(app_at("http://nowhere.invalid"), TOKEN, IG_USER_ID))
    assert (error.key, error.outcome_unknown) == ("instagram_unreachable", False)


def test_a_connection_nobody_accepts_certainly_did_nothing() -> None:
    with contextlib.ExitStack() as stack:
        deaf = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):  # more than the kernel lets wait in line
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/x"
        with pytest.raises(InstagramError) as caught:
            send(Call("POST", url, {}, is_reading=False, connect_seconds=0.2, read_seconds=5))
    assert (caught.value.key, caught.value.outcome_unknown) == ("instagram_unreachable", False)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://127.0.0.1", "http://", "http://[::1", "http://a b", "http://x:99999"]
)
def test_a_wrong_address_in_the_settings_is_an_error_like_any_other(url: str) -> None:
    error = failure(Instagram(app_at(url), TOKEN, IG_USER_ID))
    assert (error.key, error.outcome_unknown) in [("request_invalid", False), ("instagram_unreachable", False)]


@pytest.mark.parametrize("token", ["two\nlines", "Кириллица"])
def test_a_token_no_header_can_carry_is_an_error_like_any_other(peer: ScriptedPeer, token: str) -> None:
    error = failure(Instagram(app_at(peer.url), token, IG_USER_ID))
    assert (error.key, error.outcome_unknown) == ("request_invalid", False)


def test_silence_after_sending_leaves_the_outcome_unknown(peer: ScriptedPeer) -> None:
    peer.will(Answer([b"HTTP/1.1 200 OK\r\n", b""], pause=20))
    with pytest.raises(InstagramError) as caught:
        send(Call("POST", f"{peer.url}/x", {}, is_reading=False, read_seconds=0.2))
    assert (caught.value.key, caught.value.outcome_unknown) == ("no_answer", True)


def test_an_answer_that_trickles_is_given_up_at_the_deadline(peer: ScriptedPeer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    peer.will(Answer([head, *[b" "] * 999], pause=0.05))
    started = time.monotonic()
    with pytest.raises(InstagramError) as caught:
        send(Call("GET", f"{peer.url}/x", {}, is_reading=True, connect_seconds=0.2, read_seconds=0.3))
    assert caught.value.key == "no_answer"
    assert time.monotonic() - started < 20  # the trickle lasts 50 s


def test_a_body_over_five_megabytes_is_refused(peer: ScriptedPeer, instagram: Instagram) -> None:
    padding = b" " * LARGEST_BODY_BYTES
    peer.will(http(b'{"id":"1"}' + padding), http(b'{"id":"1"}' + padding[20:]))
    assert failure(instagram).key == "answer_unreadable"
    assert instagram.publish_container("5") == "1"


def test_a_body_that_unpacks_to_more_is_refused(peer: ScriptedPeer, instagram: Instagram) -> None:
    packed = gzip.compress(b'{"id":"1"}' + b" " * 50_000_000)
    peer.will(http(packed, headers={"Content-Encoding": "gzip"}))
    assert failure(instagram).key == "answer_unreadable"


def test_each_call_is_recorded_without_credentials(
    peer: ScriptedPeer, instagram: Instagram, records: list[CallRecord]
) -> None:
    answer = error(190, 463, f"Session has expired {TOKEN} {SECRET}")
    usage = {"X-App-Usage": '{"call_count":28}'}
    peer.will(http({"id": "1", "echo": f"https://x/?access_token={TOKEN}"}), http(answer, 400, usage))
    instagram.create_image("https://example.com/a.jpg", caption="Сәлем")
    failure(instagram)
    made, refused = records
    assert (made.method, made.path) == ("POST", f"/v25.0/{IG_USER_ID}/media")
    assert made.params == {"image_url": "https://example.com/a.jpg", "caption": "Сәлем"}
    assert (made.http_status, made.code, made.usage) == (200, None, None)
    assert (refused.http_status, refused.code, refused.subcode, refused.trace_id) == (400, 190, 463, "AbC123")
    assert refused.usage == Usage(28, None)
    assert refused.ms >= 0
    for text in (repr(made), repr(refused), json.dumps(made.params)):
        assert TOKEN not in text and SECRET not in text


def test_a_recorded_answer_is_cut_to_two_thousand_characters(
    peer: ScriptedPeer, instagram: Instagram, records: list[CallRecord]
) -> None:
    peer.will(http({"id": "1", "more": "x" * 100_000}))
    instagram.publish_container("5")
    assert len(records[0].answer) == 2_000


def test_an_observer_that_fails_does_not_lose_the_answer(peer: ScriptedPeer) -> None:
    def fail(_record: CallRecord) -> None:
        raise RuntimeError("the disk is full")

    peer.will(http({"id": "17900000000000001"}))
    instagram = Instagram(app_at(peer.url), TOKEN, IG_USER_ID, observe=fail)
    assert instagram.publish_container("5") == "17900000000000001"


def test_threads_share_a_client_but_no_session(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(*[http({"id": str(number)}) for number in range(8)])
    ids: list[str] = []
    threads = [threading.Thread(target=lambda: ids.append(instagram.publish_container("5"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids) == [str(number) for number in range(8)]


def test_no_exception_or_log_holds_a_credential_from_the_query(
    peer: ScriptedPeer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    call = Call("GET", f"{peer.url}/x", {"access_token": TOKEN, "client_secret": SECRET}, is_reading=False)
    broken_headers = Answer([b"HTTP/1.1 200 OK\r\nContent-Le"])
    peer.will(Answer(), http(error(1), 400), broken_headers)
    for _ in range(3):
        with pytest.raises(InstagramError) as caught:
            send(call)
        assert TOKEN not in everything_about(caught.value) and SECRET not in everything_about(caught.value)
    assert "GET /x" in caplog.text and "Failed to parse headers" in caplog.text
    assert TOKEN not in caplog.text and SECRET not in caplog.text and TOKEN not in repr(call)


def test_a_client_does_not_show_its_token(instagram: Instagram) -> None:
    assert TOKEN not in repr(instagram) and TOKEN not in str(instagram)
    assert SECRET not in repr(app_at("http://x"))


NAMES = (
    *("id", "data", "paging", "cursors", "next", "after", "username", "timestamp", "fields"),
    *("error", "code", "error_subcode", "message", "is_transient", "fbtrace_id", "error_type", "error_message"),
    *("debug_info", "status_code", "status", "quota_usage", "config"),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)
bodies = st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(body=bodies, status=st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503]))
def test_no_answer_raises_anything_but_an_instagram_error(
    peer: ScriptedPeer, instagram: Instagram, body: bytes, status: int
) -> None:
    calls: list[Callable[[], object]] = [
        instagram.me,
        lambda: instagram.read_container("5"),
        lambda: instagram.publish_container("5"),
        instagram.read_publishing_limit,
        lambda: instagram.list_newest_media(2),
        instagram.list_stories,
        lambda: instagram.read_media("5"),
    ]
    for call in calls:
        # A refused field is left out and asked again; nothing asks more often than this.
        peer.will(*[http(body, status)] * 25)
        try:
            call()
        except InstagramError as error:
            assert str(error)
        peer.forget()
