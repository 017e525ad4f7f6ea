import json
import logging
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instagram.redaction import MASK, RedactingFilter, redact, redact_params

NAMES = ["access_token", "client_secret", "code", "appsecret_proof", "signed_request", "fb_exchange_token"]
tokens = st.from_regex(r"[A-Za-z][A-Za-z0-9_\-.|~]{11,60}", fullmatch=True)
surroundings = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.sampled_from(NAMES), tokens, surroundings, surroundings)
def test_a_credential_with_its_name_never_shows(name: str, token: str, before: str, after: str) -> None:
    texts = [
        f"{before} {name}={token}&{after}",
        f"{before} https://graph.instagram.com/x?a=1&{name}={token} {after}",
        f"{before} {json.dumps({name: token})} {after}",
        f"{before} {json.dumps(json.dumps({name: token}))} {after}",
        f"{before} {quote(urlencode({name: token}))} {after}",
        f"{before} {name}: {token} {after}",
        f"{before} {name.upper()}={token} {after}",
        repr({name: token}),
    ]
    for text in texts:
        assert token not in redact(text)


@given(tokens, surroundings, surroundings)
def test_a_known_secret_never_shows_wherever_it_stands(token: str, before: str, after: str) -> None:
    assert token not in redact(f"{before}{token}{after}", [token])
    assert quote(token, safe="") not in redact(f"{before}{quote(token, safe='')}{after}", [token])


@given(st.from_regex(r"(IGAA|EAA)[A-Za-z0-9]{20,200}", fullmatch=True), surroundings, surroundings)
def test_a_token_is_known_by_its_looks(token: str, before: str, after: str) -> None:
    assert token not in redact(f"{before}{token}{after}")


@given(st.sampled_from(["Bearer ", "bearer ", "Authorization: OAuth ", "Authorization: Basic "]), tokens)
def test_an_authorization_header_is_masked(scheme: str, token: str) -> None:
    assert token not in redact(f"POST /x {scheme}{token}\r\nHost: x")


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"error":{"message":"Unsupported","type":"OAuthException","code":190,"error_subcode":463}}',
        "Error: Media upload has failed with error code 2207026",
        "Invalid OAuth access token - Cannot parse access token",
        '{"status_code": "FINISHED", "id": "17841400000000000"}',
        "code=100&x=1",
        "{'code': 190}",
    ],
)
def test_what_explains_a_failure_stays(text: str) -> None:
    assert redact(text) == text


def test_parameters_are_masked_by_name_and_by_content() -> None:
    params = {"code": "1", "client_secret": "s", "grant_type": "x", "image_url": "https://a/?access_token=abc"}
    assert redact_params(params) == {
        "code": MASK,
        "client_secret": MASK,
        "grant_type": "x",
        "image_url": f"https://a/?access_token={MASK}",
    }


def test_log_records_lose_credentials_but_are_kept() -> None:
    record = logging.LogRecord("x", logging.DEBUG, "", 0, '"%s %s"', ("GET", "/a?access_token=abcdefgh"), None)
    assert RedactingFilter().filter(record)
    assert record.getMessage() == f'"GET /a?access_token={MASK}"'


def test_nested_answers_lose_the_token_in_the_paging_link() -> None:
    answer = json.dumps({"paging": {"next": "https://graph.instagram.com/v25.0/1/media?access_token=abcdefgh&after=Q"}})
    assert "abcdefgh" not in redact(answer)
    assert "after=Q" in redact(answer)
