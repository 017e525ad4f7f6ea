"""Deleting files that nothing uses any more."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import delete, event, exists, select
from sqlalchemy.orm import Session

from app.assets.files import remove_files
from app.assets.models import Asset, Upload
from app.db import deadlock_safe, transaction
from app.publishing.models import PostAsset


@deadlock_safe
def delete_unused_assets(asset_ids: Sequence[int], *, media_dir: Path) -> list[int]:
    """Delete those of the assets that no post uses, rows and files, and return their ids.

    Files go only after the outermost transaction has committed: a row never names a file that is gone.
    """
    if not asset_ids:
        return []
    with transaction() as session:
        is_used = exists().where(PostAsset.asset_id == Asset.id)
        unused = session.scalars(select(Asset).where(Asset.id.in_(asset_ids), ~is_used).with_for_update()).all()
        ids = [asset.id for asset in unused]
        paths = [path for asset in unused for path in (asset.original_path, asset.rendition_path, asset.poster_path)]
        paths += session.scalars(select(Upload.path).where(Upload.asset_id.in_(ids)))
        session.execute(delete(Upload).where(Upload.asset_id.in_(ids)).execution_options(synchronize_session=False))
        session.execute(delete(Asset).where(Asset.id.in_(ids), ~is_used).execution_options(synchronize_session=False))
        _after_commit(session, media_dir, paths)
    return ids


def _after_commit(session: Session, media_dir: Path, paths: Sequence[str | None]) -> None:
    @event.listens_for(session, "after_commit", once=True)
    def remove(_session: Session) -> None:
        remove_files(media_dir, paths)
