"""No form of query reaches another workspace's rows: refused, or answered as if they did not exist."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    String,
    bindparam,
    case,
    cast,
    delete,
    exists,
    extract,
    func,
    insert,
    join,
    literal,
    literal_column,
    not_,
    select,
    text,
    true,
    tuple_,
    type_coerce,
    union,
    union_all,
    update,
)
from sqlalchemy.orm import Bundle, Session, aliased, joinedload, selectinload, subqueryload

from app import db
from app.accounts.models import Account
from app.assets.models import Asset
from app.crypto import KeyRing
from app.db import NoWorkspace
from app.publishing.models import AssetRole, Attempt, Post, PostAsset, PostKind, PostState
from app.workspaces.models import User, Workspace
from tests.clocks import DEFAULT_NOW
from tests.factories import Cast, make_account, make_asset, make_cast, make_post

FOREIGN = "foreign-caption"
OWN = "own-caption"
OTHER = aliased(Post)
POSTS: Any = Post.__table__
ATTEMPTS: Any = Attempt.__table__
FOREIGN_POST = Post.caption == FOREIGN


class World:
    """Two workspaces with a post each; we are in the first."""

    def __init__(self, cast: Cast, keys: KeyRing) -> None:
        self.workspace, self.other = cast.workspace, cast.other_workspace
        self.account = make_account(self.workspace, keys, ig_user_id="1")
        self.foreign_account = make_account(self.other, keys, ig_user_id="2", username="foreign")
        self.foreign_asset = make_asset(self.other, filename="foreign.mp4")
        self.post_id = make_post(self.account, make_asset(self.workspace), caption=OWN).id
        self.foreign_id = make_post(self.foreign_account, self.foreign_asset, caption=FOREIGN).id

    def captions(self) -> set[str]:
        """Return what stands in the table, whoever it belongs to."""
        with db.every_workspace(), db.reading() as session:
            return set(session.scalars(select(Post.caption)))

    def owners(self) -> dict[str, set[int]]:
        """Return whom the rows of each table belong to."""
        with db.every_workspace(), db.reading() as session:
            return {
                "posts": set(session.scalars(select(Post.workspace_id).where(Post.id == self.post_id))),
                "attempts": set(session.scalars(select(Attempt.workspace_id))),
            }


@pytest.fixture
def world(database: object, keys: KeyRing) -> World:
    return World(make_cast(), keys)


READS: dict[str, Any] = {
    "an entity": select(Post),
    "a column": select(Post.caption),
    "an alias": select(OTHER.caption),
    "a count of an entity": select(func.count()).select_from(Post),
    "a count of a column": select(func.count(Post.id)),
    "a count by the condition only": select(func.count()).where(Post.id > 0),
    "a filtered count": select(func.count().filter(Post.id > 0)),
    "an aggregate": select(func.max(Post.caption)),
    "a window": select(func.count().over(partition_by=Post.state)),
    "a window inside a sum": select(literal(1) + func.sum(Post.id).over()),
    "a part of a date": select(extract("year", Post.created_at)),
    "a negation": select(not_(Post.share_to_feed)),
    "a cast": select(cast(Post.caption, String(99))),
    "another type": select(type_coerce(Post.caption, String)),
    "a distinct": select(Post.caption).distinct(),
    "a case": select(case((FOREIGN_POST, FOREIGN), else_="")),
    "an expression": select(literal("x") + Post.caption),
    "a bundle": select(Bundle("b", Post.caption)),
    "a tuple in a condition": select(Post.caption).where(tuple_(Post.caption, Post.state).in_([(FOREIGN, "draft")])),
    "a join": select(User.name, Post.caption).join(Post, true()),
    "an outer join": select(Post.caption, Account.username).outerjoin(Account, true()),
    "a join made by hand": select(Account.username).select_from(join(Workspace, Account, true())),
    "an aliased join": select(OTHER.caption).select_from(Post).join(OTHER, true()),
    "an exists": select(exists().where(FOREIGN_POST)),
    "an exists of a query": select(select(Post.id).where(FOREIGN_POST).exists()),
    "a scalar subquery": select(select(Post.caption).where(FOREIGN_POST).scalar_subquery()),
    "a subquery": select(select(Post.caption).subquery()),
    "an alias of a subquery": select(aliased(Post, select(Post).subquery()).caption),
    "a common table": select(select(Post.caption).cte()),
    "a union": union(select(Post.caption), select(OTHER.caption)),
    "a union inside": select(union_all(select(Post.caption), select(OTHER.caption)).subquery()),
    "an in": select(User.name).where(literal(FOREIGN).in_(select(Post.caption))),
    "a condition on another table": select(User.name).where(FOREIGN_POST),
    "an order": select(User.name).order_by(select(Post.caption).where(FOREIGN_POST).scalar_subquery()),
    "a relationship's any": select(Post.caption).where(Post.post_assets.any(PostAsset.asset.has(Asset.id > 0))),
    "eager joins": select(Post).options(joinedload(Post.account), joinedload(Post.post_assets)),
    "eager selects": select(Post).options(selectinload(Post.account), selectinload(Post.post_assets)),
    "eager subqueries": select(Post).options(subqueryload(Post.account), subqueryload(Post.post_assets)),
    "groups": select(Workspace.name, func.count()).join(Post, Post.workspace_id == Workspace.id).group_by(Workspace.id),
    "a table": select(POSTS.c.caption),
    "a table's alias": select(POSTS.alias("p").c.caption),
    "an exists of a table": select(exists().where(POSTS.c.caption == FOREIGN)),
    "a table among entities": select(User.name).select_from(POSTS).where(POSTS.c.caption == FOREIGN),
    "text": text("SELECT caption FROM posts"),
    "text after a comma": text("SELECT p.caption FROM users, posts AS p"),
    "text for an entity": select(Post).from_statement(text("SELECT * FROM posts")),
    "a literal column": select(literal_column("caption")).select_from(text("posts")),
}
REFUSED_READS = {
    *("a filtered count", "a window", "a window inside a sum", "a part of a date", "a negation"),
    *("a table", "a table's alias", "an exists of a table", "a table among entities"),
    *("text", "text after a comma", "text for an entity", "a literal column"),
}
NEVER_TRUE = {"an exists", "an exists of a query", "an exists of a table"}


@pytest.mark.parametrize("form", READS)
@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
def test_a_read_sees_our_own_rows_only_or_is_refused(world: World, form: str) -> None:
    with db.workspace_scope(world.workspace.id), db.reading() as session:
        if form in REFUSED_READS:
            with pytest.raises(NoWorkspace):
                session.execute(READS[form])
            return
        rows = [tuple(row) for row in session.execute(READS[form]).unique()]
    shown = [getattr(value, "caption", value) for row in rows for value in row]
    assert FOREIGN not in shown and "foreign" not in shown
    assert form not in NEVER_TRUE or not any(shown)
    assert not form.startswith("a count") or shown == [1]
    assert form != "groups" or len(rows) == 1


@pytest.mark.parametrize("form", READS)
@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
def test_outside_a_workspace_nothing_reads_user_data(world: World, form: str) -> None:
    with db.reading() as session, pytest.raises(NoWorkspace):
        session.execute(READS[form])


@pytest.mark.parametrize("form", [form for form in READS if form != "a filtered count"])  # MariaDB has none
@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
def test_whoever_lifts_the_limit_sees_everything(world: World, form: str) -> None:
    with db.every_workspace(), db.reading() as session:
        session.execute(READS[form]).unique().all()


def attempt_of(world: World, workspace_id: int) -> dict[str, Any]:
    return {"workspace_id": workspace_id, "post_id": world.foreign_id, "started_at": DEFAULT_NOW}


def change_owner(session: Session, world: World) -> None:
    session.get_one(Post, world.post_id).workspace_id = world.other.id
    session.flush()


def add_detached(session: Session, world: World) -> None:
    with db.every_workspace(), db.reading() as reading:
        foreign = reading.get_one(Post, world.foreign_id)
        reading.expunge_all()
    foreign.caption = "hacked"
    session.add(foreign)
    session.flush()


def as_foreign(world: World) -> Post:
    return Post(
        id=world.foreign_id,
        workspace_id=world.other.id,
        account_id=world.foreign_account.id,
        kind=PostKind.REEL,
        state=PostState.DRAFT,
        caption="hacked",
        created_at=DEFAULT_NOW,
        updated_at=DEFAULT_NOW,
    )


WRITES: dict[str, Callable[[Session, World], object]] = {
    "an update by condition": lambda s, w: s.execute(update(Post).where(FOREIGN_POST).values(caption="hacked")),
    "an update of everything": lambda s, w: s.execute(update(Post).where(Post.caption != OWN).values(caption="hacked")),
    "an update by id in bulk": lambda s, w: s.execute(update(Post), [{"id": w.foreign_id, "caption": "hacked"}]),
    "an update that gives away": lambda s, w: s.execute(
        update(Post).where(Post.id == w.post_id).values(workspace_id=w.other.id)
    ),
    "an update with a subquery": lambda s, w: s.execute(
        update(User)
        .where(exists().where(FOREIGN_POST))
        .values(name="hacked")
        .execution_options(synchronize_session=False)
    ),
    "an update through query()": lambda s, w: s.query(Post).filter(FOREIGN_POST).update({"caption": "hacked"}),
    "an update of the table": lambda s, w: s.execute(
        update(POSTS).where(POSTS.c.caption == FOREIGN).values(caption="hacked")
    ),
    "an update in text": lambda s, w: s.execute(text("UPDATE posts SET caption = 'hacked'")),
    "an update on the connection": lambda s, w: s.connection().execute(
        update(POSTS).where(POSTS.c.id == bindparam("b")).values(caption="hacked"), {"b": w.foreign_id}
    ),
    "a delete by condition": lambda s, w: s.execute(delete(Post).where(FOREIGN_POST)),
    "a delete of the table": lambda s, w: s.execute(delete(POSTS)),
    "a delete in text": lambda s, w: s.execute(text("DELETE FROM posts")),
    "an insert": lambda s, w: s.execute(insert(Attempt).values(**attempt_of(w, w.other.id))),
    "inserts": lambda s, w: s.execute(insert(Attempt), [attempt_of(w, w.workspace.id), attempt_of(w, w.other.id)]),
    "inserts in one statement": lambda s, w: s.execute(
        insert(Attempt).values([attempt_of(w, w.workspace.id), attempt_of(w, w.other.id)])
    ),
    "an insert of an expression": lambda s, w: s.execute(
        insert(Attempt).values(**attempt_of(w, 0) | {"workspace_id": literal(w.other.id)})
    ),
    "an insert from a query": lambda s, w: s.execute(
        insert(Attempt).from_select(
            ["workspace_id", "post_id", "started_at"], select(literal(w.other.id), Post.id, Post.created_at)
        )
    ),
    "an insert into the table": lambda s, w: s.execute(insert(ATTEMPTS).values(**attempt_of(w, w.other.id))),
    "an insert in text": lambda s, w: s.execute(
        text("INSERT INTO attempts (workspace_id, post_id, started_at) VALUES (:w, :p, '2026-11-21')"),
        {"w": w.other.id, "p": w.foreign_id},
    ),
    "a bulk insert": lambda s, w: s.bulk_insert_mappings(Attempt.__mapper__, [attempt_of(w, w.other.id)]),
    "a bulk save": lambda s, w: s.bulk_save_objects([Attempt(**attempt_of(w, w.other.id))]),
    "a bulk update": lambda s, w: s.bulk_update_mappings(Post.__mapper__, [{"id": w.foreign_id, "caption": "hacked"}]),
    "a new row": lambda s, w: s.add(Attempt(**attempt_of(w, w.other.id))),
    "a merge": lambda s, w: s.merge(as_foreign(w)),
    "a row that changes hands": change_owner,
    "a row from elsewhere": add_detached,
}
WITHOUT_EFFECT = {
    *("an update by condition", "an update of everything", "an update with a subquery", "an update through query()"),
    "a delete by condition",
}


@pytest.mark.parametrize("form", WRITES)
def test_a_write_leaves_foreign_rows_alone(world: World, form: str) -> None:
    before = world.captions()
    with db.workspace_scope(world.workspace.id):
        if form in WITHOUT_EFFECT:
            with db.transaction() as session:
                WRITES[form](session, world)
        else:
            with pytest.raises(NoWorkspace), db.transaction() as session:
                WRITES[form](session, world)
    assert world.captions() == before
    assert world.owners() == {"posts": {world.workspace.id}, "attempts": set()}
    with db.reading() as session:
        assert "hacked" not in set(session.scalars(select(User.name)))


def test_our_own_rows_can_be_written_in_every_form(world: World) -> None:
    with db.workspace_scope(world.workspace.id), db.transaction() as session:
        session.execute(update(Post).values(caption="changed"))
        own = {"workspace_id": world.workspace.id, "post_id": world.post_id, "started_at": DEFAULT_NOW}
        session.execute(insert(Attempt), [own, own])
        session.execute(insert(Attempt).values(**own))
        session.add(Attempt(post_id=world.post_id, started_at=DEFAULT_NOW))
        session.flush()
        assert session.scalar(select(func.count()).select_from(Attempt)) == 4
        session.execute(delete(Attempt))
        session.delete(session.get_one(Post, world.post_id))
    assert world.captions() == {FOREIGN}


def test_a_foreign_row_cannot_be_got_by_its_id(world: World) -> None:
    with db.workspace_scope(world.workspace.id), db.reading() as session:
        assert session.get(Post, world.foreign_id) is None
        assert session.get(Post, world.post_id) is not None


def test_what_was_read_without_the_limit_is_not_kept_for_later(world: World) -> None:
    session = db.open_request_session()
    try:
        db.enter_workspace(world.workspace.id)
        with db.every_workspace(), db.reading() as unlimited:
            kept = unlimited.get_one(Post, world.foreign_id)
        with db.reading() as limited:
            assert limited.get(Post, world.foreign_id) is None
        assert kept.caption == FOREIGN
        with db.workspace_scope(world.other.id), db.reading() as elsewhere:
            assert elsewhere.get(Post, world.post_id) is None
    finally:
        db.leave_workspace()
        db.close_request_session(session)


def test_a_relationship_leads_to_no_foreign_row(world: World) -> None:
    with db.workspace_scope(world.workspace.id), db.transaction() as session:
        link = PostAsset(post_id=world.post_id, asset_id=world.foreign_asset.id, role=AssetRole.COVER, position=9)
        session.add(link)
        session.flush()
        assert link.asset is None
        post = session.get_one(Post, world.post_id)
        post.account_id = world.foreign_account.id
        session.flush()
        session.expire(post)
        assert post.account is None
        session.rollback()


def test_a_row_that_was_read_without_the_limit_leads_nowhere_inside_it(world: World) -> None:
    with db.every_workspace(), db.reading() as session:
        foreign = session.get_one(Post, world.foreign_id)
        with db.workspace_scope(world.workspace.id):
            assert foreign.account is None
            assert foreign.post_assets == []
