import base64
import hashlib
import hmac
import json
import os
import random
from collections.abc import Callable, Iterator

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


MUTATIONS = int(os.environ.get("SIGNED_REQUEST_MUTATIONS", "2000"))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.+/ \x00é"


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def _changed(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(ALPHABET) + text[at + 1 :]


def _longer(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + "".join(chance.choices(ALPHABET, k=chance.randint(1, 4))) + text[at:]


def _swapped(text: str, chance: random.Random) -> str:
    signature, _, payload = text.partition(".")
    return f"{payload}.{signature}"


def _of_another(text: str, chance: random.Random) -> str:
    """Return the signature with a payload that says the same, or something else, in other bytes."""
    payload = PAYLOAD | {"user_id": str(chance.randrange(10**6))}
    raw = json.dumps(payload, indent=chance.randint(0, 4), sort_keys=chance.random() < 0.5).encode()
    return f"{text.partition('.')[0]}.{encode(raw)}"


def _other_algorithm(text: str, chance: random.Random) -> str:
    return sign(PAYLOAD | {"algorithm": chance.choice(["none", "NONE", "", "hmac-sha256", "HMAC-SHA1", "RS256"])})


def _other_secret(text: str, chance: random.Random) -> str:
    return sign(secret=chance.choice([SECRET[:-1], SECRET[::-1], SECRET + "0", "0", "218471"]))


FORGERIES: tuple[Callable[[str, random.Random], str], ...] = (
    *(_cut, _changed, _longer, _swapped, _of_another, _other_algorithm, _other_secret),
)


def forged(count: int) -> Iterator[str]:
    """Yield requests that nobody signed, the same ones every time. Only padding may be written in two ways."""
    chance, genuine = random.Random(20261121), sign()
    while count:
        text = chance.choice(FORGERIES)(genuine, chance)
        if chance.random() < 0.3:
            text = chance.choice(FORGERIES[:3])(text, chance) if text else text
        if text.replace("=", "") != genuine:
            count -= 1
            yield text


def test_no_forged_request_is_ever_read(tell: Callable[[str], None]) -> None:
    accepted = []
    for text in forged(MUTATIONS):
        try:
            accepted.append((text, read_signed_request(text, [SECRET])))
        except SignedRequestError:
            continue
    assert accepted == []
    tell(f"{MUTATIONS} forged requests, none accepted")
