"""The queue: what waits to be picked up; on both databases."""

from core.handoff import Priority
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from storage.engine import OpenRecords
from tests.storage.cast import DANA, LEE, MINUTE, NOON, configuration, made, move, new, open_account, recorded


async def test_the_most_urgent_comes_first_and_then_the_oldest(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await storage.registry.configure(configuration("rival"), NOON)
    waits = [
        (Priority.NORMAL, 3), (Priority.CRITICAL, 2), (Priority.LOW, 0), (Priority.NORMAL, 1), (Priority.CRITICAL, 4),
    ]  # fmt: skip
    for priority, minute in waits:
        await recorded(account, new(priority=priority, at=NOON + minute * MINUTE))
    found = await account.queue(10)
    assert [(one.priority, (one.created_at - NOON) // MINUTE) for one in found] == [
        (Priority.CRITICAL, 2), (Priority.CRITICAL, 4), (Priority.NORMAL, 1), (Priority.NORMAL, 3), (Priority.LOW, 0),
    ]  # fmt: skip
    assert await account.queue(2) == found[:2]
    assert await storage.open("rival").queue(10) == []


async def test_only_what_is_open_waits(storage: OpenRecords) -> None:
    account = await open_account(storage)
    waits, held, over, back = [await recorded(account, new(at=NOON + n * MINUTE)) for n in range(4)]
    for handoff in (held, over, back):
        await made(account, move(CLAIM, handoff.id, DANA))
    await made(account, move(RESOLVE, over.id, DANA))
    await made(account, move(RELEASE, back.id, DANA))
    found = await account.queue(10)
    assert [one.id for one in found] == [waits.id, back.id]
    assert (found[0], found[1].version) == (waits, 3)
    await made(account, move(CLAIM, waits.id, LEE))
    assert [one.id for one in await account.queue(10)] == [back.id]
