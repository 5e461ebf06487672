"""The statements on the hot paths go by their index, also on tables that were never analysed; on both databases."""

import sqlite3
from contextlib import closing

import asyncpg
import pytest
from sqlalchemy.sql.base import Executable

from core.use_cases.claim import CLAIM
from storage import due, lanes, moves, postgres
from storage.engine import sqlite_file
from storage.escalations import MADE_BEFORE
from storage.statements import Params, Prepared
from tests.storage.cast import LATER, NOON

PARAMS: Params = {
    "account": "acme", "handoff": "x", "at": LATER, "now": NOON, "until": LATER, "most": 5, "holder": "w", "lane": "l",
    "request": "r", "event": "e", "claim": "c", "note": "", "platform": "p", "workspace": "w", "user": "u",
}  # fmt: skip
STATEMENTS: dict[str, Executable] = {
    "next due": due.NEXT_DUE,
    "lease": lanes.LEASE,
    "next due at": lanes.NEXT_DUE_AT,
    "made before": MADE_BEFORE,
}
WITH_INDEX = {"next due": "ix_deliveries_owed", "made before": "pk_handoffs"}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_postgresql_goes_by_the_index(postgres_url: str, name: str) -> None:
    plan = await _plan(postgres_url, STATEMENTS[name])
    assert "Seq Scan" not in plan
    assert WITH_INDEX.get(name, "ix_deliveries") in plan


async def test_postgresql_finds_what_is_claimed_by_its_key(postgres_url: str) -> None:
    [statement] = moves._steps("postgresql", CLAIM)
    plan = await _plan(postgres_url, statement)
    assert "Seq Scan" not in plan
    assert "Index Scan using pk_handoffs on handoffs" in plan
    assert "ix_deliveries_handoff" in plan


async def _plan(url: str, statement: Executable) -> str:
    prepared = Prepared(statement, "postgresql")
    connection = await asyncpg.connect(url, server_settings=postgres.SETTINGS)
    try:
        lines = await connection.fetch(f"EXPLAIN {prepared.sql}", *prepared.arguments(PARAMS))
    finally:
        await connection.close()
    return "\n".join(line[0] for line in lines)


@pytest.mark.parametrize("name", STATEMENTS)
def test_sqlite_goes_by_the_index(sqlite_url: str, name: str) -> None:
    plan = _sqlite_plan(sqlite_url, STATEMENTS[name])
    assert "SCAN deliveries\n" not in plan
    assert "SCAN handoffs\n" not in plan
    if name == "next due":
        assert WITH_INDEX[name] in plan


def test_sqlite_finds_what_is_claimed_by_its_key(sqlite_url: str) -> None:
    for statement in moves._steps("sqlite", CLAIM):
        plan = _sqlite_plan(sqlite_url, statement)
        assert "SCAN handoffs" not in plan
        assert "SCAN deliveries" not in plan


def _sqlite_plan(url: str, statement: Executable) -> str:
    prepared = Prepared(statement, "sqlite")
    with closing(sqlite3.connect(sqlite_file(url) or "")) as connection:
        found = connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", prepared.arguments(PARAMS))
        return "".join(f"{line[3]}\n" for line in found)
