"""Example calls that read, with the members of their answers, and examples of refusals."""

from typing import Any

PAGED = {"cursors": {"before": "str", "after": "str"}}
# Page of the example: the call, and the members of its answer.
READS: dict[str, tuple[str, Any]] = {
    "get-started, /me": (
        "/v25.0/me?fields=user_id,username",
        {"user_id": "str", "username": "str", "id": "str"},
    ),
    "content-publishing, media": ("/v25.0/<user>/media", {"data": [{"id": "str"}], "paging": PAGED}),
    "content-publishing, limit": (
        "/v25.0/<user>/content_publishing_limit?fields=quota_usage,config",
        {"data": [{"quota_usage": "int", "config": {"quota_total": "int", "quota_duration": "int"}}]},
    ),
    "ig-media/comments": (
        "/v25.0/<media>/comments",
        {"data": [{"id": "str", "text": "str", "timestamp": "str"}], "paging": PAGED},
    ),
    "postman, comments with from": (
        "/v25.0/<media>/comments?fields=from,text",
        {"data": [{"from": {"id": "str", "username": "str"}, "text": "str", "id": "str"}], "paging": PAGED},
    ),
    "comment-moderation, replies by expansion": (
        "/v25.0/<media>/comments?fields=id,replies{id,text,timestamp,username}",
        {
            "data": [
                {
                    "id": "str",
                    "replies": {"data": [{"id": "str", "text": "str", "timestamp": "str", "username": "str"}]},
                }
            ],
            "paging": PAGED,
        },
    ),
    "ig-comment": (
        "/v25.0/<comment>?fields=hidden,media,timestamp",
        {"hidden": "bool", "media": {"id": "str"}, "timestamp": "str", "id": "str"},
    ),
    "ig-comment/replies": (
        "/v25.0/<comment>/replies",
        {"data": [{"id": "str", "text": "str", "timestamp": "str"}], "paging": PAGED},
    ),
    "ig-comment, parent_id of a reply": ("/v25.0/<reply>?fields=parent_id", {"parent_id": "str", "id": "str"}),
    "conversations-api, list": (
        "/v25.0/<user>/conversations?platform=instagram",
        {"data": [{"id": "str", "updated_time": "str"}], "paging": PAGED},
    ),
    "conversations-api, one person": (
        "/v25.0/me/conversations?platform=instagram&user_id=<person>",
        {"data": [{"id": "str", "updated_time": "str"}]},
    ),
    "conversations-api, messages": (
        "/v25.0/<conversation>?fields=messages",
        {
            "messages": {"data": [{"id": "str", "created_time": "str", "is_unsupported": "bool"}], "paging": PAGED},
            "id": "str",
        },
    ),
    "conversations-api, participants": (
        "/v25.0/<conversation>?fields=participants",
        {"participants": {"data": [{"username": "str", "id": "str"}]}, "id": "str"},
    ),
    "conversations-api, message": (
        "/v25.0/<message>?fields=id,created_time,from,to,message",
        {
            "id": "str",
            "created_time": "str",
            "from": {"username": "str", "id": "str"},
            "to": {"data": [{"username": "str", "id": "str"}]},
            "message": "str",
        },
    ),
    "user-profile": (
        "/v25.0/<person>?fields=name,username,profile_pic,follower_count,is_user_follow_business,"
        "is_business_follow_user,is_verified_user",
        {
            "name": "str",
            "username": "str",
            "profile_pic": "str",
            "follower_count": "int",
            "is_user_follow_business": "bool",
            "is_business_follow_user": "bool",
            "is_verified_user": "bool",
            "id": "str",
        },
    ),
    "postman, reach without metric_type": (
        "/v25.0/<user>/insights?metric=reach&period=day",
        {
            "data": [
                {
                    "name": "str",
                    "period": "str",
                    "title": "str",
                    "description": "str",
                    "values": [{"value": "int", "end_time": "str"}],
                    "id": "str",
                }
            ],
            "paging": {"previous": "str", "next": "str"},
        },
    ),
    "live, reach and views": (
        "/v26.0/<user>/insights?metric=reach,views&period=day&metric_type=total_value",
        {
            "data": [
                {
                    "name": "str",
                    "period": "str",
                    "title": "str",
                    "description": "str",
                    "total_value": {"value": "int"},
                    "id": "str",
                }
            ],
            "paging": {"previous": "str", "next": "str"},
        },
    ),
    "instagram-media/insights": (
        "/v26.0/<media>/insights?metric=views,reach,ig_reels_avg_watch_time,ig_reels_video_view_total_time",
        {
            "data": [
                {
                    "name": "str",
                    "period": "str",
                    "values": [{"value": "int"}],
                    "title": "str",
                    "description": "str",
                    "id": "str",
                }
            ]
        },
    ),
}

REFUSALS: dict[str, tuple[str, str, int, dict[str, Any]]] = {
    "object that is not there": (
        "GET",
        "/v25.0/17900000000000000",
        400,
        {
            "message": "Unsupported get request. Object with ID '17900000000000000' does not exist, cannot be loaded "
            "due to missing permissions, or does not support this operation",
            "type": "IGApiException",
            "code": 100,
            "error_subcode": 33,
        },
    ),
    "method that is not known": (
        "GET",
        "/v25.0/<user>/messages",
        400,
        {"message": "Unsupported request - method type: get", "type": "IGApiException", "code": 100},
    ),
    "version twice": (
        "GET",
        "/v25.0/v25.0/<user>/media",
        400,
        {"type": "OAuthException", "code": 2500},
    ),
    "field that does not exist": (
        "GET",
        "/v25.0/<media>?fields=video_duration",
        400,
        {"message": "Tried accessing nonexisting field (video_duration)", "type": "IGApiException", "code": 100},
    ),
    "comment_enabled is missing": (
        "POST",
        "/v25.0/<media>",
        400,
        {"message": "The parameter comment_enabled is required.", "type": "IGApiException", "code": 100},
    ),
    "metrics a reel does not have": (
        "GET",
        "/v25.0/<media>/insights?metric=profile_visits,follows",
        400,
        {
            "message": "The Media Insights API does not support the profile_visits, follows metric for this media "
            "product type.",
            "type": "IGApiException",
            "code": 100,
        },
    ),
}
