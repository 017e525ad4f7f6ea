"""Going live: once per container, within the quota."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import BASIC, Driver, User, error_of

DAY = 86_400


def usage(driver: Driver, user: User, **params: str) -> int:
    params = {"fields": "quota_usage,config"} | params
    (row,) = driver.get(f"/v25.0/{user.user_id}/content_publishing_limit", user, **params)["data"]
    assert row["config"]["quota_duration"] == DAY
    return int(row["quota_usage"])


def test_a_container_becomes_one_media_and_only_once(driver: Driver, user: User, media: MediaServer) -> None:
    container = driver.ready(user, media_type="REELS", video_url=media.reel, caption="Кофе #almaty")
    before = datetime.now(UTC)
    media_id = driver.publish(user, container).json()["id"]
    assert media_id != container
    assert error_of(driver.publish(user, container)) == (400, 24, 2207006)
    assert driver.status(user, container)["status"] == "Published: Media has been successfully published."
    (published,) = driver.control("published")["data"]
    assert (published["id"], published["container_id"], published["user_id"]) == (media_id, container, user.user_id)
    assert (published["media_type"], published["caption"]) == ("VIDEO", "Кофе #almaty")
    assert timedelta(0) <= datetime.fromisoformat(published["published_at"]) - before < timedelta(seconds=10)


def test_of_many_simultaneous_calls_one_publishes(driver: Driver, user: User, media: MediaServer) -> None:
    container = driver.ready(user, image_url=media.picture)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: Driver(driver.url).publish(user, container).status_code, range(40)))
    assert sorted(answers) == [200] + [400] * 39
    assert len(driver.control("published")["data"]) == 1


def test_what_is_not_a_ready_container_of_ours_cannot_be_published(
    driver: Driver, user: User, media: MediaServer
) -> None:
    other = driver.add_account("other")
    container = driver.ready(user, image_url=media.picture)
    assert error_of(driver.publish(other, container)) == (400, 24, 2207006)
    assert error_of(driver.publish(user, "17880000000000000")) == (400, 24, 2207006)
    assert error_of(driver.publish(user, "")) == (400, 100, None)
    broken = driver.container(user, image_url=f"{media.url}/missing")
    driver.status(user, broken)
    assert error_of(driver.publish(user, broken)) == (400, 9007, 2207027)
    item = driver.ready(user, image_url=media.picture, is_carousel_item="true")
    assert error_of(driver.publish(user, item)) == (400, 100, 2207089)
    lone = driver.ready(user, media_type="VIDEO", video_url=media.address(media.files.reel(width=540, height=540)))
    assert error_of(driver.publish(user, lone)) == (400, 100, 2207089)


def test_publishing_needs_its_scope(driver: Driver, user: User, media: MediaServer) -> None:
    container = driver.ready(user, image_url=media.picture)
    user.access_token = driver.control(f"accounts/{user.user_id}/token", {"scopes": [BASIC]})["access_token"]
    assert error_of(driver.publish(user, container)) == (403, 10, None)


def test_a_carousel_shows_its_items_in_order(driver: Driver, user: User, media: MediaServer) -> None:
    square = media.address(media.files.reel(width=540, height=540))
    first = driver.ready(user, image_url=media.picture, is_carousel_item="true", alt_text="a cup")
    second = driver.ready(user, media_type="VIDEO", video_url=square, is_carousel_item="true")
    carousel = driver.ready(user, media_type="CAROUSEL", children=f"{second},{first}", caption="two")
    media_id = driver.publish(user, carousel).json()["id"]
    assert usage(driver, user) == 1
    seen = driver.get(
        f"/{media_id}", user, fields="media_type,media_url,caption,children{id,media_type,alt_text,media_url}"
    )
    assert (seen["media_type"], seen["caption"]) == ("CAROUSEL_ALBUM", "two")
    children = seen["children"]["data"]
    assert [child["media_type"] for child in children] == ["VIDEO", "IMAGE"]
    assert children[1]["alt_text"] == "a cup"
    assert seen["media_url"] == children[0]["media_url"]
    listed = driver.get(f"/{media_id}/children", user)
    assert listed == {"data": [{"id": child["id"]} for child in children]}
    (published,) = driver.control("published")["data"]
    assert [asset["kind"] for asset in published["assets"]] == ["video", "image"]
    assert [row["id"] for row in driver.get("/me/media", user)["data"]] == [media_id]
    assert error_of(driver.create(user, media_type="CAROUSEL", children=f"{second},{first}")) == (400, 100, None)


def test_a_carousel_waits_for_its_items_and_fails_with_them(driver: Driver, user: User, media: MediaServer) -> None:
    good = driver.ready(user, image_url=media.picture, is_carousel_item="true")
    driver.control("settings", {"processing_s": 100})
    slow = driver.container(user, image_url=media.picture, is_carousel_item="true")
    bad = driver.container(user, image_url=f"{media.url}/missing", is_carousel_item="true")
    driver.control("settings", {"processing_s": 0})
    waiting = driver.container(user, media_type="CAROUSEL", children=f"{good},{slow}")
    assert driver.get(f"/{waiting}", user, fields="status_code")["status_code"] == "IN_PROGRESS"
    assert error_of(driver.publish(user, waiting)) == (400, 9007, 2207027)
    failing = driver.container(user, media_type="CAROUSEL", children=f"{good},{bad}")
    assert driver.status(user, failing)["status"] == "Error: Media upload has failed with error code 2207052"
    driver.advance(101)
    assert driver.publish(user, waiting).status_code == 200


def test_a_story_is_seen_for_a_day_and_not_in_the_list(driver: Driver, user: User, media: MediaServer) -> None:
    story = driver.live(user, media_type="STORIES", image_url=media.picture, caption="nobody sees this")
    assert driver.get("/me/media", user)["data"] == []
    assert driver.get("/me/stories", user)["data"] == [{"id": story}]
    seen = driver.get(f"/{story}", user, fields="media_product_type,caption,media_type")
    assert seen == {"media_product_type": "STORY", "media_type": "IMAGE", "id": story}
    assert usage(driver, user) == 1
    driver.advance(DAY + 1)
    assert driver.get("/me/stories", user)["data"] == []
    assert error_of(driver.call("GET", f"/{story}", user)) == (400, 100, 33)


def test_the_quota_is_a_rolling_day(driver: Driver, user: User, media: MediaServer) -> None:
    driver.control("settings", {"quota_total": 2})
    driver.live(user, image_url=media.picture)
    driver.advance(DAY / 2)
    driver.live(user, image_url=media.picture)
    container = driver.ready(user, image_url=media.picture)
    assert usage(driver, user) == 2
    assert error_of(driver.publish(user, container)) == (400, 9, 2207042)
    driver.advance(DAY / 2 + 1)
    assert usage(driver, user) == 1
    assert driver.publish(user, container).status_code == 200
    assert usage(driver, user) == 2


def test_the_quotas_answer_has_the_documented_shape(driver: Driver, user: User) -> None:
    path = f"/{user.user_id}/content_publishing_limit"
    assert driver.get(path, user) == {"data": [{"quota_usage": 0}]}
    row = {"quota_usage": 0, "config": {"quota_total": 50, "quota_duration": DAY}}
    assert driver.get(path, user, fields="quota_usage,config") == {"data": [row]}
    now = driver.control("clock")["unix"]
    assert error_of(driver.call("GET", path, user, params={"since": str(int(now) - 2 * DAY)})) == (400, 100, None)
    assert usage(driver, user, since=str(int(now) - 60)) == 0


def test_media_from_the_phone_does_not_count(driver: Driver, user: User) -> None:
    driver.control(f"accounts/{user.user_id}/media", {"media_type": "IMAGE", "caption": "by hand"})
    assert usage(driver, user) == 0
    assert len(driver.get("/me/media", user)["data"]) == 1
    assert driver.control("published")["data"] == []
    assert len(driver.control("published?source=all")["data"]) == 1
