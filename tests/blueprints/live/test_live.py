"""The stream of hints and the question that stands in for it, as a browser calls them."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.live.queries import newest_hint_id
from app.live.watcher import Pace
from app.web.live import watcher_of
from app.workspaces.logins import end_logins
from tests.factories import Cast
from tests.live.hints import hint_at
from tests.waiting import wait_until
from tests.web_client import Browser


@pytest.fixture(autouse=True)
def brisk(app: Flask) -> Iterator[None]:
    """Streams that do everything soon, and are over at the end of the test."""
    watcher = watcher_of(app)
    watcher.pace, watcher.look_seconds = Pace(look=0.02, beat=0.05, longest=5), 0.02
    yield
    watcher.is_stopping = lambda: True
    wait_until(lambda: "live" not in {thread.name for thread in threading.enumerate()})


def events_of(answer: TestResponse) -> Iterator[tuple[str, str, int]]:
    """Yield name, data and id of each event as it comes."""
    lines: dict[str, str] = {}
    for line in "".join(text if isinstance(text, str) else text.decode() for text in answer.response).splitlines():
        name, _, value = line.partition(": ")
        if name:
            lines[name] = value
        elif "event" in lines:
            yield lines.pop("event"), lines.pop("data"), int(lines.pop("id"))


def open_stream(browser: Browser, after: int, **headers: str) -> TestResponse:
    return browser.fetch("GET", f"/live?after={after}", headers={"Accept": "text/event-stream"} | headers)


def test_a_stream_is_not_collected_by_proxies_or_kept_by_caches(member: Browser) -> None:
    answer = open_stream(member, newest_hint_id())
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    answer.close()


def test_a_page_that_comes_back_is_told_what_it_missed_of_its_own_workspace(
    app: Flask, member: Browser, cast: Cast
) -> None:
    hint_at(cast.workspace, 1)
    known = newest_hint_id()
    hint_at(cast.other_workspace, 2)
    hint_at(cast.workspace, 3)
    watcher_of(app).pace = Pace(longest=0)
    told = list(events_of(open_stream(member, 0, **{"Last-Event-ID": str(known)})))
    assert [name for name, _data, _id in told] == ["hint", "beat"]
    assert told[0][1].endswith(":conversation:3")
    assert told[0][2] == newest_hint_id()


@pytest.mark.parametrize("nonsense", ["", "-5", "abc", "9" * 400])
def test_a_page_that_does_not_know_where_it_stands_fetches_everything(
    app: Flask, member: Browser, cast: Cast, nonsense: str
) -> None:
    hint_at(cast.workspace, 1)
    watcher_of(app).pace = Pace(longest=0)
    answer = member.fetch("GET", "/live", query_string={"after": nonsense})
    assert [name for name, _data, _id in events_of(answer)] == ["reload"]
    assert member.fetch("GET", "/live/poll", query_string={"after": nonsense}).get_json()["reload"] is True


def test_a_stream_ends_with_its_login(app: Flask, member: Browser, cast: Cast) -> None:
    answer = open_stream(member, newest_hint_id())
    end_logins(cast.member.id)
    told = [name for name, _data, _id in events_of(answer)]
    assert told == ["beat"]
    assert watcher_of(app).open_streams == 0


def test_a_stream_ends_in_time_for_the_browser_to_come_back(app: Flask, member: Browser) -> None:
    watcher_of(app).pace = Pace(look=0.01, beat=0.01, longest=0.1)
    told = [name for name, _data, _id in events_of(open_stream(member, newest_hint_id()))]
    assert set(told) == {"beat"}
    assert len(told) > 1


def test_beats_carry_a_quiet_page_past_what_others_were_told(app: Flask, member: Browser, cast: Cast) -> None:
    answer = open_stream(member, newest_hint_id())
    hint_at(cast.other_workspace, 2)
    wait_until(lambda: watcher_of(app).position == newest_hint_id())
    watcher_of(app).pace = Pace(look=0.01, beat=0.01, longest=0.2)
    assert [number for _name, _data, number in events_of(answer)][-1] == newest_hint_id()


def test_when_all_places_are_taken_a_page_is_sent_to_ask_instead(app: Flask, member: Browser, cast: Cast) -> None:
    watcher_of(app).most_streams = 1
    hint_at(cast.workspace, 1)
    kept = open_stream(member, newest_hint_id())
    refused = open_stream(member, newest_hint_id())
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    known = newest_hint_id()
    hint_at(cast.workspace, 3)
    answer = member.fetch("GET", f"/live/poll?after={known}").get_json()
    assert answer["position"] == newest_hint_id()
    assert f"{newest_hint_id()}:conversation:3" in answer["hints"]
    kept.close()
    assert open_stream(member, newest_hint_id()).status_code == 200


def test_nobody_listens_who_is_not_signed_in(nobody: Browser, cast: Cast) -> None:
    for path in ("/live", "/live/poll"):
        assert nobody.fetch("GET", path).status_code == 401
