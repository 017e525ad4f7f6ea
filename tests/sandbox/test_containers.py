"""What a container may be asked for, decided before a byte is fetched."""

import json
from typing import Any

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import BASIC, PUBLISH, Driver, User, error_of

URL = "http://127.0.0.1:9/x"
REEL = {"media_type": "REELS", "video_url": URL}
IMAGE = {"image_url": URL}
STORY = {"media_type": "STORIES", "image_url": URL}
ITEM = {"image_url": URL, "is_carousel_item": "true"}


@pytest.mark.parametrize(
    "params",
    [
        IMAGE,
        IMAGE | {"media_type": "IMAGE", "alt_text": "a" * 1000, "caption": "c" * 2200},
        REEL | {"caption": "#a " * 30, "thumb_offset": "0", "share_to_feed": "false", "audio_name": "Song"},
        REEL | {"cover_url": URL, "collaborators": '["a","b","c"]', "location_id": "7"},
        REEL | {"trial_params": '{"graduation_strategy":"MANUAL"}', "is_ai_generated": "true"},
        REEL | {"user_tags": '[{"username":"x"}]'},
        IMAGE | {"user_tags": '[{"username":"x","x":0.5,"y":1}]'},
        STORY | {"user_tags": '[{"username":"x"}]', "caption": "c" * 3000},
        {"media_type": "STORIES", "video_url": URL},
        ITEM | {"alt_text": "a"},
        {"media_type": "VIDEO", "video_url": URL, "is_carousel_item": "true", "thumb_offset": "10"},
        {"media_type": "REELS", "upload_type": "resumable"},
    ],
)
def test_what_the_pages_allow_is_accepted(driver: Driver, user: User, params: dict[str, str]) -> None:
    answer = driver.create(user, **params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"].isdigit()


@pytest.mark.parametrize(
    ("params", "code", "subcode"),
    [
        ({}, 100, None),
        ({"media_type": "POST", "image_url": URL}, 100, 2207023),
        ({"media_type": "REELS", "image_url": URL}, 100, None),
        ({"media_type": "REELS"}, 100, None),
        ({"image_url": URL, "video_url": URL}, 100, None),
        (REEL | {"upload_type": "resumable"}, 100, None),
        ({"media_type": "REELS", "upload_type": "RESUMABLE"}, 100, None),
        (REEL | {"is_carousel_item": "true"}, 100, None),
        (IMAGE | {"caption": "c" * 2201}, 36004, 2207010),
        (IMAGE | {"caption": "#a " * 31}, 36004, 2207010),
        (IMAGE | {"caption": "@a " * 21}, 100, 2207040),
        (IMAGE | {"alt_text": "a" * 1001}, 100, None),
        (REEL | {"alt_text": "a"}, 100, None),
        (REEL | {"thumb_offset": "-1"}, 1, 2207057),
        (REEL | {"thumb_offset": "1.5"}, 100, None),
        (IMAGE | {"thumb_offset": "1"}, 100, None),
        (IMAGE | {"cover_url": URL}, 100, None),
        (REEL | {"collaborators": '["a","b","c","d"]'}, 100, None),
        (REEL | {"collaborators": '{"a":1}'}, 100, None),
        (STORY | {"collaborators": "a"}, 100, None),
        (STORY | {"alt_text": "a"}, 100, None),
        (ITEM | {"caption": "no"}, 100, None),
        (ITEM | {"collaborators": "a"}, 100, None),
        (ITEM | {"is_ai_generated": "true"}, 100, None),
        (ITEM | {"location_id": "7"}, 100, None),
        (IMAGE | {"location_id": "Almaty"}, 100, None),
        (IMAGE | {"user_tags": json.dumps([{"username": "x", "x": 0, "y": 0}] * 21)}, 100, 2207040),
        (IMAGE | {"user_tags": '[{"username":"x"}]'}, 100, None),
        (IMAGE | {"user_tags": '[{"username":"x","x":1.2,"y":0}]'}, 100, None),
        (IMAGE | {"user_tags": "[nonsense"}, 100, None),
        (REEL | {"user_tags": '[{"username":"x","x":0.1,"y":0.1}]'}, 100, None),
        (REEL | {"trial_params": '{"graduation_strategy":"LATER"}'}, 100, None),
        (IMAGE | {"trial_params": '{"graduation_strategy":"MANUAL"}'}, 100, None),
        (IMAGE | {"product_tags": "[]"}, 100, None),
        ({"image_url": "ftp://127.0.0.1/x.jpg"}, 9004, 2207052),
        ({"image_url": "http://127.0.0.1/кот.jpg"}, 9004, 2207052),
        ({"image_url": "http://user:pass@127.0.0.1/x.jpg"}, 9004, 2207052),
        ({"image_url": "not an address"}, 9004, 2207052),
        (REEL | {"cover_url": "nonsense"}, 9004, 2207052),
        ({"media_type": "CAROUSEL"}, 100, 2207028),
        ({"media_type": "CAROUSEL", "children": "1"}, 100, 2207028),
        ({"media_type": "CAROUSEL", "children": ",".join(map(str, range(11)))}, 100, 2207028),
        ({"media_type": "CAROUSEL", "children": "1,2"}, 24, 2207006),
    ],
)
def test_what_the_pages_forbid_is_refused_at_once(
    driver: Driver, user: User, params: dict[str, str], code: int, subcode: int | None
) -> None:
    assert error_of(driver.create(user, **params)) == (400, code, subcode)
    assert driver.control("containers")["data"] == []


@pytest.mark.parametrize(
    "url",
    ["http://localhost/x", "http://127.0.0.1:80/x", "http://10.1.2.3/x", "http://[::1]/x", "http://nas.local/x"],
)
def test_private_addresses_can_be_refused_as_instagram_does(driver: Driver, user: User, url: str) -> None:
    driver.control("settings", {"allow_private_urls": False})
    assert error_of(driver.create(user, image_url=url)) == (400, 9004, 2207052)


def test_trial_reels_can_be_switched_off(driver: Driver, user: User) -> None:
    driver.control("settings", {"trial_reels": "reject"})
    params = REEL | {"trial_params": '{"graduation_strategy":"MANUAL"}'}
    assert error_of(driver.create(user, **params)) == (400, 100, 2207081)


def test_parameters_come_by_query_form_and_json_and_the_later_wins(driver: Driver, user: User) -> None:
    path = f"/v25.0/{user.user_id}/media"
    bad = {"media_type": "POST"}
    assert driver.call("POST", path, user, params=REEL).status_code == 200
    assert driver.call("POST", path, user, params=bad, data=REEL).status_code == 200
    assert driver.call("POST", path, user, params=bad, json=REEL).status_code == 200
    assert error_of(driver.call("POST", path, user, params=REEL, json=bad)) == (400, 100, 2207023)


def test_lists_come_as_text_with_commas_as_json_text_or_as_json(driver: Driver, user: User) -> None:
    children = [driver.container(user, **ITEM) for _ in range(2)]
    path = f"/{user.user_id}/media"
    variants: list[Any] = [",".join(children), json.dumps(children), children]
    for variant in variants:
        answer = driver.call("POST", path, user, json={"media_type": "CAROUSEL", "children": variant})
        assert answer.status_code == 200, answer.text


def test_every_form_of_the_accounts_id_and_version_works_in_the_path(driver: Driver, user: User) -> None:
    for prefix in ("", "/v23.0", "/v26.0"):
        for name in ("me", user.id, user.user_id):
            assert driver.call("POST", f"{prefix}/{name}/media", user, data=REEL).status_code == 200


def test_containers_need_both_scopes(driver: Driver, user: User) -> None:
    for scopes in ([BASIC], [PUBLISH]):
        user.access_token = driver.control(f"accounts/{user.user_id}/token", {"scopes": scopes})["access_token"]
        assert error_of(driver.create(user, **REEL)) == (403, 10, None)


def test_an_account_makes_400_containers_a_day(driver: Driver, user: User) -> None:
    driver.control("settings", {"containers_total": 2})
    assert [driver.create(user, **REEL).status_code for _ in range(3)] == [200, 200, 400]
    assert error_of(driver.create(user, **REEL)) == (400, 9, 2207042)
    driver.advance(86_401)
    assert driver.create(user, **REEL).status_code == 200


def test_a_container_takes_its_time_and_expires_after_a_day(driver: Driver, user: User, media: MediaServer) -> None:
    driver.control("settings", {"processing_s": 600})
    container = driver.container(user, media_type="REELS", video_url=media.reel)
    seen = driver.get(f"/{container}", user, fields="status_code,status,copyright_check_status")
    assert seen == {
        "status_code": "IN_PROGRESS",
        "status": "In Progress: Media is still being processed.",
        "copyright_check_status": {"status": "in_progress", "matches_found": False},
        "id": container,
    }
    assert error_of(driver.publish(user, container)) == (400, 9007, 2207027)
    driver.advance(601)
    assert driver.status(user, container)["status_code"] == "FINISHED"
    driver.advance(86_400)
    assert driver.status(user, container)["status_code"] == "EXPIRED"
    assert error_of(driver.publish(user, container)) == (400, 24, 2207008)


def test_containers_of_others_and_unknown_fields_cannot_be_read(driver: Driver, user: User) -> None:
    container = driver.container(user, **REEL)
    other = driver.add_account("other")
    assert error_of(driver.call("GET", f"/{container}", other)) == (400, 100, 33)
    assert error_of(driver.call("GET", f"/{container}", user, params={"fields": "id,media"})) == (400, 100, None)
    assert driver.get(f"/{container}", user) == {"id": container}
    assert error_of(driver.call("DELETE", f"/{container}", user)) == (400, 100, 33)
