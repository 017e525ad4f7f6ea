"""Reads for the queue and a post's page. Each costs the same with 500 posts as with 50,000."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from app.assets.models import Asset, AssetState
from app.db import current_workspace_id, reading
from app.errors import NotFound
from app.publishing.models import AttemptStep, Post, PostAsset, PostState, Wait
from app.workspaces.models import User

PAGE_SIZE = 25
COUNT_AT_MOST = 100
LARGEST_ID = 2**31


class Tab(StrEnum):
    """The parts of the queue."""

    PLANNED = "planned"
    ATTENTION = "attention"
    DRAFTS = "drafts"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


STATES = {
    Tab.PLANNED: (PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED, PostState.PUBLISHING),
    Tab.ATTENTION: (PostState.FAILED, PostState.UNCONFIRMED),
    Tab.DRAFTS: (PostState.DRAFT,),
    Tab.PUBLISHED: (PostState.PUBLISHED,),
    Tab.CANCELLED: (PostState.CANCELLED,),
}
STILL_WAITING = (PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED)
"""Planned posts that need attention when they are too late, or when their file can never go out."""


@dataclass(frozen=True)
class Page:
    """A page of posts and the cursor of the next one, if there is one."""

    posts: Sequence[Post]
    next_cursor: str | None


def list_posts(tab: Tab, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page:
    """Return a page of a tab: planned ones soonest first, others newest first. A broken cursor is the first page."""
    newest_first = tab is not Tab.PLANNED
    column = _order_column(tab)
    after = _read_cursor(cursor)
    with reading() as session:
        keys = [_keys(part, column, after, newest_first, limit) for part in _parts(tab)]
        found = session.execute(union_all(*(key.subquery().select() for key in keys))).all()
        found = sorted(found, key=lambda row: (row[1] is not None, row[1], row[0]), reverse=newest_first)
        page = found[:limit]
        posts = _load(session, [row[0] for row in page])
    next_cursor = _write_cursor(page[-1][1], page[-1][0]) if len(found) > limit else None
    return Page(posts, next_cursor)


def count_posts(tab: Tab) -> int:
    """Return how many posts a tab holds, counted up to COUNT_AT_MOST."""
    with reading() as session:
        counted = select(func.count()).select_from(union_all(*_counted(tab)).subquery())
        return min(COUNT_AT_MOST, session.scalar(counted) or 0)


def count_tabs() -> dict[Tab, int]:
    """Return how many posts each tab holds, each counted up to COUNT_AT_MOST, in one query."""
    with reading() as session:
        counts = [
            select(func.count()).select_from(union_all(*_counted(tab)).subquery()).scalar_subquery() for tab in Tab
        ]
        found = session.execute(select(*counts)).one()
    return {tab: min(COUNT_AT_MOST, count) for tab, count in zip(Tab, found, strict=True)}


def list_posts_by_id(post_ids: Sequence[int]) -> Sequence[Post]:
    """Return those of the posts that there are in the current workspace, in the order asked for."""
    with reading() as session:
        return _load(session, post_ids)


def get_post(post_id: int) -> Post:
    """Return a post of the current workspace with all that its page shows. Raises NotFound."""
    with reading() as session:
        found = _load(session, [post_id])
    if not found:
        raise NotFound(f"post {post_id}")
    return found[0]


def list_files(asset_ids: Sequence[int]) -> Sequence[Asset]:
    """Return those of the assets that there are in the current workspace, in the order asked for."""
    if not asset_ids:
        return []
    with reading() as session:
        found = {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_(asset_ids)))}
    return [found[asset_id] for asset_id in asset_ids if asset_id in found]


def list_steps(post_id: int, limit: int = 300) -> Sequence[AttemptStep]:
    """Return the newest lines of a post's log, oldest first."""
    with reading() as session:
        newest = session.scalars(
            select(AttemptStep).where(AttemptStep.post_id == post_id).order_by(AttemptStep.id.desc()).limit(limit)
        ).all()
        return list(reversed(newest))


def list_authors(steps: Sequence[AttemptStep]) -> dict[int, str]:
    """Return the names of the people who did the steps, by their ids."""
    ids = {step.user_id for step in steps if step.user_id is not None}
    if not ids:
        return {}
    with reading() as session:
        rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
        return {row.id: row.name for row in rows}


def list_due_between(since: datetime, until: datetime, limit: int = 50) -> Sequence[Post]:
    """Return what goes out, or went out, between two instants, in order."""
    with reading() as session:
        ids = session.scalars(
            select(Post.id)
            .where(
                Post.workspace_id == current_workspace_id(),
                Post.state.in_([*STATES[Tab.PLANNED], PostState.PUBLISHED, PostState.FAILED, PostState.UNCONFIRMED]),
                Post.due_at >= since,
                Post.due_at < until,
            )
            .order_by(Post.due_at, Post.id)
            .limit(limit)
        ).all()
        return _load(session, ids)


def _keys(
    part: tuple[ColumnElement[bool], ...],
    column: InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime],
    after: tuple[datetime | None, int] | None,
    newest_first: bool,
    limit: int,
) -> Select[int, datetime | None]:
    """Return a query for ids and order keys in one part of a tab: its own index range, so that merging stays cheap."""
    query = select(Post.id.label("id"), column.label("at")).where(*part)
    if after is not None:
        query = query.where(_is_beyond(column, after, newest_first))
    order = (column.desc(), Post.id.desc()) if newest_first else (column.asc(), Post.id.asc())
    return query.order_by(*order).limit(limit + 1)


def _is_beyond(
    column: InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime],
    after: tuple[datetime | None, int],
    newest_first: bool,
) -> ColumnElement[bool]:
    """Return what makes a row follow the cursor's; both databases take NULL for the smallest of all."""
    at, post_id = after
    same_moment = column == at if at is not None else column.is_(None)
    next_one = Post.id < post_id if newest_first else Post.id > post_id
    if newest_first:
        later_page = or_(column < at, column.is_(None)) if at is not None else false()
    else:
        later_page = column > at if at is not None else column.is_not(None)
    return or_(later_page, and_(same_moment, next_one))


def _counted(tab: Tab) -> list[Select[int]]:
    return [select(Post.id).where(*part).limit(COUNT_AT_MOST).subquery().select() for part in _parts(tab)]


def _parts(tab: Tab) -> list[tuple[ColumnElement[bool], ...]]:
    """Return what makes a post belong to the tab: parts that have no post in common, each found by an index."""
    mine = Post.workspace_id == current_workspace_id()
    parts: list[tuple[ColumnElement[bool], ...]] = [(mine, Post.state == state) for state in STATES[tab]]
    if tab is Tab.ATTENTION:
        refused = select(PostAsset.post_id).join(PostAsset.asset).where(Asset.state == AssetState.REFUSED)
        waiting = (mine, Post.state.in_(STILL_WAITING))
        parts.append((*waiting, Post.wait == Wait.LATE))
        parts.append((*waiting, Post.wait.is_distinct_from(Wait.LATE), Post.id.in_(refused)))
    return parts


def _order_column(tab: Tab) -> InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime]:
    if tab is Tab.PUBLISHED:
        return Post.published_at
    return Post.updated_at if tab in {Tab.DRAFTS, Tab.CANCELLED} else Post.due_at


def _load(session: Session, ids: Sequence[int]) -> list[Post]:
    if not ids:
        return []
    found = session.scalars(
        select(Post).where(Post.id.in_(ids)).options(joinedload(Post.account), selectinload(Post.post_assets))
    )
    by_id = {post.id: post for post in found}
    return [by_id[post_id] for post_id in ids if post_id in by_id]


def _write_cursor(at: datetime | None, post_id: int) -> str:
    return f"{at.isoformat() if at else ''}~{post_id}"


def _read_cursor(cursor: str | None) -> tuple[datetime | None, int] | None:
    at, _tilde, post_id = (cursor or "").partition("~")
    try:
        moment = datetime.fromisoformat(at) if at else None
        number = int(post_id)
    except ValueError:
        return None
    if number > LARGEST_ID or (moment is not None and moment.tzinfo is None):
        return None
    return moment, number
