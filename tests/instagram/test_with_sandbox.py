"""The client against the local Instagram: the ways that work, and the refusals Instagram documents."""

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app.instagram.client import CallRecord, Instagram, InstagramApp
from app.instagram.container import ContainerCode, ContainerStatus
from app.instagram.errors import InstagramError, Remedy, error_from_container
from app.instagram.oauth import SCOPES, authorize_url, exchange_code, exchange_for_long_lived, refresh
from tests.conftest import SECRETS
from tests.instagram.conftest import app_at
from tests.media_files import MediaFiles
from tests.sandbox_server import SandboxServer

REDIRECT = "http://127.0.0.1:8000/instagram/callback"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without talking."""

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def media_url(media_files: MediaFiles) -> Iterator[str]:
    """Where Instagram finds the media files."""
    handler = partial(QuietHandler, directory=str(media_files.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def registered(sandbox: SandboxServer) -> InstagramApp:
    """The app as the local Instagram knows it; what it is sent is processed at once."""
    sandbox.settings(processing_s=0)
    return app_at(sandbox.url, SECRETS["INSTAGRAM_APP_SECRET"], app_id=SECRETS["INSTAGRAM_APP_ID"])


@dataclass
class Account:
    """An account of the local Instagram and our client for it."""

    user_id: str
    token: str
    api: Instagram
    records: list[CallRecord]


@pytest.fixture
def alma(sandbox: SandboxServer, registered: InstagramApp) -> Account:
    """A connected account."""
    user_id, token = sandbox.add_account("alma.coffee", name="Алма", followers_count=321)
    records: list[CallRecord] = []
    return Account(user_id, token, Instagram(registered, token, user_id, observe=records.append), records)


def finish(api: Instagram, container_id: str) -> ContainerStatus:
    """Poll a container until it is done, for at most 20 s."""
    give_up_at = time.monotonic() + 20
    while (status := api.read_container(container_id)).code is ContainerCode.IN_PROGRESS:
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
    return status


def refused(call: Callable[[], object]) -> InstagramError:
    with pytest.raises(InstagramError) as caught:
        call()
    return caught.value


# The ways that work


def test_an_account_describes_itself(alma: Account) -> None:
    profile = alma.api.me()
    assert (profile.user_id, profile.username, profile.name) == (alma.user_id, "alma.coffee", "Алма")
    assert (profile.account_type, profile.followers_count, profile.media_count) == ("BUSINESS", 321, 0)
    assert profile.app_scoped_id not in ("", alma.user_id)


def test_a_reel_goes_live_with_its_caption(
    alma: Account, sandbox: SandboxServer, media_files: MediaFiles, media_url: str
) -> None:
    caption = "Таңғы кофе ☕ #алматы & 100%\nжаңа жол"
    video = f"{media_url}/{media_files.reel().name}"
    container_id = alma.api.create_reel(video, caption=caption, share_to_feed=True, thumb_offset_ms=500)
    assert finish(alma.api, container_id).code is ContainerCode.FINISHED
    ig_media_id = alma.api.publish_container(container_id)
    assert alma.api.read_container(container_id).code is ContainerCode.PUBLISHED

    [published] = sandbox.published()
    assert (published["id"], published["container_id"]) == (ig_media_id, container_id)
    assert published["caption"] == caption
    media = alma.api.read_media(ig_media_id)
    assert (media.caption, media.media_type, media.media_product_type) == (caption, "VIDEO", "REELS")
    assert media.timestamp and abs(media.timestamp - datetime.now(UTC)) < timedelta(minutes=1)
    assert media.permalink and media.shortcode and media.shortcode in media.permalink
    assert alma.api.list_newest_media() == [media]
    assert alma.api.read_publishing_limit().usage == 1


def test_an_image_goes_live_with_its_alternative_text(
    alma: Account, sandbox: SandboxServer, media_files: MediaFiles, media_url: str
) -> None:
    image = f"{media_url}/{media_files.picture().name}"
    container_id = alma.api.create_image(image, caption="Кофе", alt_text="Кесе")
    finish(alma.api, container_id)
    ig_media_id = alma.api.publish_container(container_id)
    assert alma.api.read_media(ig_media_id).media_type == "IMAGE"
    assert sandbox.published()[0]["details"]["alt_text"] == "Кесе"


def test_a_story_is_listed_among_stories_only(alma: Account, media_files: MediaFiles, media_url: str) -> None:
    for source in (
        {"image_url": f"{media_url}/{media_files.picture().name}"},
        {"video_url": f"{media_url}/{media_files.reel().name}"},
    ):
        container_id = alma.api.create_story(**source)
        finish(alma.api, container_id)
        alma.api.publish_container(container_id)
    assert [story.media_product_type for story in alma.api.list_stories()] == ["STORY", "STORY"]
    assert alma.api.list_newest_media() == []


def test_a_carousel_goes_live_in_its_order(
    alma: Account, sandbox: SandboxServer, media_files: MediaFiles, media_url: str
) -> None:
    image = f"{media_url}/{media_files.picture().name}"
    video = f"{media_url}/{media_files.reel(width=640, height=640).name}"
    children = [alma.api.create_carousel_item(image_url=image), alma.api.create_carousel_item(video_url=video)]
    assert [finish(alma.api, child).code for child in children] == [ContainerCode.FINISHED] * 2
    container_id = alma.api.create_carousel(children, caption="Екеу")
    finish(alma.api, container_id)
    ig_media_id = alma.api.publish_container(container_id)
    assert alma.api.read_media(ig_media_id).media_type == "CAROUSEL_ALBUM"
    assert len(sandbox.published()[0]["children"]) == 2


def test_a_long_list_of_media_is_read_page_by_page(alma: Account, sandbox: SandboxServer) -> None:
    made = [
        sandbox.call("POST", f"/accounts/{alma.user_id}/media", {"media_type": "IMAGE", "caption": str(number)})["id"]
        for number in range(130)
    ]
    assert [media.ig_media_id for media in alma.api.list_newest_media(120)] == made[:-121:-1]
    assert len(alma.records) == 2
    assert alma.token not in repr(alma.records)


def test_login_goes_from_consent_to_a_refreshed_token(sandbox: SandboxServer, registered: InstagramApp) -> None:
    user_id, _token = sandbox.add_account("alma.coffee")
    code, state = consent(registered, user_id, allowed=list(SCOPES))
    assert state == "the-state"
    short = exchange_code(registered, code, REDIRECT)
    assert (short.permissions, short.user_id) == (frozenset(SCOPES), user_id)
    long = exchange_for_long_lived(registered, short.access_token)
    assert long.expires_in_seconds == pytest.approx(60 * 24 * 3600, abs=5)
    assert Instagram(registered, long.access_token, user_id).me().user_id == user_id

    assert refused(lambda: refresh(registered, long.access_token)).code == 100  # not a day old
    sandbox.advance(25 * 3600)
    renewed = refresh(registered, long.access_token)
    assert Instagram(registered, renewed.access_token, user_id).me().user_id == user_id


@pytest.mark.parametrize("shape", ["flat", "data"])
def test_both_shapes_of_the_first_token_come_from_the_login(
    sandbox: SandboxServer, registered: InstagramApp, shape: str
) -> None:
    sandbox.settings(token_shape=shape)
    user_id, _token = sandbox.add_account("alma.coffee")
    code, _state = consent(registered, user_id, allowed=["instagram_business_content_publish"])
    assert exchange_code(registered, code, REDIRECT).permissions == {
        "instagram_business_basic",
        "instagram_business_content_publish",
    }


def consent(app: InstagramApp, user_id: str, *, allowed: list[str]) -> tuple[str, str]:
    """Allow some scopes on the consent page; return the code and the state the browser is sent back with."""
    address = urlsplit(authorize_url(app, REDIRECT, "the-state"))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    form = {**asked, "account": user_id, "allowed": allowed, "decision": "allow"}
    answer = requests.post(f"{app.login_url}/oauth/authorize", data=form, allow_redirects=False, timeout=10)
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    return back["code"][0], back["state"][0]


# The refusals


def test_a_code_works_once(sandbox: SandboxServer, registered: InstagramApp) -> None:
    user_id, _token = sandbox.add_account("alma.coffee")
    code, _state = consent(registered, user_id, allowed=list(SCOPES))
    exchange_code(registered, code, REDIRECT)
    error = refused(lambda: exchange_code(registered, code, REDIRECT))
    assert (error.key, error.remedy) == ("login_code_used", Remedy.RECONNECT)


def test_the_second_secret_is_tried_without_losing_the_code(sandbox: SandboxServer, registered: InstagramApp) -> None:
    user_id, _token = sandbox.add_account("alma.coffee")
    code, _state = consent(registered, user_id, allowed=list(SCOPES))
    both = app_at(registered.graph_url, "replaced-secret", *registered.app_secrets, app_id=registered.app_id)
    assert exchange_for_long_lived(both, exchange_code(both, code, REDIRECT).access_token).access_token


def test_a_wrong_app_id_is_the_apps_fault(registered: InstagramApp) -> None:
    stranger = app_at(registered.graph_url, *registered.app_secrets, app_id="1")
    error = refused(lambda: exchange_code(stranger, "code", REDIRECT))
    assert (error.key, error.remedy) == ("app_id_wrong", Remedy.FIX_APP)


@pytest.mark.parametrize(
    ("subcode", "key", "remedy"),
    [
        (458, "app_removed", Remedy.RECONNECT),
        (459, "account_checkpoint", Remedy.ACT_ON_INSTAGRAM),
        (460, "password_changed", Remedy.RECONNECT),
        (467, "token_invalid", Remedy.RECONNECT),
    ],
)
def test_a_dead_token_says_why(alma: Account, sandbox: SandboxServer, subcode: int, key: str, remedy: Remedy) -> None:
    sandbox.call("POST", f"/accounts/{alma.user_id}/revoke", {"subcode": subcode})
    error = refused(alma.api.me)
    assert (error.key, error.remedy, error.code) == (key, remedy, 190)


def test_a_token_expires(alma: Account, sandbox: SandboxServer) -> None:
    sandbox.advance(61 * 24 * 3600)
    error = refused(alma.api.me)
    assert (error.key, error.remedy) == ("token_expired", Remedy.RECONNECT)
    assert error.trace_id


def test_a_missing_scope_is_noticed(alma: Account, sandbox: SandboxServer, registered: InstagramApp) -> None:
    answer = sandbox.call("POST", f"/accounts/{alma.user_id}/token", {"scopes": ["instagram_business_basic"]})
    api = Instagram(registered, answer["access_token"], alma.user_id)
    error = refused(lambda: api.create_image("http://127.0.0.1:1/a.jpg", caption=""))
    assert (error.key, error.http_status) == ("permission_missing", 403)


@pytest.mark.parametrize(
    ("caption", "key"),
    [("я" * 2201, "caption_too_long"), ("#a " * 31, "caption_too_long"), ("@a " * 21, "too_many_tags")],
)
def test_a_caption_over_the_limits_is_refused(alma: Account, caption: str, key: str) -> None:
    error = refused(lambda: alma.api.create_image("http://127.0.0.1:1/a.jpg", caption=caption))
    assert (error.key, error.remedy, error.outcome_unknown) == (key, Remedy.FIX_POST, False)
    assert error.user_title


def test_a_file_instagram_cannot_fetch_or_take_is_sorted(
    alma: Account, media_files: MediaFiles, media_url: str
) -> None:
    wide = media_files.picture(width=1000, height=200)
    webp = media_files.picture(".webp")
    for url, keys in (
        (f"{media_url}/missing.jpg", {"media_not_fetched"}),
        (f"{media_url}/{wide.name}", {"aspect_ratio"}),
        (f"{media_url}/{webp.name}", {"image_format", "media_not_fetched"}),
    ):
        assert fate(alma.api, lambda url=url: alma.api.create_image(url, caption="")) in keys  # type: ignore[misc]


def test_a_reel_that_is_too_short_ends_in_an_error_with_a_key(
    alma: Account, media_files: MediaFiles, media_url: str
) -> None:
    short = media_files.reel(seconds=1)
    key = fate(alma.api, lambda: alma.api.create_reel(f"{media_url}/{short.name}", caption="", share_to_feed=True))
    assert key == "video_format"


def fate(api: Instagram, create: Callable[[], str]) -> str:
    """Return the key of the error a container ends with, whether at once or while it is processed."""
    try:
        status = finish(api, create())
    except InstagramError as error:
        return error.key
    assert status.code is ContainerCode.ERROR
    return error_from_container(status).key


def test_publishing_too_early_means_going_back_to_polling(
    alma: Account, sandbox: SandboxServer, media_files: MediaFiles, media_url: str
) -> None:
    sandbox.settings(processing_s=3600)
    container_id = alma.api.create_image(f"{media_url}/{media_files.picture().name}", caption="")
    assert alma.api.read_container(container_id).code is ContainerCode.IN_PROGRESS
    error = refused(lambda: alma.api.publish_container(container_id))
    assert (error.key, error.remedy, error.outcome_unknown) == ("not_ready", Remedy.NOT_READY, False)


def test_a_container_expires_after_a_day(alma: Account, ready: str, sandbox: SandboxServer) -> None:
    sandbox.advance(24 * 3600 + 1)
    status = alma.api.read_container(ready)
    assert status.code is ContainerCode.EXPIRED
    assert error_from_container(status).key == "container_expired"
    assert refused(lambda: alma.api.publish_container(ready)).remedy is Remedy.NEW_CONTAINER


def test_the_quota_of_posts_is_waited_for(alma: Account, ready: str, sandbox: SandboxServer) -> None:
    sandbox.settings(quota_total=0)
    error = refused(lambda: alma.api.publish_container(ready))
    assert (error.key, error.remedy, error.outcome_unknown) == ("quota_used_up", Remedy.WAIT_FOR_QUOTA, False)


def test_too_many_calls_are_waited_out(alma: Account, sandbox: SandboxServer) -> None:
    sandbox.settings(rate_limited=True)
    error = refused(alma.api.me)
    assert (error.key, error.remedy) == ("account_rate_limit", Remedy.WAIT_FOR_LIMIT)


@pytest.mark.parametrize(
    ("fault", "is_live"),
    [
        ({"action": "drop_request"}, False),
        ({"action": "drop_response"}, True),
        ({"action": "malformed"}, None),
        ({"action": "error", "status": 500, "error": {"code": 2, "message": "Later"}}, False),
        ({"action": "done_but_error", "status": 500, "error": {"code": 2, "message": "Later"}}, True),
        ({"action": "done_but_error", "error": {"code": 4, "error_subcode": 2207051, "message": "Blocked"}}, True),
        ({"action": "done_but_error", "error": {"code": 1, "message": "Unknown"}}, True),
    ],
)
def test_whenever_the_post_may_be_live_the_outcome_is_unknown(
    alma: Account, ready: str, sandbox: SandboxServer, fault: dict[str, Any], is_live: bool | None
) -> None:
    sandbox.add_fault("media_publish", **fault)
    assert refused(lambda: alma.api.publish_container(ready)).outcome_unknown
    if is_live is not None:
        assert len(sandbox.published()) == is_live


def test_an_object_that_cannot_be_read_is_read_later(alma: Account, ready: str, sandbox: SandboxServer) -> None:
    sandbox.add_fault(ready, "unreadable", delay_s=3600)
    error = refused(lambda: alma.api.read_container(ready))
    assert (error.code, error.subcode, error.remedy) == (100, 33, Remedy.LATER)


@pytest.fixture
def ready(alma: Account, media_files: MediaFiles, media_url: str) -> str:
    """A container that is FINISHED."""
    container_id = alma.api.create_image(f"{media_url}/{media_files.picture().name}", caption="Дайын")
    assert finish(alma.api, container_id).code is ContainerCode.FINISHED
    return container_id
