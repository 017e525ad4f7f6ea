"""Where Instagram's pages disagree or say nothing, a setting offers the other way."""

import hmac
import re
from pathlib import Path

import pytest

from sandbox.settings import SETTING_NAMES
from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import APP_SECRET, Driver, User, error_of
from tests.sandbox.receiver import Receiver

TESTS = Path(__file__).parent
TUNING = {"fetch_timeout_s", "timezone"}
"""Not questions about Instagram."""


@pytest.fixture
def post(driver: Driver, user: User) -> str:
    return str(driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE", "caption": "x"})["id"])


def switch(driver: Driver, **settings: object) -> None:
    driver.control("settings", settings)


@pytest.mark.parametrize("name", sorted(SETTING_NAMES - TUNING))
def test_every_setting_is_tried_somewhere(name: str) -> None:
    texts = (path.read_text(encoding="utf-8") for path in TESTS.glob("*.py"))
    assert any(re.search(rf"[\"']{name}[\"']|\b{name}=", text) for text in texts)


def test_any_error_can_be_answered_otherwise(driver: Driver, user: User) -> None:
    switch(driver, errors={"100/33": {"code": 24, "error_subcode": None, "status": 404, "message": "Gone."}})
    answer = driver.call("GET", "/17900000000000000", user)
    assert error_of(answer) == (404, 24, None)
    assert answer.json()["error"]["message"] == "Gone."
    assert error_of(driver.call("GET", "/me?fields=nothing", user)) == (400, 100, None)
    switch(driver, errors={"2500": {"status": 500}})
    assert error_of(driver.call("GET", "/v25.0/v25.0/me", user)) == (500, 2500, None)
    for wrong in ({"100": {"codes": 1}}, {"100": 5}, {"100": {"status": "400"}}):
        assert driver.http.post(f"{driver.url}/sandbox/settings", json={"errors": wrong}).status_code == 400


def test_media_in_which_others_tagged_the_account_are_listed(driver: Driver, user: User, media: MediaServer) -> None:
    friend = driver.add_account("friend")
    tags = '[{"username":"alma.coffee","x":0.5,"y":0.5}]'
    items = [
        driver.ready(friend, image_url=media.picture, is_carousel_item="true", **extra)
        for extra in ({}, {"user_tags": tags})
    ]
    album = driver.live(friend, media_type="CAROUSEL", children=",".join(items))
    driver.live(friend, image_url=media.picture, user_tags=tags.replace("alma.coffee", "alma.tea"))
    picture = driver.live(friend, image_url=media.picture, user_tags=tags, caption="With Alma")
    driver.live(user, image_url=media.picture, user_tags=tags)
    rows = driver.get("/me/tags", user, fields="id,caption,username,owner")["data"]
    assert rows == [{"id": picture, "caption": "With Alma", "username": "friend"}, {"id": album, "username": "friend"}]
    first = driver.get("/me/tags", user, limit="1")
    assert (first["data"], "next" in first["paging"]) == ([{"id": picture}], True)
    last = driver.get("/me/tags", user, limit="1", after=first["paging"]["cursors"]["after"])
    assert (last["data"], "next" in last["paging"], "previous" in last["paging"]) == ([{"id": album}], False, True)
    back = driver.get("/me/tags", user, limit="1", before=last["paging"]["cursors"]["before"])
    assert back["data"] == [{"id": picture}]
    switch(driver, tags="empty")
    assert driver.get("/me/tags", user) == {"data": []}
    switch(driver, tags="reject")
    assert error_of(driver.call("GET", "/me/tags", user)) == (403, 10, None)


def test_a_page_can_have_another_size(driver: Driver, user: User, post: str) -> None:
    driver.control(f"media/{post}/comments/bulk", {"count": 9})
    switch(driver, page_size=4)
    assert len(driver.get(f"/{post}/comments", user)["data"]) == 4


def test_comments_can_have_the_old_limits_and_hide_who_wrote_them(driver: Driver, user: User, post: str) -> None:
    path = f"/{post}/comments"
    texts = ["x" * 301, "#a #b #c #d #e", "http://a.kz http://b.kz", "ALL IN CAPITALS"]
    assert [driver.call("POST", path, user, data={"message": text}).status_code for text in texts] == [200] * 4
    switch(driver, comment_limits=True)
    for text in texts:
        assert error_of(driver.call("POST", path, user, data={"message": text})) == (400, 100, None)
    assert driver.call("POST", path, user, data={"message": "Just right #a http://a.kz"}).status_code == 200
    driver.control(f"media/{post}/comments", {"from": driver.add_person(), "text": "Hi"})
    switch(driver, comment_from="own")
    rows = driver.get(path, user, fields="from,username")["data"]
    assert ("from" in rows[0], rows[0]["username"], "from" in rows[1]) == (False, "dana", True)


def test_likes_can_be_refused(driver: Driver, user: User, post: str) -> None:
    comment = driver.control(f"media/{post}/comments", {"from": driver.add_person(), "text": "Hi"})["id"]
    assert driver.call("POST", "/me/likes", user, data={"comment_id": comment}).json() == {"success": True}
    switch(driver, likes="reject")
    assert error_of(driver.call("POST", "/me/likes", user, data={"comment_id": comment})) == (403, 10, None)


def test_a_live_video_can_have_a_kind_of_its_own(driver: Driver, user: User, receiver: Receiver) -> None:
    driver.subscribe(user)
    switch(driver, live_product="LIVE")
    live = driver.control(f"accounts/{user.user_id}/media", {"media_type": "LIVE"})["id"]
    assert driver.get(f"/{live}", user, fields="media_product_type")["media_product_type"] == "LIVE"
    driver.control(f"media/{live}/comments", {"from": driver.add_person(), "text": "Hi"})
    receiver.wait(lambda: len(receiver.got) == 1)
    assert receiver.changes()[0]["value"]["media"]["media_product_type"] == "LIVE"


def test_the_proof_of_the_app_secret_can_be_checked_and_required(driver: Driver, user: User) -> None:
    right = hmac.new(APP_SECRET.encode(), user.access_token.encode(), "sha256").hexdigest()
    assert driver.call("GET", "/me?appsecret_proof=wrong", user).status_code == 200
    switch(driver, appsecret_proof="check")
    assert error_of(driver.call("GET", "/me?appsecret_proof=wrong", user)) == (400, 100, None)
    assert driver.call("GET", "/me", user).status_code == 200
    switch(driver, appsecret_proof="require")
    assert error_of(driver.call("GET", "/me", user)) == (400, 100, None)
    assert driver.call("GET", f"/me?appsecret_proof={right}", user).status_code == 200


@pytest.mark.parametrize(("ids", "refused"), [("user_id", "id"), ("id", "user_id")])
def test_paths_can_take_one_id_only(driver: Driver, user: User, ids: str, refused: str) -> None:
    switch(driver, path_ids=ids)
    assert driver.call("GET", f"/{getattr(user, ids)}/media", user).status_code == 200
    assert driver.call("GET", "/me/media", user).status_code == 200
    assert error_of(driver.call("GET", f"/{getattr(user, refused)}/media", user)) == (400, 100, 33)


def test_containers_can_end_in_an_error_of_choice(driver: Driver, user: User, media: MediaServer) -> None:
    switch(driver, container_error=2207076)
    container = driver.container(user, media_type="REELS", video_url=media.reel)
    status = driver.status(user, container)
    assert (status["status_code"], "2207076" in status["status"]) == ("ERROR", True)
    switch(driver, container_error=None)
    driver.ready(user, media_type="REELS", video_url=media.reel)


def test_what_pages_disagree_about_in_publishing_can_be_switched(
    driver: Driver, user: User, media: MediaServer
) -> None:
    png = media.address(media.files.picture(".png"))
    assert driver.status(user, driver.container(user, image_url=png))["status_code"] == "ERROR"
    tall = media.address(media.files.reel(width=360, height=640))
    item = {"media_type": "VIDEO", "is_carousel_item": "true", "video_url": tall}
    assert driver.status(user, driver.container(user, **item))["status_code"] == "ERROR"
    switch(driver, image_formats="any", carousel_videos="reel", collaborators="reject", video_status="reject")
    driver.ready(user, image_url=png)
    container = driver.ready(user, **item)
    assert error_of(driver.create(user, image_url=media.picture, collaborators="dana")) == (400, 100, None)
    assert error_of(driver.call("GET", f"/{container}?fields=video_status", user)) == (400, 100, None)
    assert driver.create(user, image_url=media.picture, location_id="7").status_code == 200
    switch(driver, share_to_feed=False, location_ids=["8"])
    assert error_of(driver.create(user, image_url=media.picture, location_id="7")) == (400, 100, None)
    assert driver.create(user, image_url=media.picture, location_id="8").status_code == 200
    reel = driver.live(user, media_type="REELS", video_url=media.reel, caption="x")
    assert driver.get(f"/{reel}", user, fields="is_shared_to_feed")["is_shared_to_feed"] is False
    switch(driver, media_captions=False)
    assert driver.get(f"/{reel}", user, fields="caption,media_product_type") == {"id": reel}


def test_insights_can_ask_for_more_and_answer_more(driver: Driver, post: str) -> None:
    shop = driver.add_account("shop", followers_count=5000, history_days=90)
    picture = driver.control(f"accounts/{shop.user_id}/media", {"media_type": "IMAGE"})["id"]
    switch(driver, media_views_type=True)
    path = f"/{picture}/insights?metric=views"
    assert error_of(driver.call("GET", path, shop)) == (400, 100, None)
    assert driver.call("GET", f"{path}&metric_type=total_value", shop).status_code == 200
    asked = {"metric": "reached_audience_demographics", "period": "lifetime", "metric_type": "total_value"}
    asked |= {"timeframe": "this_month", "breakdown": "country"}
    assert driver.get("/me/insights", shop, **asked) == {"data": []}
    switch(driver, reached_demographics="answer")
    (frame,) = driver.get("/me/insights", shop, **asked)["data"]
    assert frame["total_value"]["breakdowns"][0]["results"]
    old = asked | {"metric": "follower_demographics", "timeframe": "last_90_days"}
    assert error_of(driver.call("GET", "/me/insights", shop, params=old)) == (400, 100, None)
    switch(driver, old_timeframes="accept", timeframe_key=True)
    (frame,) = driver.get("/me/insights", shop, **old)["data"]
    (breakdown,) = frame["total_value"]["breakdowns"]
    assert breakdown["dimension_keys"] == ["timeframe", "country"]
    assert breakdown["results"][0]["dimension_values"][0] == "LAST_90_DAYS"
