"""The conversation page: a person plays the audience by forms, and the app hears of it."""

import re

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User
from tests.sandbox.receiver import Receiver
from tests.sandbox.test_pages import page

DIRECT = "/u/alma.coffee/direct/?as=aigerim"


@pytest.fixture
def heard(driver: Driver, user: User, receiver: Receiver) -> Receiver:
    """The app, subscribed."""
    driver.subscribe(user)
    return receiver


def play(driver: Driver, user: User, what: str, **form: str) -> None:
    form = {"account": user.user_id, "person": "aigerim", **form}
    answer = driver.call("POST", f"/sandbox/play/{what}", data=form)
    assert answer.status_code == 303, answer.text


def test_a_person_writes_and_reads_the_answer(driver: Driver, user: User, heard: Receiver) -> None:
    assert "No messages yet" in page(driver, DIRECT)
    play(driver, user, "messages", text="<b>Қанша?</b>")
    heard.wait(lambda: len(heard.items()) == 1)
    item = heard.items()[0]
    assert item["message"]["text"] == "<b>Қанша?</b>"
    answer = driver.send(user, item["sender"]["id"], {"text": "900 ₸"}).json()
    text = page(driver, DIRECT)
    assert "&lt;b&gt;Қанша?&lt;/b&gt;" in text
    assert "900 ₸" in text
    heard.wait(lambda: any(item.get("read") == {"mid": answer["message_id"]} for item in heard.items()))
    page(driver, DIRECT)
    play(driver, user, "messages", text="last")
    heard.wait(lambda: heard.items()[-1].get("message", {}).get("text") == "last")
    assert len([item for item in heard.items() if "read" in item]) == 1


def test_a_picture_can_be_sent_and_a_text_file_cannot(
    driver: Driver, user: User, heard: Receiver, media: MediaServer
) -> None:
    form = {"account": user.user_id, "person": "aigerim"}
    picture = media.files.picture().read_bytes()
    sent = driver.call("POST", "/sandbox/play/messages", data=form, files={"file": ("a.jpg", picture, "image/jpeg")})
    assert sent.status_code == 303
    heard.wait(lambda: len(heard.items()) == 1)
    (attachment,) = heard.items()[0]["message"]["attachments"]
    assert attachment["type"] == "image"
    assert driver.http.get(attachment["payload"]["url"]).content == picture
    assert '<img class="picture"' in page(driver, DIRECT)
    for name, raw, kind in (("a.txt", b"x", "text/plain"), ("a.jpg", b"x", "image/jpeg")):
        refused = driver.call("POST", "/sandbox/play/messages", data=form, files={"file": (name, raw, kind)})
        assert refused.status_code == 415


def test_ice_breakers_menus_quick_replies_and_buttons_are_tapped(driver: Driver, user: User, heard: Receiver) -> None:
    profile = {
        "platform": "instagram",
        "ice_breakers": [{"question": "Opening hours?", "payload": "HOURS"}],
        "persistent_menu": [
            {"locale": "default", "call_to_actions": [{"type": "postback", "title": "Agent", "payload": "CARE"}]}
        ],
    }
    driver.call("POST", "/me/messenger_profile", user, json=profile)
    text = page(driver, DIRECT)
    assert "Opening hours?" in text
    assert 'value="CARE"' in text
    play(driver, user, "taps", kind="ice_breaker", title="Opening hours?", payload="HOURS")
    heard.wait(lambda: len(heard.items()) == 1)
    item = heard.items()[0]
    assert item["postback"]["payload"] == "HOURS"
    assert "Opening hours?</button>" not in page(driver, DIRECT)
    person = item["sender"]["id"]
    chip = {"content_type": "text", "title": "Ordering", "payload": "ORDER"}
    driver.send(user, person, {"text": "What?", "quick_replies": [chip]})
    assert 'value="ORDER"' in page(driver, DIRECT)
    play(driver, user, "taps", kind="quick_reply", title="Ordering", payload="ORDER")
    heard.wait(lambda: any("quick_reply" in item.get("message", {}) for item in heard.items()))
    assert 'value="ORDER"' not in page(driver, DIRECT)
    button = {"type": "postback", "title": "Latte", "payload": "LATTE"}
    element = {"title": "Menu", "subtitle": "Today", "buttons": [button]}
    template = {"template_type": "generic", "elements": [element]}
    driver.send(user, person, {"attachment": {"type": "template", "payload": template}})
    assert 'value="LATTE"' in page(driver, DIRECT)
    play(driver, user, "taps", kind="template", title="Latte", payload="LATTE")
    heard.wait(lambda: any(item.get("postback", {}).get("payload") == "LATTE" for item in heard.items()))


def test_a_person_reacts_edits_and_unsends(driver: Driver, user: User, heard: Receiver) -> None:
    play(driver, user, "messages", text="first")
    heard.wait(lambda: len(heard.items()) == 1)
    mid = heard.items()[0]["message"]["mid"]
    play(driver, user, "reactions", mid=mid, reaction="laugh")
    assert "😆" in re.findall(r'<span class="reactions">(.*?)</span>', page(driver, DIRECT))
    play(driver, user, "reactions", mid=mid, reaction="")
    play(driver, user, "edits", mid=mid, text="second")
    assert "second" in page(driver, DIRECT)
    assert "Edited" in page(driver, DIRECT)
    play(driver, user, "unsent", mid=mid)
    assert "No messages yet" in page(driver, DIRECT)
    heard.wait(lambda: len(heard.items()) == 5)
    answer = driver.call(
        "POST", "/sandbox/play/unsent", data={"account": user.user_id, "person": "aigerim", "mid": mid}
    )
    assert answer.status_code == 404


def test_a_person_mentions_shares_and_answers_stories(
    driver: Driver, user: User, heard: Receiver, media: MediaServer
) -> None:
    play(driver, user, "mentions")
    heard.wait(lambda: len(heard.items()) == 1)
    (mention,) = heard.items()[0]["message"]["attachments"]
    assert mention["type"] == "story_mention"
    assert driver.http.get(mention["payload"]["url"]).status_code == 200
    story = driver.live(user, media_type="STORIES", image_url=media.picture)
    link = driver.get(f"/{story}", user, fields="permalink")["permalink"]
    assert "Answer the Story" in page(driver, link)
    play(driver, user, "story-answers", media=story, text="wow")
    heard.wait(lambda: len(heard.items()) == 2)
    assert heard.items()[1]["message"]["reply_to"]["story"]["id"] == story
    reel = driver.live(user, media_type="REELS", video_url=media.reel)
    play(driver, user, "shares", media=reel)
    heard.wait(lambda: len(heard.items()) == 3)
    assert heard.items()[2]["message"]["attachments"][0]["payload"]["reel_video_id"] == reel
    driver.advance(86_401)
    assert driver.http.get(mention["payload"]["url"]).status_code == 404


def test_a_person_follows_unfollows_and_blocks(driver: Driver, user: User) -> None:
    def followers() -> int:
        return int(driver.get("/me", user, fields="followers_count")["followers_count"])

    before = followers()
    play(driver, user, "follows", follows="1")
    assert followers() == before + 1
    assert "Unfollow" in page(driver, "/u/alma.coffee/?as=aigerim")
    play(driver, user, "follows", follows="0")
    assert followers() == before
    play(driver, user, "blocks", is_blocked="1")
    assert "Unblock" in page(driver, "/u/alma.coffee/?as=aigerim")


def test_whom_one_plays_is_remembered(driver: Driver, user: User) -> None:
    answer = driver.call("POST", "/sandbox/play/person", data={"username": "@aigerim"})
    assert answer.headers["Set-Cookie"].startswith("sandbox_person=aigerim;")
    assert 'value="aigerim"' in page(driver, "/u/alma.coffee/direct/")
    driver.http.cookies.clear()
    assert 'value="aigerim"' not in page(driver, "/u/alma.coffee/direct/")


def test_the_pulse_changes_with_messages(driver: Driver, user: User) -> None:
    before = driver.http.get(f"{driver.url}/sandbox/pulse").json()["pulse"]
    play(driver, user, "messages", text="Hi")
    assert driver.http.get(f"{driver.url}/sandbox/pulse").json()["pulse"] != before


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_page_speaks_russian_and_kazakh(driver: Driver, user: User, language: str) -> None:
    word = {"ru": "Сообщений пока нет", "kk": "Әзірге хабарлама жоқ"}[language]
    assert word in page(driver, DIRECT, language)
