"""Example calls that write, with the members of their answers."""

from typing import Any

SENT = {"recipient_id": "str", "message_id": "str"}
TO = {"recipient": {"id": "<person>"}}
BUTTONS = [
    {"type": "web_url", "url": "https://example.com/", "title": "View Website"},
    {"type": "postback", "title": "Start Chatting", "payload": "DEVELOPER_DEFINED_PAYLOAD"},
]
WRITES: dict[str, tuple[str, str, dict[str, Any], Any]] = {
    "ig-media/comments": ("POST", "/v25.0/<media>/comments", {"message": "This is awesome!"}, {"id": "str"}),
    "ig-comment/replies": ("POST", "/v25.0/<comment>/replies", {"message": "Thanks"}, {"id": "str"}),
    "ig-comment, hide": ("POST", "/v25.0/<comment>", {"hide": "true"}, {"success": "bool"}),
    "ig-comment, delete": ("DELETE", "/v25.0/<comment>", {}, {"success": "bool"}),
    "ig-media, comment_enabled": ("POST", "/v25.0/<media>", {"comment_enabled": "false"}, {"success": "bool"}),
    "private-replies": (
        "POST",
        "/v25.0/<user>/messages",
        {"recipient": {"comment_id": "<comment>"}, "message": {"text": "Thanks! Details in DM."}},
        SENT,
    ),
    "messaging-api, text": ("POST", "/v25.0/<user>/messages", TO | {"message": {"text": "Hello"}}, SENT),
    "messaging-api, image": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachment": {"type": "image", "payload": {"url": "<picture>"}}}},
        SENT,
    ),
    "messaging-api, image under the plural key": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachments": {"type": "image", "payload": {"url": "<picture>"}}}},
        SENT,
    ),
    "messaging-api, images": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachments": [{"type": "image", "payload": {"url": "<picture>"}}] * 2}},
        SENT,
    ),
    "messaging-api, video": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachment": {"type": "video", "payload": {"url": "<reel>"}}}},
        SENT,
    ),
    "messaging-api, own post": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": "<media>"}}}},
        SENT,
    ),
    "messaging-api, sticker": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"attachment": {"type": "like_heart"}}},
        SENT,
    ),
    "postman, quick replies": (
        "POST",
        "/v25.0/me/messages",
        TO
        | {
            "messaging_type": "RESPONSE",
            "message": {
                "text": "Pick a color:",
                "quick_replies": [{"content_type": "text", "title": "Yes", "payload": "YES"}],
            },
        },
        SENT,
    ),
    "generic-template": (
        "POST",
        "/v25.0/me/messages",
        TO
        | {
            "message": {
                "attachment": {
                    "type": "template",
                    "payload": {
                        "template_type": "generic",
                        "elements": [
                            {
                                "title": "Welcome!",
                                "image_url": "https://example.com/a.jpg",
                                "subtitle": "We have the right hat for everyone.",
                                "default_action": {"type": "web_url", "url": "https://example.com/"},
                                "buttons": BUTTONS,
                            }
                        ],
                    },
                }
            }
        },
        SENT,
    ),
    "button-template": (
        "POST",
        "/v25.0/me/messages",
        TO
        | {
            "message": {
                "attachment": {
                    "type": "template",
                    "payload": {"template_type": "button", "text": "What do you want to do next?", "buttons": BUTTONS},
                }
            }
        },
        SENT,
    ),
    "postman, human agent": (
        "POST",
        "/v25.0/me/messages",
        TO | {"message": {"text": "Hello"}, "tag": "HUMAN_AGENT"},
        SENT,
    ),
    "sender-actions, typing": (
        "POST",
        "/v25.0/me/messages",
        TO | {"sender_action": "typing_on"},
        {"recipient_id": "str"},
    ),
    "messaging-api, react": (
        "POST",
        "/v25.0/me/messages",
        TO | {"sender_action": "react", "payload": {"message_id": "<message>", "reaction": "love"}},
        {"recipient_id": "str"},
    ),
    "messaging-api, unreact": (
        "POST",
        "/v25.0/me/messages",
        TO | {"sender_action": "unreact", "payload": {"message_id": "<message>"}},
        {"recipient_id": "str"},
    ),
    "postman, upload": (
        "POST",
        "/v25.0/me/message_attachments",
        {"message": {"attachment": {"type": "image", "payload": {"url": "<picture>", "is_reusable": True}}}},
        {"attachment_id": "str"},
    ),
    "webhooks, subscribe": (
        "POST",
        "/v25.0/<user>/subscribed_apps",
        {"subscribed_fields": "comments,messages"},
        {"success": "bool"},
    ),
    "postman, subscribe by a list": (
        "POST",
        "/v25.0/<user>/subscribed_apps",
        {"subscribed_fields": ["comments", "messages"]},
        {"success": "bool"},
    ),
    "ice-breakers": (
        "POST",
        "/v25.0/me/messenger_profile",
        {"platform": "instagram", "ice_breakers": [{"question": "Opening hours?", "payload": "HOURS"}]},
        {"result": "str"},
    ),
}
