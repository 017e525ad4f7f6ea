"""Writing and planning a post in the browser."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import db
from app.accounts.models import Account, AccountState
from app.assets.models import Asset, AssetState
from app.crypto import KeyRing
from app.publishing.models import Post, PostState
from app.publishing.queries import Tab, list_posts
from tests.blueprints.publishing.conftest import post_id_of, toast
from tests.clocks import FrozenClock
from tests.factories import Cast, make_account, make_asset
from tests.media_files import MediaFiles
from tests.web_client import Browser, OpenBrowser

WEDNESDAY_EVENING = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
Read = Callable[[int], Post]
Write = Callable[..., int]


def count_posts(cast: Cast) -> int:
    with db.workspace_scope(cast.workspace.id):
        return sum(len(list_posts(tab).posts) for tab in Tab)


def test_the_empty_composer_offers_the_next_usual_time(member: Browser, account: Account) -> None:
    page = member.get("/posts/new").text
    assert 'value="2026-03-02"' in page and 'value="19:00"' in page
    assert "Schedule for Mon 19:00" in page
    assert "Goes out on Monday, 2 March 2026, 19:00 · Almaty, UTC+5" in page
    assert "Add the video." in page


def test_without_an_account_there_is_one_thing_to_do(member: Browser) -> None:
    page = member.get("/posts/new").text
    assert "Connect an Instagram account first" in page
    assert 'id="composer"' not in page


def test_the_composer_can_begin_with_a_time_and_a_file(member: Browser, asset: Asset) -> None:
    page = member.get(f"/posts/new?date=2026-11-25&time=08:30&media={asset.id}").text
    assert 'value="2026-11-25"' in page and 'value="08:30"' in page
    assert f'name="media" value="{asset.id}"' in page


def test_a_post_is_planned_in_the_workspaces_zone(
    member: Browser, filled: dict[str, Any], read: Read, asset: Asset, cast: Cast
) -> None:
    answer = member.post("/posts/new", filled)
    assert answer.status_code == 303
    post = read(post_id_of(answer))
    assert (post.state, post.due_at, post.due_zone) == (PostState.SCHEDULED, WEDNESDAY_EVENING, "Asia/Almaty")
    assert (post.caption, post.thumb_offset_ms, post.share_to_feed) == ("Раф с облепихой #кофе", 1500, True)
    assert ([link.asset_id for link in post.post_assets], post.created_by_id) == ([asset.id], cast.member.id)
    said = toast(member, answer.location)
    assert "Goes out on Wednesday, 4 March 2026, 19:00" in said
    assert f'action="/posts/{post.id}/take-back"' in said


def test_publishing_now_can_be_undone(member: Browser, filled: dict[str, Any], read: Read) -> None:
    answer = member.post("/posts/new", filled | {"action": "publish"})
    post_id = post_id_of(answer)
    assert read(post_id).state is PostState.SCHEDULED
    assert f'action="/posts/{post_id}/take-back"' in toast(member, answer.location)
    undone = member.post(f"/posts/{post_id}/take-back")
    assert (undone.status_code, undone.location) == (303, f"/posts/{post_id}/edit")
    assert read(post_id).state is PostState.DRAFT


def test_a_draft_may_be_almost_empty(member: Browser, filled: dict[str, Any], read: Read) -> None:
    fields = filled | {
        "action": "draft",
        "media": "",
        "caption": "",
        "due_date": "",
        "due_time": "",
        "thumb_offset": "",
    }
    del fields["share_to_feed"]
    post = read(post_id_of(member.post("/posts/new", fields)))
    assert (post.state, post.caption, post.share_to_feed) == (PostState.DRAFT, "", False)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"media": ""}, "There is no video yet."),
        ({"media": "999999"}, "The uploaded file is no longer there."),
        ({"caption": "я" * 2201}, "The caption has 2,201 characters; Instagram allows 2,200. Leave out 1 character."),
        ({"caption": "#а " * 31}, "The caption has 31 hashtags; Instagram allows 30. Leave out 1 hashtag."),
        ({"thumb_offset": "9000"}, "The cover frame is beyond the end of the video, which lasts 0:08."),
        ({"due_date": "2026-03-01"}, "1 March 2026, 19:00 has passed already."),
        ({"due_time": ""}, "A date and a time are needed to plan the post."),
        ({"due_date": "tomorrow"}, "A date and a time are needed to plan the post."),
        ({"account_id": "999999"}, "Please choose an account."),
    ],
)
def test_what_is_wrong_is_said_in_words_and_everything_typed_is_kept(
    member: Browser, filled: dict[str, Any], cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    fields = (
        {"caption": "Слова, которые нельзя потерять", **filled} | {"caption": "Слова, которые нельзя потерять"} | wrong
    )
    answer = member.post("/posts/new", fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "data-error-summary" in answer.text
    assert fields["caption"] in answer.text
    assert f'value="{fields["due_time"]}"' in answer.text
    if "media" not in wrong:
        assert f'name="media" value="{fields["media"]}"' in answer.text
    assert count_posts(cast) == 0


@pytest.mark.parametrize("field", ["account_id", "media", "cover"])
def test_another_workspaces_things_are_not_taken(
    member: Browser, filled: dict[str, Any], cast: Cast, keys: KeyRing, field: str
) -> None:
    foreign = make_account(cast.other_workspace, keys, ig_user_id="17841400000000002", username="canary")
    foreign_asset = make_asset(cast.other_workspace, filename="canary.mp4")
    wrong = {"account_id": str(foreign.id), "media": str(foreign_asset.id), "cover": str(foreign_asset.id)}[field]
    answer = member.post("/posts/new", filled | {"cover_kind": "picture", field: wrong})
    assert answer.status_code == 422
    assert "canary" not in answer.text
    assert count_posts(cast) == 0


def test_a_double_click_makes_one_post(member: Browser, filled: dict[str, Any], cast: Cast) -> None:
    first, second = (member.post("/posts/new", filled) for _click in range(2))
    assert first.location == second.location
    assert (second.status_code, count_posts(cast)) == (303, 1)


def test_a_form_opened_again_with_back_and_changed_changes_its_post(
    member: Browser, filled: dict[str, Any], cast: Cast, read: Read
) -> None:
    first = member.post("/posts/new", filled)
    second = member.post("/posts/new", filled | {"due_time": "20:00"})
    assert first.location == second.location
    assert read(post_id_of(first)).due_at == WEDNESDAY_EVENING + timedelta(hours=1)
    assert count_posts(cast) == 1


def test_each_opened_composer_has_a_token_of_its_own(member: Browser, account: Account) -> None:
    def token() -> str:
        page = member.get("/posts/new").text
        return page.partition('name="form_token"')[2].partition('value="')[2].partition('"')[0]

    assert len(token()) == 32
    assert token() != token()


def test_editing_shows_and_changes_the_post(
    member: Browser, write: Write, filled: dict[str, Any], read: Read, asset: Asset
) -> None:
    post_id = write(due_at=WEDNESDAY_EVENING, caption="Прежние слова", state=PostState.STAGED, ig_container_id="178")
    page = member.get(f"/posts/{post_id}/edit").text
    assert "Прежние слова" in page and 'value="2026-03-04"' in page
    assert "This post is planned. Until you press a button it goes out as it was." in page
    assert member.post(f"/posts/{post_id}/edit", filled | {"caption": "Новые"}).status_code == 303
    post = read(post_id)
    assert (post.caption, post.state, post.ig_container_id) == ("Новые", PostState.SCHEDULED, None)


@pytest.mark.parametrize("state", [PostState.PUBLISHING, PostState.PUBLISHED, PostState.UNCONFIRMED])
def test_a_post_that_has_moved_on_is_shown_as_it_is_now(
    member: Browser, write: Write, state: PostState, filled: dict[str, Any]
) -> None:
    post_id = write(due_at=WEDNESDAY_EVENING, state=state, published_at=WEDNESDAY_EVENING)
    opened = member.get(f"/posts/{post_id}/edit")
    assert (opened.status_code, opened.location) == (303, f"/posts/{post_id}")
    assert "It was left as it is." in toast(member)
    sent = member.post(f"/posts/{post_id}/edit", filled | {"caption": "Слова, которые нельзя потерять"})
    assert sent.status_code == 422
    assert "It was left as it is." in sent.text and "Слова, которые нельзя потерять" in sent.text


def test_a_plain_form_brings_the_video_along_and_keeps_it_when_something_is_wrong(
    member: Browser, filled: dict[str, Any], media_files: MediaFiles, read: Read
) -> None:
    video = media_files.reel().read_bytes()
    fields = filled | {"media": "", "caption": "#а " * 31, "media_file": (io.BytesIO(video), "клип.mp4", "video/mp4")}
    answer = member.post("/posts/new", fields, content_type="multipart/form-data")
    assert answer.status_code == 422
    kept = answer.text.partition('name="media" value="')[2].partition('"')[0]
    assert kept.isdecimal() and "клип.mp4" in answer.text
    again = member.post("/posts/new", filled | {"media": kept})
    asset = read(post_id_of(again)).media[0]
    assert (asset.id, asset.state, asset.size_bytes) == (int(kept), AssetState.CHECKING, len(video))


def test_a_plain_form_with_a_file_that_is_no_video_says_so(member: Browser, filled: dict[str, Any], cast: Cast) -> None:
    fields = filled | {"media": "", "media_file": (io.BytesIO(b""), "clip.mp4", "video/mp4")}
    answer = member.post("/posts/new", fields, content_type="multipart/form-data")
    assert (answer.status_code, count_posts(cast)) == (422, 0)
    assert "The file is empty." in answer.text


def test_a_form_sent_while_the_file_is_on_its_way_says_where_the_post_is(
    member: Browser, filled: dict[str, Any], cast: Cast, read: Read
) -> None:
    asset = make_asset(cast.workspace, state=AssetState.UPLOADING, facts=None)
    fields = filled | {"media": str(asset.id)}
    answer = member.fetch("POST", "/posts/new", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 201
    assert read(post_id_of(answer)).state is PostState.SCHEDULED


def test_the_account_is_chosen_where_there_are_several(
    member: Browser, account: Account, cast: Cast, keys: KeyRing
) -> None:
    assert "<select" not in member.get("/posts/new").text
    make_account(cast.workspace, keys, ig_user_id="17841400000000002", username="alma.bakery")
    page = member.get("/posts/new").text
    assert "<select" in page and "@alma.bakery" in page


OUTLOOK = "/posts/outlook?due_date={}&due_time={}&account_id={}&media={}"


def test_the_outlook_follows_what_is_typed(member: Browser, account: Account, asset: Asset) -> None:
    text = member.get(OUTLOOK.format("2026-11-25", "19:00", account.id, asset.id)).text
    assert "Goes out on Wednesday, 25 November 2026, 19:00 · Almaty, UTC+5" in text
    assert "Will go out on time" in text
    assert "Schedule for 25 November 19:00" in text
    assert "every 3s" not in text


def test_the_outlook_names_what_stands_in_the_way(
    member: Browser, cast: Cast, keys: KeyRing, clock: FrozenClock
) -> None:
    account = make_account(cast.workspace, keys, state=AccountState.RECONNECT)
    asset = make_asset(cast.workspace, state=AssetState.CONVERTING, filename="клип.mp4")
    text = member.get(OUTLOOK.format("2026-03-02", "09:10", account.id, asset.id)).text
    assert "Will not go out" in text
    assert "Instagram no longer accepts our access to @alma.coffee." in text
    assert "The file “клип.mp4” is being checked and put right." in text
    assert "every 3s" in text


def in_berlin(cast: Cast) -> None:
    with db.transaction() as session:
        session.merge(cast.workspace).timezone = "Europe/Berlin"


def test_a_time_that_clocks_skip_offers_the_nearest_one(
    member: Browser, cast: Cast, filled: dict[str, Any], account: Account
) -> None:
    in_berlin(cast)
    skipped = {"due_date": "2026-03-29", "due_time": "02:30"}
    for text in (
        member.get(OUTLOOK.format("2026-03-29", "02:30", account.id, "")).text,
        member.post("/posts/new", filled | skipped).text,
    ):
        assert "Clocks go forward that day: this time does not exist in Berlin." in text
        assert 'data-date="2026-03-29" data-time="03:00"' in text
    assert count_posts(cast) == 0


def test_a_time_that_comes_twice_asks_which(member: Browser, cast: Cast, filled: dict[str, Any], read: Read) -> None:
    in_berlin(cast)
    twice = filled | {"due_date": "2026-10-25", "due_time": "02:30"}
    asked = member.post("/posts/new", twice)
    assert asked.status_code == 422
    assert "Clocks go back that day: 02:30 comes twice." in asked.text
    assert asked.text.count('name="due_fold"') == 2
    due = []
    for fold in ("0", "1"):
        answer = member.post("/posts/new", twice | {"due_fold": fold, "form_token": fold * 32})
        due.append(read(post_id_of(answer)).due_at)
    assert due == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_every_language_has_a_composer(open_browser: OpenBrowser, cast: Cast, account: Account, language: str) -> None:
    assert open_browser(cast.member, cast.workspace, language).get("/posts/new").status_code == 200
