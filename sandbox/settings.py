"""What can be switched on a running sandbox through ``POST /sandbox/settings``."""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import available_timezones


@dataclass(frozen=True)
class Settings:
    """Every switch with its default. Where Instagram's pages disagree, the comment names the question."""

    # The app as the Meta dashboard would show it.
    app_id: str = "900000000000001"
    app_secret: str = "sandbox-app-secret"  # noqa: S105 (a known value for the demo)
    redirect_uris: list[str] | None = None  # None: any http(s) address
    deauthorize_url: str | None = None
    data_deletion_url: str | None = None
    signing_secret: str | None = None  # which secret signs callbacks and webhooks; None: app_secret
    signed_user_id: Literal["id", "user_id"] = "id"  # which id a signed_request carries

    # Webhooks.
    webhook_url: str | None = None
    verify_token: str | None = None
    webhook_timeout_s: float = 5.0
    webhook_retry_s: list[float] = field(default_factory=lambda: [1.0, 5.0, 30.0, 120.0, 600.0])
    webhook_fields: list[str] | None = None  # which the app subscribes to; None: all
    webhook_copies: int = 1  # how often each body is sent
    webhook_shuffle_s: float = 0.0  # each body is held back by up to this, at random
    webhook_batch_s: float = 0.0  # what happens within so many seconds goes out in one body
    webhook_disable_s: float | None = None  # after so long without a 200 the account is unsubscribed; the page: 3600
    account_fields: Literal["all", "own"] = "all"  # own: an account gets only the fields it subscribed to itself
    comment_envelope: Literal["changes", "entry"] = "changes"  # entry: as the page prints it, inside a list
    echo_field: Literal["messages", "message_echoes", "either"] = "either"  # which switches echoes on
    edit_zero: Literal["off", "with", "instead"] = "off"  # message_edit with num_edit 0 for new messages
    share_copies: bool = False  # a shared post comes as `share` too, as until February 2026
    access: Literal["advanced", "standard"] = "advanced"  # standard: comments of others are not listed
    live_product: Literal["FEED", "LIVE"] = "FEED"  # media_product_type of live videos

    # Comments.
    likes: Literal["accept", "reject"] = "accept"  # whether this login may like at all
    comment_limits: bool = False  # the old API's: 300 characters, 4 hashtags, 1 address, not all in capitals
    comment_from: Literal["always", "own"] = "always"  # own: of other people's comments only the username is shown

    # Messages.
    human_agent: Literal["approved", "rejected"] = "approved"
    message_access: bool = True  # False: the owner switched it off in the Instagram app (200/2534041)
    private_reply_content: Literal["text", "any", "drop"] = "text"  # drop: more than text is sent without the rest
    private_reply_twice: Literal["2534025", "10900"] = "2534025"  # the refusal of a second one
    button_consent: bool = True  # whether tapping a quick reply or a template's button gives consent to the profile
    status_230: int = 400
    blocked_profile: Literal["230", "9009"] = "9009"  # reading the profile of somebody who blocked the account
    old_message_error: Literal["subcode", "code"] = "subcode"  # where 9000001 stands
    profile_answer: Literal["result", "success"] = "result"  # of messenger_profile
    conversation_calls_per_s: int = 2
    sends_per_s: int = 100  # 300 on the Messenger page
    media_sends_per_s: int = 10
    private_replies_per_hour: int = 750
    attachment_timeout_s: float = 75.0
    verify_tls: bool = True  # False: fetches from https addresses with any certificate

    # Insights.
    demographics_below: Literal["frame", "empty"] = "frame"  # under the threshold: a frame without results, or nothing
    timeframe_key: bool = False  # whether demographics name the timeframe among their dimensions
    insights_delay_s: float = 0.0  # the pages: up to 48 hours
    photo_views: Literal["accept", "reject"] = "accept"  # `views` of pictures and carousels
    old_timeframes: Literal["accept", "reject"] = "reject"  # last_14_days … prev_month
    profile_metrics: Literal["drop", "answer"] = "drop"  # profile_views and website_clicks
    online_followers: Literal["empty", "answer"] = "empty"
    media_views_type: bool = False  # whether `views` of media must be asked for with metric_type=total_value
    reached_demographics: Literal["drop", "answer"] = "drop"  # reached_audience_demographics
    facebook_shared: bool = False  # whether media are shared to Facebook: crossposted_views, facebook_views

    # Login.
    token_shape: Literal["flat", "data"] = "flat"  # noqa: S105
    token_user_id: Literal["user_id", "id"] = "user_id"  # which id the code exchange answers  # noqa: S105
    refresh_new_token: bool = True  # whether a refresh answers a new string or the old one
    status_190: int = 400  # HTTP status of token errors: 400 or 401
    appsecret_proof: Literal["ignore", "check", "require"] = "ignore"  # check: a wrong one is refused
    path_ids: Literal["any", "user_id", "id"] = "any"  # which id of the account paths take, beside `me`

    # Publishing.
    processing_s: float = 2.0
    quota_total: int = 50  # the pages say 50 and 100
    containers_total: int = 400
    resumable: Literal["accept", "reject"] = "reject"
    reel_max_bytes: int = 300_000_000  # 1 GB in older copies of the page
    image_min_ratio: float = 0.8  # 0.75 (3:4) has been seen accepted
    image_errors: Literal["status", "at_once"] = "status"  # at_once: POST /media itself answers 36000, 36001, …
    trial_reels: Literal["accept", "reject"] = "accept"
    container_error: int | None = None  # the subcode in which every new container ends, such as 2207076
    collaborators: Literal["accept", "reject"] = "accept"  # one page calls them Facebook Login only
    carousel_videos: Literal["feed", "reel"] = "feed"  # whose limits videos in carousels have
    image_formats: Literal["jpeg", "any"] = "jpeg"  # PNG and WebP have been seen accepted
    video_status: Literal["answer", "reject"] = "answer"  # whether containers have this field
    share_to_feed: bool = True  # where a Reel goes that does not say
    location_ids: list[str] | None = None  # None: any number is a place
    allow_private_urls: bool = True  # False refuses http://127.0.0.1/… as Instagram does
    fetch_timeout_s: float = 30.0

    timezone: str = "Asia/Almaty"  # of the times on the pages for people

    # Reading.
    page_size: int = 25  # rows of a page that names no limit
    media_captions: bool = True  # one page calls caption and media_product_type Facebook Login only
    tags: Literal["answer", "empty", "reject"] = "answer"  # media in which others tagged the account

    # Limits and transport.
    errors: dict[str, dict[str, Any]] = field(default_factory=dict)  # "code" or "code/subcode": what to say instead
    calls_total: int = 48_000  # 4800 × max(10, impressions) a rolling day
    rate_limited: bool = False  # True answers every call 80002
    usage_percent: int | None = None  # shown in the usage header instead of the counted figure
    versions: list[str] | None = None  # None: any vN.N
    latency_s: float = 0.0

    def changed(self, values: dict[str, Any]) -> "Settings":
        """Return a copy with some values replaced; raises ValueError naming what is wrong."""
        hints = get_type_hints(Settings)
        for name, value in values.items():
            if name not in SETTING_NAMES:
                raise ValueError(f"unknown setting: {name}")
            if not _fits(value, hints[name]):
                raise ValueError(f"wrong value for {name}")
        if values.get("timezone", "UTC") not in available_timezones():
            raise ValueError("wrong value for timezone")
        return replace(self, **values)


SETTING_NAMES = frozenset(one.name for one in fields(Settings))
REPLACEABLE = {"code": int, "error_subcode": int, "status": int, "message": str, "type": str}


def _is_replacement(value: object) -> bool:
    """Tell whether a value says what to answer instead of an error."""
    return isinstance(value, dict) and all(
        name in REPLACEABLE and (inner is None or isinstance(inner, REPLACEABLE[name])) for name, inner in value.items()
    )


def _fits(value: object, hint: Any) -> bool:
    if hint is type(None):
        return value is None
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in arguments
    if origin is dict:
        return isinstance(value, dict) and all(_is_replacement(one) for one in value.values())
    if origin is list:
        return isinstance(value, list) and all(_fits(item, arguments[0]) for item in value)
    if arguments:
        return any(_fits(value, option) for option in arguments)
    return isinstance(value, hint)
