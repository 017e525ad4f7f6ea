from collections.abc import Callable
from typing import Any

import pytest

from app.instagram.client import Instagram
from app.instagram.container import ContainerCode, ContainerStatus, PublishingLimit
from app.instagram.errors import InstagramError, Remedy
from tests.instagram.conftest import IG_USER_ID
from tests.instagram.scripted_peer import ScriptedPeer, error, http

VIDEO, IMAGE = "https://example.com/a.mp4", "https://example.com/a.jpg"


@pytest.mark.parametrize(
    ("create", "form"),
    [
        (
            lambda api: api.create_reel(VIDEO, caption="Сәлем #таң & 1+1=2%", share_to_feed=True),
            {"media_type": "REELS", "video_url": VIDEO, "caption": "Сәлем #таң & 1+1=2%", "share_to_feed": "true"},
        ),
        (
            lambda api: api.create_reel(VIDEO, caption="", share_to_feed=False, cover_url=IMAGE, thumb_offset_ms=0),
            {
                "media_type": "REELS",
                "video_url": VIDEO,
                "share_to_feed": "false",
                "cover_url": IMAGE,
                "thumb_offset": "0",
            },
        ),
        (
            lambda api: api.create_image(IMAGE, caption="Hi", alt_text="A cup"),
            {"image_url": IMAGE, "caption": "Hi", "alt_text": "A cup"},
        ),
        (lambda api: api.create_story(image_url=IMAGE), {"media_type": "STORIES", "image_url": IMAGE}),
        (lambda api: api.create_story(video_url=VIDEO), {"media_type": "STORIES", "video_url": VIDEO}),
        (
            lambda api: api.create_carousel_item(image_url=IMAGE, alt_text="A cup", thumb_offset_ms=5),
            {"image_url": IMAGE, "is_carousel_item": "true", "alt_text": "A cup"},
        ),
        (
            lambda api: api.create_carousel_item(video_url=VIDEO, alt_text="A cup", thumb_offset_ms=5),
            {"media_type": "VIDEO", "video_url": VIDEO, "is_carousel_item": "true", "thumb_offset": "5"},
        ),
        (
            lambda api: api.create_carousel(["11", "12"], caption="Two"),
            {"media_type": "CAROUSEL", "children": "11,12", "caption": "Two"},
        ),
    ],
)
def test_each_kind_of_container_is_asked_for_as_documented(
    peer: ScriptedPeer, instagram: Instagram, create: Callable[[Instagram], str], form: dict[str, str]
) -> None:
    peer.will(http({"id": "17880000000000001"}))
    assert create(instagram) == "17880000000000001"
    request = peer.received[0]
    assert (request.method, request.path, request.form) == ("POST", f"/v25.0/{IG_USER_ID}/media", form)
    assert request.query == {}


def test_a_lone_surrogate_in_a_caption_is_replaced(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http({"id": "1"}))
    instagram.create_image(IMAGE, caption="cut \ud83d here")
    assert peer.received[0].form["caption"] == "cut ? here"


@pytest.mark.parametrize("urls", [{}, {"image_url": IMAGE, "video_url": VIDEO}])
def test_a_story_and_a_carousel_item_have_exactly_one_source(instagram: Instagram, urls: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        instagram.create_story(**urls)
    with pytest.raises(ValueError, match="exactly one"):
        instagram.create_carousel_item(**urls)


def test_publishing_names_the_container_and_returns_the_media(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http({"id": "17900000000000001"}))
    assert instagram.publish_container("17880000000000001") == "17900000000000001"
    request = peer.received[0]
    assert (request.path, request.form) == (
        f"/v25.0/{IG_USER_ID}/media_publish",
        {"creation_id": "17880000000000001"},
    )


@pytest.mark.parametrize("bad", ["", "..", "1/media", "1?x=1", "1#", "1 2", "é"])
def test_an_id_that_would_change_the_path_is_never_sent(peer: ScriptedPeer, instagram: Instagram, bad: str) -> None:
    for call in (instagram.read_container, instagram.publish_container, instagram.read_media):
        with pytest.raises(ValueError, match="not an id"):
            call(bad)
    assert peer.received == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"status_code": "IN_PROGRESS"}, ContainerStatus(ContainerCode.IN_PROGRESS, "", None)),
        (
            {"status_code": "FINISHED", "status": "Finished: Media has been uploaded."},
            ContainerStatus(ContainerCode.FINISHED, "Finished: Media has been uploaded.", None),
        ),
        ({"status_code": "PUBLISHED", "id": "1"}, ContainerStatus(ContainerCode.PUBLISHED, "", None)),
        ({"status_code": "EXPIRED"}, ContainerStatus(ContainerCode.EXPIRED, "", None)),
        (
            {"status_code": "ERROR", "status": "Error: Media upload has failed with error code 2207026"},
            ContainerStatus(ContainerCode.ERROR, "Error: Media upload has failed with error code 2207026", 2207026),
        ),
        (
            {"status_code": "ERROR", "status": "Error: object 122070261 has failed"},
            ContainerStatus(ContainerCode.ERROR, "Error: object 122070261 has failed", None),
        ),
        ({"status_code": "PONDERING"}, ContainerStatus(ContainerCode.UNKNOWN, "", None)),
    ],
)
def test_a_containers_status_is_read(
    peer: ScriptedPeer, instagram: Instagram, answer: dict[str, str], status: ContainerStatus
) -> None:
    peer.will(http(answer))
    assert instagram.read_container("17880000000000001") == status
    assert peer.received[0].path == "/v25.0/17880000000000001"
    assert peer.received[0].query == {"fields": "status_code,status"}


def test_a_container_that_cannot_be_read_just_now_is_read_later(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http(error(100, 33, "Unsupported get request. Object with ID '1' does not exist"), 400))
    with pytest.raises(InstagramError) as caught:
        instagram.read_container("1")
    assert (caught.value.key, caught.value.remedy) == ("object_unreachable", Remedy.LATER)


@pytest.mark.parametrize(
    ("answer", "limit"),
    [
        (
            {"data": [{"quota_usage": 2, "config": {"quota_total": 50, "quota_duration": 86400}}]},
            PublishingLimit(2, 50, 86400),
        ),
        ({"data": [{"quota_usage": 3}]}, PublishingLimit(3, None, 86400)),
        ({"quota_usage": "4", "config": {"quota_total": "100"}}, PublishingLimit(4, 100, 86400)),
    ],
)
def test_the_publishing_limit_is_read(
    peer: ScriptedPeer, instagram: Instagram, answer: dict[str, Any], limit: PublishingLimit
) -> None:
    peer.will(http(answer))
    assert instagram.read_publishing_limit() == limit
    assert peer.received[0].path == f"/v25.0/{IG_USER_ID}/content_publishing_limit"


def test_a_limit_without_a_count_is_an_error_not_a_zero(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http({"data": []}))
    with pytest.raises(InstagramError) as caught:
        instagram.read_publishing_limit()
    assert caught.value.key == "answer_unreadable"
