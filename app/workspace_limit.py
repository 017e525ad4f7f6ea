"""The last look at a statement on its way to the database: is every table of user data in it limited?

`app.db` adds the limit through the ORM. This looks at the finished SQL instead, so that what the ORM does not see (a
window over a column, a plain table, text) is refused and never runs. It is a net: nothing should ever fall into it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

COLUMN = "workspace_id"
_NAMED = r"(?:\bFROM|\bJOIN|\bUPDATE|\bINTO|,)[\s(]+[`\"]?({tables})[`\"]?(?![\w.`\"])(?:\s+AS\s+[`\"]?(\w+))?"
_IS_A_VALUE = r"(?<![\w.])[`\"]?{name}[`\"]?\.[`\"]?workspace_id[`\"]? = (?:\?|%s|%\(\w+\)s)"
_GIVEN_AWAY = re.compile(r"\bSET\b(?:(?!\bWHERE\b).)*\bworkspace_id[`\"]?\s*=", re.I | re.S)
_INSERTED = re.compile(rf"{COLUMN}(?:_m\d+)?")


@lru_cache(maxsize=8192)
def tables_in(sql: str, owned: frozenset[str]) -> frozenset[str]:
    """Return those of the `owned` tables that the statement reads or writes."""
    return frozenset(table for table, _name in _mentions(sql, owned))


@lru_cache(maxsize=8192)
def is_limited(sql: str, owned: frozenset[str]) -> bool:
    """Whether each mention of an owned table is compared with a workspace, and no row is given to another one.

    Of an INSERT only what it selects is looked at; see `is_inserted_into` for its values.
    """
    if sql.lstrip().upper().startswith("UPDATE") and tables_in(sql, owned) and _GIVEN_AWAY.search(sql):
        return False
    names = [name for _table, name in _mentions(sql, owned)]
    if _is_insert(sql):
        names = names[1:]
    return all(len(re.findall(_IS_A_VALUE.format(name=name), sql)) >= names.count(name) for name in set(names))


def is_inserted_into(sql: str, rows: Sequence[Mapping[str, Any]], workspace_id: int) -> bool:
    """Whether the statement is no INSERT, or all of its rows name the workspace as theirs."""
    if not _is_insert(sql):
        return True
    given = [[value for name, value in row.items() if _INSERTED.fullmatch(name)] for row in rows]
    return bool(given) and all(values and set(values) == {workspace_id} for values in given)


def _is_insert(sql: str) -> bool:
    return sql.lstrip().upper().startswith(("INSERT", "REPLACE"))


def _mentions(sql: str, owned: Collection[str]) -> list[tuple[str, str]]:
    """Return each mention of a table, with the name that its columns go by."""
    found = re.findall(_NAMED.format(tables="|".join(sorted(owned))), sql, re.I)
    return [(table.lower(), alias or table) for table, alias in found]
