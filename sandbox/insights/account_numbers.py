"""What an account earns day by day: its media's earnings, and those who come anyway."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sandbox.days import day_of, day_start
from sandbox.insights.chance import between, split
from sandbox.insights.media_numbers import earned
from sandbox.records import Account, Media

if TYPE_CHECKING:
    from sandbox.world import World

DAY = 86_400
LONGEST_EFFECT_S = 30 * DAY  # after so long a media earns next to nothing
GROWTH = 0.6  # the share of today's followers who came within the history
PRODUCTS = {"REELS": "REELS", "STORY": "STORY"}
BUTTONS = {"DIRECTION": 0.4, "CALL": 0.25, "TEXT": 0.2, "EMAIL": 0.1, "BOOK_NOW": 0.05}


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """One account's day. Views by kind of media add up to `views`; reach ≤ views."""

    day: int
    views: dict[str, int]
    reach: int
    likes: dict[str, int]
    saves: dict[str, int]
    shares: dict[str, int]
    comments: int
    follows: int
    unfollows: int


@lru_cache(maxsize=100_000)
def organic(user_id: str, pace: float, day: int) -> tuple[int, int]:
    """Return the follows and unfollows of people who are not in the sandbox, on one day."""
    come = pace * 1.6 * between(0.4, 1.6, user_id, day, "follows")
    go = pace * 0.6 * between(0.4, 1.6, user_id, day, "unfollows")
    return int(come + between(0, 1, user_id, day, "come")), int(go + between(0, 1, user_id, day, "go"))


def _pace(account: Account) -> float:
    """Return how many followers the account wins a day, on the whole."""
    return account.base_followers * GROWTH / account.history_days if account.history_days else 0.0


def follows_of_day(account: Account, day: int) -> tuple[int, int]:
    """Return the follows and unfollows of one day of the history, none before it."""
    if not account.history_days or day < day_of(account.created_at) - account.history_days:
        return 0, 0
    come, go = organic(account.user_id, _pace(account), day)
    return come, go


def followers_now(world: "World", account: Account) -> int:
    """Return the number of followers: who was there, who came in the whole days since, and the people here."""
    if not account.history_days:
        return account.followers_count
    today = day_of(world.clock.now())
    days = (follows_of_day(account, day) for day in range(day_of(account.created_at), today))
    return max(0, account.followers_count + sum(come - go for come, go in days))


def followers_by_day(world: "World", account: Account, days: Sequence[int]) -> dict[int, int]:
    """Return the number of followers at the end of each day, today's being the present one."""
    today, count = day_of(world.clock.now()), followers_now(world, account)
    first = min(days)
    here = world.bonds.list_follow_days(account.user_id, first, today)
    found = {}
    for day in range(today, first - 1, -1):
        found[day] = count
        come, go = follows_of_day(account, day) if day < today else (0, 0)
        here_come, here_go = here.get(day, (0, 0))
        count = max(0, count - come - here_come + go + here_go)
    return {day: found[day] for day in days if day in found}


def day_numbers(world: "World", account: Account, first: int, last: int, *, now: float) -> list[DayNumbers]:
    """Return the numbers of each day from `first` to `last`, as far as they have come by `now`."""
    media = world.media.published_between(
        account.user_id, day_start(first) - LONGEST_EFFECT_S, min(now, day_start(last + 1))
    )
    comments = world.comments.count_by_day(account.user_id, first, last)
    here = world.bonds.list_follow_days(account.user_id, first, last)
    return [
        _one_day(account, day, media, now=now, comments=comments.get(day, 0), here=here.get(day, (0, 0)))
        for day in range(first, last + 1)
    ]


def _one_day(
    account: Account, day: int, media: list[Media], *, now: float, comments: int, here: tuple[int, int]
) -> DayNumbers:
    begin, end = day_start(day), min(day_start(day + 1), now)
    views: dict[str, int] = {}
    likes: dict[str, int] = {}
    saves: dict[str, int] = {}
    shares: dict[str, int] = {}
    reach = 0
    for one in media:
        if not begin - LONGEST_EFFECT_S <= one.published_at < end:
            continue
        kind, before, after = _kind(one), earned(one, begin), earned(one, end)
        for counted, amount in (
            (views, after.views - before.views),
            (likes, after.likes - before.likes),
            (saves, after.saved - before.saved),
            (shares, after.shares - before.shares),
        ):
            counted[kind] = counted.get(kind, 0) + amount
        reach += after.reach - before.reach
    passing = _passers_by(account, day, share=max(0.0, end - begin) / DAY)
    if passing:
        views["POST"] = views.get("POST", 0) + passing
    come, go = follows_of_day(account, day) if end >= day_start(day + 1) else (0, 0)
    return DayNumbers(
        day=day,
        views=views,
        reach=min(sum(views.values()), int(reach * 0.85) + int(passing * 0.7)),
        likes=likes,
        saves=saves,
        shares=shares,
        comments=comments,
        follows=come + here[0],
        unfollows=go + here[1],
    )


def _kind(media: Media) -> str:
    if media.media_type == "CAROUSEL_ALBUM":
        return "CAROUSEL_CONTAINER"
    return PRODUCTS.get(media.product_type, "POST")


def _passers_by(account: Account, day: int, *, share: float) -> int:
    """Return the views of older posts by those who look at the profile, within the history."""
    if not account.history_days or day < day_of(account.created_at) - account.history_days:
        return 0
    return int(account.base_followers * between(0.03, 0.09, account.user_id, day, "passing") * share)


def reach_of(days: Sequence[DayNumbers]) -> int:
    """Return how many different people were reached in all of these days: less than the sum, at least the best."""
    each = [day.reach for day in days]
    return int(max(each, default=0) + 0.45 * (sum(each) - max(each, default=0)))


def total(days: Sequence[DayNumbers], name: str) -> dict[str, int]:
    """Add up `views`, `likes`, `saves` or `shares` by kind of media."""
    found: dict[str, int] = {}
    for day in days:
        for kind, amount in getattr(day, name).items():
            found[kind] = found.get(kind, 0) + amount
    return {kind: amount for kind, amount in found.items() if amount}


def totals(days: Sequence[DayNumbers]) -> dict[str, int]:
    """Return every metric that is one number over the days, by its name in the API."""
    likes, saves, shares = (sum(total(days, name).values()) for name in ("likes", "saves", "shares"))
    comments, reach = sum(day.comments for day in days), reach_of(days)
    interactions = likes + saves + shares + comments
    return {
        "reach": reach,
        "views": sum(total(days, "views").values()),
        "likes": likes,
        "comments": comments,
        "saves": saves,
        "shares": shares,
        "reposts": shares // 8,
        "replies": total(days, "views").get("STORY", 0) // 90,
        "total_interactions": interactions,
        "accounts_engaged": min(reach, int(interactions * 0.8)),
        "profile_links_taps": int(reach * 0.012),
        "profile_views": int(reach * 0.06),
        "website_clicks": int(reach * 0.004),
    }


def parts(metric: str, dimension: str, days: Sequence[DayNumbers]) -> dict[str, int]:
    """Return the parts of a metric by one dimension; they add up to its total."""
    whole = totals(days)[metric]
    if dimension == "contact_button_type":
        return split(whole, BUTTONS)
    if dimension in ("follow_type", "follower_type"):
        return split(whole, {"NON_FOLLOWER": 0.57, "FOLLOWER": 0.41, "UNKNOWN": 0.02})
    if metric in ("views", "likes", "saves", "shares"):
        return total(days, metric)
    return split(whole, {kind: float(amount) for kind, amount in total(days, "views").items()})
