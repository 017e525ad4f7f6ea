"""The migrations as they are run: up and down, on both databases, with data in place."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app import db, schema
from app.config import PROJECT_DIR
from app.tables import metadata

NOT_OURS = {"alembic_version", "apscheduler_jobs"}


def is_ours(name: str) -> bool:
    """Whether a model stands for the table or index; what indexes words stands in a migration only."""
    return name not in NOT_OURS and "_words" not in name and not name.endswith("_folded")


SAMPLES: dict[type[Any], Any] = {
    sa.Integer: 1,
    sa.Boolean: True,
    sa.JSON: {"қазақша": ["1", 2]},
    sa.LargeBinary: b"\0\xff",
    sa.Float: 1.5,
    sa.Date: datetime(2026, 3, 2, tzinfo=UTC).date(),
}


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[sa.Engine]:
    db.connect(empty_database_url)
    yield db.engine()
    db.disconnect()


@pytest.fixture(scope="session")
def revisions() -> list[str]:
    """Every revision, the newest first."""
    return [script.revision for script in ScriptDirectory(str(PROJECT_DIR / "migrations")).walk_revisions()]


def sample(column: sa.Column[Any]) -> Any:
    """Return a value that fits the column."""
    if isinstance(column.type, db.UtcDateTime):
        return datetime(2026, 3, 2, 4, 0, 0, 123456, tzinfo=UTC)
    if isinstance(column.type, db.WallTime | sa.DateTime):
        return datetime(2026, 3, 2, 9, 0)
    if isinstance(column.type, sa.Enum):
        return column.type.python_type(column.type.enums[0])
    if isinstance(column.type, sa.String):
        text = base64.b32encode(column.name.encode()).decode() * 20 if column.type.length else "Ұзақ мәтін 🍏"
        return text[: column.type.length]
    return next(value for kind, value in SAMPLES.items() if isinstance(column.type, kind))


def fill(engine: sa.Engine) -> None:
    """Write one row into every table; every id is 1, so that every foreign key fits."""
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            given = [column for column in table.columns if column.computed is None]
            connection.execute(table.insert().values({column.name: sample(column) for column in given}))


def contents(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of ours."""
    with engine.begin() as connection:
        names = {name for name in sa.inspect(connection).get_table_names() if is_ours(name)}
        return {name: [tuple(row) for row in connection.execute(sa.text(f"SELECT * FROM {name}"))] for name in names}


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: sa.Engine) -> None:
    schema.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _thing, name, kind, *_: not (kind in {"table", "index"} and not is_ours(name)),
            },
        )
        assert compare_metadata(context, metadata) == []
        assert schema.is_current(connection)


def test_upgrading_twice_changes_nothing(engine: sa.Engine) -> None:
    schema.upgrade(engine)
    fill(engine)
    before = contents(engine)
    schema.upgrade(engine)
    assert contents(engine) == before


def test_every_step_down_and_up_again_keeps_what_the_older_shape_can_hold(
    engine: sa.Engine, revisions: list[str]
) -> None:
    schema.upgrade(engine)
    fill(engine)
    for below in [*revisions[1:], "base"]:
        schema.downgrade(engine, below)
        rows = {name: len(found) for name, found in contents(engine).items()}
        assert set(rows.values()) <= {1}
        schema.upgrade(engine)
        assert {name: len(found) for name, found in contents(engine).items() if name in rows} == rows
    with engine.connect() as connection:
        assert schema.is_current(connection)


def test_the_way_down_leaves_nothing_behind(engine: sa.Engine) -> None:
    schema.upgrade(engine)
    fill(engine)
    schema.downgrade(engine, "base")
    assert contents(engine) == {}
