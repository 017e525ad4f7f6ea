"""Which language and theme a page has."""

import pytest

from tests.factories import Cast
from tests.web_client import Browser, OpenBrowser

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("wished", "language"),
    [("kk-KZ,kk;q=0.9", "kk"), ("en-GB", "en"), ("de,fr;q=0.5", "ru"), ("", "ru"), ("uk,ru;q=0.8,en;q=0.5", "ru")],
)
def test_a_visitor_reads_what_their_browser_asks_for(
    open_browser: OpenBrowser, cast: Cast, wished: str, language: str
) -> None:
    assert f'<html lang="{language}"' in open_browser(language=wished).get("/login").text


def test_the_switch_is_remembered_by_cookie_and_comes_back_to_the_page(nobody: Browser, cast: Cast) -> None:
    answer = nobody.post("/language", {"locale": "kk", "next": "/login?next=/settings/"})
    assert (answer.status_code, answer.location) == (303, "/login?next=/settings/")
    assert '<html lang="kk"' in nobody.get("/login").text


def test_the_switch_is_remembered_for_the_user_on_every_device(
    member: Browser, open_browser: OpenBrowser, cast: Cast
) -> None:
    member.post("/language", {"locale": "kk"})
    assert '<html lang="kk"' in open_browser(cast.member, cast.workspace).get("/").text


def test_the_setting_outweighs_the_cookie(nobody: Browser, member: Browser, cast: Cast) -> None:
    member.post("/language", {"locale": "kk"})
    member.client.set_cookie("socialflow-language", "ru", domain="127.0.0.1")
    assert '<html lang="kk"' in member.get("/").text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_switch_never_leads_to_another_site(nobody: Browser, cast: Cast, target: str) -> None:
    assert nobody.post("/language", {"locale": "kk", "next": target}).location == "/"


@pytest.mark.parametrize(("path", "field"), [("/language", "locale"), ("/theme", "theme")])
def test_a_choice_that_does_not_exist_is_refused(nobody: Browser, cast: Cast, path: str, field: str) -> None:
    assert nobody.post(path, {field: "kz"}).status_code == 422


def test_the_theme_is_in_the_page_before_any_script_runs(member: Browser, nobody: Browser) -> None:
    assert 'data-theme="system"' in nobody.get("/login").text
    nobody.post("/theme", {"theme": "dark"})
    member.post("/theme", {"theme": "light"})
    assert 'data-theme="dark"' in nobody.get("/login").text
    assert 'data-theme="light"' in member.get("/").text
