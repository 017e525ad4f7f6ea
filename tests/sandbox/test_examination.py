"""The bytes behind a container: fetched over HTTP, examined, refused by the specifications."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User, error_of

BAD_VIDEO, BAD_IMAGE, BAD_RATIO, TOO_LARGE, NOT_FETCHED, TIMEOUT, BAD_OFFSET = (
    2207026,
    2207005,
    2207009,
    2207004,
    2207052,
    2207003,
    2207057,
)


def refusal(driver: Driver, user: User, **params: Any) -> int:
    """Return the subcode in the status of a container that fails."""
    status = driver.status(user, driver.container(user, **params))
    assert status["status_code"] == "ERROR", status
    found = re.fullmatch(r"Error: Media upload has failed with error code (\d+)", status["status"])
    assert found
    return int(found[1])


def test_a_good_reel_is_fetched_and_its_facts_are_kept(driver: Driver, user: User, media: MediaServer) -> None:
    driver.live(user, media_type="REELS", video_url=media.reel, cover_url=media.picture)
    (published,) = driver.control("published")["data"]
    clip, cover = published["assets"]
    raw = media.files.reel().read_bytes()
    assert clip["sha256"] == hashlib.sha256(raw).hexdigest()
    assert clip["bytes"] == len(raw)
    assert (clip["kind"], clip["video_codec"], clip["audio_codec"]) == ("video", "h264", "aac")
    assert (clip["width"], clip["height"], clip["fps"]) == (540, 960, 30.0)
    assert clip["duration_s"] == pytest.approx(3.0, abs=0.1)
    assert clip["is_moov_first"] is True
    assert (cover["role"], cover["format"], cover["width"]) == ("cover", "JPEG", 1080)


@pytest.mark.parametrize(
    "drawing",
    [
        {"seconds": 2.5},
        {"fps": 20},
        {"fps": 75},
        {"width": 1940, "height": 400},
        {"moov_first": False},
        {"pixel_format": "yuv444p"},
        {"video_codec": "mpeg4"},
        {"audio_codec": "libmp3lame"},
        {"suffix": ".mkv"},
        {"suffix": ".webm", "video_codec": "libvpx", "audio_codec": None},
    ],
    ids=str,
)
def test_a_reel_outside_the_specifications_is_refused(
    driver: Driver, user: User, media: MediaServer, drawing: dict[str, Any]
) -> None:
    path = media.files.reel(**drawing)
    assert refusal(driver, user, media_type="REELS", video_url=media.address(path)) == BAD_VIDEO


def test_a_mov_with_hevc_or_without_sound_is_accepted(driver: Driver, user: User, media: MediaServer) -> None:
    for path in (media.files.reel(".mov"), media.files.reel(audio_codec=None)):
        driver.ready(user, media_type="REELS", video_url=media.address(path))


def test_a_reel_may_not_have_more_bytes_than_allowed(driver: Driver, user: User, media: MediaServer) -> None:
    driver.control("settings", {"reel_max_bytes": media.files.reel().stat().st_size - 1})
    assert refusal(driver, user, media_type="REELS", video_url=media.reel) == BAD_VIDEO


def test_the_posters_moment_must_be_inside_the_video(driver: Driver, user: User, media: MediaServer) -> None:
    driver.ready(user, media_type="REELS", video_url=media.reel, thumb_offset="2900")
    assert refusal(driver, user, media_type="REELS", video_url=media.reel, thumb_offset="4000") == BAD_OFFSET


def test_a_story_video_may_last_a_minute_and_a_carousel_video_must_not_be_tall(
    driver: Driver, user: User, media: MediaServer
) -> None:
    driver.ready(user, media_type="STORIES", video_url=media.reel)
    item = {"media_type": "VIDEO", "is_carousel_item": "true"}
    assert refusal(driver, user, **item, video_url=media.reel) == BAD_VIDEO
    square = media.address(media.files.reel(width=540, height=540))
    driver.ready(user, **item, video_url=square)
    long = media.address(media.files.reel(seconds=61.0, width=180, height=320, fps=24))
    assert refusal(driver, user, media_type="STORIES", video_url=long) == BAD_VIDEO
    driver.ready(user, media_type="REELS", video_url=long)


@pytest.mark.parametrize(
    ("size", "is_good"), [((1080, 1350), True), ((1910, 1000), True), ((1080, 1440), False), ((2000, 1000), False)]
)
def test_a_pictures_ratio_is_checked_in_the_feed_only(
    driver: Driver, user: User, media: MediaServer, size: tuple[int, int], is_good: bool
) -> None:
    url = media.address(media.files.picture(width=size[0], height=size[1]))
    if is_good:
        driver.ready(user, image_url=url)
    else:
        assert refusal(driver, user, image_url=url) == BAD_RATIO
    driver.ready(user, media_type="STORIES", image_url=url)


def test_three_to_four_pictures_are_a_switch(driver: Driver, user: User, media: MediaServer) -> None:
    driver.control("settings", {"image_min_ratio": 0.75})
    driver.ready(user, image_url=media.address(media.files.picture(width=1080, height=1440)))


@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_only_jpeg_pictures_are_taken(driver: Driver, user: User, media: MediaServer, suffix: str) -> None:
    url = media.address(media.files.picture(suffix))
    assert refusal(driver, user, image_url=url) == BAD_IMAGE
    assert refusal(driver, user, media_type="REELS", video_url=media.reel, cover_url=url) == BAD_IMAGE


def test_a_picture_may_have_eight_megabytes(driver: Driver, user: User, media: MediaServer) -> None:
    path = media.files.folder / "heavy.jpg"
    Image.effect_noise((3000, 3000), 120).save(path, quality=100)
    assert path.stat().st_size > 8 * 1024 * 1024
    assert refusal(driver, user, image_url=media.address(path)) == TOO_LARGE


def test_what_is_no_media_at_all_is_refused(driver: Driver, user: User, media: MediaServer, tmp_path: Path) -> None:
    path = media.files.folder / "page.jpg"
    path.write_text("<html>Please log in</html>")
    assert refusal(driver, user, image_url=media.address(path)) == NOT_FETCHED
    assert refusal(driver, user, image_url=media.reel) == BAD_IMAGE
    assert refusal(driver, user, media_type="REELS", video_url=media.picture) == BAD_VIDEO


def test_refused_pictures_can_be_answered_at_once(driver: Driver, user: User, media: MediaServer) -> None:
    driver.control("settings", {"image_errors": "at_once"})
    wide = media.address(media.files.picture(width=2000, height=1000))
    assert error_of(driver.create(user, image_url=wide)) == (400, 36003, BAD_RATIO)
    assert error_of(driver.create(user, image_url=media.address(media.files.picture(".png")))) == (
        400,
        36001,
        BAD_IMAGE,
    )
    assert error_of(driver.create(user, image_url=f"{media.url}/missing.jpg")) == (400, 9004, NOT_FETCHED)
    driver.ready(user, image_url=media.picture)


def test_a_truncated_picture_is_refused(driver: Driver, user: User, media: MediaServer) -> None:
    path = media.files.folder / "half.jpg"
    path.write_bytes(media.files.picture().read_bytes()[:2000])
    assert refusal(driver, user, image_url=media.address(path)) == NOT_FETCHED


def test_what_cannot_be_fetched_is_refused(driver: Driver, user: User, media: MediaServer) -> None:
    name = media.files.picture().name
    assert refusal(driver, user, image_url=f"{media.url}/missing.jpg") == NOT_FETCHED
    assert refusal(driver, user, image_url="http://127.0.0.1:9/x.jpg") == NOT_FETCHED
    assert refusal(driver, user, image_url=f"{media.url}/redirect/4/{name}") == NOT_FETCHED
    driver.ready(user, image_url=f"{media.url}/redirect/3/{name}")


def test_a_download_that_takes_too_long_is_given_up(driver: Driver, user: User, media: MediaServer) -> None:
    driver.control("settings", {"fetch_timeout_s": 0.3})
    assert refusal(driver, user, image_url=f"{media.url}/slow") == TIMEOUT


def test_the_reason_is_shown_to_people(driver: Driver, user: User, media: MediaServer) -> None:
    refusal(driver, user, media_type="REELS", video_url=media.address(media.files.reel(fps=20)))
    (container,) = driver.control("containers")["data"]
    assert container["error_reason"] == "20.0 frames a second, not 23 to 60"
