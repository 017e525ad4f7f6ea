import pytest

from app.instagram.client import Instagram
from app.instagram.errors import InstagramError
from app.instagram.profile import Profile
from tests.instagram.scripted_peer import ScriptedPeer, error, http

FLAT = {
    "id": "26160319576992690",
    "user_id": 17841400000000001,
    "username": "alma.coffee",
    "name": "Алма",
    "account_type": "Media_Creator",
    "profile_picture_url": "https://cdn.example.com/a.jpg",
    "followers_count": 12,
    "follows_count": 3,
    "media_count": 0,
}
ALMA = Profile(
    app_scoped_id="26160319576992690",
    user_id="17841400000000001",
    username="alma.coffee",
    name="Алма",
    account_type="MEDIA_CREATOR",
    profile_picture_url="https://cdn.example.com/a.jpg",
    followers_count=12,
    follows_count=3,
    media_count=0,
)


@pytest.mark.parametrize("answer", [FLAT, {"data": [FLAT]}])
def test_both_shapes_of_the_profile_are_read(
    peer: ScriptedPeer, instagram: Instagram, answer: dict[str, object]
) -> None:
    peer.will(http(answer))
    assert instagram.me() == ALMA
    assert peer.received[0].path == "/v25.0/me"


def test_the_documented_minimum_is_enough(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http({"data": [{"user_id": "17841400000000001", "username": "alma.coffee"}]}))
    assert instagram.me() == Profile(
        "17841400000000001", "17841400000000001", "alma.coffee", None, "", None, None, None, None
    )


def test_a_field_this_account_lacks_is_left_out(peer: ScriptedPeer, instagram: Instagram) -> None:
    peer.will(http(error(100, message="(#100) Tried accessing nonexisting field (followers_count)"), 400), http(FLAT))
    assert instagram.me().username == "alma.coffee"
    assert "followers_count" not in peer.received[1].query["fields"].split(",")


@pytest.mark.parametrize("answer", [{}, {"data": []}, {"username": "x"}, {"id": "1"}, {"id": True, "username": "x"}])
def test_a_profile_without_id_or_name_is_an_error(
    peer: ScriptedPeer, instagram: Instagram, answer: dict[str, object]
) -> None:
    peer.will(http(answer))
    with pytest.raises(InstagramError) as caught:
        instagram.me()
    assert caught.value.key == "answer_unreadable"
