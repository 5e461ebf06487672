"""Storage that can't say in time whether a change was made says so, and the same gesture again is done once."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.claim_rules import Kind
from core.errors import StorageAway, StorageUnsure
from core.ports import Recorded
from core.use_cases.claim import CLAIM
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from storage.escalations import Answer, escalate
from storage.scripts import Ending, Script
from tests.storage.cast import DANA, made, move, new, open_account, recorded
from tests.storage.rows import count
from tests.storage.wire import Loses, Wire, wire

PATIENCE = 20.0


async def until(url: str, condition: str, number: int) -> None:
    """Wait until there are so many rows."""
    async with asyncio.timeout(PATIENCE):
        while await count(url, condition) != number:  # noqa: ASYNC110 - another thread or process writes them
            await asyncio.sleep(0.01)


@pytest.fixture
async def over_a_wire(postgres_url: str) -> AsyncIterator[tuple[SqlAccount, Wire]]:
    """An account on PostgreSQL, and the wire to it."""
    async with wire(postgres_url) as (stretched, address):
        storage = await open_storage(address, None)
        yield await open_account(storage), stretched
        await storage.close()


@pytest.mark.parametrize(("loses", "stored"), [(Loses.ANSWER, 1), (Loses.ALL, 1), (Loses.COMMIT, 0)])
async def test_l10_a_commit_without_an_answer_in_time_is_unsure_and_done_once_when_asked_again(
    over_a_wire: tuple[SqlAccount, Wire], postgres_url: str, loses: Loses, stored: int
) -> None:
    account, stretched = over_a_wire
    asked = replace(new(), deadline=0.5)
    stretched.loses = loses
    with pytest.raises(StorageUnsure):
        await account.escalate(asked)
    await until(postgres_url, "handoffs", stored)
    stretched.mend()
    answer = await account.escalate(replace(asked, deadline=PATIENCE))
    assert isinstance(answer, Recorded) and (answer.handoff.id, answer.repeated) == (asked.id, False)
    assert await count(postgres_url, "handoffs") == 1


async def test_l10_so_is_a_claim(over_a_wire: tuple[SqlAccount, Wire], postgres_url: str) -> None:
    account, stretched = over_a_wire
    handoff = await recorded(account)
    click = replace(move(CLAIM, handoff.id, DANA), deadline=0.5)
    stretched.loses = Loses.ANSWER
    with pytest.raises(StorageUnsure):
        await account.apply(click)
    await until(postgres_url, "claims", 1)
    stretched.mend()
    assert (await made(account, replace(click, deadline=PATIENCE))).verdict.kind is Kind.DONE
    assert await count(postgres_url, "events WHERE name IN ('claimed', 'claim_lost')") == 1


async def test_what_never_came_to_its_commit_was_surely_not_done(
    over_a_wire: tuple[SqlAccount, Wire], postgres_url: str
) -> None:
    account, stretched = over_a_wire
    stretched.loses = Loses.BEGIN
    with pytest.raises(StorageAway) as away:
        await account.escalate(replace(new(), deadline=0.5))
    assert not isinstance(away.value, StorageUnsure)
    stretched.mend()
    await recorded(account)
    assert await count(postgres_url, "handoffs") == 1


async def test_a_question_is_never_unsure(over_a_wire: tuple[SqlAccount, Wire]) -> None:
    account, stretched = over_a_wire
    stretched.loses = Loses.ANSWER
    with pytest.raises(StorageAway) as away:
        await account.made_by("whatever")
    assert not isinstance(away.value, StorageUnsure)
    stretched.mend()


@pytest.fixture
async def on_a_file(sqlite_url: str) -> AsyncIterator[OpenRecords]:
    """Storage on SQLite."""
    storage = await open_storage(sqlite_url, None)
    yield storage
    await storage.close()


async def test_a_change_that_the_writer_had_begun_is_unsure_and_one_behind_it_surely_not_done(
    on_a_file: OpenRecords, sqlite_url: str
) -> None:
    account = await open_account(on_a_file)
    asked, behind = new(), replace(new(), deadline=0.3)
    begun, disk = threading.Event(), threading.Event()

    def held() -> Script[Ending[Answer]]:
        begun.set()
        ended = yield from escalate("acme", "sqlite", asked)
        assert disk.wait(PATIENCE)
        return ended

    change = asyncio.ensure_future(on_a_file._database.write("acme", held, 0.3))  # type: ignore[arg-type] # any of both
    await asyncio.to_thread(begun.wait)
    answers = await asyncio.gather(change, account.escalate(behind), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StorageUnsure, StorageAway]
    disk.set()
    await until(sqlite_url, "handoffs", 1)
    again = await account.escalate(asked)
    assert isinstance(again, Recorded) and not again.repeated
    # By now the writer has been past whatever stood behind it.
    assert await count(sqlite_url, "handoffs") == 1
    assert await account.made_by(behind.request) is None
