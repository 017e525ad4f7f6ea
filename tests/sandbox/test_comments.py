"""Comments: reading in pages, replying, hiding, deleting."""

import pytest

from tests.sandbox.driver import BASIC, Driver, User, error_of


@pytest.fixture
def post(driver: Driver, user: User) -> str:
    media_id: str = driver.control(f"accounts/{user.user_id}/media", {"media_type": "REELS", "caption": "Latte"})["id"]
    return media_id


@pytest.fixture
def person(driver: Driver) -> str:
    person_id: str = driver.control("people", {"username": "dana"})["id"]
    return person_id


def say(driver: Driver, post: str, person: str, text: str, **values: str) -> str:
    made: str = driver.control(f"media/{post}/comments", {"from": person, "text": text, **values})["id"]
    return made


def test_comments_are_newest_first_and_without_replies(driver: Driver, user: User, post: str, person: str) -> None:
    first = say(driver, post, person, "How much?")
    second = say(driver, post, person, "Where?")
    say(driver, post, person, "Same question", parent_id=first)
    rows = driver.get(f"/v25.0/{post}/comments", user)["data"]
    assert [row["id"] for row in rows] == [second, first]
    assert set(rows[0]) == {"id", "text", "timestamp"}
    assert driver.get(f"/{post}", user, fields="comments_count")["comments_count"] == 3


def test_a_comment_shows_its_fields(driver: Driver, user: User, post: str, person: str) -> None:
    comment = say(driver, post, person, "How much?")
    reply = say(driver, post, person, "Please", parent_id=comment)
    fields = "id,text,username,from,parent_id,like_count,hidden,media{id,media_product_type},user,replies{id,text}"
    assert driver.get(f"/{comment}", user, fields=fields) == {
        "id": comment,
        "text": "How much?",
        "username": "dana",
        "from": {"id": person, "username": "dana"},
        "like_count": 0,
        "hidden": False,
        "media": {"id": post, "media_product_type": "REELS"},
        "replies": {"data": [{"id": reply, "text": "Please"}]},
    }
    assert driver.get(f"/{reply}", user, fields="parent_id")["parent_id"] == comment
    assert driver.get(f"/{comment}/replies", user, fields="id")["data"] == [{"id": reply}]
    assert error_of(driver.call("GET", f"/{comment}", user, params={"fields": "likes"})) == (400, 100, None)


def test_a_reply_to_a_reply_hangs_under_the_first_comment(driver: Driver, user: User, post: str, person: str) -> None:
    comment = say(driver, post, person, "How much?")
    path = f"/{comment}/replies"
    reply = driver.call("POST", path, user, data={"message": "500 ₸"}).json()["id"]
    deeper = driver.call("POST", f"/{reply}/replies", user, json={"message": "for two"}).json()["id"]
    rows = driver.get(path, user, fields="id,parent_id,user")["data"]
    assert [(row["id"], row["parent_id"], row["user"]) for row in rows] == [
        (deeper, comment, {"id": user.user_id}),
        (reply, comment, {"id": user.user_id}),
    ]


def test_the_account_comments_under_its_own_post(driver: Driver, user: User, post: str) -> None:
    comment = driver.call("POST", f"/{post}/comments", user, params={"message": "First"}).json()["id"]
    assert driver.get(f"/{comment}", user, fields="username")["username"] == "alma.coffee"
    assert error_of(driver.call("POST", f"/{post}/comments", user)) == (400, 100, None)


def test_asking_for_fields_while_writing_writes_and_then_refuses(driver: Driver, user: User, post: str) -> None:
    answer = driver.call("POST", f"/{post}/comments", user, data={"message": "Twice?", "fields": "id"})
    assert error_of(answer) == (400, 20, 1772107)
    assert [row["text"] for row in driver.get(f"/{post}/comments", user)["data"]] == ["Twice?"]


def test_comments_are_hidden_and_shown_but_never_our_own(driver: Driver, user: User, post: str, person: str) -> None:
    comment = say(driver, post, person, "spam")
    own = driver.call("POST", f"/{post}/comments", user, data={"message": "mine"}).json()["id"]
    for one in (comment, own):
        assert driver.call("POST", f"/{one}", user, data={"hide": "true"}).json() == {"success": True}
    assert driver.get(f"/{comment}", user, fields="hidden")["hidden"] is True
    assert driver.get(f"/{own}", user, fields="hidden")["hidden"] is False
    assert error_of(driver.call("POST", f"/{comment}/replies", user, data={"message": "x"})) == (400, 100, None)
    driver.call("POST", f"/{comment}", user, data={"hide": "false"})
    assert driver.call("POST", f"/{comment}/replies", user, data={"message": "x"}).status_code == 200
    assert error_of(driver.call("POST", f"/{comment}", user)) == (400, 100, None)


def test_a_deleted_comment_takes_its_replies_along(driver: Driver, user: User, post: str, person: str) -> None:
    comment = say(driver, post, person, "spam")
    reply = say(driver, post, person, "more", parent_id=comment)
    assert driver.call("DELETE", f"/{comment}", user).json() == {"success": True}
    for path in (comment, reply, f"{comment}/replies"):
        assert error_of(driver.call("GET", f"/{path}", user)) == (400, 100, 33)
    assert driver.get(f"/{post}", user, fields="comments_count")["comments_count"] == 0


def test_comments_belong_to_the_owner_of_the_media_and_need_their_scope(
    driver: Driver, user: User, post: str, person: str
) -> None:
    comment = say(driver, post, person, "Hi")
    other = driver.add_account("other")
    assert error_of(driver.call("GET", f"/{comment}", other)) == (400, 100, 33)
    assert error_of(driver.call("DELETE", f"/{comment}", other)) == (400, 100, 33)
    user.access_token = driver.control(f"accounts/{user.user_id}/token", {"scopes": [BASIC]})["access_token"]
    assert error_of(driver.call("GET", f"/{post}/comments", user)) == (403, 10, None)


def test_switched_off_comments_cannot_be_written(driver: Driver, user: User, post: str, person: str) -> None:
    driver.call("POST", f"/{post}", user, data={"comment_enabled": "false"})
    assert error_of(driver.call("POST", f"/{post}/comments", user, data={"message": "x"})) == (400, 100, None)
    body = {"from": person, "text": "x"}
    assert driver.http.post(f"{driver.url}/sandbox/media/{post}/comments", json=body).status_code == 409


def test_a_page_has_at_most_fifty_comments_of_very_many(driver: Driver, user: User, post: str) -> None:
    driver.control(f"media/{post}/comments/bulk", {"count": 120, "text": "No"})
    seen: list[str] = []
    params = {"limit": "1000", "fields": "text"}
    while True:
        page = driver.get(f"/{post}/comments", user, **params)
        assert len(page["data"]) <= 50
        seen += [row["text"] for row in page["data"]]
        if "next" not in page["paging"]:
            break
        params["after"] = page["paging"]["cursors"]["after"]
    assert seen == [f"No {number}" for number in range(120, 0, -1)]
