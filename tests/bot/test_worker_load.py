"""The worker with a great deal to do: what goes first, what is left out, and what one silent platform costs."""

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.worker import LANES_AT_ONCE
from core.handoff import Priority
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from tests.bot.bench import BLUE_ROOM, GREEN_ROOM, MANY, Bench, escalated, running
from tests.journeys.moving import idle, look
from tests.storage.cast import DANA
from tests.storage.rows import count, rows

# Of each of these handoffs two cards have to be corrected, and two letters were owed of which one is no longer true.
OLD, NEW = 2500, 60
# All of this was posted before the outage.
POSTED = "UPDATE deliveries SET state = 'done', done = wanted, due_at = NULL, copy = 'copy of ' || key, link = 'link'"
MEGABYTE = 1024 * 1024
Answer = TypeVar("Answer")


async def test_l23_a_platform_that_is_silent_takes_only_its_own_places(wide: Bench) -> None:
    silent = asyncio.Event()
    wide.post.hold |= {room.lane.address: silent for room in MANY} | {BLUE_ROOM: silent}
    async with running(wide.worker):
        for number in range(3):
            await escalated(wide, f"Mail {number}")
        await wide.begun(GREEN_ROOM, 3)
        await look(wide.worker)
        begun = [what for address, given in wide.post.given.items() if address.startswith("blue-") for what in given]
        assert len(begun) == LANES_AT_ONCE
        silent.set()
        await wide.idle()
    assert all(len(wide.post.given[room.lane.address]) == 3 for room in MANY)


async def all_of(make: Callable[[int], Awaitable[Answer]], size: int) -> list[Answer]:
    """So many answers, some at a time."""
    found: list[Answer] = []
    for first in range(0, size, 50):
        found += await asyncio.gather(*(make(number) for number in range(first, min(first + 50, size))))
    return found


async def test_l20_after_an_outage_the_new_goes_before_the_old_and_what_is_no_longer_true_is_not_sent(
    desk: Bench, storage_url: str
) -> None:
    old = await all_of(lambda _: escalated(desk, "old"), OLD)
    await rows(storage_url, POSTED)
    desk.clock.move(minutes=1)
    await all_of(lambda number: desk.moved(CLAIM, old[number], DANA), OLD)
    await all_of(lambda number: desk.moved(RELEASE, old[number], DANA), OLD)
    assert await count(storage_url, "deliveries WHERE state = 'pending'") == 4 * OLD == 10_000
    desk.clock.move(minutes=1)
    urgent = [Priority.NORMAL, Priority.HIGH, Priority.CRITICAL]
    await all_of(lambda number: escalated(desk, f"new {urgent[number % 3]}", urgent[number % 3]), NEW)

    tracemalloc.start()
    async with running(desk.worker):
        await idle(desk.worker, 240)
    _, most_memory = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for room in (BLUE_ROOM, GREEN_ROOM):
        given = desk.post.given[room]
        assert given[:NEW] == [f"posted new {priority} v1" for priority in reversed(urgent) for _ in range(NEW // 3)]
        assert given[NEW:] == ["corrected old v3"] * OLD
    told = [letter.split(" your ")[0] for letter in desk.post.given["jane"]]
    assert "Dana picked up" not in told
    assert len(told) == OLD + NEW
    # What the bench itself keeps of it is in here as well.
    assert most_memory < 20 * MEGABYTE, f"{most_memory / MEGABYTE:.1f} MB"
