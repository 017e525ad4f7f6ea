"""What `POST /{ig-user-id}/media` accepts, decided from its parameters alone.

Sources: content-publishing and instagram-graph-api/reference/ig-user/media (copies of 2026-09-11).
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.errors import GraphError, invalid, publishing, required
from sandbox.fetch import is_fetchable
from sandbox.settings import Settings

MAX_CAPTION, MAX_HASHTAGS, MAX_MENTIONS = 2200, 30, 20
MAX_ALT_TEXT = 1000
MAX_TAGS, MAX_COLLABORATORS = 20, 3
MIN_CHILDREN, MAX_CHILDREN = 2, 10
FACEBOOK_LOGIN_ONLY = ("branded_content_sponsor_ids", "is_paid_partnership", "audio_configuration", "product_tags")
NOT_ON_ITEMS = ("caption", "collaborators", "location_id", "is_ai_generated")
NOT_ON_STORIES = ("collaborators", "alt_text", "location_id")
GRADUATION = ("MANUAL", "SS_PERFORMANCE")

HASHTAG = re.compile(r"(?<![\w&])#\w+")
MENTION = re.compile(r"(?<![\w@])@[\w.]+")


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """A container that may be made."""

    kind: str
    is_item: bool
    params: dict[str, Any]
    children: tuple[str, ...] = ()

    @property
    def is_video(self) -> bool:
        """Tell whether the source is a video."""
        return "video_url" in self.params or self.is_resumable

    @property
    def is_resumable(self) -> bool:
        """Tell whether the bytes come by upload."""
        return self.params.get("upload_type") == "resumable"


def is_true(value: object) -> bool:
    """Read a boolean parameter as query, form or JSON carry it."""
    return value is True or str(value).lower() in ("true", "1")


def read_container(params: dict[str, Any], settings: Settings) -> ContainerSpec:
    """Return the container that these parameters ask for; raises GraphError."""
    given = {name: value for name, value in params.items() if value not in (None, "") and name != "access_token"}
    for name in FACEBOOK_LOGIN_ONLY:
        if name in given:
            raise GraphError(
                100, f"Param {name} is not available for this login type (INSTAGRAM_PLATFORM_API__INVALID_PARAM)"
            )
    is_item = is_true(given.get("is_carousel_item"))
    kind = _kind(given)
    if kind == "CAROUSEL":
        if is_item:
            raise invalid("A carousel cannot be a carousel item.")
        children = _children(given)
    else:
        children = ()
        _check_source(given, kind, settings)
    _check_text(given, kind)
    _check_place(given, kind, is_item=is_item, settings=settings)
    _check_tags(given, kind)
    _check_video_params(given, kind, settings)
    return ContainerSpec(kind, is_item or kind == "VIDEO", given, children)


def _kind(given: dict[str, Any]) -> str:
    kind = str(given.get("media_type", "IMAGE"))
    if kind not in ("IMAGE", "REELS", "STORIES", "VIDEO", "CAROUSEL"):
        raise publishing(2207023)
    if kind == "REELS" and is_true(given.get("is_carousel_item")):
        raise invalid("Reels cannot be carousel items; use media_type VIDEO.")
    return kind


def _children(given: dict[str, Any]) -> tuple[str, ...]:
    children = tuple(str(child) for child in as_list(given.get("children"), "children"))
    if not MIN_CHILDREN <= len(children) <= MAX_CHILDREN or len(set(children)) != len(children):
        raise publishing(2207028)
    return children


def _check_source(given: dict[str, Any], kind: str, settings: Settings) -> None:
    upload = given.get("upload_type")
    if upload not in (None, "resumable"):
        raise invalid("The parameter upload_type must be resumable.")
    sources = [name for name in ("image_url", "video_url") if name in given] + (["upload_type"] if upload else [])
    allowed = {"IMAGE": ("image_url",), "STORIES": ("image_url", "video_url", "upload_type")}
    fitting = allowed.get(kind, ("video_url", "upload_type"))
    if not sources:
        raise required(fitting[0])
    if len(sources) > 1 or sources[0] not in fitting:
        raise invalid(f"Exactly one of {', '.join(fitting)} is expected for {kind}.")
    for name in ("image_url", "video_url", "cover_url"):
        if name in given and not is_fetchable(str(given[name]), allow_private=settings.allow_private_urls):
            raise publishing(2207052)


def _check_text(given: dict[str, Any], kind: str) -> None:
    caption = str(given.get("caption", ""))
    if kind != "STORIES" and (len(caption) > MAX_CAPTION or len(HASHTAG.findall(caption)) > MAX_HASHTAGS):
        raise publishing(2207010)
    if kind != "STORIES" and len(MENTION.findall(caption)) > MAX_MENTIONS:
        raise publishing(2207040)
    if "alt_text" in given and kind not in ("IMAGE", "STORIES"):
        raise invalid("Param alt_text is only allowed on images")
    if len(str(given.get("alt_text", ""))) > MAX_ALT_TEXT:
        raise invalid(f"Param alt_text must be at most {MAX_ALT_TEXT} characters")


def _check_place(given: dict[str, Any], kind: str, *, is_item: bool, settings: Settings) -> None:
    for name in NOT_ON_ITEMS if is_item else ():
        if name in given:
            raise invalid(f"Param {name} is not allowed on carousel children")
    for name in NOT_ON_STORIES if kind == "STORIES" else ():
        if name in given:
            raise invalid(f"Param {name} is not allowed on stories")
    if "collaborators" in given and settings.collaborators == "reject":
        raise invalid("Param collaborators is not available for this login type")
    if "collaborators" in given and len(as_list(given["collaborators"], "collaborators")) > MAX_COLLABORATORS:
        raise invalid(f"Param collaborators must have at most {MAX_COLLABORATORS} items")
    place = given.get("location_id")
    known = settings.location_ids
    if place is not None and not (str(place) in known if known is not None else str(place).isdigit()):
        raise GraphError(100, "Invalid location id", title="INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID")


def _check_tags(given: dict[str, Any], kind: str) -> None:
    if "user_tags" not in given:
        return
    if kind == "CAROUSEL":
        raise invalid("Param user_tags is not allowed on carousels; tag the items")
    tags = as_list(given["user_tags"], "user_tags")
    if len(tags) > MAX_TAGS:
        raise publishing(2207040)
    for tag in tags:
        if not isinstance(tag, dict) or not tag.get("username"):
            raise invalid("Param user_tags must be a list of {username, x, y}")
        _check_position(tag, kind, is_image="image_url" in given)


def _check_position(tag: dict[str, Any], kind: str, *, is_image: bool) -> None:
    if not is_image and kind != "STORIES" and ("x" in tag or "y" in tag):
        raise invalid("Param user_tags: x and y are not allowed on videos")
    for axis in ("x", "y"):
        place = tag.get(axis)
        if place is None and (kind == "STORIES" or not is_image):
            continue
        if isinstance(place, bool) or not isinstance(place, int | float) or not 0.0 <= place <= 1.0:
            raise invalid(f"Param user_tags: {axis} must be a number from 0.0 to 1.0")


def _check_video_params(given: dict[str, Any], kind: str, settings: Settings) -> None:
    for name in ("cover_url", "trial_params", "audio_name"):
        if name in given and kind != "REELS":
            raise invalid(f"Param {name} is only allowed on reels")
    if "thumb_offset" in given:
        if kind not in ("REELS", "VIDEO"):
            raise invalid("Param thumb_offset is only allowed on videos")
        thumb_offset(given)
    if "trial_params" in given:
        trial = as_json(given["trial_params"], "trial_params")
        if not isinstance(trial, dict) or trial.get("graduation_strategy") not in GRADUATION:
            raise invalid("Param trial_params must carry a graduation_strategy: MANUAL or SS_PERFORMANCE")
        if settings.trial_reels == "reject":
            raise publishing(2207081)


def thumb_offset(params: dict[str, Any]) -> int:
    """Return the poster's moment in milliseconds; raises GraphError."""
    text = str(params.get("thumb_offset", 0))
    if not re.fullmatch(r"-?\d+", text):
        raise invalid("Param thumb_offset must be an integer")
    if int(text) < 0:
        raise publishing(2207057)
    return int(text)


def as_json(value: object, name: str) -> Any:
    """Return an object or list parameter, which query and form carry as JSON text; raises GraphError."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise invalid(f"Param {name} must be valid JSON") from None


def as_list(value: object, name: str) -> list[Any]:
    """Return a list parameter: a JSON array, or text with commas; raises GraphError."""
    if isinstance(value, str) and not value.lstrip().startswith(("[", "{")):
        return [part.strip() for part in value.split(",") if part.strip()]
    read = as_json(value, name) if value is not None else []
    if not isinstance(read, list):
        raise invalid(f"Param {name} must be an array")
    return read
