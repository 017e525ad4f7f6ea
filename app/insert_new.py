"""Writing a row that somebody else may be writing at this very moment."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.db import Base, changed_rows


def insert_new(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless one with its unique key is there already; return whether it was inserted.

    Nothing is raised for the second one: on MariaDB that would cost the whole transaction what it holds so far.
    """
    session.flush()
    statement = insert(table).values(**values).prefix_with("OR IGNORE", dialect="sqlite")
    for dialect in ("mysql", "mariadb"):
        statement = statement.prefix_with("IGNORE", dialect=dialect)
    return changed_rows(session.execute(statement)) == 1
