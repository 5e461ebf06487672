"""What every table is made of: account is part of every key, and nothing refers out of its account."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKeyConstraint, Text

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def text(name: str, default: str | None = None) -> Column[str]:
    """A text that is always there; ``default`` is SQL."""
    return Column(name, Text, nullable=False, server_default=None if default is None else sa.text(default))


def key(name: str) -> Column[str]:
    """A part of the primary key."""
    return Column(name, Text, primary_key=True)


def to(table: str, column: str) -> ForeignKeyConstraint:
    """A reference to a row of the same account; it can't leave the account."""
    return ForeignKeyConstraint(["account", column], [f"{table}.account", f"{table}.id"])


def account() -> ForeignKeyConstraint:
    """The account must be there."""
    return ForeignKeyConstraint(["account"], ["accounts.id"])


def where(condition: str) -> dict[str, Any]:
    """What makes an index a partial one."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
