from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instagram.client import Instagram
from app.instagram.errors import InstagramError
from app.instagram.media import MEDIA_FIELDS, Media, instant_of
from tests.instagram.conftest import IG_USER_ID
from tests.instagram.scripted_peer import ScriptedPeer, error, http

FULL = {
    "id": "17900000000000001",
    "caption": "Таң 🌄",
    "media_type": "VIDEO",
    "media_product_type": "REELS",
    "timestamp": "2026-11-21T03:50:59+0000",
    "permalink": "https://www.instagram.com/reel/AbC/",
    "shortcode": "AbC",
    "thumbnail_url": "https://cdn.example.com/a.jpg",
}


def page(*ids: str, after: str | None = None, has_more: bool = False) -> dict[str, Any]:
    paging: dict[str, Any] = {"cursors": {"before": "B", "after": after}} if after else {}
    if has_more:
        paging["next"] = "https://graph.instagram.com/v25.0/1/media?access_token=IGAAnever&after=never"
    return {"data": [{"id": media_id} for media_id in ids], "paging": paging}


def test_a_media_is_read_with_everything_it_has(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http(FULL))
    assert instagram.read_media("17900000000000001") == Media(
        ig_media_id="17900000000000001",
        caption="Таң 🌄",
        media_type="VIDEO",
        media_product_type="REELS",
        timestamp=datetime(2026, 11, 21, 3, 50, 59, tzinfo=UTC),
        permalink="https://www.instagram.com/reel/AbC/",
        shortcode="AbC",
        thumbnail_url="https://cdn.example.com/a.jpg",
    )


def test_what_instagram_leaves_out_is_none(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http({"id": "1", "media_type": "IMAGE", "timestamp": "soon"}))
    assert instagram.read_media("1") == Media("1", None, "IMAGE", None, None, None, None, None)


def test_a_refused_field_is_left_out_and_the_rest_still_read(peer: ScriptedPeer, instagram: Instagram) -> None:
    refusal = error(100, message="(#100) Tried accessing nonexisting field (caption) on node type (IGMedia)")
    peer.will(http(refusal, 400), http(FULL))
    assert instagram.read_media("1").permalink == FULL["permalink"]
    assert peer.received[1].query["fields"] == ",".join(name for name in MEDIA_FIELDS if name != "caption")


def test_when_the_refused_field_is_not_named_only_the_essentials_are_asked(
    peer: ScriptedPeer, instagram: Instagram
) -> None:
    peer.will(http(error(9005, 1452042, "Not available on this type"), 400), http(page("1")))
    assert [media.ig_media_id for media in instagram.list_newest_media()] == ["1"]
    assert peer.received[1].query["fields"] == "id,media_type"


@pytest.mark.parametrize(
    "refusal",
    [error(190, message="field"), error(100, 33), error(100, message="(#100) nonexisting field (id)"), error(80002)],
)
def test_other_errors_are_not_answered_by_asking_again_for_ever(
    peer: ScriptedPeer, instagram: Instagram, refusal: dict[str, Any]
) -> None:
    peer.will(*[http(refusal, 400)] * 20)
    with pytest.raises(InstagramError) as caught:
        instagram.read_media("1")
    assert caught.value.code == refusal["error"]["code"]
    assert len(peer.received) <= 2


def test_the_newest_media_are_listed_in_order(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http(page("3", "2", "1")))
    assert [media.ig_media_id for media in instagram.list_newest_media()] == ["3", "2", "1"]
    request = peer.received[0]
    assert (request.path, request.query["limit"]) == (f"/v25.0/{IG_USER_ID}/media", "25")


def test_further_pages_are_asked_by_cursor_and_never_by_the_link(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(
        http(page("4", after="Q1", has_more=True)),
        http(page(after="Q2", has_more=True)),  # a page may be empty although more follow
        http(page("3", "2", after="Q3", has_more=True)),
        http(page("1", after="Q4")),
    )
    assert [media.ig_media_id for media in instagram.list_newest_media(10)] == ["4", "3", "2", "1"]
    assert [request.query.get("after") for request in peer.received] == [None, "Q1", "Q2", "Q3"]
    assert all(request.path == f"/v25.0/{IG_USER_ID}/media" for request in peer.received)


def test_no_more_is_listed_than_asked_for(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http(page("3", "2", "1", after="Q", has_more=True)))
    assert [media.ig_media_id for media in instagram.list_newest_media(2)] == ["3", "2"]
    assert len(peer.received) == 1


def test_a_list_that_turns_in_circles_is_left(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(*[http(page("1", after="Q", has_more=True))] * 30)
    instagram.list_newest_media(100)
    assert len(peer.received) == 2


def test_a_list_of_endless_empty_pages_is_left(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(*[http(page(after=f"Q{number}", has_more=True)) for number in range(60)])
    assert instagram.list_newest_media() == []
    assert len(peer.received) == 20


def test_stories_are_listed(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http({"data": [{"id": "7", "media_product_type": "STORY"}]}))
    assert [story.ig_media_id for story in instagram.list_stories()] == ["7"]
    assert peer.received[0].path == f"/v25.0/{IG_USER_ID}/stories"


@pytest.mark.parametrize("text", ["2026-11-21T08:50:59+0500", "2026-11-21T03:50:59+00:00", "2026-11-21T03:50:59Z"])
def test_an_instant_is_read_in_utc(text: str) -> None:
    assert instant_of(text) == datetime(2026, 11, 21, 3, 50, 59, tzinfo=UTC)


@given(st.text() | st.sampled_from(["0001-01-01T00:00:00+2359", "9999-12-31T23:59:59-2359", "2026-11-21T03:50:59"]))
def test_no_text_breaks_the_reading_of_an_instant(text: str) -> None:
    instant = instant_of(text)
    assert instant is None or instant.tzinfo is UTC


@pytest.mark.parametrize(
    "permalink",
    ["javascript:alert(1)", " https://x", "data:text/html,<b>", "//evil.example", "https://x/ y", "https://x\n", 7],
)
def test_a_permalink_that_is_no_link_is_none(peer: ScriptedPeer, instagram: Instagram, permalink: object) -> None:
    peer.will(http(FULL | {"permalink": permalink}))
    assert instagram.read_media("17900000000000001").permalink is None
