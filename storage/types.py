"""The types and small expressions that read the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

ZERO = sa.literal_column("0", sa.Integer())
ONE = sa.literal_column("1", sa.Integer())
EMPTY = sa.literal_column("''", sa.Text())


class Instant(sa.TypeDecorator[datetime]):
    """An aware time in UTC: ``timestamptz`` on PostgreSQL, whole microseconds since 1970 on SQLite.

    SQLite has no type for times, and SQLAlchemy's own hands them back naive. Binding a naive time is a ``ValueError``.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """How the database keeps it."""
        kept: sa.types.TypeEngine[Any] = sa.BigInteger() if dialect.name == "sqlite" else sa.DateTime(timezone=True)
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """From our time to the database's."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone can't be stored: {value}")
        return (value - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """From the database's time to ours."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            since: timedelta = value * _MICROSECOND
            return _EPOCH + since
        instant: datetime = value.astimezone(UTC)
        return instant


class latest(FunctionElement[datetime]):
    """The latest of several times, none of which may be NULL."""

    type = Instant()
    inherit_cache = True


@compiles(latest)
def _greatest(element: latest, compiler: SQLCompiler, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


@compiles(latest, "sqlite")
def _max(element: latest, compiler: SQLCompiler, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


def fixed(word: str) -> sa.ColumnElement[str]:
    """A word of ours written into the statement itself, as the planner needs it to see that a partial index applies."""
    if not word.replace("_", "").isalnum():
        raise ValueError(f"not a plain word: {word}")
    return sa.literal_column(f"'{word}'", sa.Text())


def joined(*parts: sa.ColumnElement[str] | str) -> sa.ColumnElement[str]:
    """The parts of a natural key with colons between them."""
    columns = [fixed(part) if isinstance(part, str) else part for part in parts]
    text = columns[0]
    for column in columns[1:]:
        text = text.concat(sa.literal_column("':'", sa.Text())).concat(column)
    return text


def level(number: IntEnum) -> sa.ColumnElement[int]:
    """A role or a priority of ours, written into the statement itself."""
    return sa.literal_column(str(int(number)), sa.Integer())
