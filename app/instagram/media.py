"""What is live on an account: its media and its stories."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.instagram.answers import as_id, as_int, as_link, as_objects, as_text
from app.instagram.connection import Connection, Page, cursor_after, require_id, unreadable_answer
from app.instagram.limits import LIST_PAGE_SIZE

# `caption` and `media_product_type` are labelled "Facebook Login only" on one page and served here all the same.
MEDIA_FIELDS = (
    "id",
    "media_type",
    "timestamp",
    "caption",
    "media_product_type",
    "permalink",
    "shortcode",
    "thumbnail_url",
)
# Asked for beside them where a list is kept up to date.
COUNTED_FIELDS = (*MEDIA_FIELDS, "media_url", "comments_count", "like_count", "is_comment_enabled")
# Stories end after a day; an account posts at most so many.
_MOST_STORIES = 100


@dataclass(frozen=True, slots=True)
class Media:
    """One live media. `media_type` is IMAGE, VIDEO or CAROUSEL_ALBUM (a reel reads back as VIDEO), "" when not told.

    `media_product_type` is the surface: FEED, REELS, STORY or AD. The optional ones are None when Instagram leaves
    them out. `thumbnail_url` belongs to videos only and expires, as does `media_url`; that one, the counts and
    `is_comment_enabled` are told by `list_media_page` and `read_counted_media` only.
    """

    ig_media_id: str
    caption: str | None
    media_type: str
    media_product_type: str | None
    timestamp: datetime | None
    permalink: str | None
    shortcode: str | None
    thumbnail_url: str | None
    media_url: str | None = None
    comments_count: int | None = None
    like_count: int | None = None
    is_comment_enabled: bool | None = None

    @property
    def picture_url(self) -> str | None:
        """Where a picture of it can be fetched for some days."""
        return self.thumbnail_url or (None if self.media_type == "VIDEO" else self.media_url)


class MediaCalls(Connection):
    """Reading media (https://developers.facebook.com/documentation/instagram-platform/reference/instagram-media)."""

    def list_newest_media(self, limit: int = 25) -> list[Media]:
        """Return the newest media of the account, newest first, stories not among them."""
        return self._list_media("media", limit)

    def list_stories(self) -> list[Media]:
        """Return the account's stories of the last 24 hours."""
        return self._list_media("stories", _MOST_STORIES)

    def read_media(self, ig_media_id: str) -> Media:
        """Return one media."""
        media = media_of(self._get_fields(require_id(ig_media_id), MEDIA_FIELDS))
        if media is None:
            raise unreadable_answer(is_reading=True)
        return media

    def list_media_page(self, *, after: str | None = None, limit: int = 25) -> Page[Media]:
        """Return a page of the account's media, newest first, with the numbers of their comments and likes."""
        asked = {"limit": str(limit), **({"after": after} if after else {})}
        answer = self._get_fields(self._path_of("media"), COUNTED_FIELDS, **asked)
        found = [media_of(item) for item in as_objects(answer.get("data"))]
        return Page([media for media in found if media], cursor_after(answer))

    def read_counted_media(self, ig_media_id: str) -> Media:
        """Return one media, with the numbers of its comments and likes."""
        media = media_of(self._get_fields(require_id(ig_media_id), COUNTED_FIELDS))
        if media is None:
            raise unreadable_answer(is_reading=True)
        return media

    def _list_media(self, edge: str, limit: int) -> list[Media]:
        items = self._list(self._path_of(edge), MEDIA_FIELDS, limit=limit, page_size=LIST_PAGE_SIZE)
        return [media for media in map(media_of, items) if media]


def media_of(fields: Mapping[str, object]) -> Media | None:
    """Return the media a JSON object describes, None when it has no id."""
    ig_media_id = as_id(fields.get("id"))
    if ig_media_id is None:
        return None
    is_enabled = fields.get("is_comment_enabled")
    return Media(
        ig_media_id=ig_media_id,
        caption=as_text(fields.get("caption")),
        media_type=as_text(fields.get("media_type")) or "",
        media_product_type=as_text(fields.get("media_product_type")),
        timestamp=instant_of(as_text(fields.get("timestamp"))),
        permalink=as_link(fields.get("permalink")),
        shortcode=as_text(fields.get("shortcode")),
        thumbnail_url=as_text(fields.get("thumbnail_url")),
        media_url=as_text(fields.get("media_url")),
        comments_count=as_int(fields.get("comments_count")),
        like_count=as_int(fields.get("like_count")),
        is_comment_enabled=is_enabled if isinstance(is_enabled, bool) else None,
    )


def instant_of(text: str | None) -> datetime | None:
    """Return the UTC instant of a timestamp written like 2019-09-26T22:36:43+0000, None when it cannot be read."""
    if not text:
        return None
    try:
        instant = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
