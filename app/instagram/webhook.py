"""What Instagram posts to us: is it Instagram, and what does it tell?

Sources: https://developers.facebook.com/documentation/instagram-platform/webhooks (signature, envelopes, retries) and
…/webhooks/examples (items), checked 2026-11-21. Bodies that were captured differ from these pages in places; every
shape that was seen is read here, and what nobody has seen yet is kept as UNKNOWN.
"""

import hashlib
import hmac
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from app.instagram.answers import as_id, as_int, as_object, as_text
from app.instagram.facts import Update, UpdateKind

BODY_BYTES = 5_000_000
"""Room for the 1,000 updates that one body may hold (webhooks page)."""

TEST_ID = "0"
"""`entry.id` of what the «Test» button of the app's dashboard sends."""

COMMENT_FIELDS = frozenset({"comments", "live_comments"})
ENVELOPES = ("messaging", "standby", "changes")
LONGEST_ID = 40
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
_SURROGATE = b"\\ud"
_EARLIEST, _LATEST = datetime(2010, 10, 6, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp()
"""Times are told in seconds or in milliseconds: only one of the two gives a day between these."""
_KIND_BY_MEMBER = {
    "message": UpdateKind.MESSAGE,
    "message_edit": UpdateKind.EDIT,
    "postback": UpdateKind.POSTBACK,
    "reaction": UpdateKind.REACTION,
    "read": UpdateKind.SEEN,
    "referral": UpdateKind.REFERRAL,
    "optin": UpdateKind.OPTIN,
    "pass_thread_control": UpdateKind.HANDOVER,
    "take_thread_control": UpdateKind.HANDOVER,
    "request_thread_control": UpdateKind.HANDOVER,
}


class SignatureRefused(Exception):
    """The body is not signed with a secret of ours. Deliberately says no more."""


class UnreadableBody(Exception):
    """The body is not JSON."""


def find_signing_secret(body: bytes, header: str | None, app_secrets: Sequence[str]) -> int:
    """Return the index of the secret that signed the raw body; raise SignatureRefused when none did.

    The header is `sha256=` and 64 lowercase hex digits. Every secret is tried, so that time tells nothing.
    """
    given = _SIGNATURE.fullmatch(header or "")
    digest = bytes.fromhex(given[1]) if given else b""
    fits = [
        secret != "" and hmac.compare_digest(hmac.digest(secret.encode(), body, hashlib.sha256), digest)
        for secret in app_secrets
    ]
    if True not in fits:
        raise SignatureRefused
    return fits.index(True)


def is_verify_token(given: str | None, expected: str) -> bool:
    """Whether the handshake's token is ours; never while we have none."""
    return expected != "" and hmac.compare_digest((given or "").encode("utf-8", "replace"), expected.encode())


def parse_body(body: bytes) -> object:
    """Return the JSON of a body. Raises UnreadableBody.

    What Python reads but no database keeps as JSON is mended: `NaN` and its like become None, halves of characters a
    question mark.
    """
    try:
        parsed: object = json.loads(body, parse_constant=lambda _name: None, parse_float=_finite)
        return _whole(parsed) if _SURROGATE in body.lower() else parsed
    except (ValueError, RecursionError):
        raise UnreadableBody from None


def read_updates(body: object) -> list[Update]:
    """Return every update in a body, in its order; what cannot be told apart is UNKNOWN. Raises nothing."""
    envelopes = body if isinstance(body, list) else [body]
    return [update for envelope in envelopes for update in _read_envelope(envelope)]


def read_entry(entry: Mapping[str, object]) -> list[Update]:
    """Return the updates of one entry of a body."""
    ig_user_id = (as_id(entry.get("id")) or "")[:LONGEST_ID]
    return [
        Update(
            ig_user_id=ig_user_id,
            kind=UpdateKind.TEST if ig_user_id == TEST_ID else _kind_of(envelope, item),
            at=_time_of(item, entry.get("time")),
            item=item,
            envelope=envelope,
            entry_time=entry.get("time"),
        )
        for envelope, item in _items_of(entry)
    ]


def entry_of(update: Update) -> dict[str, object]:
    """Return an entry with nothing but this update in it, without its id: what `read_entry` reads again."""
    inside = {update.envelope: [dict(update.item)]} if update.envelope else dict(update.item)
    return inside | {"time": update.entry_time}


def item_of(update: Update) -> Mapping[str, object]:
    """Return the messaging item, also when it came as a change, as those of the dashboard do."""
    return as_object(update.item.get("value")) if update.envelope == "changes" else update.item


def _finite(number: str) -> float | None:
    return value if math.isfinite(value := float(number)) else None


def _whole(parsed: object) -> object:
    """Return the same without lone surrogates, which escapes can spell and UTF-8 cannot."""
    text = json.dumps(parsed, ensure_ascii=False)
    mended = text.encode("utf-8", "replace").decode()
    return parsed if mended == text else json.loads(mended)


def _read_envelope(envelope: object) -> list[Update]:
    entries = as_object(envelope).get("entry")
    if not isinstance(entries, list):
        is_empty = not envelope
        return [] if is_empty else [Update("", UpdateKind.UNKNOWN, None, {"body": envelope}, envelope="")]
    return [update for entry in entries for update in read_entry(entry if isinstance(entry, dict) else {"item": entry})]


def _items_of(entry: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield (envelope, item): of each of the lists, of `field` and `value` in the entry itself, or the whole entry."""
    is_told = False
    for envelope in ENVELOPES:
        items = entry.get(envelope)
        if isinstance(items, list):
            is_told = True
            yield from ((envelope, item if isinstance(item, dict) else {"item": item}) for item in items)
    if "field" in entry and not is_told:
        is_told = True
        yield "changes", {"field": entry["field"], "value": entry.get("value")}
    rest = {name: value for name, value in entry.items() if name not in {"id", "time"}}
    if not is_told and rest:
        yield "", rest


def _kind_of(envelope: str, item: Mapping[str, object]) -> UpdateKind:
    if envelope == "changes":
        if as_text(item.get("field")) in COMMENT_FIELDS:
            return UpdateKind.COMMENT
        item = as_object(item.get("value"))
    kind = next((kind for member, kind in _KIND_BY_MEMBER.items() if member in item), UpdateKind.UNKNOWN)
    if kind is UpdateKind.MESSAGE:
        return _kind_of_message(item)
    return _kind_of_edit(item) if kind is UpdateKind.EDIT else kind


def _kind_of_message(item: Mapping[str, object]) -> UpdateKind:
    """A message whose writer is not told is a sign of one."""
    message = as_object(item["message"])
    if message.get("is_deleted") is True:
        return UpdateKind.UNSEND
    has_sides = "id" in as_object(item.get("sender")) and "id" in as_object(item.get("recipient"))
    return UpdateKind.MESSAGE if has_sides else UpdateKind.MAYBE_NEW


def _kind_of_edit(item: Mapping[str, object]) -> UpdateKind:
    """Number 0 was captured for new messages, without text and often without sender."""
    edit = as_object(item["message_edit"])
    is_edit = bool(as_int(edit.get("num_edit", 1))) and as_text(edit.get("text")) is not None
    return UpdateKind.EDIT if is_edit else UpdateKind.MAYBE_NEW


def _time_of(item: Mapping[str, object], entry_time: object) -> datetime | None:
    """Return when it happened: as the item says, else as the entry does."""
    for told in (item.get("timestamp"), as_object(item.get("value")).get("timestamp"), entry_time):
        number = as_int(told) or 0
        if _EARLIEST <= number <= _LATEST:
            return datetime.fromtimestamp(number, UTC)
        if _EARLIEST * 1000 <= number <= _LATEST * 1000:
            return datetime.fromtimestamp(number / 1000, UTC)
    return None
