"""What may be in a message.

Sources: messaging-api, …/quick-replies, …/generic-template, …/button-template (v25).
"""

from dataclasses import dataclass
from typing import Any

from sandbox.container_rules import as_json
from sandbox.errors import invalid, messaging

MAX_TEXT_BYTES = 1000
MAX_QUICK_REPLIES = 13
QUICK_REPLY_TITLE = 20
MAX_IMAGES = 10
MAX_ELEMENTS, MAX_BUTTONS = 10, 3
TITLE, SUBTITLE, BUTTON_TEXT = 80, 80, 640
FILE_KINDS = ("image", "audio", "video", "file")
QUICK_REPLY_TYPES = ("text", "user_phone_number", "user_email")
KNOWN = {"text", "attachment", "attachments", "quick_replies", "metadata"}
REACTIONS = {"love": "❤️", "like": "👍", "laugh": "😆", "wow": "😮", "sad": "😢", "angry": "😠"}

BAD_DATA = 2534015


@dataclass(frozen=True, slots=True)
class Piece:
    """One attachment as asked for."""

    kind: str
    url: str | None = None
    upload_id: str | None = None
    payload: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that may be sent, as far as its form goes."""

    text: str | None = None
    pieces: tuple[Piece, ...] = ()
    quick_replies: tuple[dict[str, Any], ...] = ()

    @property
    def has_media(self) -> bool:
        """Tell whether it counts against the stricter limit of audio and video."""
        return any(piece.kind in ("audio", "video") for piece in self.pieces)

    @property
    def is_plain(self) -> bool:
        """Tell whether there is nothing but text."""
        return not self.pieces and not self.quick_replies


def read_object(value: object, name: str) -> dict[str, Any]:
    """Return an object parameter, which forms carry as JSON text; raises GraphError."""
    read = as_json(value, name)
    if not isinstance(read, dict):
        raise invalid(f"Param {name} must be an object")
    return read


def read_message(value: object) -> Draft:
    """Return the message that a `message` parameter asks for; raises GraphError."""
    given = read_object(value, "message")
    unknown = set(given) - KNOWN
    if unknown:
        raise invalid(f'Invalid keys "{", ".join(sorted(unknown))}" were found in param "message".')
    pieces = _pieces(given)
    text = given.get("text")
    if (text is None) == (not pieces) or not isinstance(text, str | None):
        raise messaging(BAD_DATA)
    if text is not None:
        check_text(text)
    return Draft(text, pieces, _quick_replies(given.get("quick_replies"), is_text=text is not None))


def check_text(text: str) -> None:
    """Raise GraphError unless a text may be sent; its length counts in bytes."""
    if not text.strip():
        raise messaging(BAD_DATA)
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise invalid(f"Length of param message[text] must be less than or equal to {MAX_TEXT_BYTES}")


def _pieces(given: dict[str, Any]) -> tuple[Piece, ...]:
    """Read `attachment` or `attachments`, each an object or a list: Meta's own samples mix them."""
    value = given.get("attachments", given.get("attachment"))
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(one, dict) for one in listed):
        raise messaging(BAD_DATA)
    pieces = tuple(_piece(one) for one in listed)
    if len(pieces) > 1 and (len(pieces) > MAX_IMAGES or any(piece.kind != "image" for piece in pieces)):
        raise messaging(BAD_DATA)
    return pieces


def _piece(given: dict[str, Any]) -> Piece:
    kind, payload = given.get("type"), given.get("payload")
    if kind == "like_heart":
        return Piece("like_heart")
    if not isinstance(payload, dict):
        raise messaging(BAD_DATA)
    if kind in FILE_KINDS:
        url, upload_id = payload.get("url"), payload.get("attachment_id")
        if (url is None) == (upload_id is None):
            raise messaging(BAD_DATA)
        return Piece(kind, str(url) if url else None, str(upload_id) if upload_id else None)
    if kind == "MEDIA_SHARE" and payload.get("id"):
        return Piece(kind, payload={"id": str(payload["id"])})
    if kind == "template":
        return Piece(kind, payload=_template(payload))
    raise messaging(BAD_DATA)


def _template(payload: dict[str, Any]) -> dict[str, Any]:
    kind = payload.get("template_type")
    if kind == "generic":
        elements = payload.get("elements")
        if not isinstance(elements, list) or not 1 <= len(elements) <= MAX_ELEMENTS:
            raise messaging(BAD_DATA)
        for element in elements:
            _check_element(element)
        return {"template_type": kind, "elements": elements}
    if kind == "button":
        _check_length(payload.get("text"), BUTTON_TEXT)
        _check_buttons(payload.get("buttons"), least=1)
        return {"template_type": kind, "text": payload["text"], "buttons": payload["buttons"]}
    raise messaging(BAD_DATA)


def _check_element(element: object) -> None:
    if not isinstance(element, dict) or not set(element) & {"subtitle", "image_url", "default_action", "buttons"}:
        raise messaging(BAD_DATA)
    _check_length(element.get("title"), TITLE)
    if "subtitle" in element:
        _check_length(element["subtitle"], SUBTITLE)
    if "buttons" in element:
        _check_buttons(element["buttons"], least=0)
    action = element.get("default_action")
    if action is not None and not (isinstance(action, dict) and action.get("type") == "web_url" and action.get("url")):
        raise messaging(BAD_DATA)


def _check_length(text: object, longest: int) -> None:
    if not isinstance(text, str) or not 1 <= len(text) <= longest:
        raise messaging(BAD_DATA)


def _check_buttons(buttons: object, *, least: int) -> None:
    if not isinstance(buttons, list) or not least <= len(buttons) <= MAX_BUTTONS:
        raise messaging(BAD_DATA)
    for button in buttons:
        check_action(button)


def check_action(button: object) -> None:
    """Raise GraphError unless this is a `web_url` or a `postback` button."""
    needed = {"web_url": "url", "postback": "payload"}
    if not isinstance(button, dict) or button.get("type") not in needed or not button.get("title"):
        raise messaging(BAD_DATA)
    if not isinstance(button.get(needed[button["type"]]), str):
        raise messaging(BAD_DATA)


def _quick_replies(value: object, *, is_text: bool) -> tuple[dict[str, Any], ...]:
    if value is None:
        return ()
    if not is_text or not isinstance(value, list) or not 1 <= len(value) <= MAX_QUICK_REPLIES:
        raise messaging(BAD_DATA)
    return tuple(_quick_reply(one) for one in value)


def _quick_reply(given: object) -> dict[str, Any]:
    if not isinstance(given, dict) or given.get("content_type") not in QUICK_REPLY_TYPES:
        raise messaging(BAD_DATA)
    if given["content_type"] != "text":
        return {"content_type": given["content_type"]}
    title, payload = given.get("title"), given.get("payload")
    if not isinstance(title, str) or not title or not isinstance(payload, str):
        raise messaging(BAD_DATA)
    return {"content_type": "text", "title": title[:QUICK_REPLY_TITLE], "payload": payload}


def read_reaction(payload: object) -> tuple[str, str, str]:
    """Return message id, reaction's name and emoji of a `react`; raises GraphError."""
    given = read_object(payload, "payload")
    mid, reaction = given.get("message_id"), given.get("reaction")
    if not isinstance(mid, str) or not isinstance(reaction, str) or not reaction:
        raise messaging(BAD_DATA)
    return (mid, *name_reaction(reaction))


def name_reaction(given: str) -> tuple[str, str]:
    """Return the name and the emoji of a reaction given by either; every other emoji is called `other`."""
    if given in REACTIONS:
        return given, REACTIONS[given]
    plain = given.replace("\ufe0f", "")
    for name, emoji in REACTIONS.items():
        if emoji.replace("\ufe0f", "") == plain:
            return name, emoji
    return "other", given
