"""The quickest way for rows into the database, for what comes often and from outside and may be told twice.

Straight through the driver: SQLAlchemy's own work would cost about as much as the rest of such a request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, insert, inspect
from sqlalchemy.exc import SQLAlchemyError

from app.db import Base, storing


class NotStored(Exception):
    """The database is away or too busy. Nothing may be acknowledged; telling it again is safe."""


class StoreNew:
    """An INSERT of these columns of a table that leaves out rows whose unique key is there already.

    The table must not be of user data: the limit to one workspace does not see these statements.
    """

    def __init__(self, table: type[Base], *columns: str) -> None:
        self.table, self.columns = table, columns
        self._prepared: dict[str, _Prepared] = {}

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert the rows in one statement, committed when this returns; return how many were new.

        A connection that has died meanwhile is found by using it, so a failure is tried again once. Raises NotStored.
        """
        try:
            return self._insert(rows)
        except Exception as first:
            try:
                return self._insert(rows)
            except SQLAlchemyError as error:
                raise NotStored(type(error).__name__) from first
            except Exception as error:  # the driver's own: which they are depends on the database
                raise NotStored(type(error).__name__) from error

    def _insert(self, rows: Sequence[Mapping[str, Any]]) -> int:
        with storing() as (cursor, dialect):
            made = self._prepared.get(dialect.name) or self._prepare(dialect)
            given = [made.values_of(row) for row in rows]
            if len(given) == 1:
                cursor.execute(made.sql, given[0])
            else:
                cursor.executemany(made.sql, given)
            return int(cursor.rowcount)

    def _prepare(self, dialect: Dialect) -> "_Prepared":
        statement = insert(self.table).prefix_with("OR IGNORE" if dialect.name == "sqlite" else "IGNORE")
        compiled = statement.compile(dialect=dialect, column_keys=list(self.columns))
        types = {column.key: column.type for column in inspect(self.table).columns}
        names = compiled.positiontup or self.columns
        processors = [(name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in names]
        self._prepared[dialect.name] = _Prepared(str(compiled), compiled.positiontup is not None, processors)
        return self._prepared[dialect.name]


@dataclass(frozen=True)
class _Prepared:
    """The statement in the words of one database."""

    sql: str
    is_positional: bool
    processors: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def values_of(self, row: Mapping[str, Any]) -> dict[str, Any] | tuple[Any, ...]:
        """Return a row as the driver takes it."""
        values = {name: process(row[name]) if process else row[name] for name, process in self.processors}
        return tuple(values.values()) if self.is_positional else values
