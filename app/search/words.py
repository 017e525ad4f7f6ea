"""Finding rows by words of their text: MariaDB's FULLTEXT index, or SQLite's FTS5 table.

Whoever searches types plain words. All of them must stand in the text, in any order, each at least as the beginning of
a word («кофе» finds «кофейня»); a single letter counts as a whole word. Signs mean nothing, whatever they are to the
database, so every text is a safe query.
"""

from sqlalchemy import ColumnElement, column, select, table
from sqlalchemy.dialects.mysql import match

from app import db
from app.comments.models import Comment
from app.conversations.models import Message
from app.search.folding import fold

MOST_WORDS = 10
"""Further words of a query are not looked at."""


def words_match(searched: type[Comment] | type[Message], query: str) -> ColumnElement[bool]:
    """Return the condition that a row's text holds all words of the query; never true when it has none."""
    words = list(dict.fromkeys(fold(query).split()))[:MOST_WORDS]
    if not words:
        return searched.id < 0  # no row; with false() SQLAlchemy would leave out the limit to the workspace
    if db.engine().dialect.name == "sqlite":
        indexed = table(f"{searched.__tablename__}_words", column("rowid"), column("folded"))
        found = select(indexed.c.rowid).where(indexed.c.folded.op("MATCH")(" ".join(map(_for_fts5, words))))
        return searched.id.in_(found)
    return match(searched.folded.expression, against=" ".join(map(_for_mariadb, words))).in_boolean_mode()


def _for_fts5(word: str) -> str:
    plain = word.rstrip("_")
    return f'"{plain}"' if len(plain) == 1 else f'"{plain}"*'


def _for_mariadb(word: str) -> str:
    """With the star, InnoDB neither drops a word for being short nor for being a stop word."""
    plain = word.rstrip("_")
    return f"+{word}" if len(plain) == 1 else f"+{plain}*"
