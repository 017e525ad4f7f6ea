"""how large tables grow: what SQLite's planner cannot know by itself"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Without statistics SQLite takes any column compared with a value for a good one to search by, and reads all rows of a
# workspace rather than thirty by their ids. MariaDB counts by itself. Here rough figures do: which columns tell much.
TABLES = ("comments", "messages", "conversations", "contacts", "media", "dispatches", "events", "hide_records")
ROWS = 1_000_000
PER_VALUE = {
    "workspace_id": 500_000,
    "account_id": 300_000,
    "state": 100_000,
    "created_by_id": 50_000,
    "assigned_to_id": 50_000,
    "media_id": 1_000,
    "conversation_id": 50,
    "contact_id": 50,
    "parent_id": 4,
    "comment_id": 2,
}
"""Of an index's first column: how many rows have the same value in it, on average."""
HALVING = {"parent_id", "state", "language", "hidden", "is_question", "is_unread", "assigned_to_id"}
"""Columns that split what comes before them in an index into a few large parts."""


def _figures(columns: list[str], *, is_unique: bool) -> str:
    """Return what `sqlite_stat1` holds of an index: all rows, then how many agree in its first column, first two, …"""
    per_value = [PER_VALUE.get(columns[0], 10)]
    for column in columns[1:]:
        per_value.append(max(1, per_value[-1] // 2 if column in HALVING else 1))
    if is_unique:
        per_value[-1] = 1
    return " ".join(map(str, [ROWS, *per_value]))


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    op.execute("ANALYZE sqlite_master")
    _forget()
    write = sa.text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)")
    for table in TABLES:
        # Not SQLAlchemy's inspector: it leaves out the indexes of unique constraints.
        for _number, name, is_unique, *_rest in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
            columns = [column for _rank, _id, column in connection.exec_driver_sql(f"PRAGMA index_info({name})")]
            stat = _figures(columns, is_unique=bool(is_unique))
            connection.execute(write, {"tbl": table, "idx": name, "stat": stat})
    op.execute("ANALYZE sqlite_master")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _forget()


def _forget() -> None:
    delete = sa.text("DELETE FROM sqlite_stat1 WHERE tbl IN :tables").bindparams(sa.bindparam("tables", expanding=True))
    op.get_bind().execute(delete, {"tables": list(TABLES)})
