"""Lanes: leased to one at a time, the most urgent first, per platform; on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from core.deliveries import Lane, Scope, Sent, TryLater
from core.handoff import Priority
from core.ports import ConfiguredRoom
from storage import OpenRecords, open_storage
from tests.storage.cast import BLUE, DANA, GREEN, JANE, LATER, LEE, MINUTE, NOON, new, open_account, recorded, terms
from tests.storage.cast import ROOMS as TWO_ROOMS

ROOMS = tuple(ConfiguredRoom(Lane(BLUE, "B1", f"room-{number:02}", private=False), "#room") for number in range(20))


async def test_many_workers_at_once_never_hold_the_same_lane(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS)
    await recorded(account)
    asked = (storage.lanes.lease(BLUE, f"w{n}", NOON, NOON + MINUTE, 4) for n in range(10))
    leased = await asyncio.gather(*asked)
    lanes = [lease.lane for leases in leased for lease in leases]
    assert len(lanes) == len(set(lanes))
    rest = await storage.lanes.lease(BLUE, "rest", NOON, NOON + MINUTE, 100)
    assert sorted([*lanes, *(lease.lane for lease in rest)]) == sorted(room.lane.id for room in ROOMS)
    assert all(len(leases) <= 4 for leases in leased)


async def test_two_processes_that_ask_at_once_get_different_lanes(postgres_url: str) -> None:
    processes = [await open_storage(postgres_url, None) for _ in range(2)]
    account = await open_account(processes[0], rooms=ROOMS)
    await recorded(account)
    for minutes in range(5):
        now = NOON + 2 * minutes * MINUTE
        asked = (storage.lanes.lease(BLUE, f"w{n}", now, now + MINUTE, 10) for n, storage in enumerate(processes))
        first, second = [{lease.lane for lease in leases} for leases in await asyncio.gather(*asked)]
        assert (len(first), len(second), first & second) == (10, 10, set())
    for storage in processes:
        await storage.close()


async def test_a_lane_that_has_to_wait_stalls_no_other(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:2])
    await recorded(account)
    first, second = await storage.lanes.lease(BLUE, "one", NOON, NOON + MINUTE, 9)
    owed = await account.next_due(first, NOON, terms(NOON))
    assert owed is not None
    limited = TryLater("429", after=60, scope=Scope.LANE)
    assert await account.record(first, owed, limited, NOON, NOON + MINUTE, terms(NOON)) is None
    assert await account.next_due(second, NOON, terms(NOON)) is not None
    assert await storage.lanes.next_due_at([BLUE], LATER) == NOON + MINUTE
    assert await storage.lanes.lease(BLUE, "two", LATER, LATER + MINUTE, 9) == []
    assert first.lane in {lease.lane for lease in await storage.lanes.lease(BLUE, "two", NOON + MINUTE, NOON, 9)}


async def test_a_lease_ends_when_nothing_is_left_or_it_runs_out(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    [lease] = await storage.lanes.lease(BLUE, "one", NOON, NOON + MINUTE, 9)
    assert await storage.lanes.lease(BLUE, "one", LATER, LATER + MINUTE, 9) == []
    assert await storage.lanes.next_due_at([BLUE], LATER) == NOON + MINUTE
    stranger = replace(lease, holder="somebody else")
    assert await account.next_due(stranger, LATER, terms(LATER)) is None
    assert await storage.lanes.lease(BLUE, "two", LATER, LATER + MINUTE, 9) == []
    [second] = await storage.lanes.lease(BLUE, "two", NOON + MINUTE, NOON + 2 * MINUTE, 9)
    assert await account.next_due(lease, NOON + MINUTE, terms(NOON + MINUTE)) is None
    assert await account.next_due(second, NOON + MINUTE, terms(NOON + MINUTE)) is not None


async def test_beginning_extends_the_lease(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    [lease] = await storage.lanes.lease(BLUE, "one", NOON, NOON + timedelta(seconds=20), 9)
    assert await account.next_due(lease, LATER, terms(LATER)) is not None
    assert await storage.lanes.next_due_at([BLUE], LATER) == LATER + MINUTE


async def test_without_terms_the_lease_ends_with_the_record(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    await recorded(account)
    [lease] = await storage.lanes.lease(BLUE, "one", NOON, NOON + MINUTE, 9)
    owed = await account.next_due(lease, NOON, terms(NOON))
    assert owed is not None
    assert await account.record(lease, owed, Sent("copy"), NOON, NOON, None) is None
    assert ROOMS[0].lane.id in {free.lane for free in await storage.lanes.lease(BLUE, "two", NOON, NOON + MINUTE, 9)}


async def test_platforms_are_leased_apart(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=TWO_ROOMS)
    await recorded(account)
    assert [lease.lane for lease in await storage.lanes.lease(GREEN, "one", NOON, LATER, 9)] == [TWO_ROOMS[1].lane.id]
    assert [lease.lane for lease in await storage.lanes.lease(BLUE, "one", NOON, LATER, 9)] == [TWO_ROOMS[0].lane.id]
    assert await storage.lanes.next_due_at([], NOON) is None


async def test_the_most_urgent_lane_goes_first_then_who_has_waited_longest(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=())
    # With no room to be shown in, each is told so in their own lane.
    for minutes, (who, priority) in enumerate(
        [(JANE, Priority.NORMAL), (DANA, Priority.CRITICAL), (LEE, Priority.LOW)]
    ):
        await recorded(account, replace(new(who, at=NOON + minutes * MINUTE), priority=priority))
    await recorded(account, new(LEE, at=NOON + 3 * MINUTE))
    now = NOON + 5 * MINUTE
    leased = [await storage.lanes.lease(BLUE, "one", now, now + MINUTE, 1) for _ in range(4)]
    assert [lease.lane for leases in leased for lease in leases] == ["blue:B1:dana", "blue:B1:jane", "blue:B1:lee"]


async def test_nothing_owed_is_nothing_to_wait_for(storage: OpenRecords) -> None:
    await open_account(storage)
    assert await storage.lanes.next_due_at([BLUE, GREEN], NOON) is None
    assert await storage.lanes.lease(BLUE, "one", NOON, NOON + MINUTE, 9) == []
