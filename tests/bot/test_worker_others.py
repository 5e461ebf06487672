"""Workers of other processes: when they are called, when they come by themselves, and how long a worker sleeps."""

import asyncio

import pytest

import bot.worker
from bot.worker import LANES_AT_ONCE, LONGEST_SLEEP
from core.deliveries import TryLater
from storage import open_storage
from tests.bot.bench import BLUE_ROOM, MANY, Bench, bench, escalated, running
from tests.journeys.moving import PATIENCE, look
from tests.storage.cast import new


async def test_others_are_called_when_there_is_too_much_for_one_but_not_all_the_time(
    wide: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.worker, "BETWEEN_CALLS_FOR_HELP", 3600.0)
    silent, calls = asyncio.Event(), wide.storage.lanes
    wide.post.hold |= {room.lane.address: silent for room in MANY} | {BLUE_ROOM: silent}
    async with running(wide.worker):
        await escalated(wide)
        async with asyncio.timeout(PATIENCE):
            while not calls.calls:  # noqa: ASYNC110 - it has no event of its own
                await asyncio.sleep(0.001)
        for _ in range(3):
            await look(wide.worker)
        assert calls.calls == 1
        # Whoever stops leaves the rest to the others.
        wide.worker.stop()
        silent.set()
    assert calls.calls == 2


async def test_nobody_is_called_while_one_can_carry_it_all(desk: Bench) -> None:
    async with running(desk.worker):
        for _ in range(5):
            await escalated(desk)
        await desk.idle()
    assert desk.storage.lanes.calls == 0


async def test_what_another_process_owes_is_found_at_the_next_look(
    desk: Bench, storage_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.worker, "LONGEST_SLEEP", 0.05)
    other = await open_storage(storage_url, None)
    async with running(desk.worker):
        await look(desk.worker)
        await other.open("acme").escalate(new())
        await desk.begun(BLUE_ROOM)
    await other.close()


async def test_a_call_of_another_process_wakes_at_once(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.worker, "LONGEST_SLEEP", 3600.0)
    async with bench(postgres_url) as desk:
        other = await open_storage(postgres_url, None)
        async with running(desk.worker):
            await look(desk.worker)
            await other.open("acme").escalate(new())
            # Nobody was told of it; the next look is in an hour.
            await asyncio.sleep(0)
            assert not desk.post.order
            await other.lanes.call_others()
            await desk.begun(BLUE_ROOM)
        await other.close()


async def test_a_worker_sleeps_until_something_is_due_but_not_for_long(desk: Bench) -> None:
    assert await desk.worker._look() == LONGEST_SLEEP
    desk.post.answers[BLUE_ROOM].append(TryLater("odd", 3))
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
        assert await desk.worker._look() == 3.0
        desk.clock.move(seconds=1)
        assert await desk.worker._look() == 2.0


async def test_a_place_that_becomes_free_is_taken_at_once(wide: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.worker, "LONGEST_SLEEP", 3600.0)
    held = wide.post.hold
    held.update({room.lane.address: asyncio.Event() for room in MANY})
    async with running(wide.worker):
        await escalated(wide)
        for begun in range(LANES_AT_ONCE, len(MANY) + 1):
            async with asyncio.timeout(PATIENCE):
                while len(waiting := [address for address in held if address in wide.post.given]) < begun:
                    wide.post.changed.clear()
                    await wide.post.changed.wait()
            held[next(address for address in waiting if not held[address].is_set())].set()
        for event in held.values():
            event.set()
