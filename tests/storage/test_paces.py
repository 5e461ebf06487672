"""The platforms' limits, kept in the ledger: per conversation, per workspace, and over everybody who sends; on both."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from core.deliveries import SETTLES, Lane, Owed, Sent, Unsure
from core.limits import Act, Limit
from core.ports import ConfiguredRoom
from core.use_cases.claim import CLAIM
from storage import paces
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    BLUE,
    DANA,
    JANE,
    MINUTE,
    NOON,
    ROOMS,
    configuration,
    due,
    made,
    member,
    move,
    new,
    open_account,
    recorded,
    terms,
)
from tests.storage.rows import count

SECOND = timedelta(seconds=1)
OWN = {Act.POST: (Limit("posts", every=2.0, burst=2),)}
SHARED = {Act.POST: (Limit("posts", every=2.0, burst=2, shared=True),)}
ROOMY = tuple(ConfiguredRoom(Lane(BLUE, "B1", f"room-{n}", private=False), f"#room-{n}") for n in range(3))


async def posts(storage: OpenRecords, account: SqlAccount, now: datetime, limits: object, holder: str = "w") -> int:
    """Send all cards that may be sent now; answers how many."""
    count = 0
    for lease, owed in await due(storage, account, now, limits, holder):  # type: ignore[arg-type]
        following: Owed | None = owed
        while following:
            count += following.about is None
            agreed = terms(now, limits)  # type: ignore[arg-type]
            following = await account.record(lease, following, Sent(f"{following.key}!"), now, now + MINUTE, agreed)
    return count


async def test_a_conversation_has_its_burst_and_then_its_pace(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    for _ in range(5):
        await recorded(account)
    counts = [await posts(storage, account, NOON + second * SECOND, OWN) for second in range(7)]
    assert counts == [2, 0, 1, 0, 1, 0, 1]


async def test_the_wait_is_known_beforehand_and_holds_no_lease(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    for _ in range(3):
        await recorded(account)
    assert await posts(storage, account, NOON, OWN, "one") == 2
    late = NOON + SECOND * 0.5
    assert await posts(storage, account, late, OWN, "two") == 0
    room = ROOMS[0].lane.id
    assert room not in {lease.lane for lease in await storage.lanes.lease(BLUE, "w", late, late + SECOND, 9)}
    leased = await storage.lanes.lease(BLUE, "three", NOON + 2 * SECOND, NOON + MINUTE, 9)
    assert room in {lease.lane for lease in leased}


async def test_one_conversation_never_waits_for_another(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMY)
    for _ in range(2):
        await recorded(account)
    assert await posts(storage, account, NOON, OWN) == 6


async def test_a_workspace_shares_its_limit_whoever_sends(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMY)
    await recorded(account)
    assert await posts(storage, account, NOON, SHARED, "one") == 2
    assert await posts(storage, account, NOON, SHARED, "two") == 0
    assert await posts(storage, account, NOON + 2 * SECOND, SHARED, "two") == 1


async def test_posts_and_corrections_have_limits_of_their_own(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    limits = OWN | {Act.CORRECT: (Limit("edits", every=60.0, burst=1),)}
    handoffs = [await recorded(account) for _ in range(2)]
    assert await posts(storage, account, NOON, limits) == 2
    for handoff in handoffs:
        await made(account, move(CLAIM, handoff.id, DANA, at=NOON))
    assert await posts(storage, account, NOON, limits) == 1
    assert await posts(storage, account, NOON + MINUTE, limits) == 1


async def test_what_may_be_posted_already_takes_its_call_all_the_same(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    for _ in range(3):
        await recorded(account)
    [(lease, first)] = await due(storage, account, NOON, OWN)
    agreed = terms(NOON, OWN)
    second = await account.record(lease, first, Unsure("dropped"), NOON, NOON + SECOND, agreed)
    assert second is not None and second.key != first.key
    assert await account.record(lease, second, Sent("copy-2"), NOON, NOON, agreed) is None
    assert await posts(storage, account, NOON + SECOND, OWN) == 0
    [(_, again)] = [pair for pair in await due(storage, account, NOON + SETTLES, OWN) if not pair[1].about]
    assert (again.key, again.unclear is not None) == (first.key, True)


async def test_each_account_has_limits_of_its_own(storage: OpenRecords) -> None:
    ours = await open_account(storage, rooms=ROOMS[:1])
    theirs = replace(ROOMS[0], lane=replace(ROOMS[0].lane, workspace="B1-rival"))
    await storage.registry.configure(configuration("rival", [theirs]), NOON)
    rival = storage.open("rival")
    jane = replace(JANE, identity=replace(JANE.identity, workspace="B1-rival"))
    await rival.meet(jane, member("jane"), NOON)
    for account, by in ((ours, JANE), (rival, jane)):
        for _ in range(3):
            await recorded(account, new(by))
    begun = {lease.account: lease for lease in await storage.lanes.lease(BLUE, "w", NOON, NOON + MINUTE, 9)}
    for account, lease in ((ours, begun["acme"]), (rival, begun["rival"])):
        sent, following = 0, await account.next_due(lease, NOON, terms(NOON, SHARED))
        while following:
            sent += 1
            following = await account.record(lease, following, Sent(str(sent)), NOON, NOON, terms(NOON, SHARED))
        assert sent == 2


async def test_a_clock_that_is_set_back_does_not_stop_the_calls(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    for _ in range(4):
        await recorded(account)
    assert await posts(storage, account, NOON + 60 * MINUTE, OWN) == 2
    await account.clamp(NOON + MINUTE, NOON)
    assert await posts(storage, account, NOON, OWN) == 2


async def test_without_limits_nothing_is_kept(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    assert await posts(storage, account, NOON, {Act.CORRECT: OWN[Act.POST]}) == 1
    assert await count(storage_url, "paces") == 0


def test_no_limit_is_taken_for_another() -> None:
    lanes = [Lane("p", *parts, private=False) for parts in (("w", "a"), ("w", "a/x"), ("w:a", "x"), ("w/a", "x"))]
    limits = [Limit(name, 1.0, 1, shared) for name in ("x", "y") for shared in (False, True)]
    names = {paces.name(lane, limit) for lane in lanes for limit in limits}
    assert len(names) == 2 * (len(lanes) + len({lane.workspace for lane in lanes}))


async def test_two_that_ask_at_once_take_two_calls(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMY)
    await recorded(account)
    leases = await storage.lanes.lease(BLUE, "w", NOON, NOON + MINUTE, 9)
    begun = await asyncio.gather(*(account.next_due(lease, NOON, terms(NOON, SHARED)) for lease in leases))
    assert len([owed for owed in begun if owed]) == 2
