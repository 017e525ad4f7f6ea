"""What a media earns over time: a curve that rises fast and levels off."""

import math
from dataclasses import dataclass
from functools import lru_cache

from sandbox.insights.chance import between, chance, split
from sandbox.media import STORY_LIFE_S
from sandbox.records import Media

DAY = 86_400
NAVIGATION = {"tap_forward": 0.76, "tap_back": 0.12, "tap_exit": 0.07, "swipe_forward": 0.05}
ACTIVITY = {"bio_link_clicked": 0.5, "direction": 0.2, "call": 0.12, "text": 0.08, "email": 0.06, "other": 0.04}


@dataclass(frozen=True, slots=True)
class Promise:
    """What a media will have earned in the end, and how fast."""

    reach: float
    views_per_reach: float
    likes: float
    saves_per_like: float
    shares_per_like: float
    speed_s: float
    published_at: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class Earned:
    """What a media has earned by a moment; reach ≤ views."""

    reach: int
    views: int
    likes: int
    saved: int
    shares: int


@lru_cache(maxsize=50_000)
def promise(media_id: str, product: str, is_album: bool, crowd: int, likes: int, published_at: float) -> Promise:
    """Return what a media will earn. `crowd`: the followers when it went live; `likes`: a fixed number, or 0."""
    quality = chance(media_id, "quality") ** 2
    low, more, floor, speed_days = {
        "REELS": (0.5, 2.4, 40, 2.5),
        "STORY": (0.08, 0.12, 6, 0.25),
    }.get(product, (0.25, 0.45, 15, 1.0))
    reach = crowd * (low + more * quality) * (1.2 if is_album else 1) + floor * between(0.7, 1.3, media_id, "floor")
    rate = 0 if product == "STORY" else between(0.03, 0.09, media_id, "likes")
    return Promise(
        reach=max(reach, likes * 8),
        views_per_reach=between(1.25, 1.8, media_id, "views") if product == "REELS" else 1.15,
        likes=float(likes) or reach * rate,
        saves_per_like=between(0.08, 0.3, media_id, "saves"),
        shares_per_like=between(0.05, 0.25, media_id, "shares"),
        speed_s=speed_days * DAY,
        published_at=published_at,
        ends_at=published_at + STORY_LIFE_S if product == "STORY" else math.inf,
    )


def promise_of(media: Media) -> Promise:
    """Return what a media will earn."""
    is_album = media.media_type == "CAROUSEL_ALBUM"
    return promise(media.id, media.product_type, is_album, media.crowd, media.like_count, media.published_at)


def earned(media: Media, at: float) -> Earned:
    """Return what a media has earned by this moment."""
    final = promise_of(media)
    age = min(at, final.ends_at) - final.published_at
    share = 1 - math.exp(-age / final.speed_s) if age > 0 else 0.0
    reach = int(final.reach * share)
    likes = media.like_count or int(final.likes * share)
    if media.like_count and age <= 0:
        likes = 0
    return Earned(
        reach=max(reach, likes),
        views=max(int(final.reach * final.views_per_reach * share), reach, likes),
        likes=likes,
        saved=int(final.likes * final.saves_per_like * share),
        shares=int(final.likes * final.shares_per_like * share),
    )


def likes_at(media: Media, at: float) -> int:
    """Return the likes of a media: the number it was given, or what it has earned."""
    return media.like_count or earned(media, at).likes


def numbers(media: Media, at: float) -> dict[str, int | float]:
    """Return every metric of a media at this moment, by its name in the API."""
    now, mid = earned(media, at), media.id
    is_story = media.product_type == "STORY"
    replies = int(now.reach * between(0.002, 0.01, mid, "replies")) if is_story else 0
    visits = int(now.reach * between(0.01, 0.03, mid, "visits"))
    watch_ms = int(_duration_ms(media) * between(0.3, 0.7, mid, "watch"))
    found: dict[str, int | float] = {
        "reach": now.reach,
        "views": now.views,
        "likes": now.likes,
        "comments": media.comments_count,
        "saved": now.saved,
        "shares": now.shares,
        "reposts": now.shares // 8,
        "total_interactions": now.likes + media.comments_count + now.saved + now.shares,
        "follows": int(now.reach * between(0.001, 0.004, mid, "follows")),
        "profile_visits": visits,
        "profile_activity": int(visits * 0.2),
        "ig_reels_avg_watch_time": watch_ms if now.views else 0,
        "ig_reels_video_view_total_time": watch_ms * now.views,
        "reels_skip_rate": round(between(8, 45, mid, "skip"), 1) if now.views else 0,
        "crossposted_views": now.views + int(now.views * 0.1),
        "facebook_views": int(now.views * 0.1),
        "navigation": int(now.views * between(0.9, 1.4, mid, "navigation")),
        "replies": replies,
    }
    if is_story:
        found["total_interactions"] = replies + now.shares
    return found


def _duration_ms(media: Media) -> float:
    asset = next((one for one in media.assets if one.get("duration_s")), None)
    return float(asset["duration_s"]) * 1000 if asset else between(7000, 40_000, media.id, "duration")


def breakdown(metric: str, value: int) -> dict[str, int]:
    """Return the parts of a metric that has some; they add up to it."""
    return {name: part for name, part in split(value, PARTS[metric][1]).items() if part}


# The breakdown's name, and its values with their weights.
PARTS = {
    "navigation": ("story_navigation_action_type", NAVIGATION),
    "profile_activity": ("action_type", ACTIVITY),
}
