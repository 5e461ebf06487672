"""The statements of the books and of the upkeep go by an index, beside the record as a whole; on both databases."""

import re
import sqlite3
from contextlib import closing

import asyncpg
import pytest
from sqlalchemy.sql.base import Executable

from core.deliveries import State
from storage import books, postgres, upkeep
from storage.engine import sqlite_file
from storage.statements import Params, Prepared
from tests.storage.cast import LATER, NOON

PARAMS: Params = {
    "account": "acme", "key": "k", "now": LATER, "most": 5, "before": NOON, "lease": LATER, "wait": LATER,
}  # fmt: skip
STATEMENTS: dict[str, tuple[Executable, str]] = {
    "the newest that are dead": (books.newest(frozenset([State.DEAD])), "ix_deliveries_dead"),
    "the newest that are pending": (books.newest(frozenset([State.PENDING])), "ix_deliveries_owed"),
    "how many are pending and dead": (books.BALANCE, "ix_deliveries_dead"),
    "what is due again": (books.RETRY, "Index Scan|sqlite_autoindex_deliveries_1"),
    "gestures forgotten": (upkeep.FORGET, "ix_requests_at"),
    "leases shortened": (upkeep.CLAMP[0], "pk_lanes|sqlite_autoindex_lanes_1"),
    "pauses shortened": (upkeep.CLAMP[1], "pk_lanes|sqlite_autoindex_lanes_1"),
    "waits shortened": (upkeep.CLAMP[2], "ix_deliveries_(owed|due)"),
}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_postgresql_keeps_the_books_by_index(postgres_url: str, name: str) -> None:
    statement, index = STATEMENTS[name]
    prepared = Prepared(statement, "postgresql")
    connection = await asyncpg.connect(postgres_url, server_settings=postgres.SETTINGS)
    try:
        lines = await connection.fetch(f"EXPLAIN {prepared.sql}", *prepared.arguments(PARAMS))
    finally:
        await connection.close()
    plan = "\n".join(line[0] for line in lines)
    assert "Seq Scan" not in plan
    assert_goes_by(index, plan)


@pytest.mark.parametrize("name", STATEMENTS)
def test_sqlite_keeps_the_books_by_index(sqlite_url: str, name: str) -> None:
    statement, index = STATEMENTS[name]
    prepared = Prepared(statement, "sqlite")
    with closing(sqlite3.connect(sqlite_file(sqlite_url) or "")) as connection:
        found = connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", prepared.arguments(PARAMS)).fetchall()
    plan = "".join(f"{line[3]}\n" for line in found)
    for table in ("deliveries", "requests", "lanes"):
        assert f"SCAN {table}\n" not in plan
    assert_goes_by(index, plan)


def assert_goes_by(index: str, plan: str) -> None:
    """One of these indexes is in the plan."""
    assert re.search(index, plan), plan
