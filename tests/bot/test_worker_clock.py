"""The clock is set back or forward under a worker, between two sends and in the middle of one."""

import asyncio

import pytest

from bot.sending import LEASE
from core.deliveries import Scope, TryLater
from core.use_cases.claim import CLAIM
from tests.bot.bench import BLUE_ROOM, GREEN_ROOM, Bench, escalated, running
from tests.journeys.moving import look, vanish
from tests.storage.cast import DANA

HOUR = 3600.0


@pytest.mark.parametrize("waits", [TryLater("502"), TryLater("429", 60, Scope.LANE)], ids=["back-off", "pause"])
async def test_a_clock_that_is_set_back_ends_every_wait(
    desk: Bench, waits: TryLater, caplog: pytest.LogCaptureFixture
) -> None:
    desk.post.answers[BLUE_ROOM].append(waits)
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
        assert len(desk.post.given[BLUE_ROOM]) == 1
        desk.clock.move(seconds=-HOUR)
        await desk.idle()
        assert len(desk.post.given[BLUE_ROOM]) == 2
        await escalated(desk, "later")
        await desk.idle()
    assert len(desk.post.given[BLUE_ROOM]) == 3
    assert [line.getMessage() for line in caplog.records] == ["the clock was set back by 1:00:00: every wait ends now"]


async def test_a_clock_that_is_set_forward_ends_waits_by_itself(desk: Bench, caplog: pytest.LogCaptureFixture) -> None:
    desk.post.answers[BLUE_ROOM].append(TryLater("429", 60, Scope.LANE))
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
        desk.clock.move(seconds=HOUR)
        await desk.idle()
    assert len(desk.post.given[BLUE_ROOM]) == 2 and not caplog.records


@pytest.mark.parametrize("step", [-HOUR, HOUR], ids=["back", "forward"])
async def test_a_step_in_the_middle_of_a_send_has_nothing_sent_twice(desk: Bench, step: float) -> None:
    held = desk.post.hold[BLUE_ROOM] = asyncio.Event()
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.begun(BLUE_ROOM)
        await desk.begun(GREEN_ROOM)
        desk.clock.move(seconds=step)
        # Its lease looks as if it had run out, or was good for an hour; other lanes go on meanwhile.
        await look(desk.worker)
        assert len(desk.post.given[BLUE_ROOM]) == 1
        held.set()
        await desk.idle()
        await desk.moved(CLAIM, handoff, DANA)
        await desk.idle()
    for room in (BLUE_ROOM, GREEN_ROOM):
        first, *others, last = desk.post.given[room]
        # A result that was recorded under a lease that seemed to be lost is made sure of: a correction, and no post.
        assert (first, last) == ("posted Mail v1", "corrected Mail v2")
        assert set(others) <= {"corrected Mail v1"}
    assert set(desk.post.taken.values()) == {1}


async def test_a_lease_from_before_the_clock_was_set_back_is_not_waited_for_any_longer_than_one(desk: Bench) -> None:
    desk.post.hold[BLUE_ROOM] = asyncio.Event()
    run, other = asyncio.create_task(desk.worker.run()), desk.another()
    await escalated(desk)
    await desk.begun(BLUE_ROOM)
    await vanish(desk.worker, run)
    desk.post.hold.clear()
    async with running(other):
        await desk.idle(other)
        desk.clock.move(seconds=-HOUR)
        await desk.idle(other)
        assert len(desk.post.given[BLUE_ROOM]) == 1
        desk.clock.move(seconds=LEASE.total_seconds())
        await desk.idle(other)
    assert len(desk.post.given[BLUE_ROOM]) == 2


async def test_a_wait_that_nobody_can_have_meant_is_shortened_at_the_start(desk: Bench) -> None:
    desk.clock.move(seconds=24 * HOUR)
    desk.post.answers[BLUE_ROOM].append(TryLater("502"))
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
    desk.clock.move(seconds=-24 * HOUR)
    other = desk.another()
    async with running(other):
        await desk.idle(other)
        desk.clock.move(seconds=HOUR)
        await desk.idle(other)
    assert len(desk.post.given[BLUE_ROOM]) == 2
