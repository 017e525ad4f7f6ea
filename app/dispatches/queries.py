"""Reads of dispatches."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import reading
from app.dispatches.models import Dispatch
from app.errors import NotFound


def get_dispatch(dispatch_id: int) -> Dispatch:
    """Return a dispatch of the current workspace. Raises NotFound."""
    with reading() as session:
        dispatch = session.scalar(select(Dispatch).where(Dispatch.id == dispatch_id))
    if dispatch is None:
        raise NotFound(f"dispatch {dispatch_id}")
    return dispatch


def list_batch(batch: str) -> Sequence[Dispatch]:
    """Return what one bulk action asked for, with the comments it concerns, in order."""
    with reading() as session:
        query = select(Dispatch).where(Dispatch.batch == batch).options(joinedload(Dispatch.comment))
        return session.scalars(query.order_by(Dispatch.id)).all()
