"""Login, publishing, reading media, errors and callbacks: the examples of Instagram's pages."""

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.media_files import MediaFiles
from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import APP_ID, APP_SECRET, BASIC, CALLBACK, PUBLISH, Driver, User
from tests.sandbox.stage import Stage, members, shape, shape_of

TOKEN = '{"access_token":"IGAA...","token_type":"bearer","expires_in":5183944}'
DAY = 86_400


@pytest.fixture
def stage(driver: Driver, user: User, media: MediaServer) -> Stage:
    return Stage(driver, user, media)


def consent(driver: Driver, user: User, decision: str = "allow") -> str:
    """Answer the consent page as its owner; return where the browser is sent."""
    asked = {"client_id": APP_ID, "redirect_uri": CALLBACK, "response_type": "code", "state": "s", "scope": BASIC}
    form = {**asked, "scope": f"{BASIC},{PUBLISH}", "account": user.user_id, "decision": decision}
    answer = driver.call("POST", "/oauth/authorize", data=[*form.items(), ("allowed", BASIC), ("allowed", PUBLISH)])
    assert answer.status_code in (302, 303)
    return answer.headers["Location"]


def exchange(driver: Driver, code: str) -> requests.Response:
    form = {"client_id": APP_ID, "client_secret": APP_SECRET, "grant_type": "authorization_code"}
    return driver.call("POST", "/oauth/access_token", data=form | {"redirect_uri": CALLBACK, "code": code})


def code_in(location: str) -> str:
    return parse_qs(urlsplit(location).query)["code"][0]


def test_the_consent_page_sends_back_as_printed(driver: Driver, user: User) -> None:
    allowed = consent(driver, user)
    assert allowed.startswith(f"{CALLBACK}?code=")
    assert allowed.endswith("&state=s#_")
    denied = parse_qs(urlsplit(consent(driver, user, "cancel")).query)
    assert denied == {
        "error": ["access_denied"],
        "error_reason": ["user_denied"],
        "error_description": ["The user denied your request"],
        "state": ["s"],
    }


def test_both_shapes_of_the_exchange_are_as_printed(driver: Driver, user: User) -> None:
    flat = '{"access_token":"IGAA...","user_id":17841400000000000,"permissions":["a","b"]}'
    assert shape(exchange(driver, code_in(consent(driver, user))).json()) == shape_of(flat)
    driver.control("settings", {"token_shape": "data"})
    documented = '{"data":[{"access_token":"EAACEdEose0...","user_id":"1020...","permissions":"a,b"}]}'
    code = code_in(consent(driver, user))
    assert shape(exchange(driver, code).json()) == shape_of(documented)
    again = exchange(driver, code)
    assert (again.status_code, set(again.json())) == (400, {"error_type", "code", "error_message"})
    assert (again.json()["error_type"], again.json()["code"]) == ("OAuthException", 400)


def test_tokens_are_lengthened_and_refreshed_as_printed(driver: Driver, user: User) -> None:
    short = exchange(driver, code_in(consent(driver, user))).json()["access_token"]
    query = {"grant_type": "ig_exchange_token", "client_secret": APP_SECRET, "access_token": short}
    long = driver.call("GET", f"/access_token?{urlencode(query)}").json()
    assert shape(long) == shape_of(TOKEN)
    assert (long["token_type"], long["access_token"][:4]) == ("bearer", "IGAA")
    assert 59 * DAY < long["expires_in"] <= 60 * DAY
    wrong = driver.call("GET", f"/access_token?{urlencode({**query, 'client_secret': 'x'})}").json()["error"]
    assert (wrong["code"], wrong["message"]) == (100, "Error validating client secret")
    refresh = f"/refresh_access_token?{urlencode({'grant_type': 'ig_refresh_token', **_token(long)})}"
    early = driver.call("GET", refresh)
    assert (early.status_code, early.json()["error"]["code"], early.json()["error"]["type"]) == (
        400,
        100,
        "IGApiException",
    )
    driver.advance(DAY + 1)
    assert shape(driver.call("GET", refresh).json()) == shape_of(TOKEN)
    posted = driver.call("POST", "/refresh_access_token", data=_token(long)).json()["error"]
    assert (posted["message"], posted["type"], posted["code"]) == (
        "Unsupported request - method type: post",
        "IGApiException",
        100,
    )


def _token(long: dict[str, Any]) -> dict[str, str]:
    return {"access_token": long["access_token"]}


def test_me_has_every_documented_field(driver: Driver) -> None:
    user = driver.add_account(name="Alma", biography="Coffee", website="https://example.com/")
    every = "id,user_id,username,name,account_type,profile_picture_url,followers_count,follows_count,media_count"
    me = driver.get("/me", user, fields=f"{every},biography,website")
    assert set(me) == {*every.split(","), "biography", "website"}
    assert (me["id"], me["user_id"], me["account_type"]) == (user.id, user.user_id, "BUSINESS")
    assert all(isinstance(me[name], int) for name in ("followers_count", "follows_count", "media_count"))
    bare = driver.add_account("bare")
    assert "name" not in driver.get("/me", bare, fields="name")
    error = driver.call("GET", "/me?fields=username,has_profile_pic", user).json()["error"]
    assert (error["code"], "nonexisting field (has_profile_pic)" in error["message"]) == (100, True)


@pytest.mark.parametrize("name", ["me", "<user>", "<scoped>"])
def test_a_picture_goes_the_documented_way(stage: Stage, name: str) -> None:
    driver, user = stage.driver, stage.user
    who = stage.fill(name).replace("<scoped>", user.id)
    made = driver.call("POST", f"/v25.0/{who}/media", user, json={"image_url": stage.places["picture"], "caption": "x"})
    assert shape(made.json()) == {"id": "str"}
    container = made.json()["id"]
    assert driver.status(user, container)["status"] == (
        "Finished: Media has been uploaded and it is ready to be published."
    )
    published = driver.call("POST", f"/v25.0/{who}/media_publish", user, data={"creation_id": container})
    assert shape(published.json()) == {"id": "str"}
    assert published.json()["id"] != container
    shown = driver.get(f"/v25.0/{container}", user, fields="status_code,status")
    assert shown == {
        "status_code": "PUBLISHED",
        "status": "Published: Media has been successfully published.",
        "id": container,
    }
    links = driver.get(f"/{published.json()['id']}", user, fields="permalink,shortcode,timestamp")
    assert links["timestamp"].endswith("+0000")


def test_a_container_says_where_it_is_in_the_documented_words(stage: Stage) -> None:
    driver, user = stage.driver, stage.user
    driver.control("settings", {"processing_s": 3600})
    container = driver.container(user, media_type="REELS", video_url=stage.places["reel"])
    fields = "status_code,status,copyright_check_status"
    shown = driver.get(f"/{container}", user, fields=fields)
    assert (shown["status_code"], shown["status"]) == ("IN_PROGRESS", "In Progress: Media is still being processed.")
    assert shown["copyright_check_status"] == {"status": "in_progress", "matches_found": False}
    driver.advance(3601)
    assert driver.status(user, container)["status_code"] == "FINISHED"
    driver.advance(DAY)
    assert driver.get(f"/{container}", user, fields=fields)["status_code"] == "EXPIRED"
    refused = driver.container(user, image_url=stage.places["reel"])
    assert driver.status(user, refused)["status"].startswith("Error: Media upload has failed with error code 22")


def test_the_resumable_upload_is_as_printed(stage: Stage, media_files: MediaFiles) -> None:
    driver, user = stage.driver, stage.user
    driver.control("settings", {"processing_s": 3600})
    data = media_files.reel().read_bytes()
    made = driver.create(user, media_type="REELS", upload_type="resumable").json()
    assert shape(made) == {"id": "str", "uri": "str"}
    assert made["uri"].endswith(f"/ig-api-upload/v25.0/{made['id']}")
    headers = {"Authorization": f"OAuth {user.access_token}", "offset": "0", "file_size": str(len(data))}
    refused = requests.post(made["uri"], headers=headers, data=data)
    assert refused.json() == {
        "debug_info": {
            "retriable": False,
            "type": "ProcessingFailedError",
            "message": '{"success":false,"error":{"message":"unauthorized user request"}}',
        }
    }
    driver.control("settings", {"resumable": "accept"})
    done = requests.post(made["uri"], headers=headers, data=data).json()
    assert done["success"] is True
    assert done["message"].startswith("Upload successful.")
    shown = driver.get(f"/v25.0/{made['id']}", user, fields="id,status,status_code,video_status")
    assert set(shown) == {"id", "status", "status_code", "video_status"}
    assert shown["status_code"] == "IN_PROGRESS"
    assert shown["video_status"]["uploading_phase"]["bytes_transferred"] == len(data)


def test_the_quota_is_as_printed_and_bare_without_fields(stage: Stage) -> None:
    path = f"/v25.0/{stage.user.user_id}/content_publishing_limit"
    shown = stage.driver.get(path, stage.user, fields="quota_usage,config")
    assert shown == {"data": [{"quota_usage": 1, "config": {"quota_total": 50, "quota_duration": 86400}}]}
    assert stage.driver.get(path, stage.user) == {"data": [{"quota_usage": 1}]}


def test_a_list_pages_as_printed(stage: Stage) -> None:
    stage.control_id(f"accounts/{stage.user.user_id}/media", {"media_type": "IMAGE"})
    page = stage.driver.get(f"/v25.0/{stage.user.user_id}/media", stage.user, limit="1")
    assert members(page) == {
        "data": [{"id": "str"}],
        "paging": {"cursors": {"before": "str", "after": "str"}, "next": "str"},
    }
    query = parse_qs(urlsplit(page["paging"]["next"]).query)
    assert query == {
        "access_token": [stage.user.access_token],
        "limit": ["1"],
        "after": [page["paging"]["cursors"]["after"]],
    }


ON_MEDIA = (
    "id,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,shortcode,timestamp,username,owner,"
    "like_count,comments_count,is_comment_enabled,is_shared_to_feed,is_ai_generated,media_audio_type"
)


def test_media_have_the_fields_of_their_kind(stage: Stage) -> None:
    driver, user = stage.driver, stage.user
    reel = driver.get(f"/{stage.reel}", user, fields=ON_MEDIA)
    assert set(reel) == set(ON_MEDIA.split(","))
    assert (reel["media_type"], reel["media_product_type"], reel["owner"]) == ("VIDEO", "REELS", {"id": user.user_id})
    items = [driver.container(user, image_url=stage.places["picture"], is_carousel_item="true") for _ in range(2)]
    album = driver.live(user, media_type="CAROUSEL", children=",".join(items), caption="Two")
    inner = "id,media_type,media_url,thumbnail_url"
    shown = driver.get(f"/{album}", user, fields=f"media_type,children{{{inner}}}")
    assert shown["media_type"] == "CAROUSEL_ALBUM"
    assert [set(child) for child in shown["children"]["data"]] == [{"id", "media_type", "media_url"}] * 2
    assert driver.get(f"/{album}/children", user) == {"data": [{"id": row["id"]} for row in shown["children"]["data"]]}
    child = driver.get(f"/{shown['children']['data'][0]['id']}", user, fields=ON_MEDIA)
    assert not set(child) & {"caption", "is_comment_enabled", "like_count", "comments_count", "permalink"}


def test_media_from_the_phone_have_pictures_and_items_too(stage: Stage) -> None:
    driver, user = stage.driver, stage.user
    for kind, count in (("CAROUSEL_ALBUM", 2), ("IMAGE", 0), ("REELS", 0)):
        media_id = stage.control_id(f"accounts/{user.user_id}/media", {"media_type": kind})
        shown = driver.get(f"/{media_id}", user, fields="media_url,children{media_url,media_type}")
        assert driver.http.get(shown["media_url"]).status_code == 200
        items = shown.get("children", {"data": []})["data"]
        assert [driver.http.get(item["media_url"]).headers["Content-Type"] for item in items] == ["image/jpeg"] * count


def test_what_this_login_cannot_do_is_refused(stage: Stage) -> None:
    driver, user = stage.driver, stage.user
    error = driver.call("DELETE", f"/{stage.reel}", user).json()["error"]
    assert (error["code"], error["message"][:26]) == (100, "Unsupported delete request")
    assert driver.call("GET", f"/{stage.reel}?fields=saved_count", user).json()["error"]["code"] == 100
    assert driver.call("POST", f"/{stage.reel}", user, data={"caption": "new"}).status_code == 400


def test_the_graph_envelope_has_every_member_that_is_printed(stage: Stage) -> None:
    printed = (
        '{"error":{"message":"The image size is too large.","type":"OAuthException","code":36000,'
        '"error_subcode":2207004,"is_transient":false,"error_user_title":"Image size too large","error_user_msg":'
        '"The image is too large to download. It should be less than 8 MiB.","fbtrace_id":"A6LJ…"}}'
    )
    stage.driver.control("settings", {"image_errors": "at_once"})
    caption = stage.driver.create(stage.user, image_url=stage.places["picture"], caption="x" * 2201)
    assert (caption.status_code, shape(caption.json())) == (400, shape_of(printed))
    assert caption.json()["error"]["code"] == 36004
    error = json.loads(printed)["error"]
    stage.driver.order("error", "/media$", error=error)
    ordered = stage.driver.create(stage.user, image_url=stage.places["picture"])
    assert (ordered.status_code, ordered.json()) == (400, {"error": error})


def test_a_token_that_cannot_be_read_is_refused_in_both_envelopes(stage: Stage) -> None:
    stranger = User("1", "1", "EAAnothing")
    error = stage.driver.call("GET", "/me", stranger).json()["error"]
    assert (error["code"], error["type"]) == (190, "OAuthException")
    assert error["message"] == "Invalid OAuth access token - Cannot parse access token"
    uri = f"{stage.driver.url}/ig-api-upload/v25.0/17"
    body = requests.post(uri, headers={"Authorization": "OAuth EAAnothing", "offset": "0"}, data=b"x").json()
    assert (body["debug_info"]["type"], "error" in body) == ("NotAuthorizedError", False)


def test_usage_is_told_as_printed(stage: Stage) -> None:
    stage.driver.control("settings", {"usage_percent": 12})
    told = json.loads(stage.driver.call("GET", "/me", stage.user).headers["X-Business-Use-Case-Usage"])
    printed = (
        '{"17841472020051826":[{"type":"instagram","call_count":12,"total_cputime":3,"total_time":4,'
        '"estimated_time_to_regain_access":0}]}'
    )
    assert shape(list(told.values())) == shape(list(json.loads(printed).values()))
    assert (list(told), told[stage.user.user_id][0]["call_count"]) == ([stage.user.user_id], 12)
    stage.driver.control("settings", {"rate_limited": True})
    refused = stage.driver.call("GET", "/me", stage.user)
    assert (refused.status_code, refused.json()["error"]["code"], refused.json()["error"]["error_subcode"]) == (
        400,
        80002,
        2446079,
    )
    figures = json.loads(refused.headers["X-Business-Use-Case-Usage"])[stage.user.user_id][0]
    assert figures["estimated_time_to_regain_access"] > 0


def test_parameters_come_by_query_form_and_json_and_lists_as_texts(stage: Stage) -> None:
    driver, user = stage.driver, stage.user
    path, tags = f"/{user.user_id}/media", '[{"username":"someone","x":0.5,"y":0.8}]'
    asked = {"image_url": stage.places["picture"], "user_tags": tags}
    for parts in ({"params": asked}, {"data": asked}, {"json": {**asked, "user_tags": json.loads(tags)}}):
        assert driver.call("POST", path, user, **parts).status_code == 200
    wrong = {**asked, "user_tags": '[{"username":"someone"}]'}
    assert driver.call("POST", path, user, data=wrong).json()["error"]["code"] == 100
