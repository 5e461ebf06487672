"""Statements, written once in SQLAlchemy Core, compiled once per database, and run by the driver itself.

Core is the language and the drivers do the running: what SQLAlchemy adds to each execution (its cache key, its result
object, on asyncpg a greenlet) costs more than the statement (docs/decisions.md has the figures).
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

Dialect = Literal["sqlite", "postgresql"]
Params = Mapping[str, Any]
Row = Any  # a named tuple with the statement's own columns
Change = ReturningInsert[Any] | ReturningUpdate[Any]

_DIALECTS: dict[str, sa.Dialect] = {"sqlite": sqlite.dialect(), "postgresql": asyncpg.dialect()}  # type: ignore[no-untyped-call] # SQLAlchemy's own constructor has no types


class Prepared:
    """One statement as a driver takes it: its text, how its values are bound, and how its rows are read."""

    __slots__ = ("_binds", "_make", "_readers", "sql")

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        target = _DIALECTS[dialect]
        compiled = statement.compile(dialect=target)  # type: ignore[attr-defined] # every statement of ours has it
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - for the type checker
        self.sql: str = compiled.string
        binds = [compiled.binds[name] for name in compiled.positiontup or ()]
        self._binds = [(bind.key, bind.value, bind.type.bind_processor(target)) for bind in binds]
        columns = list(getattr(statement, "exported_columns", ()))
        self._make: Callable[[Iterable[Any]], Row] | None = None
        if columns:
            names = [column.key for column in columns]
            self._make = namedtuple("Row", names)._make  # type: ignore[attr-defined] # known at run time only
        readers = [column.type.result_processor(target, None) for column in columns]
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader]

    def arguments(self, params: Params) -> list[Any]:
        """The values in the order in which the statement asks for them; a missing one is a ``KeyError``."""
        values = []
        for name, constant, binder in self._binds:
            value = constant if constant is not None else params[name]
            values.append(binder(value) if binder else value)
        return values

    def rows(self, found: Iterable[Iterable[Any]]) -> list[Row]:
        """What the driver found, as named tuples of our own types; empty for a statement that returns nothing."""
        if self._make is None:
            return []
        rows = []
        for record in found:
            values = list(record)
            for place, reader in self._readers:
                values[place] = reader(values[place])
            rows.append(self._make(values))
        return rows


class Statements:
    """Every statement that one database has been asked to run so far, prepared."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._prepared: dict[Executable, Prepared] = {}

    def __getitem__(self, statement: Executable) -> Prepared:
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = Prepared(statement, self._dialect)
        return prepared


Adds = Callable[[sa.FromClause], sa.Insert | sa.Update]
Shows = Callable[[sa.FromClause], "sa.Select[Any]"]
Values = Mapping[str, Any]  # SQL expressions by column


def adds(table: sa.Table, values: Values, *where: sa.ColumnElement[bool]) -> sa.Insert:
    """INSERT … SELECT: a row for each row that the values are read from."""
    return sa.insert(table).from_select(list(values), sa.select(*values.values()).where(*where))


def adds_if_new(dialect: Dialect, table: sa.Table, values: Values, *where: sa.ColumnElement[bool]) -> sa.Insert:
    """The same, leaving what is there already as it is; Core knows ON CONFLICT per database only."""
    # SQLite's grammar needs a WHERE between the SELECT and ON CONFLICT.
    select = sa.select(*values.values()).where(*(where or (sa.true(),)))
    if dialect == "sqlite":
        return sqlite.insert(table).from_select(list(values), select).on_conflict_do_nothing()
    return postgresql.insert(table).from_select(list(values), select).on_conflict_do_nothing()


def steps(
    dialect: Dialect, first: Change, changed: "sa.Select[Any]", follow: Sequence[Adds], show: Shows
) -> tuple[Executable, ...]:
    """A change and all that follows from it, to be run in order and only if the first step gives a row.

    ``follow`` and ``show`` are told where to read the changed row. On PostgreSQL that is the RETURNING of ``first``,
    and everything is one statement, one round trip. SQLite has no such statements, and no round trips either: there it
    is ``changed``, which selects the row anew, and every step stands alone. The last step's rows are the answer.
    """
    if dialect == "sqlite":
        source = changed.subquery("changed")
        return (first, *(add(source) for add in follow), show(source))
    returned = first.cte("changed")
    return (show(returned).add_cte(*(add(returned).cte(f"follow_{n}") for n, add in enumerate(follow))),)
