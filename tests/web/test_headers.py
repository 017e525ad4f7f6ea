"""What every answer carries, whatever it says."""

from dataclasses import replace

import pytest
from flask import request

from app import create_app
from app.config import Config
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import Cast
from tests.web_client import Browser, OpenBrowser

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self' https://www.instagram.com; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


@pytest.mark.parametrize("path", ["/", "/login", "/nope", "/healthz", "/readyz", "/static/app.css", "/settings/team"])
def test_every_answer_carries_the_policy_and_its_kin(owner: Browser, path: str) -> None:
    headers = owner.get(path).headers
    policy = headers["Content-Security-Policy"]
    nonce = policy.partition(" 'nonce-")[2].partition("'")[0]
    assert policy == POLICY.format(nonce=f" 'nonce-{nonce}'" if nonce else "")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_the_nonce_is_new_on_each_page_and_stands_there(owner: Browser) -> None:
    nonces = set()
    for _ in range(3):
        answer = owner.get("/")
        nonce = answer.headers["Content-Security-Policy"].partition("'nonce-")[2].partition("'")[0]
        assert f'nonce="{nonce}"' in answer.text
        nonces.add(nonce)
    assert len(nonces) == 3


def test_pages_are_not_kept_and_static_files_are(owner: Browser, nobody: Browser) -> None:
    assert owner.get("/").headers["Cache-Control"] == "no-store"
    assert nobody.get("/login").headers["Cache-Control"] == "no-store"
    page = owner.get("/").text
    sheet = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in owner.get(sheet).headers["Cache-Control"]
    assert owner.get("/static/app.css").headers["Cache-Control"] == "no-cache"


def test_links_may_be_fetched_ahead_only_by_who_is_signed_in(owner: Browser, nobody: Browser) -> None:
    assert owner.get("/").headers["Speculation-Rules"] == '"/speculation-rules.json"'
    assert "Speculation-Rules" not in nobody.get("/login").headers
    assert owner.get("/speculation-rules.json").mimetype == "application/speculationrules+json"


def test_behind_tls_cookies_are_bound_to_the_host_and_hsts_is_sent(
    database: Database, config: Config, cast: Cast, clock: FrozenClock
) -> None:
    secure = create_app(replace(config, public_url="https://social.example.kz"), clock=clock)
    browser = Browser(secure, clock, base_url="https://social.example.kz")
    answer = browser.get("/login")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-socialflow=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    language = browser.post("/language", {"locale": "kk"}).headers["Set-Cookie"]
    assert language.startswith("__Host-socialflow-language=kk")
    assert "Secure" in language


def test_a_host_that_is_not_ours_is_not_answered(nobody: Browser) -> None:
    answer = nobody.get("/login", base_url="http://evil.example")
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("given", "kept"), [("abcdef0123456789", True), ("x", False), ("a" * 80, False), ("a\tb" * 4, False)]
)
def test_a_request_id_is_taken_over_only_when_it_is_well_formed(nobody: Browser, given: str, kept: bool) -> None:
    assert (nobody.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given) is kept


def test_forwarded_headers_count_only_as_far_as_proxies_are_trusted(
    database: Database, config: Config, clock: FrozenClock, open_browser: OpenBrowser
) -> None:
    for hops, expected in ((0, "127.0.0.1"), (1, "10.0.0.9")):
        app = create_app(replace(config, trusted_proxies=hops), clock=clock)
        seen: list[str | None] = []
        app.before_request_funcs.setdefault(None, []).append(lambda seen=seen: seen.append(_address()))
        Browser(app, clock).get("/healthz", headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.9"})
        assert seen == [expected]


def _address() -> str | None:
    return request.remote_addr
