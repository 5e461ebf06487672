"""The statements on the hot paths go by their index, also by a plan made for empty tables; on both databases."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import asyncpg
import pytest
from sqlalchemy.sql.base import Executable

from core.deliveries import Lane
from core.ports import ConfiguredRoom
from core.use_cases.claim import CLAIM
from storage import OpenRecords, due, lanes, moves, open_storage, postgres
from storage.account import SqlAccount
from storage.engine import sqlite_file
from storage.escalations import MADE_BEFORE
from storage.handoffs import QUEUE
from storage.history import NEWEST
from storage.retention import OVER
from storage.statements import Params, Prepared
from tests.storage.cast import BLUE, LATER, open_account, recorded

ROOMS = tuple(ConfiguredRoom(Lane(BLUE, "B1", f"room-{n}", private=False), f"#room-{n}") for n in range(5))
PARAMS: Params = {
    "account": "acme", "handoff": "x", "at": LATER, "now": LATER, "until": LATER, "most": 5, "holder": "w",
    "lane": ROOMS[2].lane.id, "request": "r", "event": "e", "claim": "c", "note": "", "platform": BLUE,
    "workspace": "w", "user": "u", "before": LATER,
}  # fmt: skip
NEXT: Mapping[str, Executable] = {
    "next due": due.NEXT_DUE,
    "lease": lanes.LEASE,
    "next due at": lanes.NEXT_DUE_AT,
}
STATEMENTS = {**NEXT, "made before": MADE_BEFORE}
WITH_INDEX = {"next due": "ix_deliveries_owed", "lease": "ix_deliveries_owed", "made before": "pk_handoffs"}
# Lists that are read along an index, in its order and no further than to the last line asked for.
LISTS: Mapping[str, tuple[Executable, str]] = {
    "queue": (QUEUE, "ix_handoffs_queue"),
    "history": (NEWEST, "ix_events_of_account"),
    "text to forget": (OVER, "ix_handoffs_kept"),
}
FEW, MANY = 3, 40


@pytest.mark.parametrize("name", STATEMENTS)
async def test_postgresql_goes_by_the_index(postgres_url: str, name: str) -> None:
    plan = await _plan(postgres_url, STATEMENTS[name])
    assert "Seq Scan" not in plan
    assert WITH_INDEX.get(name, "") in plan


async def test_postgresql_finds_what_is_claimed_by_its_key(postgres_url: str) -> None:
    [statement] = moves._steps("postgresql", CLAIM)
    plan = await _plan(postgres_url, statement)
    assert "Seq Scan" not in plan
    assert "Index Scan using pk_handoffs on handoffs" in plan
    assert "ix_deliveries_handoff" in plan
    refused = await _plan(postgres_url, moves.STANDING)
    assert "Seq Scan" not in refused
    assert "Index Scan using pk_handoffs on handoffs" in refused
    assert "using ix_claims_held" in refused


@pytest.mark.parametrize("name", LISTS)
async def test_postgresql_reads_a_list_in_the_order_of_its_index(postgres_url: str, name: str) -> None:
    statement, index = LISTS[name]
    plan = await _plan(postgres_url, statement)
    assert f"using {index}" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("name", LISTS)
def test_sqlite_reads_a_list_in_the_order_of_its_index(sqlite_url: str, name: str) -> None:
    statement, index = LISTS[name]
    plan = _sqlite_plan(sqlite_url, statement)
    assert f"INDEX {index}" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


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
    assert name == "made before" or WITH_INDEX.get(name, "ix_deliveries_due") in plan


def test_sqlite_finds_what_is_claimed_by_its_key(sqlite_url: str) -> None:
    for statement in (*moves._steps("sqlite", CLAIM), moves.STANDING):
        plan = _sqlite_plan(sqlite_url, statement)
        assert "SCAN handoffs" not in plan
        assert "SCAN deliveries" not in plan
        assert "SCAN claims" not in plan
    assert "ix_claims_held" in plan


def _sqlite_plan(url: str, statement: Executable) -> str:
    prepared = Prepared(statement, "sqlite")
    with closing(sqlite3.connect(sqlite_file(url) or "")) as connection:
        found = connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", prepared.arguments(PARAMS))
        return "".join(f"{line[3]}\n" for line in found)


async def _owe(storage: OpenRecords, handoffs: int) -> SqlAccount:
    """A card is due in each of the rooms for each of so many handoffs."""
    account = await open_account(storage, rooms=ROOMS)
    for _ in range(handoffs):
        await recorded(account)
    return account


@pytest.mark.parametrize("name", NEXT)
async def test_postgresql_reads_no_more_when_more_is_due(postgres_url: str, name: str) -> None:
    """The plan is the one that was made, and kept, when there was nothing."""
    prepared = Prepared(NEXT[name], "postgresql")
    values = ", ".join(str(value) if isinstance(value, int) else f"'{value}'" for value in prepared.arguments(PARAMS))
    ask = f"EXECUTE asked ({values})"
    connection = await asyncpg.connect(postgres_url, server_settings=postgres.SETTINGS)
    await connection.execute("SET baton.registry = 'on'; SET baton.account = 'acme'")
    await connection.execute(f"PREPARE asked AS {prepared.sql}")
    await connection.execute(f"EXPLAIN {ask}")
    storage = await open_storage(postgres_url, None)
    read = []
    for handoffs in (FEW, MANY):
        await _owe(storage, handoffs)
        async with connection.transaction():
            [(explained,)] = await connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {ask}")
            await connection.execute("UPDATE lanes SET leased_by = NULL, leased_until = NULL")
        read.append(_rows_read(json.loads(explained)[0]["Plan"]))
    await storage.close()
    await connection.close()
    few, many = read
    assert few["deliveries"] > 0
    assert many == few


def _rows_read(plan: Mapping[str, Any]) -> dict[str, float]:
    """How many rows each part of the plan looked at, by table."""
    read: dict[str, float] = {}
    if table := plan.get("Relation Name"):
        looked_at = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        read[table] = looked_at * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        for table, number in _rows_read(part).items():
            read[table] = read.get(table, 0) + number
    return read


@pytest.mark.parametrize("name", NEXT)
async def test_sqlite_does_no_more_when_more_is_due(sqlite_url: str, name: str) -> None:
    prepared = Prepared(NEXT[name], "sqlite")
    storage = await open_storage(sqlite_url, None)
    steps = []
    for handoffs in (FEW, MANY):
        await _owe(storage, handoffs)
        steps.append(_steps(sqlite_url, prepared))
    await storage.close()
    few, many = steps
    assert few > 100
    assert many < few * 1.1


def _steps(url: str, prepared: Prepared) -> int:
    """How many instructions of its machine SQLite runs for it."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    with closing(sqlite3.connect(sqlite_file(url) or "")) as connection:
        connection.set_progress_handler(step, 1)
        assert connection.execute(prepared.sql, prepared.arguments(PARAMS)).fetchall()
        connection.rollback()
    return count
