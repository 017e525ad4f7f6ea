"""The pages for people: profiles, posts, stories."""

import re

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User


def page(driver: Driver, path: str, language: str = "en") -> str:
    answer = driver.http.get(
        path if path.startswith("http") else driver.url + path, headers={"Accept-Language": language}
    )
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script>", answer.text)
    return answer.text


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Nothing is live yet"), ("ru", "Пока ничего не вышло"), ("kk", "Әзірге ештеңе")]
)
def test_an_empty_profile_says_so_in_three_languages(driver: Driver, user: User, language: str, text: str) -> None:
    assert text in page(driver, "/", language)


def test_without_accounts_the_page_says_how_to_make_one(driver: Driver) -> None:
    assert "POST /sandbox/accounts" in page(driver, "/")


def test_what_is_live_is_shown_with_its_story_ring(driver: Driver, user: User, media: MediaServer) -> None:
    reel = driver.live(user, media_type="REELS", video_url=media.reel, caption="<b>Latte</b>")
    driver.live(user, media_type="STORIES", image_url=media.picture)
    link = driver.get(f"/{reel}", user, fields="permalink")["permalink"]
    for path in ("/", "/u/alma.coffee/"):
        text = page(driver, path)
        assert link in text
        assert "/cdn/posters/" in text
        assert 'class="ring"' in text
        assert "&lt;b&gt;Latte&lt;/b&gt;" in text
    text = page(driver, link)
    assert "<video controls" in text
    assert "&lt;b&gt;Latte&lt;/b&gt;" in text


def test_a_story_page_is_gone_after_a_day(driver: Driver, user: User, media: MediaServer) -> None:
    story = driver.live(user, media_type="STORIES", image_url=media.picture)
    link = driver.get(f"/{story}", user, fields="permalink")["permalink"]
    page(driver, link)
    driver.advance(86_401)
    assert driver.http.get(link).status_code == 404


def test_a_carousel_page_shows_every_item(driver: Driver, user: User, media: MediaServer) -> None:
    items = [driver.ready(user, image_url=media.picture, is_carousel_item="true") for _ in range(3)]
    carousel = driver.live(user, media_type="CAROUSEL", children=",".join(items))
    link = driver.get(f"/{carousel}", user, fields="permalink")["permalink"]
    assert len(re.findall(r"/cdn/[0-9a-f]{64}\.jpg", page(driver, link))) == 3


def test_the_pulse_changes_when_something_goes_live(driver: Driver, user: User) -> None:
    before = driver.http.get(f"{driver.url}/sandbox/pulse").json()["pulse"]
    assert f'data-pulse="{before}"' in page(driver, "/")
    driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})
    assert driver.http.get(f"{driver.url}/sandbox/pulse").json()["pulse"] != before


def test_unknown_pages_are_not_found(driver: Driver) -> None:
    for path in ("/u/nobody/", "/p/xyz/", "/stories/a/1/", "/cdn/avatars/1.jpg", f"/cdn/{'0' * 64}.jpg"):
        assert driver.http.get(driver.url + path).status_code == 404


def test_a_person_plays_the_audience_by_a_form(driver: Driver, user: User) -> None:
    media_id = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})["id"]
    link = driver.get(f"/{media_id}", user, fields="permalink")["permalink"]
    assert "Nobody has commented yet" in page(driver, link)
    form = {"media": media_id, "username": "@aigerim", "text": "<i>How much?</i>"}
    answer = driver.call("POST", "/sandbox/play/comments", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, link)
    (comment,) = driver.get(f"/{media_id}/comments", user, fields="id,username,text")["data"]
    assert (comment["username"], comment["text"]) == ("aigerim", "<i>How much?</i>")
    driver.call("POST", "/sandbox/play/comments", data=form | {"text": "Reply", "parent": comment["id"]})
    assert [row["text"] for row in driver.get(f"/{comment['id']}/replies", user)["data"]] == ["Reply"]
    text = page(driver, link)
    assert "&lt;i&gt;How much?&lt;/i&gt;" in text
    driver.call("POST", f"/{comment['id']}", user, data={"hide": "true"})
    assert "Hidden by the account" in page(driver, link)


def test_forms_of_other_sites_and_of_switched_off_comments_are_refused(driver: Driver, user: User) -> None:
    media_id = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})["id"]
    form = {"media": media_id, "username": "a", "text": "b"}
    answer = driver.call("POST", "/sandbox/play/comments", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    driver.call("POST", f"/{media_id}", user, data={"comment_enabled": "false"})
    assert driver.call("POST", "/sandbox/play/comments", data=form).status_code == 409
    assert driver.get(f"/{media_id}/comments", user)["data"] == []
