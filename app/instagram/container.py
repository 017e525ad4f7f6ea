"""A container: Instagram's upload ticket for a post, and the quota of posts it draws on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.instagram.answers import as_int, as_object, as_objects, as_text
from app.instagram.limits import QUOTA_WINDOW_SECONDS

CONTAINER_FIELDS = ("status_code", "status")
LIMIT_FIELDS = ("quota_usage", "config")

# The number of the failure stands inside a sentence: "Error: Media upload has failed with error code 2207026".
_SUBCODE = re.compile(r"\b22[0-9]{5}\b")


class ContainerCode(StrEnum):
    """The states of a container; UNKNOWN stands for a name Instagram has added since."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    PUBLISHED = "PUBLISHED"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class ContainerStatus:
    """What Instagram says of a container: its state, its own words, and the subcode of the failure in them."""

    code: ContainerCode
    text: str
    subcode: int | None


@dataclass(frozen=True, slots=True)
class PublishingLimit:
    """How many posts the rolling window already holds and may hold (`total` is None when Instagram does not say)."""

    usage: int
    total: int | None
    duration_seconds: int


def read_status(answer: Mapping[str, object]) -> ContainerStatus | None:
    """Return the status in an answer, None when it holds none."""
    name = as_text(answer.get("status_code"))
    if name is None:
        return None
    text = as_text(answer.get("status")) or ""
    found = _SUBCODE.search(text)
    code = next((known for known in ContainerCode if known == name), ContainerCode.UNKNOWN)
    return ContainerStatus(code=code, text=text, subcode=int(found.group()) if found else None)


def read_limit(answer: Mapping[str, object]) -> PublishingLimit | None:
    """Return the publishing limit in an answer, None when it holds none."""
    entry = next(iter(as_objects(answer.get("data"))), answer)
    usage = as_int(entry.get("quota_usage"))
    if usage is None:
        return None
    config = as_object(entry.get("config"))
    duration = as_int(config.get("quota_duration"))
    return PublishingLimit(usage, as_int(config.get("quota_total")), duration or QUOTA_WINDOW_SECONDS)
