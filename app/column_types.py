"""How values of ours are kept in columns, the same on every database."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, Enum, String, TypeDecorator
from sqlalchemy.dialects import mysql


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC to the microsecond."""

    impl = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class WallTime(TypeDecorator[datetime]):
    """What a clock on the wall shows, without a zone, to the second."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("a wall time has no zone")
        return value


def enum_type(kind: type[StrEnum]) -> Enum:
    """Return a column type that stores a StrEnum by its value, as plain text on every database."""
    return Enum(
        kind, native_enum=False, create_constraint=False, values_callable=lambda e: [m.value for m in e], length=24
    )


def ig_id_type(length: int = 40) -> String:
    """Return a column type for ids of Instagram's: plain ASCII, compared letter by letter, case and all.

    Message ids are base64: under the tables' own collation two of them that differ in case only would be one.
    """
    return String(length).with_variant(
        mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql", "mariadb"
    )
