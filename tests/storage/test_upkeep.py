"""What keeps the records small, and their waits true when the clock was set back; on both databases."""

from datetime import timedelta

from core.deliveries import Scope, TryLater
from core.ports import Recorded
from storage import OpenRecords
from tests.databases.fixtures import Owed
from tests.storage.cast import BLUE, GREEN, MINUTE, NOON, due, keep, new, open_account, recorded
from tests.storage.rows import count, rows

HOUR = timedelta(hours=1)


async def test_old_gestures_are_forgotten_a_few_at_a_time_and_the_oldest_first(
    storage: OpenRecords, storage_url: str
) -> None:
    account = await open_account(storage)
    gestures = [new(at=NOON + number * MINUTE) for number in range(5)]
    for gesture in reversed(gestures):
        await recorded(account, gesture)
    assert await account.forget(NOON, 10) == 0
    assert await account.forget(NOON + 4 * MINUTE, 3) == 3
    left = await rows(storage_url, "SELECT key FROM requests ORDER BY at")
    assert left == [(gesture.request,) for gesture in gestures[3:]]
    assert await account.forget(NOON + 4 * MINUTE, 3) == 1
    # What was not forgotten is still met by its repeat.
    again = await account.escalate(gestures[4])
    assert isinstance(again, Recorded) and again.handoff.id == gestures[4].id
    assert await count(storage_url, "handoffs") == 5


async def test_after_a_step_back_nothing_waits_longer_than_is_said(storage: OpenRecords, owed: Owed) -> None:
    account = await open_account(storage)
    await recorded(account)
    later = NOON + 3 * HOUR
    for lease, begun in await due(storage, account, later):
        scope = Scope.LANE if lease.lane.startswith(BLUE) else Scope.DELIVERY
        await keep(account, lease, begun, TryLater("503", 60, scope), later)
    # The clock is set back by three hours: what was to wait a minute would wait for all of them.
    assert await storage.lanes.lease(BLUE, "w", NOON + HOUR, NOON + 2 * HOUR, 9) == []
    told = owed.times
    await account.clamp(NOON + MINUTE, NOON + 2 * MINUTE)
    assert owed.times == told + 1
    assert await storage.lanes.next_due_at([BLUE, GREEN], NOON) == NOON + 2 * MINUTE
    assert {line.due_at for line in await account.deliveries(["pending"], 9)} == {NOON + 2 * MINUTE, None}  # type: ignore[list-item]
    leases = await storage.lanes.lease(BLUE, "w", NOON + 2 * MINUTE, NOON + HOUR, 9)
    assert [lease.lane for lease in leases] == ["blue:B1:blue-room"]
    # The lease of whoever works there is shortened, so that it still ends, and not taken from under them.
    await account.clamp(NOON + 4 * MINUTE, NOON + 4 * MINUTE)
    assert await storage.lanes.lease(BLUE, "other", NOON + 3 * MINUTE, NOON + HOUR, 9) == []
    assert len(await storage.lanes.lease(BLUE, "other", NOON + 4 * MINUTE, NOON + HOUR, 9)) == 1


async def test_what_lies_nearer_is_left_as_it_is(storage: OpenRecords, storage_url: str, owed: Owed) -> None:
    account = await open_account(storage)
    await recorded(account)
    await due(storage, account, NOON)
    waits = "SELECT id, leased_until, paused_until FROM lanes ORDER BY id"
    dues = "SELECT key, due_at FROM deliveries ORDER BY key"
    before = [await rows(storage_url, waits), await rows(storage_url, dues)]
    told = owed.times
    await account.clamp(NOON + HOUR, NOON + HOUR)
    assert [await rows(storage_url, waits), await rows(storage_url, dues)] == before
    assert owed.times == told
