"""What PostgreSQL does to us, and what must be true afterwards: connections cut, commits whose answer is lost."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from core.claim_rules import Kind
from core.errors import StorageAway
from core.ports import Answered, Recorded
from core.use_cases.claim import CLAIM
from storage import OpenRecords, open_storage
from storage.postgres import PostgresDatabase
from tests.databases.postgres import Server
from tests.storage.cast import DANA, LEE, made, move, new, open_account, recorded
from tests.storage.rows import count


@pytest.fixture
async def opened(postgres_url: str) -> AsyncIterator[OpenRecords]:
    """Storage on PostgreSQL."""
    storage = await open_storage(postgres_url, lambda: None)
    yield storage
    await storage.close()


def _cut(server: Server, url: str) -> None:
    """End every connection to the database, as a restart would."""
    name = url.rpartition("/")[2]
    server.administer(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - our own name
    )


async def test_l9_connections_cut_in_the_pool_are_made_anew(
    opened: OpenRecords, postgres_server: Server, postgres_url: str
) -> None:
    account = await open_account(opened)
    handoff = await recorded(account)
    _cut(postgres_server, postgres_url)
    assert (await made(account, move(CLAIM, handoff.id, DANA))).verdict.kind is Kind.DONE


async def test_l9_connections_cut_under_load_lose_nothing_and_double_nothing(
    opened: OpenRecords, postgres_server: Server, postgres_url: str
) -> None:
    account = await open_account(opened)
    asked = [new() for _ in range(200)]
    jobs = [asyncio.ensure_future(account.escalate(each)) for each in asked]
    for _ in range(3):
        await asyncio.wait(jobs, timeout=0.02)
        _cut(postgres_server, postgres_url)
    answers = await asyncio.gather(*jobs, return_exceptions=True)
    recorded_ids = {answer.handoff.id for answer in answers if isinstance(answer, Recorded)}
    assert [answer for answer in answers if not isinstance(answer, Recorded | StorageAway)] == []
    assert len(recorded_ids) == sum(isinstance(answer, Recorded) for answer in answers) > 100
    assert len(recorded_ids) <= await count(postgres_url, "handoffs") <= len(asked)
    assert await count(postgres_url, "deliveries WHERE about IS NULL") == 2 * await count(postgres_url, "handoffs")


class _LosesOneAnswer:
    """A pool whose first COMMIT goes through, and whose answer to it never arrives."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.lost = False

    def acquire(self) -> Any:
        outer = self

        class Acquired:
            async def __aenter__(self) -> Any:
                self.real = await outer._pool.acquire()
                return _Connection(outer, self.real)

            async def __aexit__(self, *_: object) -> None:
                await outer._pool.release(self.real)

        return Acquired()

    async def close(self) -> None:
        await self._pool.close()


class _Connection:
    def __init__(self, pool: _LosesOneAnswer, real: Any) -> None:
        self._pool = pool
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def execute(self, statement: str) -> None:
        await self._real.execute(statement)
        if statement == "COMMIT" and not self._pool.lost:
            self._pool.lost = True
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


async def test_l10_a_commit_whose_answer_is_lost_is_met_again(opened: OpenRecords, postgres_url: str) -> None:
    account = await open_account(opened)
    database = opened._database
    assert isinstance(database, PostgresDatabase)
    pool = database._pool
    database._pool = _LosesOneAnswer(pool)
    answer = await account.escalate(new())
    assert isinstance(answer, Recorded) and not answer.repeated
    database._pool = _LosesOneAnswer(pool)
    claimed = await account.apply(move(CLAIM, answer.handoff.id, DANA))
    assert isinstance(claimed, Answered) and claimed.verdict.kind is Kind.DONE
    assert await count(postgres_url, "handoffs") == 1
    assert await count(postgres_url, "events WHERE name = 'claimed'") == 1


async def test_a_row_held_by_somebody_else_is_waited_for_no_longer_than_the_deadline(
    opened: OpenRecords, postgres_url: str
) -> None:
    account = await open_account(opened)
    handoff = await recorded(account)
    other = await asyncpg.connect(postgres_url)
    await other.execute("BEGIN; SET LOCAL baton.account = 'acme'; UPDATE handoffs SET version = 1")
    start = time.monotonic()
    with pytest.raises(StorageAway):
        await account.apply(move(CLAIM, handoff.id, LEE))
    assert 2.0 < time.monotonic() - start < 3.0
    await other.execute("ROLLBACK")
    await other.close()
    assert (await made(account, move(CLAIM, handoff.id, DANA))).verdict.kind is Kind.DONE
    assert await count(postgres_url, "events WHERE name = 'claim_lost'") == 0


async def test_a_server_that_is_not_there_is_away() -> None:
    with pytest.raises(StorageAway):
        await open_storage("postgresql://baton@127.0.0.1:1/none", lambda: None)


async def test_a_server_that_lets_us_in_no_more_is_away_and_comes_back(
    opened: OpenRecords, postgres_server: Server, postgres_url: str
) -> None:
    account = await open_account(opened)
    name = postgres_url.rpartition("/")[2]
    postgres_server.administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    _cut(postgres_server, postgres_url)
    with pytest.raises(StorageAway):
        await account.escalate(replace(new(), deadline=0.3))
    postgres_server.administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert isinstance(await account.escalate(new()), Recorded)
