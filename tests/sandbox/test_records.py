"""Rows become records by their order."""

import sqlite3

import pytest

from sandbox import records
from sandbox.store import SCHEMA

TABLES = {
    records.Account: "accounts",
    records.Token: "tokens",
    records.Code: "codes",
    records.Person: "people",
    records.Bond: "bonds",
    records.Container: "containers",
    records.Media: "media",
    records.Comment: "comments",
    records.Thread: "threads",
    records.Message: "messages",
    records.Reaction: "reactions",
    records.DirectFile: "direct_files",
    records.WelcomeFlow: "welcome_flows",
}


@pytest.mark.parametrize("record", list(TABLES))
def test_the_fields_of_a_record_stand_in_the_order_of_its_table(record: type) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({TABLES[record]})")]
    assert columns == list(record.__slots__)  # type: ignore[attr-defined]
