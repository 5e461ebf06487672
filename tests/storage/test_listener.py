"""How processes on one PostgreSQL call each other, and find their way back when they can't hear."""

import asyncio
import logging
import os
import signal

import pytest

from storage import open_storage, postgres_listener
from tests.databases.fixtures import Owed
from tests.databases.postgres import Server
from tests.storage.rows import rows

PATIENCE = 20.0
_CONNECTED = """SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'baton listener'"""
_LISTENING = f"{_CONNECTED} AND state = 'idle' AND query ~ 'LISTEN'"


async def listening(url: str, number: int, *, but: int = 0) -> list[int]:
    """Wait until so many listen, apart from one; answers their processes on the server."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = [pid for (pid,) in await rows(url, _LISTENING) if pid != but]
            if len(found) == number:
                return found
            await asyncio.sleep(0.02)


async def heard(owed: Owed, times: int) -> None:
    """Wait until it was called so often."""
    async with asyncio.timeout(PATIENCE):
        while owed.times < times:  # noqa: ASYNC110 - what it is called for is that somebody looks
            await asyncio.sleep(0.01)


async def test_a_call_is_heard_by_the_others_and_not_by_the_caller(postgres_url: str) -> None:
    ears = [Owed(), Owed(), Owed()]
    first, *others = [await open_storage(postgres_url, ear) for ear in ears]
    await listening(postgres_url, 3)
    await first.lanes.call_others()
    await heard(ears[1], 1)
    await heard(ears[2], 1)
    await others[0].lanes.call_others()
    await heard(ears[0], 1)
    # What it hears comes in the order in which it was called, so by now it would have heard itself.
    assert ears[0].times == 1
    for storage in (first, *others):
        await storage.close()
    await listening(postgres_url, 0)


async def test_who_sends_nothing_does_not_listen(postgres_url: str) -> None:
    deaf = await open_storage(postgres_url, None)
    await deaf.lanes.call_others()
    assert await rows(postgres_url, _CONNECTED) == []
    await deaf.close()


async def test_on_sqlite_there_is_nobody_to_call(sqlite_url: str, owed: Owed) -> None:
    storage = await open_storage(sqlite_url, owed)
    await storage.lanes.call_others()
    await storage.close()
    assert owed.times == 0


async def test_a_lost_connection_is_made_anew_and_what_was_missed_is_looked_for(
    postgres_url: str, postgres_server: Server, owed: Owed, caplog: pytest.LogCaptureFixture
) -> None:
    storage = await open_storage(postgres_url, owed)
    caller = await open_storage(postgres_url, None)
    for times in (1, 3):
        [before] = await listening(postgres_url, 1)
        postgres_server.administer(f"SELECT pg_terminate_backend({before})")
        await listening(postgres_url, 1, but=before)
        await heard(owed, times)
        await caller.lanes.call_others()
        await heard(owed, times + 1)
    assert owed.times == 4
    assert [record for record in caplog.records if record.levelno >= logging.WARNING or record.exc_info] == []
    await caller.close()
    await storage.close()


async def test_a_connection_that_went_silent_is_noticed(
    postgres_url: str, owed: Owed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_listener, "BEAT", 0.05)
    monkeypatch.setattr(postgres_listener, "ANSWER", 1.0)
    storage = await open_storage(postgres_url, owed)
    async with asyncio.timeout(PATIENCE):
        while not (found := await rows(postgres_url, _CONNECTED)):  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.02)
    [(silent,)] = found
    os.kill(silent, signal.SIGSTOP)
    try:
        await heard(owed, 1)
    finally:
        os.kill(silent, signal.SIGCONT)
    await storage.close()
