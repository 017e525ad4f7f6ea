"""Is it live? Three witnesses are heard after a publish call whose outcome is unknown (design.md, "Publishing" 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.instagram.container import ContainerCode
from app.instagram.media import Media
from app.publishing.models import PostKind
from app.publishing.rules import FINISHED_APART, UNKNOWN_PATIENCE, next_look_at

CLOCKS_APART = timedelta(minutes=2)
"""So far Instagram's clock and ours may differ."""


@dataclass(frozen=True)
class Snapshot:
    """What was on Instagram just before `media_publish`. A member is None where it could not be read."""

    taken_at: datetime
    media_ids: frozenset[str] | None
    quota_usage: int | None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored in `Post.snapshot`."""
        return {
            "taken_at": self.taken_at.isoformat(),
            "media_ids": None if self.media_ids is None else sorted(self.media_ids),
            "quota_usage": self.quota_usage,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Snapshot":
        """Read it back."""
        ids = stored["media_ids"]
        return cls(
            taken_at=datetime.fromisoformat(stored["taken_at"]),
            media_ids=None if ids is None else frozenset(ids),
            quota_usage=stored["quota_usage"],
        )


class Quota(StrEnum):
    """The third witness: whether the day's count of published posts went up."""

    FLAT = "flat"
    ROSE = "rose"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Testimony:
    """What the three witnesses say. `container` and `fitting` are None where they could not be read."""

    container: ContainerCode | None
    fitting: tuple[str, ...] | None
    """Ids of media that are new since the snapshot and could be the post."""
    quota: Quota


class Verdict(StrEnum):
    LIVE = "live"
    NOT_LIVE = "not_live"
    """Nothing happened: the same container may be published again."""
    EXPIRED = "expired"
    """Nothing happened, and the container is gone."""
    LOOK_AGAIN = "look_again"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Judgement:
    """What follows from the witnesses."""

    verdict: Verdict
    ig_media_id: str | None = None
    look_again_at: datetime | None = None


def judge(testimony: Testimony, *, called_at: datetime, finished_seen_at: datetime | None, now: datetime) -> Judgement:
    """Decide from the testimony.

    `finished_seen_at` is when the container was first seen FINISHED since the call, if it was before now.
    A single new media id convicts nobody alone: somebody may have posted the same from the phone.
    """
    fitting = testimony.fitting
    only_one = fitting[0] if fitting is not None and len(fitting) == 1 else None
    if testimony.container is ContainerCode.PUBLISHED:
        return Judgement(Verdict.LIVE)
    if testimony.container is None and only_one and testimony.quota is Quota.ROSE:
        return Judgement(Verdict.LIVE, only_one)
    if fitting == () and testimony.quota is Quota.FLAT:
        if testimony.container in {ContainerCode.EXPIRED, ContainerCode.ERROR}:
            return Judgement(Verdict.EXPIRED)
        if testimony.container is ContainerCode.FINISHED and _is_apart(finished_seen_at, now):
            return Judgement(Verdict.NOT_LIVE)
        if testimony.container is ContainerCode.FINISHED and now - called_at >= UNKNOWN_PATIENCE:
            # Nobody could look for so long (an outage, a pause): the second look that is due is taken all the same.
            return Judgement(Verdict.LOOK_AGAIN, look_again_at=(finished_seen_at or now) + FINISHED_APART)
    if now - called_at < UNKNOWN_PATIENCE:
        return Judgement(Verdict.LOOK_AGAIN, look_again_at=next_look_at(called_at, now))
    if only_one and testimony.quota is Quota.ROSE:
        return Judgement(Verdict.LIVE, only_one)
    return Judgement(Verdict.UNCONFIRMED)


def _is_apart(finished_seen_at: datetime | None, now: datetime) -> bool:
    return finished_seen_at is not None and now - finished_seen_at >= FINISHED_APART


def find_fitting(
    listed: Iterable[Media],
    *,
    snapshot: Snapshot,
    kind: PostKind,
    caption: str,
    called_at: datetime,
    bound_elsewhere: Iterable[str],
) -> tuple[str, ...]:
    """Return the ids in `listed` that could be the post: new since the snapshot, same kind and caption, unbound."""
    known = (snapshot.media_ids or frozenset()) | frozenset(bound_elsewhere)
    return tuple(
        media.ig_media_id
        for media in listed
        if media.ig_media_id not in known
        and _is_kind(media, kind)
        and is_alike(kind, media.caption, caption)
        and (media.timestamp is None or media.timestamp >= called_at - CLOCKS_APART)
    )


def compare_quota(before: int | None, after: int | None, published_meanwhile: int) -> Quota:
    """Compare the quota with the snapshot's; `published_meanwhile` counts our own other posts since then."""
    if before is None or after is None:
        return Quota.UNCLEAR
    if after == before + published_meanwhile:
        return Quota.FLAT
    return Quota.ROSE if after > before + published_meanwhile else Quota.UNCLEAR


def _is_kind(media: Media, kind: PostKind) -> bool:
    match kind:
        case PostKind.REEL:
            return media.media_type == "VIDEO" and media.media_product_type in {None, "REELS"}
        case PostKind.IMAGE:
            return media.media_type == "IMAGE"
        case PostKind.STORY:
            return media.media_type in {"IMAGE", "VIDEO"}


def is_alike(kind: PostKind, one: str | None, other: str) -> bool:
    """Whether two captions tell nothing apart: their spaces may differ, and a story shows none at all."""
    return kind is PostKind.STORY or " ".join((one or "").split()) == " ".join(other.split())
