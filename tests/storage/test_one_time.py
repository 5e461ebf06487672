"""What works once: of twenty that use it at once, one is told yes; also from two processes."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from core.account import STATE_LIVES, Joined, Linked, OneTime, Purpose, digest
from core.changes import Hindered, Hindrance
from core.errors import StorageAway
from core.people import Caller
from storage import OpenRecords, opened
from tests.storage.cast import LATER, MINUTE, NOON, member
from tests.storage.installing import HILL, SEA, SKY, a_code, installed, typed
from tests.storage.rows import count, rows

STATE = digest("a state")


async def keep_state(storage: OpenRecords) -> None:
    await storage.registry.keep(OneTime(Purpose.STATE, STATE, NOON + STATE_LIVES))


async def all_type(storage: OpenRecords, url: str, code: str, who: Sequence[Caller]) -> Counter[type]:
    """Half of them in each of two processes; on a slow machine somebody may be told to come back."""
    async with opened(url) as other:
        both = (storage, other)
        typing = (both[n % 2].registry.redeem(typed(one, code)) for n, one in enumerate(who))
        answers = Counter(type(answer) for answer in await asyncio.gather(*typing, return_exceptions=True))
    assert set(answers) <= {Joined, Linked, Hindered, StorageAway}
    return answers


async def test_a_state_works_once_and_not_for_long(storage: OpenRecords) -> None:
    await keep_state(storage)
    assert not await storage.registry.use(Purpose.STATE, digest("another"), LATER)
    assert not await storage.registry.use(Purpose.WORKSPACE, STATE, LATER)
    assert not await storage.registry.use(Purpose.STATE, STATE, NOON + STATE_LIVES)
    assert await storage.registry.use(Purpose.STATE, STATE, LATER)
    assert not await storage.registry.use(Purpose.STATE, STATE, LATER)


async def test_a3_a_state_that_twenty_use_at_once_in_two_processes_works_once(
    storage: OpenRecords, storage_url: str
) -> None:
    await keep_state(storage)
    async with opened(storage_url) as other:
        both = (storage, other)
        answers = await asyncio.gather(*(both[n % 2].registry.use(Purpose.STATE, STATE, LATER) for n in range(20)))
    assert Counter(answers) == {True: 1, False: 19}


async def test_a3_a_code_for_a_workspace_that_twenty_type_at_once_in_two_processes_works_once(
    storage: OpenRecords, storage_url: str
) -> None:
    acme, places = await installed(storage, SEA), (HILL, SKY)
    for where in places:
        await installed(storage, where)
    code = await a_code(storage, acme._account, SEA.owner)
    answers = await all_type(storage, storage_url, code, [places[n % 2].owner for n in range(20)])
    assert answers[Joined] == 1
    assert await count(storage_url, "events WHERE name = 'workspace_joined'", acme._account) == 1
    assert await count(storage_url, "one_time") == 0


async def test_a3_a_code_for_a_person_that_twenty_type_at_once_in_two_processes_works_once(
    storage: OpenRecords, storage_url: str
) -> None:
    acme, _ = await installed(storage, SEA), await installed(storage, HILL)
    await storage.registry.redeem(typed(HILL.owner, await a_code(storage, acme._account, SEA.owner)))
    names = [HILL.somebody(f"twin-{n}") for n in range(20)]
    for who in names:
        await acme.meet(who, member(who.identity.user), NOON)
    code = await a_code(storage, acme._account, SEA.owner, Purpose.PERSON)
    answers = await all_type(storage, storage_url, code, names)
    assert answers[Linked] == 1
    assert await count(storage_url, "identities WHERE how = 'code'", acme._account) == 1


async def test_a_code_that_is_too_old_or_was_never_made_does_not_work(storage: OpenRecords) -> None:
    acme, _ = await installed(storage, SEA), await installed(storage, HILL)
    code = await a_code(storage, acme._account, SEA.owner)
    bad = Hindered(Hindrance.BAD_CODE)
    assert await storage.registry.redeem(typed(HILL.owner, digest("never"))) == bad
    assert await storage.registry.redeem(typed(HILL.owner, code, NOON + 10 * MINUTE)) == bad
    await keep_state(storage)
    assert await storage.registry.redeem(typed(HILL.owner, STATE)) == bad
    assert isinstance(await storage.registry.redeem(typed(HILL.owner, code, NOON + 9 * MINUTE)), Joined)
    assert await storage.registry.redeem(typed(HILL.owner, code, NOON + 9 * MINUTE)) == bad


async def test_what_is_too_old_is_forgotten(storage: OpenRecords, storage_url: str) -> None:
    acme = await installed(storage, SEA)
    await a_code(storage, acme._account, SEA.owner)
    young = await a_code(storage, acme._account, SEA.owner, at=NOON + MINUTE)
    await keep_state(storage)
    assert await storage.registry.prune(NOON + timedelta(minutes=9)) == 0
    assert await storage.registry.prune(NOON + timedelta(minutes=10)) == 2
    assert await rows(storage_url, "SELECT digest FROM one_time", None) == [(young,)]
