"""What a post says, as the operator gives it, and the rules it must keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountState
from app.assets.models import Asset, AssetKind, AssetState
from app.errors import NotFound, RuleError
from app.instagram.caption import count_caption, normalize_caption
from app.instagram.limits import CAPTION_CHARACTERS, CAPTION_HASHTAGS, CAPTION_MENTIONS
from app.publishing.models import AssetRole, Post, PostAsset, PostKind


@dataclass(frozen=True)
class PostContent:
    """Everything about a post but its time. Asset ids are of the current workspace."""

    account_id: int
    kind: PostKind
    caption: str = ""
    media_asset_ids: tuple[int, ...] = ()
    cover_asset_id: int | None = None
    thumb_offset_ms: int | None = None
    share_to_feed: bool = True


def write_content(session: Session, post: Post, content: PostContent) -> None:
    """Give a post its content. Raises NotFound for an account or asset that is not the workspace's."""
    account = session.get(Account, content.account_id)
    if account is None or account.state is AccountState.DISCONNECTED:
        raise NotFound(f"account {content.account_id}")
    post.account_id = account.id
    post.kind = content.kind
    post.caption = normalize_caption(content.caption).replace("\x00", "").strip()
    post.share_to_feed = content.share_to_feed
    post.thumb_offset_ms = content.thumb_offset_ms
    media = _get_assets(session, content.media_asset_ids)
    cover = _get_assets(session, [content.cover_asset_id] if content.cover_asset_id else [])
    links = [(asset, AssetRole.MEDIA, n) for n, asset in enumerate(media)]
    links += [(asset, AssetRole.COVER, 0) for asset in cover]
    if [(link.asset_id, link.role, link.position) for link in post.post_assets] == [
        (asset.id, role, n) for asset, role, n in links
    ]:
        return
    post.post_assets.clear()
    session.flush()
    post.post_assets.extend(
        PostAsset(workspace_id=post.workspace_id, asset=asset, role=role, position=n) for asset, role, n in links
    )


def check_content(post: Post) -> None:
    """Raise RuleError when Instagram would surely refuse the post. Drafts need not pass."""
    counted = count_caption(post.caption)
    for key, found, most in (
        ("caption_too_long", counted.characters, CAPTION_CHARACTERS),
        ("too_many_hashtags", counted.hashtags, CAPTION_HASHTAGS),
        ("too_many_mentions", counted.mentions, CAPTION_MENTIONS),
    ):
        if found > most:
            raise RuleError(key, field="caption", found=found, most=most)
    if not post.media:
        raise RuleError("media_missing", field="media")
    for asset in [*post.media, *([post.cover] if post.cover else [])]:
        if asset.state is AssetState.REFUSED:
            raise RuleError("media_refused", field="media", filename=asset.filename, refusal=asset.refusal)
    _check_kinds(post)


def _check_kinds(post: Post) -> None:
    wanted = {PostKind.REEL: {AssetKind.VIDEO}, PostKind.IMAGE: {AssetKind.IMAGE}, PostKind.STORY: set(AssetKind)}
    if len(post.media) > 1:
        raise RuleError("one_file_only", field="media")
    if post.media[0].kind not in wanted[post.kind]:
        raise RuleError("wrong_kind_of_file", field="media", kind=post.kind)
    if post.cover is not None and post.cover.kind is not AssetKind.IMAGE:
        raise RuleError("cover_not_a_picture", field="cover")
    facts = post.media[0].facts or {}
    duration = facts.get("duration_seconds")
    if post.thumb_offset_ms is not None and duration is not None and post.thumb_offset_ms > duration * 1000:
        raise RuleError("thumb_offset", field="thumb_offset", seconds=duration)


def _get_assets(session: Session, ids: Sequence[int]) -> list[Asset]:
    found = {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_(ids)))} if ids else {}
    if missing := [asset_id for asset_id in ids if asset_id not in found]:
        raise NotFound(f"assets {missing}")
    return [found[asset_id] for asset_id in ids]
