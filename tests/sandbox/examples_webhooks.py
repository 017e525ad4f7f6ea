"""Webhook bodies as webhooks/examples prints them (v25, May 2026), identifiers shortened, and what brings each about.

An act is what somebody of the audience does, in the words of `POST /sandbox/accounts/ID/messages`; `<mid>` stands for
the id of an earlier message of theirs.
"""

from typing import Any

CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=17997515821557846&signature=Abyo"
HEAD = '{"object":"instagram","entry":[{"time":1783880292963,"id":"BIZ","messaging":[{"sender":{"id":"CUST"},'
HEAD += '"recipient":{"id":"BIZ"},"timestamp":1783880292117,'
TAIL = "}]}]}"
PICTURE = {"type": "image", "payload": {"url": CDN}}
STORY = {"id": "18074819347285670", "url": CDN, "link_sticker_url": "https://example.com/"}
AD = {"ad_title": "Hats", "photo_url": CDN, "video_url": CDN}
ADS = {"ref": "hats", "ad_id": "6000", "source": "ADS", "type": "OPEN_THREAD", "ads_context_data": AD}
LINK = {"ref": "spring", "source": "SHORTLINKS", "type": "OPEN_THREAD"}

# Printed body → the act.
MESSAGING: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ('"message":{"mid":"aWdf1","text":"Hello"}', {"message": {"text": "Hello"}}),
    "attachments": (
        '"message":{"mid":"aWdf3","attachments":[{"type":"image","payload":{"url":"https://a"}},'
        '{"type":"video","payload":{"url":"https://b"}}]}',
        {"message": {"attachments": [PICTURE, {"type": "video", "payload": {"url": CDN}}]}},
    ),
    "shared post": (
        '"message":{"mid":"aWdf4","attachments":[{"type":"ig_post","payload":{"ig_post_media_id":"18139494541428835",'
        '"title":"caption text","url":"https://a"}}]}',
        {
            "message": {
                "attachments": [{"type": "ig_post", "payload": {"ig_post_media_id": "1", "title": "t", "url": CDN}}]
            }
        },
    ),
    "shared reel": (
        '"message":{"mid":"aWdf4","attachments":[{"type":"ig_reel","payload":{"reel_video_id":"17906265141506851",'
        '"title":"t","url":"https://a"}}]}',
        {"message": {"attachments": [{"type": "ig_reel", "payload": {"reel_video_id": "1", "title": "", "url": CDN}}]}},
    ),
    "story mention": (
        '"message":{"mid":"aWdf5","attachments":[{"type":"story_mention","payload":{"url":"https://a"}}]}',
        {"message": {"attachments": [{"type": "story_mention", "payload": {"url": CDN}}]}},
    ),
    "reply to a message": (
        '"message":{"mid":"aWdf6","text":"this one","reply_to":{"mid":"aWdf1"}}',
        {"message": {"text": "this one", "reply_to": {"mid": "<mid>"}}},
    ),
    "reply to a story": (
        '"message":{"mid":"aWdf7","text":"nice","reply_to":{"story":{"id":"18074819347285670","url":"https://a",'
        '"link_sticker_url":"https://example.com/"}}}',
        {"message": {"text": "nice", "reply_to": {"story": STORY}}},
    ),
    "deleted": (
        '"message":{"mid":"aWdf1","is_deleted":true}',
        {"message": {"mid": "<mid>", "is_deleted": True}},
    ),
    "unsupported": ('"message":{"mid":"aWdf8","is_unsupported":true}', {"message": {"is_unsupported": True}}),
    "quick reply": (
        '"message":{"quick_reply":{"payload":"ORDER_STATUS"},"mid":"aWdf9","text":"Order status"}',
        {"message": {"text": "Order status", "quick_reply": {"payload": "ORDER_STATUS"}}},
    ),
    "from an ad": (
        '"message":{"mid":"aWdf9","text":"Hi","referral":{"ref":"r","ad_id":"6","source":"ADS","type":"OPEN_THREAD",'
        '"ads_context_data":{"ad_title":"t","photo_url":"u","video_url":"v"}}}',
        {"message": {"text": "Hi", "referral": ADS}},
    ),
    "from a link, new thread": (
        '"message":{"mid":"aWdf9","text":"Hi","referral":{"ref":"r","source":"SHORTLINKS","type":"OPEN_THREAD"}}',
        {"message": {"text": "Hi", "referral": LINK}},
    ),
    "reaction": (
        '"reaction":{"mid":"aWdf1","action":"react","reaction":"love","emoji":"\\u2764\\ufe0f"}',
        {"reaction": {"mid": "<mid>", "reaction": "love"}},
    ),
    "reaction taken back": (
        '"reaction":{"mid":"aWdf1","action":"unreact"}',
        {"reaction": {"mid": "<mid>", "action": "unreact"}},
    ),
    "postback": (
        '"postback":{"mid":"aWdf10","title":"Talk to an agent","payload":"CARE_HELP"}',
        {"postback": {"title": "Talk to an agent", "payload": "CARE_HELP"}},
    ),
    "postback from a link, new thread": (
        '"postback":{"mid":"aWdf10","title":"t","payload":"P",'
        '"referral":{"ref":"r","source":"SHORTLINKS","type":"OPEN_THREAD"}}',
        {"postback": {"title": "Talk to an agent", "payload": "CARE_HELP", "referral": LINK}},
    ),
    "referral": (
        '"referral":{"ref":"spring-campaign","source":"SHORTLINKS","type":"OPEN_THREAD"}',
        {"referral": {"ref": "spring-campaign"}},
    ),
    "read": ('"read":{"mid":"aWdf2"}', {"read": {"mid": "<mid>"}}),
    "edit": (
        '"message_edit":{"mid":"aWdf1","text":"edited text","num_edit":1}',
        {"message_edit": {"mid": "<mid>", "text": "edited text"}},
    ),
}

# Events nothing here brings about: they are sent as they are. The body, and what is handed to `…/events`.
PASSED_ON = {
    "standby": (
        '{"object":"instagram","entry":[{"time":1783880292963,"id":"BIZ","standby":[{"sender":{"id":"CUST"},'
        '"recipient":{"id":"BIZ"},"timestamp":1783880292117,"message":{"mid":"aWdf11","text":"…"}}]}]}'
    ),
    "handover": (
        '{"object":"instagram","entry":[{"id":"BIZ","time":1662056205364,"messaging":[{"sender":{"id":"CUST"},'
        '"recipient":{"id":"BIZ"},"timestamp":1662056205364,"pass_thread_control":{"previous_owner_app_id":'
        '413038776280800,"new_owner_app_id":2262510160704936,"metadata":"…"}}]}]}'
    ),
    "mention": (
        '{"entry":[{"changes":[{"field":"mentions","value":{"comment_id":"17894227972186120",'
        '"media_id":"17918195224117851"}}],"id":"17841405726653026","time":1520622968}],"object":"instagram"}'
    ),
    "story_insights": (
        '{"entry":[{"changes":[{"field":"story_insights","value":{"media_id":"18023345989012587","exits":1,'
        '"replies":0,"reach":17,"taps_forward":12,"taps_back":0,"impressions":28}}],"id":"17841405309211844",'
        '"time":1547687043}],"object":"instagram"}'
    ),
    "comment on an ad": (
        '{"object":"instagram","entry":[{"id":"17841456706109718","time":1707144192,"changes":[{"field":"comments",'
        '"value":{"from":{"id":"6489091794524304","username":"someone"},"media":{"id":"1","media_product_type":"AD",'
        '"ad_id":"6","ad_title":"t","original_media_id":"17859719991451973"},"id":"18009764417219041","text":"Hi"}}]}]}'
    ),
    "the dashboard's test button": (
        '{"object":"instagram","entry":[{"id":"0","time":1707144192,"changes":[{"field":"messages","value":{"sender":'
        '{"id":"12334"},"recipient":{"id":"23245"},"timestamp":"1527459824","message":{"mid":"random_mid",'
        '"text":"random_text"}}}]}]}'
    ),
}

COMMENT = (
    '{"object":"instagram","entry":[{"id":"17841456706109718","time":1707144192,"changes":[{"field":"comments","value":'
    '{"from":{"id":"6489091794524304","username":"someone"},"media":{"id":"17859719991451973",'
    '"media_product_type":"REELS"},"id":"18009764417219041","text":"Hi"}}]}]}'
)
REPLY = COMMENT.replace('"text"', '"parent_id":"18009764417219041","text"')
OWN = REPLY.replace('"username":"someone"', '"username":"alma.coffee","self_ig_scoped_id":"26160319576992690"')
LIVE = COMMENT.replace('"comments"', '"live_comments"').replace("REELS", "FEED")
ECHO = (
    '{"object":"instagram","entry":[{"time":1729604868526,"id":"17841470026191358","messaging":[{"sender":{"id":'
    '"17841470026191358"},"recipient":{"id":"430915413000664"},"timestamp":1729604868365,"message":{"mid":"aWdf2",'
    '"text":"test","is_echo":true}}]}]}'
)
SELF = ECHO.replace('"is_echo":true', '"is_echo":true,"is_self":true')
SELF_POSTBACK = HEAD + '"postback":{"mid":"aWdf","title":"t","payload":"P","is_self":true}' + TAIL
EDIT_ZERO = (
    '{"object":"instagram","entry":[{"time":1767963330978,"id":"BIZ","messaging":[{"timestamp":1767963330978,'
    '"message_edit":{"mid":"aWdf1","num_edit":0}}]}]}'
)
PRINTED_COMMENT = (
    '[{"object":"instagram","entry":[{"id":"BIZ","time":1520622968,"field":"comments","value":{"from":{"id":"1",'
    '"username":"someone"},"media":{"id":"1","media_product_type":"REELS"},"id":"1","text":"Hi"}}]}]'
)
