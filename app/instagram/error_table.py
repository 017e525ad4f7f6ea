"""Every failure Instagram is known to answer, as data: what it is called here and what helps.

Sources are pages under https://developers.facebook.com/documentation/instagram-platform/ and
https://developers.facebook.com/docs/graph-api/, checked 2026-11-21; REPORTED marks what only users have seen.
"""

from dataclasses import dataclass
from enum import StrEnum

ERROR_CODES = (
    "https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/error-codes"
)
ERROR_HANDLING = "https://developers.facebook.com/docs/graph-api/guides/error-handling"
RATE_LIMITING = "https://developers.facebook.com/docs/graph-api/overview/rate-limiting"
CONTAINER = (
    "https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-container"
)
BUSINESS_LOGIN = (
    "https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login"
)
MESSAGING = "https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes"
PRIVATE_REPLIES = "https://developers.facebook.com/docs/instagram-platform/private-replies"
CONVERSATIONS = "https://developers.facebook.com/docs/instagram-platform/conversations-api"
USER_PROFILE = "https://developers.facebook.com/docs/instagram-platform/user-profile"
REPORTED = "reported by users, not in Meta's tables: "
POSTIZ = REPORTED + "github.com/gitroomhq/postiz-app"
OURS = "named here: no answer of Instagram's"


class Remedy(StrEnum):
    """What helps after a failure."""

    LATER = "later"
    """The same call may pass in a while."""
    WAIT_FOR_LIMIT = "wait_for_limit"
    """Too many calls: leave this account alone for `retry_after_seconds`, or about an hour when that is unknown."""
    WAIT_FOR_QUOTA = "wait_for_quota"
    """The day's posts are used up: wait until the oldest is 24 hours old."""
    NOT_READY = "not_ready"
    """The container is still processing: go back to polling it."""
    NEW_CONTAINER = "new_container"
    """This container is lost: make another one, at most twice, then show the failure."""
    RECONNECT = "reconnect"
    """The owner must log in again, and grant every permission."""
    ACT_ON_INSTAGRAM = "act_on_instagram"
    """The owner must settle something in the Instagram app."""
    FIX_POST = "fix_post"
    """Nobody but the operator can mend it: the post's own contents are refused."""
    REFUSED = "refused"
    """Not to this person, or not to this comment or message: trying again changes nothing."""
    FIX_APP = "fix_app"
    """The registered app, its settings or this program is wrong: tell whoever runs the server."""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One known failure.

    `is_ambiguous`: a call that changes something may have been carried out although it was answered so.
    `retries_first`: how often the same step is worth repeating, seconds apart, before the remedy is followed.
    `is_vague`: the row says so little that Instagram's own `is_transient` is believed over it.
    """

    code: int | None
    subcode: int | None
    key: str
    remedy: Remedy
    source: str
    is_ambiguous: bool = False
    retries_first: int = 0
    is_vague: bool = False


def _row(
    code: int | None, subcode: int | None, key: str, remedy: Remedy, source: str = ERROR_CODES, *,
    is_ambiguous: bool = False, retries_first: int = 0, is_vague: bool = False,
) -> ErrorRow:  # fmt: skip
    return ErrorRow(code, subcode, key, remedy, source, is_ambiguous, retries_first, is_vague)


R = Remedy

ERROR_ROWS: tuple[ErrorRow, ...] = (
    # The token, the login, the owner
    _row(190, None, "token_invalid", R.RECONNECT, ERROR_HANDLING),
    _row(190, 458, "app_removed", R.RECONNECT, ERROR_HANDLING),
    _row(190, 459, "account_checkpoint", R.ACT_ON_INSTAGRAM, ERROR_HANDLING),
    _row(190, 460, "password_changed", R.RECONNECT, ERROR_HANDLING),
    _row(190, 463, "token_expired", R.RECONNECT, ERROR_HANDLING),
    _row(190, 464, "account_unconfirmed", R.ACT_ON_INSTAGRAM, ERROR_HANDLING),
    _row(190, 467, "token_invalid", R.RECONNECT, ERROR_HANDLING),
    _row(190, 492, "token_invalid", R.RECONNECT, ERROR_HANDLING),
    _row(102, None, "token_invalid", R.RECONNECT, ERROR_HANDLING),
    _row(10, None, "permission_missing", R.RECONNECT, is_vague=True),
    _row(25, None, "account_restricted", R.ACT_ON_INSTAGRAM),
    _row(25, 2207050, "account_restricted", R.ACT_ON_INSTAGRAM),
    _row(368, None, "policy_block", R.ACT_ON_INSTAGRAM, ERROR_HANDLING),
    # Instagram itself
    _row(1, None, "instagram_unknown", R.LATER, ERROR_HANDLING, is_ambiguous=True),
    _row(2, None, "instagram_down", R.LATER, ERROR_HANDLING, is_ambiguous=True),
    _row(-1, None, "instagram_down", R.LATER, is_ambiguous=True),
    _row(-1, 2207001, "instagram_down", R.LATER, is_ambiguous=True),
    # Limits
    _row(4, None, "app_rate_limit", R.WAIT_FOR_LIMIT, RATE_LIMITING),
    _row(4, 2207051, "action_blocked", R.WAIT_FOR_LIMIT, is_ambiguous=True),
    _row(17, None, "account_rate_limit", R.WAIT_FOR_LIMIT, RATE_LIMITING),
    _row(32, None, "account_rate_limit", R.WAIT_FOR_LIMIT, RATE_LIMITING),
    _row(613, None, "account_rate_limit", R.WAIT_FOR_LIMIT, RATE_LIMITING),
    _row(613, 1996, "account_rate_limit", R.WAIT_FOR_LIMIT, RATE_LIMITING),
    _row(80002, None, "account_rate_limit", R.WAIT_FOR_LIMIT, RATE_LIMITING),
    _row(80002, 2446079, "account_rate_limit", R.WAIT_FOR_LIMIT, REPORTED + "github.com/inovector/mixpost"),
    _row(341, None, "app_rate_limit", R.WAIT_FOR_LIMIT, ERROR_HANDLING),
    _row(9, None, "account_rate_limit", R.WAIT_FOR_LIMIT),
    _row(9, 2207042, "quota_used_up", R.WAIT_FOR_QUOTA),
    # The container
    _row(9007, None, "not_ready", R.NOT_READY),
    _row(9007, 2207027, "not_ready", R.NOT_READY),
    _row(24, None, "container_missing", R.NEW_CONTAINER, retries_first=1),
    _row(24, 2207006, "container_missing", R.NEW_CONTAINER, retries_first=1),
    _row(24, 2207008, "container_missing", R.NEW_CONTAINER, retries_first=2),
    _row(-1, 2207032, "container_failed", R.NEW_CONTAINER, is_ambiguous=True),
    _row(-1, 2207053, "upload_failed", R.NEW_CONTAINER, is_ambiguous=True),
    _row(-2, None, "download_timed_out", R.NEW_CONTAINER, retries_first=1),
    _row(-2, 2207003, "download_timed_out", R.NEW_CONTAINER, retries_first=1),
    _row(-2, 2207020, "container_expired", R.NEW_CONTAINER),
    _row(None, 2207076, "video_processing_failed", R.NEW_CONTAINER, POSTIZ),
    _row(None, 2207077, "video_download_failed", R.NEW_CONTAINER, POSTIZ),
    _row(None, 2207081, "trial_reels_not_allowed", R.FIX_POST, POSTIZ),
    _row(None, 2207082, "upload_failed", R.NEW_CONTAINER, POSTIZ + "/pull/2033"),
    _row(None, 2207085, "video_processing_failed", R.NEW_CONTAINER, POSTIZ + "/pull/1992"),
    # The post
    _row(1, 2207057, "thumb_offset", R.FIX_POST),
    _row(9004, None, "media_not_fetched", R.FIX_POST, retries_first=2),
    _row(9004, 2207052, "media_not_fetched", R.FIX_POST, retries_first=2),
    _row(352, None, "video_format", R.FIX_POST),
    _row(352, 2207026, "video_format", R.FIX_POST),
    _row(36000, None, "image_too_big", R.FIX_POST),
    _row(36000, 2207004, "image_too_big", R.FIX_POST),
    _row(36001, None, "image_format", R.FIX_POST),
    _row(36001, 2207005, "image_format", R.FIX_POST),
    _row(36003, None, "aspect_ratio", R.FIX_POST),
    _row(36003, 2207009, "aspect_ratio", R.FIX_POST),
    _row(36004, None, "caption_too_long", R.FIX_POST),
    _row(36004, 2207010, "caption_too_long", R.FIX_POST),
    _row(100, 2207023, "media_type_unknown", R.FIX_POST),
    _row(100, 2207028, "carousel_size", R.FIX_POST),
    _row(100, 2207035, "product_tag", R.FIX_POST),
    _row(100, 2207036, "product_tag", R.FIX_POST),
    _row(100, 2207037, "product_tag", R.FIX_POST),
    _row(100, 2207040, "too_many_tags", R.FIX_POST),
    _row(100, 2207089, "carousel_item_alone", R.FIX_POST, REPORTED + "github.com/MookieLian/n8n-nodes-instagram"),
    _row(-1, 2207073, "delete_unsupported", R.FIX_POST),
    # Messages and comments
    _row(10, 2534022, "outside_window", R.REFUSED, MESSAGING),
    _row(10, 2018278, "outside_window", R.REFUSED, MESSAGING),
    _row(10, 2018065, "outside_window", R.REFUSED, MESSAGING),
    _row(10, 2018108, "person_unavailable", R.REFUSED, MESSAGING),
    _row(10, 1893063, "account_restricted", R.ACT_ON_INSTAGRAM, MESSAGING),
    _row(10, 2534077, "messaging_unverified", R.ACT_ON_INSTAGRAM, MESSAGING),
    _row(10, 2018300, "thread_elsewhere", R.REFUSED, MESSAGING),
    _row(100, 2534037, "thread_elsewhere", R.REFUSED, MESSAGING),
    _row(100, 2018001, "person_unknown", R.REFUSED, MESSAGING),
    _row(100, 2534014, "person_unknown", R.REFUSED, MESSAGING),
    _row(100, 2534015, "message_invalid", R.REFUSED, MESSAGING),
    _row(100, 2018014, "message_invalid", R.REFUSED, MESSAGING),
    _row(100, 2534068, "message_invalid", R.REFUSED, REPORTED + "several pictures, 2025"),
    _row(100, 2534025, "private_reply_refused", R.REFUSED, MESSAGING),
    _row(10900, None, "private_reply_refused", R.REFUSED, PRIVATE_REPLIES),
    _row(10903, None, "private_reply_refused", R.REFUSED, PRIVATE_REPLIES),
    _row(100, 2534029, "messaging_blocked", R.ACT_ON_INSTAGRAM, MESSAGING),
    _row(100, 2018008, "attachment_not_fetched", R.REFUSED, MESSAGING, retries_first=1),
    _row(100, 2018074, "attachment_not_fetched", R.REFUSED, MESSAGING),
    _row(100, 2018294, "attachment_too_slow", R.REFUSED, MESSAGING, retries_first=1),
    _row(100, 2018047, "attachment_kind", R.REFUSED, MESSAGING),
    _row(100, 2018109, "attachment_too_big", R.REFUSED, MESSAGING),
    _row(200, 1545041, "person_unavailable", R.REFUSED, MESSAGING),
    _row(551, None, "person_unavailable", R.REFUSED, MESSAGING),
    _row(551, 1545041, "person_unavailable", R.REFUSED, MESSAGING),
    _row(9009, None, "person_unavailable", R.REFUSED, ERROR_HANDLING),
    _row(200, 2018028, "app_not_reviewed", R.FIX_APP, MESSAGING),
    _row(200, 2534041, "message_access_off", R.ACT_ON_INSTAGRAM, MESSAGING),
    _row(613, 2534040, "too_fast", R.LATER, MESSAGING),
    _row(613, 2018338, "too_fast", R.LATER, MESSAGING),
    _row(1, 1357046, "instagram_down", R.LATER, MESSAGING, is_ambiguous=True),
    _row(2, 1357046, "instagram_down", R.LATER, MESSAGING, is_ambiguous=True),
    _row(1, 99, "instagram_down", R.LATER, MESSAGING, is_ambiguous=True),
    # A comment is written before this is answered.
    _row(20, 1772107, "instagram_unknown", R.LATER, REPORTED + "brightbean-studio", is_ambiguous=True),
    _row(230, None, "consent_missing", R.REFUSED, USER_PROFILE),
    _row(100, 9000001, "message_old_or_gone", R.REFUSED, CONVERSATIONS),
    _row(9000001, None, "message_old_or_gone", R.REFUSED, CONVERSATIONS),
    # The call
    _row(3, None, "capability_missing", R.FIX_APP, ERROR_HANDLING),
    _row(100, None, "invalid_parameter", R.FIX_POST, ERROR_HANDLING, is_vague=True),
    _row(100, 33, "object_unreachable", R.RECONNECT, POSTIZ + "/issues/1562"),
    _row(2500, None, "unknown_path", R.FIX_APP, REPORTED + "github.com/restfb/restfb/issues/1558"),
    _row(2635, None, "api_version_gone", R.FIX_APP, ERROR_HANDLING),
    _row(9005, None, "field_unsupported", R.FIX_APP),
    _row(9005, 1452042, "field_unsupported", R.FIX_APP),
)  # fmt: skip

PERMISSION_CODES = range(200, 300)
APP_SECRET_WRONG = _row(None, None, "app_secret_wrong", R.FIX_APP, REPORTED + "code 100")
PERMISSION_MISSING = _row(None, None, "permission_missing", R.RECONNECT, ERROR_HANDLING)

GONE = (100, 33)
"""The object is not there (any more), or we may not see it; see `READ_LATER_CODES`."""

READ_LATER_CODES = frozenset({(100, 33), (24, 2207006)})
"""Answered for objects that exist, to reads only (2026, May): a read that fails so says nothing about the object."""

# What only the message tells, compared in lower case, the first match counting.
MESSAGE_ROWS: tuple[tuple[str, ErrorRow], ...] = (
    ("api access blocked", _row(None, None, "api_access_blocked", R.FIX_APP, REPORTED + "code 200")),
    ("human agent", _row(None, None, "human_agent_not_approved", R.REFUSED, REPORTED + "code 10, HTTP 403")),
    ("instagram_platform_api__permission", PERMISSION_MISSING),
    ("instagram_platform_api__invalid_location_id", _row(None, None, "location_invalid", R.FIX_POST)),
    ("instagram_platform_api__invalid_param", _row(None, None, "invalid_parameter", R.FIX_POST)),
    ("unsupported request - method type", _row(None, None, "app_not_set_up", R.FIX_APP, POSTIZ + "/issues/638")),
    ("client secret", APP_SECRET_WRONG),
    ("client_secret", APP_SECRET_WRONG),
    ("invalid platform app", _row(None, None, "app_id_wrong", R.FIX_APP, REPORTED + "github.com/pdir")),
    ("redirect_uri", _row(None, None, "redirect_uri_wrong", R.FIX_APP, BUSINESS_LOGIN)),
    ("matching code was not found", _row(None, None, "login_code_used", R.RECONNECT, BUSINESS_LOGIN)),
    ("authorization code has", _row(None, None, "login_code_used", R.RECONNECT, REPORTED + "code 400")),
    ("insufficient developer role", _row(None, None, "not_a_tester", R.FIX_APP, REPORTED + "consent page")),
)  # fmt: skip

# Failures that come without a code.
UNREACHABLE = _row(None, None, "instagram_unreachable", R.LATER, OURS)
NO_ANSWER = _row(None, None, "no_answer", R.LATER, OURS, is_ambiguous=True)
ANSWER_UNREADABLE = _row(None, None, "answer_unreadable", R.LATER, OURS, is_ambiguous=True)
UNEXPECTED_REDIRECT = _row(None, None, "unexpected_redirect", R.FIX_APP, OURS, is_ambiguous=True)
REQUEST_INVALID = _row(None, None, "request_invalid", R.FIX_APP, OURS)
TOO_MANY_CALLS = _row(None, None, "account_rate_limit", R.WAIT_FOR_LIMIT, OURS)
INSTAGRAM_DOWN = _row(None, None, "instagram_down", R.LATER, OURS, is_ambiguous=True)
LOGIN_FAILED = _row(None, None, "login_failed", R.RECONNECT, BUSINESS_LOGIN)
UNKNOWN_ERROR = _row(None, None, "unknown_error", R.FIX_POST, OURS, is_vague=True)
CONTAINER_FAILED = _row(None, None, "container_failed", R.NEW_CONTAINER, CONTAINER)
CONTAINER_EXPIRED = _row(None, None, "container_expired", R.NEW_CONTAINER, CONTAINER)

_NAMED_ROWS = (
    PERMISSION_MISSING, UNREACHABLE, NO_ANSWER, ANSWER_UNREADABLE, UNEXPECTED_REDIRECT, REQUEST_INVALID, TOO_MANY_CALLS,
    INSTAGRAM_DOWN, LOGIN_FAILED, UNKNOWN_ERROR, CONTAINER_FAILED, CONTAINER_EXPIRED,
)  # fmt: skip

ERROR_KEYS: tuple[str, ...] = tuple(
    sorted({row.key for row in (*ERROR_ROWS, *_NAMED_ROWS, *(row for _, row in MESSAGE_ROWS))})
)
"""Every key an `InstagramError` can carry; each needs a sentence in app/web."""
