"""What is live: posts, reels, stories and the items of carousels."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.accounts import DAY
from sandbox.clock import Clock, real_now
from sandbox.ids import SHORTCODE_ALPHABET, Ids
from sandbox.records import Media, load, load_if
from sandbox.store import Store, Value

STORY_LIFE_S = DAY  # ig-user/stories: 24 hours
LISTED_MEDIA = 10_000  # ig-user/media: only the 10,000 newest


@dataclass(frozen=True, slots=True)
class NewMedia:
    """A media about to go live."""

    media_type: str
    product_type: str
    caption: str | None = None
    assets: Sequence[dict[str, Any]] = ()
    container_id: str | None = None
    parent_id: str | None = None
    like_count: int = 0
    crowd: int | None = None  # the followers when it goes live; None: the account's present number
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for; cursors are `seq` numbers, times unix seconds."""

    limit: int
    after: int | None = None
    before: int | None = None
    since: float | None = None
    until: float | None = None
    listed_by: float | None = None


def _tagged(media: Media) -> set[str]:
    """Return the usernames that are tagged in a media."""
    tags = media.details.get("user_tags", [])
    listed = json.loads(tags) if isinstance(tags, str) else tags
    return {str(tag["username"]) for tag in listed}


class MediaShelf:
    """Reads and writes of live media."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def add(
        self, user_id: str, new: NewMedia, *, media_id: str | None = None, late_s: float = 0.0, at: float | None = None
    ) -> Media:
        """Put a media live, now or as of `at`; lists show it `late_s` seconds later."""
        now = self._clock.now() if at is None else at
        media_id = media_id or self._ids.next("media")
        self._store.insert(
            "media",
            {
                "id": media_id,
                "user_id": user_id,
                "container_id": new.container_id,
                "parent_id": new.parent_id,
                "media_type": new.media_type,
                "product_type": new.product_type,
                "caption": new.caption,
                "shortcode": "D" + self._ids.text(10, SHORTCODE_ALPHABET),
                "published_at": now,
                "published_at_real": real_now(),
                "listed_at": now + late_s,
                "like_count": new.like_count,
                "crowd": self._crowd(user_id) if new.crowd is None else new.crowd,
                "assets": json.dumps(list(new.assets)),
                "details": json.dumps(new.details),
            },
        )
        found = self.find(media_id)
        assert found is not None
        return found

    def _crowd(self, user_id: str) -> int:
        row = self._store.one("SELECT followers_count FROM accounts WHERE user_id = ?", (user_id,))
        return int(row["followers_count"]) if row else 0

    def find(self, media_id: str) -> Media | None:
        """Return a media or a carousel's item."""
        return load_if(Media, self._store.one("SELECT * FROM media WHERE id = ?", (media_id,)))

    def find_by_shortcode(self, shortcode: str) -> Media | None:
        """Return a media by the text in its permalink."""
        return load_if(Media, self._store.one("SELECT * FROM media WHERE shortcode = ?", (shortcode,)))

    def is_live(self, media: Media) -> bool:
        """Tell whether a media can still be seen: stories end after a day."""
        return media.product_type != "STORY" or self._clock.now() < media.published_at + STORY_LIFE_S

    def children(self, media: Media) -> list[Media]:
        """Return a carousel's items in order."""
        sql = "SELECT * FROM media WHERE parent_id = ? ORDER BY seq"
        return [load(Media, row) for row in self._store.all(sql, (media.id,))]

    def count(self, user_id: str) -> int:
        """Return how many media an account has, without stories."""
        sql = (
            "SELECT count(*) AS n FROM media"
            " WHERE user_id = ? AND parent_id IS NULL AND product_type NOT IN ('STORY', 'LIVE')"
        )
        row = self._store.one(sql, (user_id,))
        return int(row["n"]) if row else 0

    def published_since(self, user_id: str, since: float) -> int:
        """Return how many media were published through the API since this sandbox time."""
        sql = "SELECT count(*) AS n FROM media WHERE user_id = ? AND published_at > ? AND container_id IS NOT NULL"
        row = self._store.one(sql + " AND parent_id IS NULL", (user_id, since))
        return int(row["n"]) if row else 0

    def published_between(self, user_id: str, since: float, until: float) -> list[Media]:
        """Return what went live between two unix times, stories too, without the items of carousels."""
        sql = "SELECT * FROM media WHERE user_id = ? AND published_at BETWEEN ? AND ? AND parent_id IS NULL"
        return [load(Media, row) for row in self._store.all(sql, (user_id, since, until))]

    def page(self, user_id: str, window: Window) -> tuple[list[Media], bool, bool]:
        """Return a page of posts and reels, newest first, and whether there are newer and older ones."""
        clauses, values = self._listed(user_id, window)
        order = "DESC"
        if window.after is not None:
            clauses, values = [*clauses, "seq < ?"], [*values, window.after]
        elif window.before is not None:
            clauses, values, order = [*clauses, "seq > ?"], [*values, window.before], "ASC"
        sql = f"SELECT * FROM media WHERE {' AND '.join(clauses)} ORDER BY seq {order} LIMIT ?"  # noqa: S608
        rows = self._store.all(sql, [*values, window.limit + 1])
        found = [load(Media, row) for row in rows[: window.limit]]
        has_more = len(rows) > window.limit
        if order == "ASC":
            return found[::-1], has_more, True
        return found, window.after is not None, has_more

    def _listed(self, user_id: str, window: Window) -> tuple[list[str], list[Value]]:
        clauses = ["user_id = ?", "parent_id IS NULL", "product_type NOT IN ('STORY', 'LIVE')", "listed_at <= ?"]
        values: list[Value] = [user_id, self._clock.now() if window.listed_by is None else window.listed_by]
        if window.since is not None:
            clauses, values = [*clauses, "published_at >= ?"], [*values, window.since]
        if window.until is not None:
            clauses, values = [*clauses, "published_at <= ?"], [*values, window.until]
        return clauses, values

    def stories(self, user_id: str, *, listed_by: float | None = None) -> list[Media]:
        """Return the stories of the last 24 hours, newest first."""
        now = self._clock.now()
        sql = (
            "SELECT * FROM media WHERE user_id = ? AND product_type = 'STORY' AND published_at > ? AND listed_at <= ?"
            " ORDER BY seq DESC"
        )
        rows = self._store.all(sql, (user_id, now - STORY_LIFE_S, now if listed_by is None else listed_by))
        return [load(Media, row) for row in rows]

    def tagging(self, user_id: str, username: str, window: Window) -> tuple[list[Media], bool, bool]:
        """Return a page of others' posts and Reels in which this username is tagged, in an item too, newest first.

        Also returns whether there are newer and older ones.
        """
        sql = "SELECT * FROM media WHERE user_id <> ? AND details LIKE '%\"user_tags\"%' ORDER BY seq DESC"
        tagged = [media for row in self._store.all(sql, (user_id,)) if username in _tagged(media := load(Media, row))]
        tops = {media.parent_id or media.id: None for media in tagged if media.product_type != "STORY"}
        found = [top for media_id in tops if (top := self.find(media_id)) is not None]
        newer = [media for media in found if window.after is not None and media.seq >= window.after]
        rest = found[len(newer) :]
        if window.before is not None:
            rest = [media for media in found if media.seq > window.before][-window.limit :]
            newer = [media for media in found if rest and media.seq > rest[0].seq]
        shown = rest[: window.limit]
        return shown, bool(newer), bool(shown) and shown[-1].seq > found[-1].seq

    def broadcasts(self, user_id: str) -> list[Media]:
        """Return the live videos that have not ended."""
        sql = "SELECT * FROM media WHERE user_id = ? AND product_type = 'LIVE' ORDER BY seq DESC"
        return [media for media in (load(Media, row) for row in self._store.all(sql, (user_id,))) if media.is_on_air]

    def end_broadcast(self, media: Media) -> None:
        """End a live video."""
        details = json.dumps(media.details | {"on_air": False})
        self._store.run("UPDATE media SET details = ? WHERE id = ?", (details, media.id))

    def everything(self, *, after: int = 0, api_only: bool = True) -> list[Media]:
        """Return all top-level media in the order they went live."""
        origin = "AND container_id IS NOT NULL" if api_only else ""
        sql = f"SELECT * FROM media WHERE parent_id IS NULL AND seq > ? {origin} ORDER BY seq"  # noqa: S608
        return [load(Media, row) for row in self._store.all(sql, (after,))]

    def latest(self, limit: int) -> list[Media]:
        """Return the newest top-level media of all accounts."""
        sql = "SELECT * FROM media WHERE parent_id IS NULL ORDER BY published_at DESC, seq DESC LIMIT ?"
        return [load(Media, row) for row in self._store.all(sql, (limit,))]

    def enable_comments(self, media_id: str, is_enabled: bool) -> None:
        """Switch comments of a media on or off."""
        self._store.run("UPDATE media SET is_comment_enabled = ? WHERE id = ?", (int(is_enabled), media_id))
