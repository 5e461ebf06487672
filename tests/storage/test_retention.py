"""Captured text is taken out of what is long over; what happened stays, and so do its cards; on both databases."""

import asyncio
from datetime import datetime, timedelta

from core.deliveries import Failed, Owed, Sent, State
from core.handoff import Handoff
from core.snapshot import Snapshot
from core.use_cases.claim import CLAIM
from core.use_cases.resolve import RESOLVE
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from tests.storage.cast import DANA, LATER, MINUTE, NOON, due, keep, made, move, new, open_account, recorded
from tests.storage.rows import count, rows

START = NOON + 2 * MINUTE
LONG_AFTER = START + timedelta(days=90)


async def over(account: SqlAccount, minute: int = 0) -> Handoff:
    """A handoff that was resolved so long after the start."""
    at = START + minute * MINUTE
    return await closed(account, await recorded(account, new(ticket="#12345", at=at)), at)


async def closed(account: SqlAccount, handoff: Handoff, at: datetime) -> Handoff:
    """The same handoff, resolved."""
    await made(account, move(CLAIM, handoff.id, DANA, at=at))
    resolved = (await made(account, move(RESOLVE, handoff.id, DANA, at=at, note="A new profile"))).handoff
    assert resolved is not None
    return resolved


async def sent(storage: OpenRecords, account: SqlAccount, fails: str = "") -> list[str]:
    """Send all that is due, and answer where; the room that ``fails`` takes nothing."""
    where = []
    while pairs := await due(storage, account, LONG_AFTER):
        for lease, begun in pairs:
            following: Owed | None = begun
            while following:
                where.append(following.lane.address)
                outcome = Failed("is_archived") if where[-1] == fails else Sent(f"c-{following.key}", "link")
                following = await keep(account, lease, following, outcome, LONG_AFTER)
    return where


async def test_nothing_that_was_typed_is_left_and_all_that_happened_is(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    await recorded(account, new(ticket="#12345", at=START))
    await sent(storage, account)
    resolved = await closed(account, (await account.queue(1))[0], START)
    await sent(storage, account)
    assert await account.forget_text(LONG_AFTER, 10, LONG_AFTER) == 1
    [(owed, version)] = {(pair[1].lane.private, pair[1].wanted) for pair in await due(storage, account, LONG_AFTER)}
    assert (owed, version) == (False, resolved.version + 1)
    after = (await made(account, move(CLAIM, resolved.id, DANA, at=LONG_AFTER))).handoff
    assert after is not None
    assert (after.snapshot, after.resolution, after.version) == (Snapshot(""), "", resolved.version + 1)
    assert (after.escalator, after.resolver, after.resolved_at) == (
        resolved.escalator, resolved.resolver, resolved.resolved_at,
    )  # fmt: skip
    assert await count(storage_url, "events WHERE name = 'text_forgotten' AND person IS NULL") == 1
    for column in ("problem", "tried", "customer", "ticket", "resolution"):
        assert await rows(storage_url, f"SELECT {column} FROM handoffs") == [("",)]  # noqa: S608
    assert await account.forget_text(LONG_AFTER, 10, LONG_AFTER) == 0
    assert await account.audit(LONG_AFTER) == []


async def test_what_is_younger_or_not_over_keeps_its_text_and_the_oldest_goes_first(storage: OpenRecords) -> None:
    account = await open_account(storage)
    resolved = [await over(account, minute) for minute in (3, 1, 2)]
    still_open = await recorded(account, new(at=START))
    assert await account.forget_text(START + 3 * MINUTE, 1, LONG_AFTER) == 1

    async def left() -> list[bool]:
        """Whether the text of each is still there."""
        found = [await made(account, move(CLAIM, one.id, DANA, at=LONG_AFTER)) for one in resolved]
        return [bool(one.handoff and one.handoff.snapshot.problem) for one in found]

    assert await left() == [True, False, True]
    assert await account.forget_text(START + 3 * MINUTE, 10, LONG_AFTER) == 1
    assert await left() == [True, False, False]
    assert await account.queue(9) == [still_open]


async def test_a_card_that_is_up_is_drawn_anew_and_one_that_nobody_saw_is_not_posted(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await recorded(account, new(ticket="#12345", at=START))
    await sent(storage, account, fails="green-room")
    await over(account)  # resolved before anything of it was sent, so never shown
    await sent(storage, account)
    await closed(account, (await account.queue(1))[0], START)
    await sent(storage, account, fails="green-room")
    assert await account.forget_text(LONG_AFTER, 10, LONG_AFTER) == 2
    assert [one.where for one in await account.deliveries((State.PENDING,), 99)] == ["#help"]
    assert await sent(storage, account) == ["blue-room"]
    cards = [one.state for one in await account.deliveries(tuple(State), 99) if one.about is None]
    assert sorted(cards) == [State.DONE, State.SUPERSEDED, State.SUPERSEDED, State.SUPERSEDED]
    assert await account.audit(LONG_AFTER) == []


async def test_two_processes_forget_each_once(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    for minute in range(6):
        await over(account, minute)
    other = await open_storage(storage_url, None)
    times = await asyncio.gather(*(one.forget_text(LONG_AFTER, 4, LATER) for one in (account, other.open("acme")) * 2))
    await other.close()
    assert sum(times) == 6
    assert await count(storage_url, "events WHERE name = 'text_forgotten'") == 6
