"""Telling MariaDB which index a list is read along."""

from typing import Any, TypeVar

from sqlalchemy import Select

Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])


def read_along(query: Rows, table: Any, index: str) -> Rows:
    """Return the query so that MariaDB reads the table along this index, from where the conditions begin.

    Of what more than half of a table fits, it takes every part for equally large: then it would begin at one end of
    the index and pass by hundreds of thousands of rows, up to the cursor or to the first one that is not NULL.
    SQLite needs no telling.
    """
    for dialect in ("mysql", "mariadb"):
        query = query.with_hint(table, f"FORCE INDEX ({index})", dialect)
    return query
