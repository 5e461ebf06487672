"""Lanes: leased to one at a time, the most urgent first; on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from core.deliveries import Lane, Sent
from core.handoff import Priority
from core.ports import ConfiguredRoom
from storage.engine import OpenRecords
from tests.storage.cast import BLUE, LATER, NOON, new, open_account, recorded

MINUTE = timedelta(minutes=1)
ROOMS = tuple(ConfiguredRoom(Lane(BLUE, "B1", f"room-{number:02}", private=False), "#room") for number in range(20))


async def test_many_workers_at_once_never_hold_the_same_lane(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS)
    await recorded(account)
    leased = await asyncio.gather(*(storage.lanes.lease(f"w{n}", NOON, NOON + MINUTE, 4) for n in range(10)))
    lanes = [lease.lane for leases in leased for lease in leases]
    assert len(lanes) == len(set(lanes))
    rest = await storage.lanes.lease("rest", NOON, NOON + MINUTE, 100)
    assert sorted([*lanes, *(lease.lane for lease in rest)]) == sorted(room.lane.id for room in ROOMS)
    assert all(len(leases) <= 4 for leases in leased)


async def test_a_lease_ends_when_it_is_given_back_or_runs_out(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    [lease] = await storage.lanes.lease("one", NOON, NOON + MINUTE, 9)
    assert await storage.lanes.lease("one", LATER, LATER + MINUTE, 9) == []
    assert await storage.lanes.next_due_at(LATER) == NOON + MINUTE
    await storage.lanes.give_back(replace(lease, holder="somebody else"))
    assert await storage.lanes.lease("two", LATER, LATER + MINUTE, 9) == []
    await storage.lanes.give_back(lease)
    [second] = await storage.lanes.lease("two", LATER, LATER + MINUTE, 9)
    [third] = await storage.lanes.lease("three", LATER + MINUTE, LATER + 2 * MINUTE, 9)
    assert second.lane == third.lane == lease.lane
    assert await account.next_due(second, LATER + MINUTE) is None
    assert await account.next_due(third, LATER + MINUTE) is not None


async def test_the_most_urgent_goes_first_and_then_the_oldest(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    old = await recorded(account, new(at=NOON))
    urgent = await recorded(account, replace(new(at=LATER), priority=Priority.CRITICAL))
    newer = await recorded(account, new(at=LATER))
    [lease] = await storage.lanes.lease("one", LATER, LATER + MINUTE, 1)
    order = []
    while owed := await account.next_due(lease, LATER):
        order.append(owed.handoff.id)
        await account.record(lease, owed, Sent(owed.key), owed.handoff.version, LATER, LATER)
    assert order == [urgent.id, old.id, newer.id]


async def test_nothing_owed_is_nothing_to_wait_for(storage: OpenRecords) -> None:
    await open_account(storage)
    assert await storage.lanes.next_due_at(NOON) is None
    assert await storage.lanes.lease("one", NOON, NOON + MINUTE, 9) == []
