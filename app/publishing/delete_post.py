"""Deleting an entry of ours. What is live on Instagram stays there: its API offers no deleting to this login."""

from pathlib import Path

from app.assets.delete_assets import delete_unused_assets
from app.db import deadlock_safe, transaction
from app.publishing.rules import DELETABLE
from app.publishing.take_post import take_post


def delete_post(post_id: int, *, media_dir: Path) -> None:
    """Delete a post, and its files unless another post uses them.

    Raises RuleError `post_moved_on` for a post that is on its way out or in doubt.
    """
    delete_unused_assets(_delete_row(post_id), media_dir=media_dir)


@deadlock_safe
def _delete_row(post_id: int) -> list[int]:
    with transaction() as session:
        post = take_post(session, post_id, DELETABLE)
        asset_ids = [link.asset_id for link in post.post_assets]
        session.delete(post)
        return asset_ids
