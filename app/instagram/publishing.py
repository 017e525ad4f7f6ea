"""From files to live media: containers, their status, and the call that publishes them.

Sources: https://developers.facebook.com/documentation/instagram-platform/content-publishing and, below
instagram-graph-api/reference/, ig-user/media, ig-user/media_publish, ig-user/content_publishing_limit, ig-container.
"""

from collections.abc import Sequence

from app.instagram.connection import Connection, require_id, unreadable_answer
from app.instagram.container import (
    CONTAINER_FIELDS,
    LIMIT_FIELDS,
    ContainerStatus,
    PublishingLimit,
    read_limit,
    read_status,
)
from app.instagram.transport import PUBLISH_READ_SECONDS


class PublishingCalls(Connection):
    """Publishing. Instagram fetches the URLs itself: they must be public, and plain ASCII."""

    def create_reel(
        self,
        video_url: str,
        *,
        caption: str,
        share_to_feed: bool,
        cover_url: str | None = None,
        thumb_offset_ms: int | None = None,
    ) -> str:
        """Return the id of a new container for a reel. A cover wins over the offset of the frame to show."""
        return self._create_container(
            media_type="REELS",
            video_url=video_url,
            caption=caption,
            share_to_feed=share_to_feed,
            cover_url=cover_url,
            thumb_offset=thumb_offset_ms,
        )

    def create_image(self, image_url: str, *, caption: str, alt_text: str | None = None) -> str:
        """Return the id of a new container for a single image."""
        return self._create_container(image_url=image_url, caption=caption, alt_text=alt_text)

    def create_story(self, *, image_url: str | None = None, video_url: str | None = None) -> str:
        """Return the id of a new container for a story: exactly one of the two URLs."""
        require_one(image_url, video_url)
        return self._create_container(media_type="STORIES", image_url=image_url, video_url=video_url)

    def create_carousel_item(
        self,
        *,
        image_url: str | None = None,
        video_url: str | None = None,
        alt_text: str | None = None,
        thumb_offset_ms: int | None = None,
    ) -> str:
        """Return the id of a new container for one item of a carousel: exactly one of the two URLs.

        `alt_text` belongs to an image, `thumb_offset_ms` to a video; the other is not sent.
        """
        require_one(image_url, video_url)
        return self._create_container(
            media_type="VIDEO" if video_url else None,
            image_url=image_url,
            video_url=video_url,
            is_carousel_item=True,
            alt_text=alt_text if image_url else None,
            thumb_offset=thumb_offset_ms if video_url else None,
        )

    def create_carousel(self, children: Sequence[str], *, caption: str) -> str:
        """Return the id of a new container over the items' containers, in their order."""
        listed = ",".join(require_id(child) for child in children)
        return self._create_container(media_type="CAROUSEL", children=listed, caption=caption)

    def read_container(self, container_id: str) -> ContainerStatus:
        """Return the state of a container."""
        status = read_status(self._get_fields(require_id(container_id), CONTAINER_FIELDS))
        if status is None:
            raise unreadable_answer(is_reading=True)
        return status

    def publish_container(self, container_id: str) -> str:
        """Publish a finished container and return the id of the media.

        Not to be repeated blindly: after an error with `outcome_unknown` the media may be live.
        """
        form = {"creation_id": require_id(container_id)}
        return self._create("media_publish", form, read_seconds=PUBLISH_READ_SECONDS)

    def read_publishing_limit(self) -> PublishingLimit:
        """Return how many of the rolling day's posts are used."""
        limit = read_limit(self._get_fields(self._path_of("content_publishing_limit"), LIMIT_FIELDS))
        if limit is None:
            raise unreadable_answer(is_reading=True)
        return limit

    def _create_container(self, **params: str | bool | int | None) -> str:
        form = {name: form_value(value) for name, value in params.items() if value is not None and value != ""}
        return self._create("media", form)


def require_one(image_url: str | None, video_url: str | None) -> None:
    """Raise ValueError unless exactly one is given."""
    if bool(image_url) == bool(video_url):
        raise ValueError("exactly one of image_url and video_url")


def form_value(value: str | bool | int) -> str:
    """Return a value as a form carries it: `true` and `false` for booleans, lone surrogates replaced."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).encode("utf-8", "replace").decode("utf-8")
