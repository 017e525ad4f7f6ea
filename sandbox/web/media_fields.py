"""The fields of media as the API shows them."""

from collections.abc import Mapping
from typing import Any

from flask import g

from sandbox.clock import graph_time
from sandbox.container_rules import is_true
from sandbox.insights.media_numbers import likes_at
from sandbox.records import Account, Media
from sandbox.web.fields import OMIT, Field, Resolver, render
from sandbox.web.media_insight_calls import insights_field
from sandbox.web.nodes import media_url, permalink, poster_url
from sandbox.web.params import the_world
from sandbox.webhooks import shown_product


def _owner(media: Media) -> Account:
    account: Account | None = g.get("account")
    if account is None or account.user_id != media.user_id:
        account = the_world().accounts.find(media.user_id)
    assert account is not None
    return account


def _or_omit(value: Any) -> Any:
    return OMIT if value is None else value


def _children(media: Media, wanted: Field) -> Any:
    children = the_world().media.children(media)
    if media.media_type != "CAROUSEL_ALBUM":
        return OMIT
    inner = wanted.inner or (Field("id"),)
    return {"data": [render(child, MEDIA_FIELDS, inner) for child in children]}


def _on_top(value: Any, media: Media) -> Any:
    """Return a value that carousel items do not carry."""
    return OMIT if media.parent_id or value is None else value


MEDIA_FIELDS: Mapping[str, Resolver[Media]] = {
    "id": lambda media, _: media.id,
    "caption": lambda media, _: _on_top(media.caption, media) if the_world().settings.media_captions else OMIT,
    "media_type": lambda media, _: media.media_type,
    "media_product_type": lambda media, _: (
        shown_product(the_world(), media) if the_world().settings.media_captions else OMIT
    ),
    "media_url": lambda media, _: _or_omit(_front_url(media)),
    "thumbnail_url": lambda media, _: _or_omit(poster_url(media) if media.media_type == "VIDEO" else None),
    "permalink": lambda media, _: _on_top(permalink(media, _owner(media).username), media),
    "shortcode": lambda media, _: media.shortcode,
    "timestamp": lambda media, _: graph_time(media.published_at),
    "username": lambda media, _: _owner(media).username,
    "owner": lambda media, _: {"id": media.user_id} if g.account.user_id == media.user_id else OMIT,
    "like_count": lambda media, _: _on_top(likes_at(media, the_world().clock.now()), media),
    "comments_count": lambda media, _: _on_top(media.comments_count, media),
    "is_comment_enabled": lambda media, _: _on_top(bool(media.is_comment_enabled), media),
    "is_shared_to_feed": lambda media, _: _shared_to_feed(media),
    "alt_text": lambda media, _: _or_omit(media.details.get("alt_text")),
    "current_live_viewer_count": lambda media, _: 0 if media.is_on_air else OMIT,
    "is_ai_generated": lambda media, _: is_true(media.details.get("is_ai_generated", False)),
    "media_audio_type": lambda media, _: "ORIGINAL_SOUND" if media.media_type == "VIDEO" else OMIT,
    "legacy_instagram_media_id": lambda media, _: media.id[::-1],
    "children": _children,
    "insights": insights_field,
}


def _front_url(media: Media) -> str | None:
    if media.media_type != "CAROUSEL_ALBUM":
        return media_url(media)
    children = the_world().media.children(media)
    return media_url(children[0]) if children else None


def _shared_to_feed(media: Media) -> Any:
    if media.product_type != "REELS":
        return OMIT
    return is_true(media.details.get("share_to_feed", the_world().settings.share_to_feed))
