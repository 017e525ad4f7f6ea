import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instagram.signed_request import SignedRequestError, read_signed_request

SECRET = "0123456789abcdef0123456789abcdef"
PAYLOAD = {"algorithm": "HMAC-SHA256", "expires": 1291840400, "issued_at": 1291836800, "user_id": "218471"}


def encode(raw: bytes, *, padded: bool = False) -> str:
    text = base64.urlsafe_b64encode(raw).decode()
    return text if padded else text.rstrip("=")


def sign(payload: object = PAYLOAD, *, secret: str = SECRET, padded: bool = False) -> str:
    body = encode(json.dumps(payload).encode(), padded=padded)
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
    return f"{encode(signature, padded=padded)}.{body}"


@pytest.mark.parametrize("padded", [True, False])
def test_a_request_signed_with_our_secret_is_read(padded: bool) -> None:
    request = read_signed_request(sign(padded=padded), [SECRET])
    assert (request.user_id, request.issued_at, request.payload) == ("218471", 1291836800, PAYLOAD)


def test_a_number_as_user_id_becomes_text() -> None:
    assert read_signed_request(sign({**PAYLOAD, "user_id": 17841400000000001}), [SECRET]).user_id == "17841400000000001"


def test_it_says_which_of_several_secrets_signed() -> None:
    assert read_signed_request(sign(), ["", "other", SECRET]).secret_index == 2


def test_another_secret_is_refused() -> None:
    with pytest.raises(SignedRequestError):
        read_signed_request(sign(secret="other"), [SECRET])


def test_an_empty_secret_never_verifies_anything() -> None:
    with pytest.raises(SignedRequestError):
        read_signed_request(sign(secret=""), ["", SECRET])


@pytest.mark.parametrize(
    "payload",
    [
        {**PAYLOAD, "algorithm": "none"},
        {**PAYLOAD, "algorithm": "HMAC-SHA1"},
        {"user_id": "1"},
        {"algorithm": "HMAC-SHA256"},
        {**PAYLOAD, "user_id": None},
        {**PAYLOAD, "user_id": "1/../2"},
        ["HMAC-SHA256"],
        "text",
        None,
    ],
)
def test_a_well_signed_payload_must_still_be_the_expected_one(payload: object) -> None:
    with pytest.raises(SignedRequestError):
        read_signed_request(sign(payload), [SECRET])


@given(st.data())
def test_no_change_of_a_single_character_survives(data: st.DataObject) -> None:
    text = sign()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(max_codepoint=0x2FF).filter(lambda character: character != text[place]))
    with pytest.raises(SignedRequestError):
        read_signed_request(text[:place] + other + text[place + 1 :], [SECRET])


@given(st.text() | st.from_regex(r"[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*", fullmatch=True))
def test_no_other_text_is_accepted_or_breaks_the_reader(text: str) -> None:
    with pytest.raises(SignedRequestError):
        read_signed_request(text, [SECRET])
