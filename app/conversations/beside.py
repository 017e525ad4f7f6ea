"""What a thread's page needs beside the messages themselves: names, files, senders."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.assets.models import Asset
from app.conversations.models import Message
from app.conversations.thread import Thread
from app.db import reading
from app.dispatches.models import Dispatch


def find_senders(messages: Sequence[Message]) -> dict[int, int | None]:
    """Return who asked for the dispatches that messages came from, by the dispatches' ids."""
    ids = {message.dispatch_id for message in messages if message.dispatch_id is not None}
    if not ids:
        return {}
    with reading() as session:
        rows = session.execute(select(Dispatch.id, Dispatch.created_by_id).where(Dispatch.id.in_(ids)))
        return {row.id: row.created_by_id for row in rows}


def find_assets(asset_ids: Collection[int]) -> dict[int, Asset]:
    """Return those of the files that there are in the current workspace, by their ids."""
    if not asset_ids:
        return {}
    with reading() as session:
        return {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_(asset_ids)))}


def assets_of(thread: Thread) -> dict[int, Asset]:
    """Return the files of the messages that are on their way."""
    return find_assets({asset_id for sent in thread.dispatches for asset_id in sent.values.get("asset_ids") or []})
