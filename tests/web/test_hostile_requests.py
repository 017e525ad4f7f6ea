"""Requests that no browser of good will sends: answered plainly, never with a 5xx, never leading elsewhere."""

import json

import pytest

from app import logs
from tests.web_client import Browser

HUGE = "9" * 30
PATHS = (
    f"/posts/{HUGE}",
    f"/assets/{HUGE}/poster",
    f"/accounts/{HUGE}",
    f"/posts?cursor={'9' * 400}",
    "/posts?cursor=%00",
    "/posts/new?date=0001-01-01&time=00:00",
    "/posts/new?date=9999-12-31&time=23:59",
    "/posts/outlook?due_date=0001-01-01&due_time=00:00",
    "/posts/outlook?due_date=9999-12-31&due_time=23:59",
    f"/posts/new?media={HUGE}",
    f"/posts/refresh?id={HUGE}&key=%22%3E%3Cscript%3E",
    "/posts/%00",
    "/%ff%fe",
    "/media/%ff.mp4",
    "/media/a.%00",
    "/accounts/callback?state=%ff&code=%00",
    f"/accounts/callback?state={'x' * 5000}&code=a",
    "/instagram/data-deletion/%00",
    f"/login?next={'/' * 3000}",
    "/login?next=/%5B",
)
HEADERS = (
    {"Referer": "http://["},
    {"HX-Current-URL": "http://[", "HX-Request": "true"},
    {"Referer": "http://127.0.0.1:8000//evil.example/"},
    {"Accept-Language": "x" * 3000},
    {"Accept": "\xff"},
    {"Cookie": "socialflow=rubbish; socialflow-device=rubbish; socialflow-theme=<b>; socialflow-language=../.."},
    {"Range": "bytes=x"},
    {"If-Modified-Since": "yesterday"},
    {"X-Forwarded-For": '"'},
    {"User-Agent": "\xff" * 2000},
)
LEADING_AWAY = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\tevil.example",
    "/\n/evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/x\r\nSet-Cookie: a=b",
    " //evil.example",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_address_breaks_a_page(owner: Browser, nobody: Browser, path: str) -> None:
    assert owner.get(path).status_code < 500
    assert nobody.get(path).status_code < 500


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
def test_no_header_breaks_a_page(owner: Browser, nobody: Browser, headers: dict[str, str]) -> None:
    for path in ("/", "/login", "/nothing-here"):
        assert owner.get(path, headers=headers).status_code < 500
        assert nobody.get(path, headers=headers).status_code < 500


@pytest.mark.parametrize("origin", ["http://[", "null", "http://evil.example", "https://127.0.0.1:8000.evil.example"])
def test_an_origin_that_is_not_ours_is_refused(owner: Browser, origin: str) -> None:
    del owner.client.environ_base["HTTP_SEC_FETCH_SITE"]
    assert owner.post("/theme", {"theme": "dark"}, headers={"Origin": origin}).status_code == 400


@pytest.mark.parametrize("target", LEADING_AWAY)
def test_nothing_leads_to_another_site(owner: Browser, target: str) -> None:
    answers = [
        owner.post("/theme", {"theme": "dark", "next": target}),
        owner.post("/language", {"locale": "en", "next": target}),
        owner.get("/login", query_string={"next": target}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("referrer", ["http://evil.example/x", "http://127.0.0.1:8000//evil.example", "http://["])
def test_going_back_stays_on_this_site(owner: Browser, referrer: str) -> None:
    answer = owner.post("/theme", {"theme": "dark"}, headers={"Referer": referrer})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("spoilt", ["{}", "{}.mp4/", "{}.mp4.", "x/{}.mp4"])
def test_a_secret_in_an_address_that_leads_nowhere_is_not_logged(
    owner: Browser, nobody: Browser, capsys: pytest.CaptureFixture[str], spoilt: str
) -> None:
    secret = "c2VjcmV0LXRva2VuLW9mLWEtbWVkaWEtbGluaw"
    logs.configure(nobody.app.extensions["socialflow"].config)
    capsys.readouterr()
    nobody.get("/media/" + spoilt.format(secret))
    written = capsys.readouterr().err
    assert json.loads(written.splitlines()[0])["status"] in {308, 404}
    assert secret not in written
