"""Reading conversations, messages and people."""

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import BASIC, Driver, User, error_of

MONTH = 30 * 86_400


@pytest.fixture(autouse=True)
def unhurried(driver: Driver) -> None:
    """Calls as fast as tests make them."""
    driver.control("settings", {"conversation_calls_per_s": 1000})


@pytest.fixture
def person(driver: Driver) -> str:
    return driver.add_person(name="Дана", follows=True, follower_count=12)


def thread_of(driver: Driver, user: User, person: str) -> str:
    return str(driver.get("/me/conversations", user, platform="instagram", user_id=person)["data"][0]["id"])


def test_conversations_are_listed_the_last_active_first(driver: Driver, user: User) -> None:
    people = [driver.add_person(f"person{number}", follows=True) for number in range(5)]
    for person in people:
        driver.say(user, person)
    driver.say(user, people[1])
    page = driver.get(f"/v25.0/{user.user_id}/conversations", user, platform="instagram", limit="3")
    assert set(page["data"][0]) == {"id", "updated_time"}
    assert page["data"][0]["updated_time"].endswith("+0000")
    order = [people[1], people[4], people[3], people[2], people[0]]
    assert [row["id"] for row in page["data"]] == [thread_of(driver, user, person) for person in order[:3]]
    rest = driver.get("/me/conversations", user, limit="3", after=page["paging"]["cursors"]["after"])
    assert [row["id"] for row in rest["data"]] == [thread_of(driver, user, person) for person in order[3:]]
    assert "next" not in rest["paging"]


def test_one_conversation_is_found_by_the_person(driver: Driver, user: User, person: str) -> None:
    assert driver.get("/me/conversations", user, platform="instagram", user_id=person) == {"data": []}
    driver.say(user, person)
    row = driver.get("/me/conversations", user, user_id=person, fields="participants")["data"][0]
    assert row["participants"]["data"] == [
        {"username": "dana", "id": person},
        {"username": "alma.coffee", "id": user.user_id},
    ]
    assert error_of(driver.call("GET", "/me/conversations", user, params={"platform": "messenger"})) == (400, 100, None)


def test_all_messages_are_listed_but_only_twenty_have_details(driver: Driver, user: User, person: str) -> None:
    mids = [driver.say(user, person, f"No {number}") for number in range(25)]
    shown = driver.get(f"/{thread_of(driver, user, person)}", user, fields="messages")
    rows = shown["messages"]["data"]
    assert [row["id"] for row in rows] == mids[::-1]
    assert set(rows[0]) == {"id", "created_time", "is_unsupported"}
    assert driver.get(f"/{mids[5]}", user, fields="message")["message"] == "No 5"
    assert error_of(driver.call("GET", f"/{mids[4]}", user, params={"fields": "message"})) == (400, 100, 9000001)
    detailed = driver.get(f"/{thread_of(driver, user, person)}", user, fields="messages.limit(25){message}")
    assert [row.get("message") for row in detailed["messages"]["data"]][18:22] == ["No 6", "No 5", None, None]
    driver.control("settings", {"old_message_error": "code"})
    assert error_of(driver.call("GET", f"/{mids[4]}", user)) == (400, 9000001, None)


def test_messages_page_by_cursor(driver: Driver, user: User, person: str) -> None:
    mids = [driver.say(user, person, f"No {number}") for number in range(5)][::-1]
    path = f"/{thread_of(driver, user, person)}/messages"
    first = driver.get(path, user, limit="3")
    assert [row["id"] for row in first["data"]] == mids[:3]
    rest = driver.get(path, user, limit="3", after=first["paging"]["cursors"]["after"], fields="message")
    assert [row["message"] for row in rest["data"]] == ["No 1", "No 0"]


def test_the_next_link_inside_a_conversation_leads_on(driver: Driver, user: User, person: str) -> None:
    for number in range(5):
        driver.say(user, person, f"No {number}")
    shown = driver.get(f"/v25.0/{thread_of(driver, user, person)}", user, fields="messages.limit(3){message}")
    link = shown["messages"]["paging"]["next"]
    assert "/v25.0/" in link
    assert [row["message"] for row in driver.http.get(link).json()["data"]] == ["No 1", "No 0"]


def test_a_message_shows_its_fields(driver: Driver, user: User, person: str) -> None:
    mid = driver.say(user, person, "hi")
    assert set(driver.get(f"/{mid}", user)) == {"id", "created_time"}
    fields = "id,created_time,from,to,message,attachments,shares,story,reactions,is_unsupported,reply_to"
    seen = driver.get(f"/v25.0/{mid}", user, fields=fields)
    assert seen == {
        "id": mid,
        "created_time": seen["created_time"],
        "from": {"username": "dana", "id": person},
        "to": {"data": [{"username": "alma.coffee", "id": user.user_id}]},
        "message": "hi",
        "is_unsupported": False,
    }
    own = driver.send(user, person, {"text": "Сәлем"}).json()["message_id"]
    assert driver.get(f"/{own}", user, fields="from,to") == {
        "from": {"username": "alma.coffee", "id": user.user_id},
        "to": {"data": [{"username": "dana", "id": person}]},
        "id": own,
    }
    assert error_of(driver.call("GET", f"/{mid}", user, params={"fields": "folder"})) == (400, 100, None)


def test_attachments_shares_stories_replies_and_reactions_are_shown(
    driver: Driver, user: User, person: str, media: MediaServer
) -> None:
    driver.say(user, person)
    picture = {"attachment": {"type": "image", "payload": {"url": media.picture}}}
    mid = driver.send(user, person, picture).json()["message_id"]
    (shown,) = driver.get(f"/{mid}", user, fields="attachments")["attachments"]["data"]
    assert driver.http.get(shown["image_data"]["url"]).status_code == 200
    pdf = media.files.folder / "price.pdf"
    pdf.write_bytes(b"%PDF-1.4\n%%EOF\n")
    sent = {"attachment": {"type": "file", "payload": {"url": media.address(pdf)}}}
    document = driver.send(user, person, sent).json()["message_id"]
    assert "file_url" in driver.get(f"/{document}", user, fields="attachments")["attachments"]["data"][0]
    shared = [{"type": "ig_post", "payload": {"ig_post_media_id": "1", "title": "", "url": "https://example.com/p/1/"}}]
    share = driver.act(user, person, message={"attachments": shared})
    assert driver.get(f"/{share}", user, fields="shares")["shares"]["data"] == [{"link": "https://example.com/p/1/"}]
    to_story = {"text": "wow", "reply_to": {"story": {"id": "18", "url": "https://example.com/s"}}}
    story = driver.get(f"/{driver.act(user, person, message=to_story)}", user, fields="story")["story"]
    assert story == {"reply_to": {"link": "https://example.com/s", "id": "18"}}
    answer = driver.act(user, person, message={"text": "this", "reply_to": {"mid": mid}})
    assert driver.get(f"/{answer}", user, fields="reply_to")["reply_to"] == {"mid": mid, "is_self_reply": False}
    driver.act(user, person, reaction={"mid": mid, "reaction": "love"})
    assert driver.get(f"/{mid}", user, fields="reactions")["reactions"]["data"] == [
        {"reaction": "love", "users": [{"username": "dana", "id": person}]}
    ]


def test_a_message_taken_back_is_gone_with_its_file(
    driver: Driver, user: User, person: str, media: MediaServer
) -> None:
    mid = driver.say(user, person)
    driver.act(user, person, message={"mid": mid, "is_deleted": True})
    assert error_of(driver.call("GET", f"/{mid}", user)) == (400, 100, 9000001)
    assert driver.get(f"/{thread_of(driver, user, person)}/messages", user) == {"data": []}


def test_requests_that_sleep_for_a_month_are_not_shown(driver: Driver, user: User) -> None:
    stranger, follower = driver.add_person("stranger"), driver.add_person("follower", follows=True)
    driver.say(user, stranger)
    driver.say(user, follower)
    driver.advance(MONTH + 60)
    listed = driver.get("/me/conversations", user)["data"]
    assert [row["id"] for row in listed] == [thread_of(driver, user, follower)]


def test_with_standard_access_only_people_with_a_role_are_shown(driver: Driver, user: User, person: str) -> None:
    driver.say(user, person)
    driver.control("settings", {"access": "standard"})
    assert driver.get("/me/conversations", user) == {"data": []}


def test_two_calls_a_second_are_allowed(driver: Driver, user: User) -> None:
    driver.control("settings", {"conversation_calls_per_s": 2})
    answers = [driver.call("GET", "/me/conversations", user) for _ in range(4)]
    assert [answer.status_code for answer in answers][:2] == [200, 200]
    assert error_of(answers[-1]) == (400, 613, 2534040)
    driver.advance(1)
    assert driver.call("GET", "/me/conversations", user).status_code == 200


def test_conversations_of_others_are_not_there_and_need_their_scope(driver: Driver, user: User, person: str) -> None:
    mid = driver.say(user, person)
    thread = thread_of(driver, user, person)
    other = driver.add_account("other")
    for object_id in (mid, thread):
        assert error_of(driver.call("GET", f"/{object_id}", other)) == (400, 100, 33)
    user.access_token = driver.control(f"accounts/{user.user_id}/token", {"scopes": [BASIC]})["access_token"]
    for path in (f"/{thread}", f"/{mid}", "/me/conversations", f"/{person}"):
        assert error_of(driver.call("GET", path, user)) == (403, 10, None)


PROFILE = "name,username,profile_pic,follower_count,is_user_follow_business,is_business_follow_user,is_verified_user"


def test_a_profile_needs_consent(driver: Driver, user: User, person: str) -> None:
    post = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})["id"]
    driver.control(f"media/{post}/comments", {"from": person, "text": "Hi"})
    answer = driver.call("GET", f"/{person}", user, params={"fields": PROFILE})
    assert error_of(answer) == (400, 230, None)
    assert answer.json()["error"]["message"] == "User consent is required to access user profile"
    driver.say(user, person)
    seen = driver.get(f"/v25.0/{person}", user, fields=PROFILE)
    assert driver.http.get(seen.pop("profile_pic")).headers["Content-Type"] == "image/jpeg"
    assert seen == {
        "name": "Дана",
        "username": "dana",
        "follower_count": 12,
        "is_user_follow_business": True,
        "is_business_follow_user": False,
        "is_verified_user": False,
        "id": person,
    }


def test_tapping_an_ice_breaker_gives_consent_and_a_quick_reply_by_switch(driver: Driver, user: User) -> None:
    driver.control("settings", {"button_consent": False})
    tapper, answerer = driver.add_person("tapper"), driver.add_person("answerer")
    driver.act(user, tapper, postback={"title": "Hours?", "payload": "HOURS"})
    driver.act(user, answerer, message={"text": "Yes", "quick_reply": {"payload": "YES"}})
    assert driver.call("GET", f"/{tapper}", user).status_code == 200
    driver.control("settings", {"status_230": 403})
    assert error_of(driver.call("GET", f"/{answerer}", user)) == (403, 230, None)


def test_who_blocks_the_account_cannot_be_read(driver: Driver, user: User, person: str) -> None:
    driver.say(user, person)
    driver.control(f"accounts/{user.user_id}/bonds", {"from": person, "is_blocked": True})
    assert error_of(driver.call("GET", f"/{person}", user)) == (400, 9009, None)
    driver.control("settings", {"blocked_profile": "230"})
    assert error_of(driver.call("GET", f"/{person}", user)) == (400, 230, None)
