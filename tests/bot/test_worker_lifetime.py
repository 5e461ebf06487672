"""The worker when something is wrong around it, and how it ends."""

import asyncio
import logging

import pytest

from core.deliveries import MOST_ATTEMPTS
from core.errors import StorageAway
from tests.bot.bench import BLUE_ROOM, GREEN_ROOM, Bench, escalated, running
from tests.storage.rows import count, rows


async def test_storage_being_away_is_waited_out(desk: Bench, caplog: pytest.LogCaptureFixture) -> None:
    desk.storage.lanes.trouble = StorageAway("unplugged")
    async with running(desk.worker) as task:
        await escalated(desk)
        async with asyncio.timeout(5):
            while desk.storage.lanes.looks < 3:
                desk.wake.set()
                desk.storage.lanes.looked.clear()
                await desk.storage.lanes.looked.wait()
        assert not desk.post.order and not task.done()
        desk.storage.lanes.trouble = None
        await desk.idle()
    assert len(desk.post.given[BLUE_ROOM]) == 1
    assert {(line.name, line.levelno) for line in caplog.records} == {("baton.worker", logging.WARNING)}


async def test_stopping_finishes_the_send_under_way_and_begins_no_other(desk: Bench, storage_url: str) -> None:
    held = desk.post.hold[BLUE_ROOM] = desk.post.hold[GREEN_ROOM] = asyncio.Event()
    async with running(desk.worker) as task:
        await escalated(desk, "first")
        await escalated(desk, "second")
        await desk.begun(BLUE_ROOM)
        await desk.begun(GREEN_ROOM)
        desk.worker.stop()
        held.set()
        await task
    assert len(desk.post.given[BLUE_ROOM]) == len(desk.post.given[GREEN_ROOM]) == 1
    assert await count(storage_url, "deliveries WHERE state = 'done'") == 2
    assert await count(storage_url, "lanes WHERE leased_by IS NOT NULL") == 0


async def test_l19_a_delivery_that_crashes_its_sender_wears_out_and_all_others_go_on(
    desk: Bench, storage_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.post.answers["jane"].extend([KeyError("a mistake of ours")] * MOST_ATTEMPTS)
    async with running(desk.worker):
        await escalated(desk)
        for _ in range(MOST_ATTEMPTS):
            await desk.idle()
            desk.clock.move(minutes=10)
    assert [len(desk.post.given[address]) for address in (BLUE_ROOM, GREEN_ROOM, "jane")] == [1, 1, MOST_ATTEMPTS]
    assert await rows(storage_url, "SELECT last_error FROM deliveries WHERE state = 'dead'") == [("failed: KeyError",)]
    assert {line.levelno for line in caplog.records} == {logging.ERROR}


async def test_l21_an_error_that_nobody_foresaw_ends_the_worker_with_it(desk: Bench) -> None:
    desk.storage.lanes.trouble = KeyError("a mistake of ours")
    with pytest.raises(KeyError, match="a mistake of ours"):
        await asyncio.wait_for(desk.worker.run(), 5)
