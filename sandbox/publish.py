"""From container to live media: at most once, within the quota."""

from typing import Any

from sandbox.accounts import DAY
from sandbox.containers import EXPIRED, FINISHED, PUBLISHED
from sandbox.errors import publishing
from sandbox.media import NewMedia
from sandbox.records import Account, Container, Media
from sandbox.world import World

QUOTA_WINDOW_S = DAY
KEPT_PARAMS = (
    "alt_text",
    "thumb_offset",
    "share_to_feed",
    "audio_name",
    "collaborators",
    "user_tags",
    "is_ai_generated",
)


def quota_usage(world: World, user_id: str, *, since: float | None = None) -> int:
    """Return how many posts an account has published within the rolling day."""
    start = world.clock.now() - QUOTA_WINDOW_S
    return world.media.published_since(user_id, max(start, since or start))


def publish_container(world: World, account: Account, container_id: str, *, late_s: float = 0.0) -> Media:
    """Put a container live and return the media; raises GraphError. Lists show it `late_s` seconds later."""
    with world.store.transaction():
        container = _get_publishable(world, account, container_id)
        if quota_usage(world, account.user_id) >= world.settings.quota_total:
            raise publishing(2207042)
        media_id = world.ids.next("media")
        if not world.containers.claim(container.id, media_id):
            raise publishing(2207006)
        media = world.media.add(account.user_id, describe(container), media_id=media_id, late_s=late_s)
        for child in world.containers.children(container):
            world.containers.claim(child.id, world.media.add(account.user_id, describe(child, parent=media)).id)
    return media


def _get_publishable(world: World, account: Account, container_id: str) -> Container:
    container = world.containers.find(container_id)
    if container is None or container.user_id != account.user_id:
        raise publishing(2207006)
    status = world.containers.true_status(container)
    if status == PUBLISHED:
        raise publishing(2207006)  # no page states the code; what matters is that it never goes live twice
    if container.is_item:
        raise publishing(2207089)
    if status == EXPIRED:
        raise publishing(2207008)
    if status != FINISHED:
        raise publishing(2207027)
    return container


def describe(container: Container, parent: Media | None = None) -> NewMedia:
    """Return the media that a container becomes."""
    media_type, product_type = kind_of(container.kind, container.params)
    return NewMedia(
        media_type=media_type,
        product_type=parent.product_type if parent else product_type,
        caption=None if container.kind == "STORIES" or parent else container.params.get("caption"),
        assets=container.assets,
        container_id=container.id,
        parent_id=parent.id if parent else None,
        details={name: container.params[name] for name in KEPT_PARAMS if name in container.params},
    )


def kind_of(kind: str, params: dict[str, Any]) -> tuple[str, str]:
    """Return media_type and media_product_type as they are read back."""
    if kind == "CAROUSEL":
        return "CAROUSEL_ALBUM", "FEED"
    if kind == "REELS":
        return "VIDEO", "REELS"
    media_type = "VIDEO" if kind == "VIDEO" or "video_url" in params or "upload_type" in params else "IMAGE"
    return media_type, "STORY" if kind == "STORIES" else "FEED"


def post_from_phone(world: World, container: Container) -> Media:
    """Put a look-alike of a container live as if its owner had posted it in the app; it costs no quota."""
    twin = describe(container)
    new = NewMedia(media_type=twin.media_type, product_type=twin.product_type, caption=twin.caption, assets=twin.assets)
    return world.media.add(container.user_id, new)
