"""Reading the account and its media: fields, pages, refusals."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import BASIC, Driver, User, error_of


def test_me_shows_the_fields_asked_for_and_always_an_id(driver: Driver) -> None:
    user = driver.add_account("aru", name="Aru", followers_count=12, follows_count=3, biography="Hi")
    assert driver.get("/v25.0/me", user) == {"id": user.id}
    fields = "user_id,username,name,account_type,followers_count,follows_count,media_count,biography"
    assert driver.get(f"/{user.user_id}", user, fields=fields) == {
        "user_id": user.user_id,
        "username": "aru",
        "name": "Aru",
        "account_type": "BUSINESS",
        "followers_count": 12,
        "follows_count": 3,
        "media_count": 0,
        "biography": "Hi",
        "id": user.id,
    }
    assert user.user_id.startswith("178414")
    assert user.id != user.user_id


def test_the_profile_picture_can_be_loaded(driver: Driver, user: User) -> None:
    url = driver.get("/me", user, fields="profile_picture_url")["profile_picture_url"]
    picture = driver.http.get(url)
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize("fields", ["id,nonsense", "business_discovery", "id,children{id"])
def test_an_unknown_field_fails_the_whole_call(driver: Driver, user: User, fields: str) -> None:
    status, code, subcode = error_of(driver.call("GET", "/me", user, params={"fields": fields}))
    assert (status, subcode) == (400, None)
    assert code in (100, 2500)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v25.0/17841400000000000", (400, 100, 33)),
        ("GET", "/v25.0/v25.0/me", (400, 2500, None)),
        ("GET", "/me/nonsense", (400, 2500, None)),
        ("GET", "/me/media/more", (400, 2500, None)),
        ("DELETE", "/me/media", (400, 100, 33)),
        ("GET", "/me/media_publish", (400, 100, None)),
        ("GET", "/v25.0", (400, 2500, None)),
    ],
)
def test_what_is_not_there_is_refused(
    driver: Driver, user: User, method: str, path: str, expected: tuple[int, int, int | None]
) -> None:
    assert error_of(driver.call(method, path, user)) == expected


def test_another_accounts_node_is_not_there(driver: Driver, user: User) -> None:
    other = driver.add_account("other")
    assert error_of(driver.call("GET", f"/{other.user_id}", user)) == (400, 100, 33)
    media = driver.control(f"accounts/{other.user_id}/media", {"media_type": "IMAGE"})["id"]
    assert error_of(driver.call("GET", f"/{media}", user)) == (400, 100, 33)


def test_unknown_versions_can_be_refused(driver: Driver, user: User) -> None:
    driver.control("settings", {"versions": ["v25.0", "v26.0"]})
    assert driver.call("GET", "/v25.0/me", user).status_code == 200
    assert driver.call("GET", "/me", user).status_code == 200
    assert error_of(driver.call("GET", "/v20.0/me", user)) == (400, 2635, None)


def test_reading_needs_the_basic_scope(driver: Driver, user: User) -> None:
    token = driver.control(f"accounts/{user.user_id}/token", {"scopes": "instagram_business_manage_insights"})
    user.access_token = token["access_token"]
    assert error_of(driver.call("GET", "/me", user)) == (403, 10, None)


def test_the_list_is_newest_first_and_pages_by_cursor(driver: Driver, user: User) -> None:
    path = f"accounts/{user.user_id}/media"
    ids = [driver.control(path, {"media_type": "IMAGE", "caption": str(n)})["id"] for n in range(7)][::-1]
    first = driver.get("/v25.0/me/media", user, limit="3", fields="id,caption")
    assert [row["id"] for row in first["data"]] == ids[:3]
    assert first["data"][0] == {"id": ids[0], "caption": "6"}
    assert "previous" not in first["paging"]
    second = driver.get("/me/media", user, limit="3", after=first["paging"]["cursors"]["after"])
    assert [row["id"] for row in second["data"]] == ids[3:6]
    third = driver.get("/me/media", user, limit="3", after=second["paging"]["cursors"]["after"])
    assert [row["id"] for row in third["data"]] == ids[6:]
    assert "next" not in third["paging"]
    back = driver.get("/me/media", user, limit="3", before=third["paging"]["cursors"]["before"])
    assert [row["id"] for row in back["data"]] == ids[3:6]
    end = driver.get("/me/media", user, after=third["paging"]["cursors"]["after"])
    assert end == {"data": []}


def test_the_next_link_carries_the_token_and_works(driver: Driver, user: User) -> None:
    for _ in range(3):
        driver.control(f"accounts/{user.user_id}/media", {"media_type": "REELS"})
    link = driver.get("/v25.0/me/media", user, limit="2", fields="id,media_type")["paging"]["next"]
    assert parse_qs(urlsplit(link).query)["access_token"] == [user.access_token]
    assert [row["media_type"] for row in driver.http.get(link).json()["data"]] == ["VIDEO"]


def test_a_wrong_page_is_refused(driver: Driver, user: User) -> None:
    for params in ({"limit": "0"}, {"limit": "x"}, {"after": "17"}, {"after": "QVFI!!"}, {"since": "soon"}):
        assert error_of(driver.call("GET", "/me/media", user, params=params)) == (400, 100, None)


def test_the_list_can_be_limited_in_time_and_a_page_has_25_rows(driver: Driver, user: User) -> None:
    path = f"accounts/{user.user_id}/media"
    ids = [driver.control(path, {"media_type": "IMAGE", "timestamp": 1_700_000_000 + n})["id"] for n in range(30)]
    assert len(driver.get("/me/media", user)["data"]) == 25
    found = driver.get("/me/media", user, since="1700000010", until="1700000012")
    assert [row["id"] for row in found["data"]] == [ids[12], ids[11], ids[10]]


def test_a_media_shows_its_fields(driver: Driver, user: User, media: MediaServer) -> None:
    media_id = driver.live(user, media_type="REELS", video_url=media.reel, caption="One", share_to_feed="false")
    fields = (
        "caption,media_type,media_product_type,media_url,thumbnail_url,permalink,shortcode,timestamp,username,owner,"
        "like_count,comments_count,is_comment_enabled,is_shared_to_feed,alt_text,is_ai_generated,media_audio_type"
    )
    seen = driver.get(f"/{media_id}", user, fields=fields)
    assert seen["media_type"] == "VIDEO"
    assert seen["media_product_type"] == "REELS"
    assert (seen["like_count"], seen["comments_count"], seen["is_comment_enabled"]) == (0, 0, True)
    assert seen["is_shared_to_feed"] is False
    assert seen["owner"] == {"id": user.user_id}
    assert "alt_text" not in seen
    moment = datetime.strptime(seen["timestamp"], "%Y-%m-%dT%H:%M:%S%z")
    assert abs((moment - datetime.now(UTC)).total_seconds()) < 10
    assert seen["timestamp"].endswith("+0000")
    assert driver.http.get(seen["media_url"]).content == media.files.reel().read_bytes()
    assert driver.http.get(seen["thumbnail_url"]).content.startswith(b"\xff\xd8")
    assert driver.http.get(seen["permalink"]).status_code == 200
    part = driver.http.get(seen["media_url"], headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)


def test_comments_can_be_switched_and_nothing_else(driver: Driver, user: User) -> None:
    media_id = driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE"})["id"]
    answer = driver.call("POST", f"/{media_id}", user, params={"comment_enabled": "false"})
    assert answer.json() == {"success": True}
    assert driver.get(f"/{media_id}", user, fields="is_comment_enabled")["is_comment_enabled"] is False
    refused = driver.call("POST", f"/{media_id}", user, data={"caption": "new"})
    assert refused.json()["error"]["message"] == "The parameter comment_enabled is required."
    assert error_of(driver.call("DELETE", f"/{media_id}", user)) == (400, 100, 33)
    user.access_token = driver.control(f"accounts/{user.user_id}/token", {"scopes": [BASIC]})["access_token"]
    answer = driver.call("POST", f"/{media_id}", user, params={"comment_enabled": "true"})
    assert error_of(answer) == (403, 10, None)
