from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instagram.container import ContainerCode, ContainerStatus
from app.instagram.error_table import ERROR_KEYS, ERROR_ROWS
from app.instagram.errors import InstagramError, Remedy, error_from_answer, error_from_container
from tests.instagram.scripted_peer import error

L, W, Q, K = Remedy.LATER, Remedy.WAIT_FOR_LIMIT, Remedy.WAIT_FOR_QUOTA, Remedy.NOT_READY
N, U, I, P, A = Remedy.NEW_CONTAINER, Remedy.RECONNECT, Remedy.ACT_ON_INSTAGRAM, Remedy.FIX_POST, Remedy.FIX_APP  # noqa: E741
R = Remedy.REFUSED

# Every row of Meta's tables and of the reports: code, subcode, key, remedy, may it have been carried out?
TABLE: list[tuple[int, int | None, str, Remedy, bool]] = [
    (190, None, "token_invalid", U, False),
    (190, 458, "app_removed", U, False),
    (190, 459, "account_checkpoint", I, False),
    (190, 460, "password_changed", U, False),
    (190, 463, "token_expired", U, False),
    (190, 464, "account_unconfirmed", I, False),
    (190, 467, "token_invalid", U, False),
    (190, 492, "token_invalid", U, False),
    (102, None, "token_invalid", U, False),
    (1, None, "instagram_unknown", L, True),
    (1, 2207057, "thumb_offset", P, False),
    (2, None, "instagram_down", L, True),
    (3, None, "capability_missing", A, False),
    (4, None, "app_rate_limit", W, False),
    (4, 2207051, "action_blocked", W, True),
    (17, None, "account_rate_limit", W, False),
    (32, None, "account_rate_limit", W, False),
    (613, None, "account_rate_limit", W, False),
    (613, 1996, "account_rate_limit", W, False),
    (80002, None, "account_rate_limit", W, False),
    (80002, 2446079, "account_rate_limit", W, False),
    (341, None, "app_rate_limit", W, False),
    (368, None, "policy_block", I, False),
    (9, 2207042, "quota_used_up", Q, False),
    (10, None, "permission_missing", U, False),
    (24, 2207006, "container_missing", N, False),
    (24, 2207008, "container_missing", N, False),
    (25, 2207050, "account_restricted", I, False),
    (100, None, "invalid_parameter", P, False),
    (100, 33, "object_unreachable", U, False),
    (100, 2207023, "media_type_unknown", P, False),
    (100, 2207028, "carousel_size", P, False),
    (100, 2207035, "product_tag", P, False),
    (100, 2207036, "product_tag", P, False),
    (100, 2207037, "product_tag", P, False),
    (100, 2207040, "too_many_tags", P, False),
    (100, 2207089, "carousel_item_alone", P, False),
    (200, None, "permission_missing", U, False),
    (299, None, "permission_missing", U, False),
    (352, 2207026, "video_format", P, False),
    (2500, None, "unknown_path", A, False),
    (9004, 2207052, "media_not_fetched", P, False),
    (9007, 2207027, "not_ready", K, False),
    (-1, None, "instagram_down", L, True),
    (-1, 2207001, "instagram_down", L, True),
    (-1, 2207032, "container_failed", N, True),
    (-1, 2207053, "upload_failed", N, True),
    (-1, 2207073, "delete_unsupported", P, False),
    (-2, 2207003, "download_timed_out", N, False),
    (-2, 2207020, "container_expired", N, False),
    (36000, 2207004, "image_too_big", P, False),
    (36001, 2207005, "image_format", P, False),
    (36003, 2207009, "aspect_ratio", P, False),
    (36004, 2207010, "caption_too_long", P, False),
    (10, 2534022, "outside_window", R, False),
    (10, 2018278, "outside_window", R, False),
    (10, 2018108, "person_unavailable", R, False),
    (10, 1893063, "account_restricted", I, False),
    (10, 2534077, "messaging_unverified", I, False),
    (10, 2018300, "thread_elsewhere", R, False),
    (100, 2534037, "thread_elsewhere", R, False),
    (100, 2534014, "person_unknown", R, False),
    (100, 2534015, "message_invalid", R, False),
    (100, 2534025, "private_reply_refused", R, False),
    (10900, None, "private_reply_refused", R, False),
    (100, 2018008, "attachment_not_fetched", R, False),
    (100, 2018294, "attachment_too_slow", R, False),
    (100, 2018047, "attachment_kind", R, False),
    (100, 2018109, "attachment_too_big", R, False),
    (200, 1545041, "person_unavailable", R, False),
    (551, 1545041, "person_unavailable", R, False),
    (551, None, "person_unavailable", R, False),
    (200, 2018028, "app_not_reviewed", A, False),
    (200, 2534041, "message_access_off", I, False),
    (613, 2534040, "too_fast", L, False),
    (1, 1357046, "instagram_down", L, True),
    (2, 1357046, "instagram_down", L, True),
    (1, 99, "instagram_down", L, True),
    (20, 1772107, "instagram_unknown", L, True),
    (230, None, "consent_missing", R, False),
    (9000001, None, "message_old_or_gone", R, False),
    (100, 9000001, "message_old_or_gone", R, False),
]


def sort(
    body: object, *, status: int = 400, reading: bool = False, headers: dict[str, str] | None = None
) -> InstagramError:
    return error_from_answer(status, body, headers=headers or {}, is_reading=reading)


@pytest.mark.parametrize(("code", "subcode", "key", "remedy", "unknown"), TABLE)
def test_every_row_of_the_tables_is_sorted(
    code: int, subcode: int | None, key: str, remedy: Remedy, unknown: bool
) -> None:
    sorted_error = sort(error(code, subcode))
    assert (sorted_error.key, sorted_error.remedy, sorted_error.outcome_unknown) == (key, remedy, unknown)
    assert (sorted_error.code, sorted_error.subcode, sorted_error.http_status) == (code, subcode, 400)


def test_a_row_may_ask_for_patience_first() -> None:
    patience = {row.subcode: row.retries_first for row in ERROR_ROWS if row.retries_first and row.subcode}
    assert patience == {2207006: 1, 2207008: 2, 2207003: 1, 2207052: 2, 2018008: 1, 2018294: 1}
    assert sort(error(24, 2207008)).retries_first == 2


def test_no_two_rows_speak_of_the_same_code() -> None:
    codes = [(row.code, row.subcode) for row in ERROR_ROWS]
    assert len(codes) == len(set(codes))


def test_every_key_is_listed_once_and_reads_like_a_name() -> None:
    assert {row.key for row in ERROR_ROWS} < set(ERROR_KEYS)
    assert list(ERROR_KEYS) == sorted(set(ERROR_KEYS))
    assert all(key.replace("_", "").isalpha() and key.islower() for key in ERROR_KEYS)
    assert all(row.source for row in ERROR_ROWS)


@pytest.mark.parametrize(("code", "subcode"), [(100, 33), (24, 2207006)])
def test_an_object_a_reading_does_not_find_is_looked_for_later(code: int, subcode: int) -> None:
    assert sort(error(code, subcode), reading=True).remedy is Remedy.LATER
    assert sort(error(code, subcode), reading=False).remedy is not Remedy.LATER


@pytest.mark.parametrize("key_word", ["instagram_down", "instagram_unknown"])
def test_a_reading_never_has_an_unknown_outcome(key_word: str) -> None:
    codes = {"instagram_down": 2, "instagram_unknown": 1}
    sorted_error = sort(error(codes[key_word]), status=500, reading=True)
    assert (sorted_error.key, sorted_error.outcome_unknown) == (key_word, False)


def test_an_unknown_subcode_falls_back_to_its_code() -> None:
    assert sort(error(190, 999)).key == "token_invalid"
    assert sort(error(36003, 2207999)).key == "aspect_ratio"


def test_one_of_instagrams_own_subcodes_counts_under_a_code_it_never_had() -> None:
    assert sort(error(100, 2207026)).key == "video_format"


def test_an_unknown_code_is_shown_unless_the_server_failed() -> None:
    assert (sort(error(77777)).key, sort(error(77777)).remedy) == ("unknown_error", Remedy.FIX_POST)
    failed = sort(error(77777), status=500)
    assert (failed.key, failed.remedy, failed.outcome_unknown) == ("instagram_down", Remedy.LATER, True)


def test_what_calls_itself_transient_is_tried_again_unless_the_table_knows_better() -> None:
    assert sort(error(77777, is_transient=True)).remedy is Remedy.LATER
    assert sort(error(100, is_transient=True)).remedy is Remedy.LATER
    assert sort(error(36004, 2207010, is_transient=True)).remedy is Remedy.FIX_POST


@pytest.mark.parametrize(
    ("body", "key", "remedy"),
    [
        (error(200, message="API access blocked."), "api_access_blocked", A),
        (error(100, message="Unsupported request - method type: get"), "app_not_set_up", A),
        (error(100, message="Error validating client secret."), "app_secret_wrong", A),
        (error(1000, message="INSTAGRAM_PLATFORM_API__PERMISSION"), "permission_missing", U),
        (error(1000, message="INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID"), "location_invalid", P),
        (error(1000, message="INSTAGRAM_PLATFORM_API__INVALID_PARAM"), "invalid_parameter", P),
    ],
)
def test_some_errors_only_their_wording_tells(body: dict[str, Any], key: str, remedy: Remedy) -> None:
    assert (sort(body).key, sort(body).remedy) == (key, remedy)


def test_wording_never_outweighs_a_code_that_is_known() -> None:
    assert sort(error(36004, 2207010, message="client secret redirect_uri")).key == "caption_too_long"
    assert sort(error(190, message="client secret")).key == "token_invalid"


@pytest.mark.parametrize(
    ("message", "key", "remedy"),
    [
        ("Matching code was not found or was already used", "login_code_used", U),
        ("This authorization code has been used", "login_code_used", U),
        ("Invalid platform app", "app_id_wrong", A),
        ("Invalid redirect_uri", "redirect_uri_wrong", A),
        ("Error validating client secret", "app_secret_wrong", A),
        ("Something new", "login_failed", U),
    ],
)
def test_the_login_envelope_is_understood(message: str, key: str, remedy: Remedy) -> None:
    sorted_error = sort({"error_type": "OAuthException", "code": 400, "error_message": message})
    assert (sorted_error.key, sorted_error.remedy, sorted_error.message) == (key, remedy, message)
    assert sorted_error.code is None


def test_the_upload_hosts_envelope_is_understood() -> None:
    body = {"debug_info": {"retriable": True, "type": "ProcessingFailedError", "message": "unauthorized user request"}}
    assert (sort(body).message, sort(body).remedy) == ("unauthorized user request", Remedy.LATER)


@pytest.mark.parametrize(
    ("status", "key"),
    [(400, "unknown_error"), (404, "unknown_error"), (429, "account_rate_limit"), (502, "instagram_down")],
)
def test_without_an_envelope_the_status_has_to_do(status: int, key: str) -> None:
    assert sort(None, status=status).key == key


def test_instagrams_own_words_are_kept_without_credentials() -> None:
    token = "IGAAsecretsecretsecret"
    body = error(2, message=f"m {token}", error_user_title=f"t {token}", error_user_msg=f"u access_token={token}")
    sorted_error = sort(body, status=500)
    assert (sorted_error.message, sorted_error.user_title) == ("m [redacted]", "t [redacted]")
    assert sorted_error.user_message == "u access_token=[redacted]"
    assert sorted_error.trace_id == "AbC123"
    assert str(sorted_error) == "instagram_down · 2 · HTTP 500 · m [redacted] · AbC123"


def test_the_wait_is_read_from_either_header() -> None:
    usage = '{"1":[{"call_count":100,"estimated_time_to_regain_access":5}]}'
    assert sort(error(80002)).retry_after_seconds is None
    assert sort(error(80002), headers={"X-Business-Use-Case-Usage": usage}).retry_after_seconds == 300
    assert sort(error(80002), headers={"Retry-After": "17"}).retry_after_seconds == 17
    assert sort(error(80002), headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}).retry_after_seconds is None


@pytest.mark.parametrize(
    ("text", "subcode", "key", "remedy"),
    [
        ("Error: Media upload has failed with error code 2207026", 2207026, "video_format", P),
        ("…2207076", 2207076, "video_processing_failed", N),
        ("…2207077", 2207077, "video_download_failed", N),
        ("…2207081", 2207081, "trial_reels_not_allowed", P),
        ("…2207082", 2207082, "upload_failed", N),
        ("…2207085", 2207085, "video_processing_failed", N),
        ("…2207001", 2207001, "instagram_down", N),
        ("…2207052", 2207052, "media_not_fetched", N),
        ("…2207027", 2207027, "not_ready", N),
        ("…2207999", 2207999, "container_failed", N),
        ("Error: Media download has failed.", None, "container_failed", N),
    ],
)
def test_a_failed_container_is_sorted_by_the_number_in_its_status(
    text: str, subcode: int | None, key: str, remedy: Remedy
) -> None:
    sorted_error = error_from_container(ContainerStatus(ContainerCode.ERROR, text, subcode))
    assert (sorted_error.key, sorted_error.remedy, sorted_error.subcode) == (key, remedy, subcode)
    assert (sorted_error.message, sorted_error.outcome_unknown) == (text, False)


def test_an_expired_container_needs_a_new_one() -> None:
    sorted_error = error_from_container(ContainerStatus(ContainerCode.EXPIRED, "Expired: …", None))
    assert (sorted_error.key, sorted_error.remedy) == ("container_expired", Remedy.NEW_CONTAINER)


@given(st.integers(), st.none() | st.integers(), st.integers(300, 599), st.booleans())
def test_any_code_is_sorted_into_a_key_that_is_listed(
    code: int, subcode: int | None, status: int, reading: bool
) -> None:
    sorted_error = sort(error(code, subcode), status=status, reading=reading)
    assert sorted_error.key in ERROR_KEYS
    assert sorted_error.outcome_unknown or status < 500 or reading
