"""The worker when something is wrong around it, and how it ends."""

import asyncio
import logging

import pytest

import bot.sending
import bot.worker
from bot.sending import LEASE
from core.deliveries import MOST_FAILURES
from core.errors import StorageAway
from tests.bot.bench import BLUE_ROOM, GREEN_ROOM, Bench, escalated, running
from tests.journeys.moving import PATIENCE, look
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
        await look(desk.worker)
        desk.worker.stop()
        held.set()
        await task
    assert len(desk.post.given[BLUE_ROOM]) == len(desk.post.given[GREEN_ROOM]) == 1
    assert await count(storage_url, "deliveries WHERE state = 'done'") == 2
    assert await count(storage_url, "lanes WHERE leased_by IS NOT NULL") == 0


async def test_l19_a_delivery_that_crashes_its_sender_wears_out_and_all_others_go_on(
    desk: Bench, storage_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.post.answers["jane"].extend([KeyError("a mistake of ours")] * MOST_FAILURES)
    async with running(desk.worker):
        await escalated(desk)
        for _ in range(MOST_FAILURES):
            await desk.idle()
            desk.clock.move(minutes=10)
        await desk.idle()
    assert len(desk.post.given["jane"]) == MOST_FAILURES
    # One of the two rooms is told that Jane isn't.
    in_rooms = [*desk.post.given[BLUE_ROOM], *desk.post.given[GREEN_ROOM]]
    assert len(in_rooms) == 3 and sum("can't reach Jane (failed: KeyError)" in what for what in in_rooms) == 1
    assert await rows(storage_url, "SELECT last_error FROM deliveries WHERE state = 'dead'") == [("failed: KeyError",)]
    said = [line.getMessage() for line in caplog.records if line.levelno == logging.WARNING]
    assert [line.partition(" is given up in ")[2] for line in said] == ["blue:B1:jane: failed: KeyError"]
    assert sum(line.levelno == logging.ERROR for line in caplog.records) == MOST_FAILURES


async def test_l19_what_cannot_be_recorded_wears_out_as_well(
    desk: Bench, storage_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.storage.troubles.extend([KeyError("a mistake of ours")])
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
    said = await rows(storage_url, "SELECT last_error FROM deliveries WHERE failures = 1")
    assert said == [("not recorded: KeyError",)]
    assert len(desk.post.given[BLUE_ROOM]) == len(desk.post.given[GREEN_ROOM]) == 1
    assert [line.levelno for line in caplog.records] == [logging.ERROR]


async def test_l19_a_lane_in_which_nothing_can_be_recorded_keeps_no_other_waiting(
    desk: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    desk.storage.troubles.extend([KeyError("a mistake of ours")] * 2)
    desk.post.hold[GREEN_ROOM] = asyncio.Event()
    async with running(desk.worker) as task:
        await escalated(desk)
        await desk.begun(GREEN_ROOM)
        await desk.begun(BLUE_ROOM)
        async with asyncio.timeout(PATIENCE):
            while desk.storage.troubles:  # noqa: ASYNC110 - it has no event of its own
                await asyncio.sleep(0.001)
        desk.post.hold[GREEN_ROOM].set()
        await desk.idle()
        assert not task.done()
        assert len(desk.post.taken) == 2
        # Its lease has to run out; then it is looked for, and found.
        desk.clock.move(seconds=LEASE.total_seconds())
        await desk.idle()
    assert len(desk.post.looked) == 1 and set(desk.post.taken.values()) == {1}
    assert "can't be sent in" in caplog.text


async def test_what_was_sent_while_storage_is_away_is_recorded_when_it_is_back_and_not_sent_again(
    desk: Bench, storage_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bot.sending, "STORAGE_PAUSE", 0.01)
    desk.storage.troubles.extend([StorageAway("unplugged")] * 5)
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
    assert set(desk.post.taken.values()) == {1} and len(desk.post.taken) == 3 and not desk.post.looked
    assert await count(storage_url, "deliveries WHERE state = 'done'") == 3
    assert "is kept in mind" in caplog.text


async def test_l21_an_error_that_nobody_foresaw_ends_the_worker_with_it(desk: Bench) -> None:
    desk.storage.lanes.trouble = KeyError("a mistake of ours")
    with pytest.raises(KeyError, match="a mistake of ours"):
        await asyncio.wait_for(desk.worker.run(), 5)


@pytest.mark.parametrize("where", ["a look", "a sending"])
async def test_l21_a_worker_that_does_not_move_any_more_is_stuck(
    desk: Bench, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.worker, "STUCK_SECONDS", 0.3)
    monkeypatch.setattr(bot.worker, "LONGEST_SLEEP", 0.05)
    assert desk.worker.stuck
    async with running(desk.worker):
        await desk.idle()
        assert not desk.worker.stuck
        never = asyncio.Event()
        if where == "a look":
            desk.storage.lanes.hold = never
        else:
            desk.post.hold[BLUE_ROOM] = never
            await escalated(desk)
        async with asyncio.timeout(PATIENCE):
            while not desk.worker.stuck:  # noqa: ASYNC110 - time has to pass
                await asyncio.sleep(0.01)
        never.set()
