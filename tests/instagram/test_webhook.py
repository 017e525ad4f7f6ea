"""What Instagram posts: the signature, every envelope and every item, captured or documented, and whatever else."""

import hashlib
import hmac
import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.instagram import webhook_facts
from app.instagram.facts import AttachmentFacts, ReactionFacts, StoryFacts, Update, UpdateKind
from app.instagram.webhook import (
    SignatureRefused,
    UnreadableBody,
    entry_of,
    find_signing_secret,
    is_verify_token,
    parse_body,
    read_entry,
    read_updates,
)
from app.instagram.webhook_facts import (
    comment_facts,
    edit_facts,
    hinted_mid,
    hinted_person,
    message_facts,
    reaction_facts,
    referral_facts,
    seen_facts,
    unsent_mid,
)

BIZ, CUST = "17841405765924832", "1666639284565392"
AT = datetime(2026, 7, 12, 18, 18, 12, 117000, tzinfo=UTC)
SECRET = "test-app-secret-0123456789abcdef"
SIDES: dict[str, Any] = {"sender": {"id": CUST}, "recipient": {"id": BIZ}, "timestamp": 1783880292117}
MEDIA = {"id": "17859719991451973", "media_product_type": "REELS"}
CHANGE = {"from": {"id": "6489091794524304", "username": "someone"}, "media": MEDIA, "id": "18009764417219041"}


def sign(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def told(member: str, value: Any, envelope: str = "messaging", **around: Any) -> Update:
    """Return the one update of a body with this item."""
    item = {**SIDES, member: value} | around
    body = {"object": "instagram", "entry": [{"id": BIZ, "time": 1783880292963, envelope: [item]}]}
    (update,) = read_updates(body)
    return update


def changed(field: str, value: dict[str, Any], **entry: Any) -> Update:
    """Return the one update of a body with this change."""
    change = {"id": BIZ, "time": 1707144192, "changes": [{"field": field, "value": value}]}
    (update,) = read_updates({"object": "instagram", "entry": [change | entry]})
    return update


def test_the_secret_that_signed_is_found_among_several() -> None:
    body = b'{"object":"instagram"}'
    assert find_signing_secret(body, sign(body, "b"), ("a", "b", "c")) == 1
    for header in (
        None,
        "",
        sign(body, "d"),
        sign(body).upper(),
        sign(body).replace("sha256=", "sha1="),
        sign(body)[7:],
    ):
        with pytest.raises(SignatureRefused):
            find_signing_secret(body, header, (SECRET, "b"))
    for secrets in ((), ("",)):
        with pytest.raises(SignatureRefused):
            find_signing_secret(body, sign(body, ""), secrets)


def test_of_twenty_thousand_changed_bodies_and_headers_none_is_accepted() -> None:
    chance, accepted = random.Random(20261121), 0
    good = json.dumps({"object": "instagram", "entry": [{"id": BIZ, "messaging": [told("message", {}).item]}]}).encode()
    header = sign(good)
    for number in range(20_000):
        body, signed = mutate(good, header, number % 8, chance)
        if (body, signed) == (good, header):
            continue
        try:
            find_signing_secret(body, signed, (SECRET, "another-secret-of-the-app"))
        except SignatureRefused:
            continue
        accepted += 1
    assert accepted == 0
    assert find_signing_secret(good, header, (SECRET,)) == 0


def mutate(body: bytes, header: str, how: int, chance: random.Random) -> tuple[bytes, str]:
    """Change something about a signed body."""
    at, digit = chance.randrange(len(body)), chance.randrange(7, len(header))
    anew = [
        lambda: (body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :], header),
        lambda: (body[:at] + body[at + 1 :], header),
        lambda: (body[:at] + bytes([chance.randrange(256)]) + body[at:], header),
        lambda: (body, header[:digit] + chance.choice("0123456789abcdefgABCDEF é\n") + header[digit + 1 :]),
        lambda: (body, header[: chance.randrange(len(header))]),
        lambda: (body, header + chance.choice(["0", " ", "\n", ",", f",{header}"])),
        lambda: (body, sign(body, chance.randbytes(8).hex())),
        lambda: (json.dumps(json.loads(body) | {"n": chance.random()}, indent=chance.randrange(4)).encode(), header),
    ]
    return anew[how]()


def test_the_handshakes_token_must_be_ours_and_there_must_be_one() -> None:
    assert is_verify_token("ours", "ours")
    for given_token, expected in (("Ours", "ours"), (None, "ours"), ("", ""), (None, ""), ("\ud800", "ours")):
        assert not is_verify_token(given_token, expected)


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (
            [{"object": "instagram", "entry": [{"id": BIZ, "time": 1, "field": "comments", "value": CHANGE}]}],
            ["comment"],
        ),
        ({"entry": [{"id": BIZ, "messaging": [{**SIDES, "message": {"mid": "a"}}], "changes": []}]}, ["message"]),
        ({"entry": [{"id": BIZ, "standby": [{**SIDES, "message": {"mid": "a"}}]}]}, ["message"]),
        ({"entry": [{"id": BIZ, "changes": [{"value": CHANGE, "field": "live_comments"}] * 2}]}, ["comment"] * 2),
        ({"entry": [{"id": BIZ, "changes": [{"field": "mentions", "value": {"media_id": "1"}}]}]}, ["unknown"]),
        ({"entry": [{"id": BIZ, "time": 1, "hop_context": [{}]}]}, ["unknown"]),
        ({"entry": [{"id": BIZ, "messaging": ["odd", {**SIDES, "read": {"mid": "a"}}]}]}, ["unknown", "seen"]),
        ({"entry": ["odd", {"id": BIZ, "time": 1}]}, ["unknown"]),
        ({"object": "instagram", "entry": []}, []),
        ({"object": "page"}, ["unknown"]),
        ("odd", ["unknown"]),
        ([], []),
    ],
)
def test_every_envelope_is_read(body: Any, ids: list[str]) -> None:
    assert [update.kind for update in read_updates(body)] == ids


def test_the_dashboards_test_is_one_whatever_its_field() -> None:
    dummy = {"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": "1527459824"}
    value = {**dummy, "message": {"mid": "random_mid", "text": "random_text"}}
    update = changed("messages", value, id="0")
    assert (update.kind, update.at) == (UpdateKind.TEST, datetime.fromtimestamp(1527459824, UTC))
    assert changed("comments", CHANGE, id=0).kind is UpdateKind.TEST
    real = changed("messages", {**value, "recipient": {"id": BIZ}})
    facts = message_facts(real)
    assert real.kind is UpdateKind.MESSAGE
    assert facts is not None
    assert (facts.mid, facts.text) == ("random_mid", "random_text")


@pytest.mark.parametrize(
    ("timestamp", "entry_time", "at"),
    [
        (1783880292117, 1, AT),
        ("1783880292117", 1, AT),
        (None, 1783880292117, AT),
        (True, 1783880292, AT.replace(microsecond=0)),
        ("2026-07-12T18:18:12+0000", None, None),
        (-1, 10**400, None),
        (1.5, "9" * 30, None),
    ],
)
def test_times_come_in_seconds_or_milliseconds_as_numbers_or_words(timestamp: Any, entry_time: Any, at: Any) -> None:
    item = {**SIDES, "timestamp": timestamp, "message": {"mid": "a"}}
    (update,) = read_entry({"id": BIZ, "time": entry_time, "messaging": [item]})
    assert update.at == at


def test_a_comment_is_read_under_either_name_of_its_id() -> None:
    facts = comment_facts(changed("comments", CHANGE | {"text": "Hi", "parent_id": "18009764417219040"}))
    assert facts is not None
    assert (facts.id, facts.parent_id, facts.text) == ("18009764417219041", "18009764417219040", "Hi")
    assert (facts.from_id, facts.username) == ("6489091794524304", "someone")
    assert (facts.media_id, facts.media_product_type) == ("17859719991451973", "REELS")
    assert (facts.posted_at, facts.is_live) == (datetime.fromtimestamp(1707144192, UTC), False)
    other = comment_facts(changed("live_comments", {"comment_id": 17894227972186120, "media_id": "17918195224117851"}))
    assert other is not None
    assert (other.id, other.media_id, other.is_live, other.from_id) == (
        "17894227972186120",
        "17918195224117851",
        True,
        None,
    )
    assert comment_facts(changed("comments", {"text": "no id"})) is None


ASSET = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=17997515821557846&signature=Abyo"
POST = {"ig_post_media_id": "18139494541428835", "title": "caption text", "url": ASSET}


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ({"text": "Hello"}, {"text": "Hello", "is_echo": False, "attachments": (), "story": None}),
        ({"text": ""}, {"text": None}),
        (
            {
                "attachments": [
                    {"type": "image", "payload": {"url": ASSET}},
                    {"type": "video", "payload": {"url": ASSET}},
                ]
            },
            {"attachments": (AttachmentFacts("image", ASSET), AttachmentFacts("video", ASSET))},
        ),
        (
            {"attachments": [{"type": "share", "payload": {"url": ASSET}}, {"type": "ig_post", "payload": POST}]},
            {"attachments": (AttachmentFacts("ig_post", ASSET, "caption text", "18139494541428835"),)},
        ),
        ({"attachments": [{"type": "share", "payload": {}}]}, {"attachments": (AttachmentFacts("share"),)}),
        (
            {
                "attachments": [
                    {"type": "ig_reel", "payload": {"reel_video_id": "17906265141506851", "url": "http://x"}}
                ]
            },
            {"attachments": (AttachmentFacts("ig_reel", "http://x", None, "17906265141506851"),)},
        ),
        (
            {"attachments": [{"type": "like_heart"}, {"type": "ephemeral"}, {}]},
            {"attachments": tuple(map(AttachmentFacts, ("like_heart", "ephemeral", "unsupported_type")))},
        ),
        ({"attachments": [{"type": "unsupported_type", "payload": {}}]}, {"is_unsupported": True}),
        ({"is_unsupported": True}, {"is_unsupported": True, "text": None}),
        (
            {"attachments": [{"type": "story_mention", "payload": {"url": ASSET}}]},
            {"story": StoryFacts("mention", url=ASSET), "attachments": (AttachmentFacts("story_mention", ASSET),)},
        ),
        ({"text": "this one", "reply_to": {"mid": "aWdf1"}}, {"reply_to_mid": "aWdf1", "story": None}),
        (
            {
                "text": "nice",
                "reply_to": {"story": {"id": "18074", "url": ASSET, "link_sticker_url": "https://e.com/"}},
            },
            {"story": StoryFacts("reply", "18074", ASSET, "https://e.com/")},
        ),
        ({"quick_reply": {"payload": "ORDER"}, "text": "Order"}, {"quick_reply_payload": "ORDER"}),
        (
            {"text": "x", "referral": {"ref": "spring", "source": "ADS"}},
            {"referral": {"ref": "spring", "source": "ADS"}},
        ),
        ({"text": "test", "is_echo": True}, {"is_echo": True}),
        ({"text": 12, "attachments": {"type": "image"}, "reply_to": []}, {"text": "12", "attachments": ()}),
    ],
)
def test_a_message_is_read_whatever_hangs_on_it(message: dict[str, Any], facts: dict[str, Any]) -> None:
    read = message_facts(told("message", {"mid": "aWdf=="} | message))
    assert read is not None
    assert (read.mid, read.from_id, read.to_id, read.sent_at) == ("aWdf==", CUST, BIZ, AT)
    assert {name: getattr(read, name) for name in facts} == facts


def test_messages_of_the_account_itself_and_of_standby_say_so() -> None:
    own = message_facts(told("message", {"mid": "a", "is_self": True}, sender={"id": BIZ}))
    assert own is not None
    assert (own.is_echo, own.from_id, own.to_id) == (True, BIZ, BIZ)
    aside = message_facts(told("message", {"mid": "a"}, "standby"))
    assert aside is not None
    assert aside.is_standby


def test_a_tap_on_a_button_is_a_message() -> None:
    update = told("postback", {"mid": "m", "title": "Talk", "payload": "CARE", "referral": {"ref": "x"}})
    facts = message_facts(update)
    assert update.kind is UpdateKind.POSTBACK
    assert facts is not None
    assert (facts.is_postback, facts.postback_title, facts.postback_payload) == (True, "Talk", "CARE")
    assert facts.referral == {"ref": "x"}


def test_what_is_said_of_messages_is_read() -> None:
    love = told("reaction", {"mid": "m", "action": "react", "reaction": "love", "emoji": "\u2764\ufe0f"})
    assert reaction_facts(love) == ReactionFacts("m", CUST, "\u2764\ufe0f", AT)
    assert reaction_facts(told("reaction", {"mid": "m", "action": "unreact"})) == ReactionFacts("m", CUST, "", AT)
    assert reaction_facts(told("reaction", {"mid": "m", "reaction": "sad"})) == ReactionFacts("m", CUST, "😢", AT)
    edit = told("message_edit", {"mid": "m", "text": "edited", "num_edit": 2})
    assert (edit.kind, edit_facts(edit)) == (UpdateKind.EDIT, webhook_facts.EditFacts("m", "edited", 2))
    unsent = told("message", {"mid": "m", "is_deleted": True})
    assert (unsent.kind, unsent_mid(unsent)) == (UpdateKind.UNSEND, "m")
    assert seen_facts(told("read", {"mid": "m"})) == webhook_facts.SeenFacts(CUST, "m")
    assert seen_facts(told("read", {"watermark": 1})) == webhook_facts.SeenFacts(CUST, None)
    came = referral_facts(told("referral", {"ref": "spring"}))
    assert came == webhook_facts.ReferralFacts(CUST, {"ref": "spring"})
    assert [told(name, {}).kind for name in ("pass_thread_control", "take_thread_control", "optin", "other")] == [
        UpdateKind.HANDOVER,
        UpdateKind.HANDOVER,
        UpdateKind.OPTIN,
        UpdateKind.UNKNOWN,
    ]


def test_a_zeroth_edit_and_a_message_of_nobody_are_signs_of_a_new_message() -> None:
    sign_of = {"timestamp": 1767963330978, "message_edit": {"mid": "m9", "num_edit": 0}}
    (update,) = read_entry({"id": BIZ, "time": 1767963330978, "messaging": [sign_of]})
    assert (update.kind, hinted_mid(update), hinted_person(update)) == (UpdateKind.MAYBE_NEW, "m9", None)
    (update,) = read_entry({"id": BIZ, "messaging": [{"message": {"mid": "m10", "text": "x"}}]})
    assert (update.kind, hinted_mid(update)) == (UpdateKind.MAYBE_NEW, "m10")
    whole = told("message_edit", {"mid": "m9", "num_edit": 0, "text": "x"})
    assert (whole.kind, hinted_person(whole)) == (UpdateKind.MAYBE_NEW, CUST)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
NAMES = (
    *("id", "time", "sender", "recipient", "timestamp", "message", "mid", "text", "attachments", "type", "payload"),
    *("url", "reply_to", "story", "reaction", "message_edit", "num_edit", "read", "postback", "referral", "field"),
    *("value", "from", "media", "parent_id", "is_deleted", "quick_reply", "is_echo", "pass_thread_control", "action"),
)
ITEM = st.recursive(
    JSON | st.sampled_from([BIZ, CUST, "comments", "0", "react", 1783880292117, True]),
    lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=25,
)
ENTRY = st.fixed_dictionaries(
    {"id": st.sampled_from([BIZ, "0", 5, None])},
    optional={
        "time": ITEM,
        "messaging": st.lists(ITEM, max_size=3) | ITEM,
        "changes": st.lists(ITEM, max_size=3) | ITEM,
        "standby": st.lists(ITEM, max_size=2),
        "field": ITEM,
    },
)
READERS = (
    *(comment_facts, message_facts, reaction_facts, edit_facts, unsent_mid, seen_facts, referral_facts),
    *(hinted_mid, hinted_person),
)


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({"entry": st.lists(ENTRY | ITEM, max_size=3) | ITEM}) | JSON)
def test_nothing_that_is_json_breaks_the_reading_and_all_of_it_is_read_again_the_same(body: Any) -> None:
    for update in read_updates(body):
        for read in READERS:
            read(update)
        again = read_entry({**entry_of(update), "id": update.ig_user_id})
        if update.envelope and update.ig_user_id:
            assert [(one.kind, one.at, one.item) for one in again] == [(update.kind, update.at, update.item)]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_body_is_json_that_every_database_keeps_or_it_is_refused(body: bytes) -> None:
    try:
        parsed = parse_body(body)
    except UnreadableBody:
        return
    json.dumps(parsed, ensure_ascii=False).encode()
    json.loads(json.dumps(parsed), parse_constant=refuse)


def refuse(name: str) -> None:
    raise AssertionError(name)
