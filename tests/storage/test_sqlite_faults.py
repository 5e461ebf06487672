"""What SQLite does to us, and what must be true afterwards: a locked file, a full disk, a writer that dies."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.claim_rules import Kind
from core.errors import StorageAway
from core.ports import Recorded
from core.snapshot import Snapshot
from core.use_cases.claim import CLAIM
from storage import OpenRecords, open_storage
from storage import opened as opened_records
from storage.engine import sqlite_file
from storage.scripts import Ending, Script
from storage.sqlite import SqliteDatabase
from tests.storage.cast import DANA, caller, made, member, move, new, open_account, recorded
from tests.storage.rows import count


@pytest.fixture
async def opened(sqlite_url: str) -> AsyncIterator[OpenRecords]:
    """Storage on a SQLite file."""
    storage = await open_storage(sqlite_url, lambda: None)
    yield storage
    await storage.close()


@contextmanager
def locked(url: str) -> Iterator[sqlite3.Connection]:
    """The file, with its write lock taken by somebody else."""
    with closing(sqlite3.connect(sqlite_file(url) or "", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


async def test_l8_a_lock_that_ends_in_time_is_waited_for(opened: OpenRecords, sqlite_url: str) -> None:
    account = await open_account(opened)
    with locked(sqlite_url) as other:
        waiting = asyncio.create_task(account.escalate(new()))
        threading.Timer(0.5, other.execute, ["COMMIT"]).start()
        assert isinstance(await waiting, Recorded)


async def test_l8_a_lock_that_does_not_is_said_within_the_deadline(opened: OpenRecords, sqlite_url: str) -> None:
    account = await open_account(opened)
    asked = new()
    handoff = await recorded(account, asked)
    start = time.monotonic()
    with locked(sqlite_url):
        with pytest.raises(StorageAway):
            await account.apply(replace(move(CLAIM, handoff.id, DANA), deadline=0.4))
        assert time.monotonic() - start < 1.0
        # Reading needs no lock.
        assert await account.made_by(asked.request) == handoff
    # What was refused was not done, and is not done later either.
    assert await count(sqlite_url, "events WHERE name = 'claimed'") == 0
    assert (await made(account, move(CLAIM, handoff.id, DANA))).verdict.kind is Kind.DONE


async def test_l7_a_full_disk_is_said_and_nothing_is_half_stored(opened: OpenRecords, sqlite_url: str) -> None:
    account = await open_account(opened)
    full = await _limit(opened, "PRAGMA max_page_count=1")
    big = replace(new(), snapshot=Snapshot("Disk is full", "x" * 200_000))
    small = [new() for _ in range(20)]
    answers = await asyncio.gather(*(account.escalate(each) for each in [big, *small]), return_exceptions=True)
    assert isinstance(answers[0], StorageAway)
    kept = [answer for answer in answers if isinstance(answer, Recorded)]
    assert all(isinstance(answer, Recorded | StorageAway) for answer in answers)
    assert full
    assert await count(sqlite_url, "handoffs") == len(kept)
    assert await count(sqlite_url, "events WHERE name = 'escalated'") == len(kept)
    assert await count(sqlite_url, "deliveries WHERE about IS NULL") == 2 * len(kept)
    await _limit(opened, "PRAGMA max_page_count=1000000")
    assert isinstance(await account.escalate(big), Recorded)


async def _limit(storage: OpenRecords, pragma: str) -> bool:
    """Have the writer's own connection run a PRAGMA, as a disk of that size would limit it."""
    database = storage._database
    assert isinstance(database, SqliteDatabase)
    await storage.ping()
    connection = database._writer._connection
    assert connection is not None
    done = threading.Event()

    def script() -> Script[Ending[None]]:
        connection.execute(pragma)
        done.set()
        return None, False
        yield

    await database.write(None, script)
    return done.is_set()


async def test_what_was_deleted_is_not_in_the_file_any_more(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def careless(*arguments: Any, **options: Any) -> sqlite3.Connection:
        """A SQLite that was not built to overwrite what is deleted; some are."""
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA secure_delete=OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", careless)
    file = sqlite_file(sqlite_url)
    assert file is not None
    async with opened_records(sqlite_url) as storage:
        account = await open_account(storage)
        await recorded(account, replace(new(), snapshot=Snapshot("Outlook fails", "tried-the-one-thing")))
        with closing(connect(file)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            assert b"tried-the-one-thing" in file.read_bytes()
            await storage.registry.delete("acme")
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"tried-the-one-thing" not in file.read_bytes()


async def test_one_script_that_fails_takes_no_other_with_it(opened: OpenRecords, sqlite_url: str) -> None:
    account = await open_account(opened)

    def broken() -> Script[Ending[None]]:
        raise RuntimeError("a mistake of ours")
        yield

    with locked(sqlite_url) as other:
        jobs = [asyncio.ensure_future(account.escalate(new())) for _ in range(5)]
        jobs.insert(2, asyncio.ensure_future(opened._database.write("acme", broken)))  # type: ignore[arg-type] # any
        await asyncio.sleep(0)
        other.execute("COMMIT")
    answers = await asyncio.gather(*jobs, return_exceptions=True)
    assert [isinstance(answer, Recorded) for answer in answers] == [True, True, False, True, True, True]
    assert isinstance(answers[2], RuntimeError)
    assert await count(sqlite_url, "handoffs") == 5


async def test_a_writer_that_dies_is_noticed_and_keeps_nobody_waiting(opened: OpenRecords, sqlite_url: str) -> None:
    account = await open_account(opened)

    def deadly() -> Script[Ending[None]]:
        raise SystemExit
        yield

    with locked(sqlite_url) as other:
        waiting = [asyncio.ensure_future(account.escalate(new())) for _ in range(6)]
        waiting.insert(3, asyncio.ensure_future(opened._database.write("acme", deadly)))  # type: ignore[arg-type] # any
        await asyncio.sleep(0)
        other.execute("COMMIT")
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    # The writer may have begun with the first alone; whatever was batched with the deadly one was not committed.
    assert all(isinstance(answer, StorageAway) for answer in answers[3:])
    assert sum(isinstance(answer, Recorded) for answer in answers) == await count(sqlite_url, "handoffs")
    with pytest.raises(StorageAway):
        await opened.ping()


async def test_closing_finishes_what_was_taken(sqlite_url: str) -> None:
    storage = await open_storage(sqlite_url, lambda: None)
    account = await open_account(storage)
    jobs = [asyncio.ensure_future(account.escalate(new())) for _ in range(50)]
    await asyncio.sleep(0)
    await storage.close()
    assert all(isinstance(answer, Recorded) for answer in await asyncio.gather(*jobs))
    assert await count(sqlite_url, "handoffs") == 50
    with pytest.raises(StorageAway):
        await account.escalate(new())


async def test_no_update_is_lost_between_two_processes_on_one_file(sqlite_url: str) -> None:
    first, second = [await open_storage(sqlite_url, lambda: None) for _ in range(2)]
    account = await open_account(first)
    for number in range(20):
        await account.meet(caller(f"p{number}"), member(f"p{number}"), new().at)
    handoffs = [await recorded(account) for _ in range(10)]
    sides = [account, second.open("acme")]
    clicks = [
        made(sides[number % 2], replace(move(CLAIM, handoff.id, caller(f"p{number}")), deadline=30))
        for handoff in handoffs
        for number in range(20)
    ]
    answers = await asyncio.gather(*clicks)
    assert sum(answer.verdict.kind is Kind.DONE for answer in answers) == 10
    assert await count(sqlite_url, "events WHERE name = 'claim_lost'") == 190
    await first.close()
    await second.close()


async def test_a_file_that_was_taken_away_is_noticed_and_one_put_in_its_place_is_used(
    sqlite_url: str, tmp_path: Path
) -> None:
    opened = await open_storage(sqlite_url, lambda: None)
    try:
        account = await open_account(opened)
        kept = await recorded(account)
        file = tmp_path / "baton.db"
        moved = file.rename(tmp_path / "moved.db")
        with pytest.raises(StorageAway, match="is not there"):
            await opened.ping()
        with pytest.raises(StorageAway):
            await recorded(account)
        with pytest.raises(StorageAway, match="can't be read"):
            await account.made_by("whatever")
        assert not file.exists()
        moved.rename(file)
        assert await account.made_by("whatever") is None
        assert (await made(account, move(CLAIM, kept.id, DANA))).verdict.kind is Kind.DONE
    finally:
        await opened.close()
