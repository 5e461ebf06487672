"""Linking by a code: whoever made it and whoever types it are one person, unless something speaks against it."""

from core.account import Linked, Purpose
from core.changes import Changed, GiveRole, Hindered, Hindrance, UnlinkSelf
from core.handoff import Notice
from core.people import Caller, How, Role, Strangers
from core.use_cases.claim import CLAIM
from storage import OpenRecords
from storage.account import SqlAccount
from tests.storage.cast import (
    DANA,
    DANA_ON_GREEN,
    GREEN,
    GUEST,
    JANE,
    LATER,
    LEE,
    LEE_ON_GREEN,
    NOON,
    caller,
    due,
    made,
    member,
    move,
    new,
    open_account,
    recorded,
)
from tests.storage.installing import SEA, a_code, installed, typed

JANES_OTHER = caller("jj", GREEN)


async def scene(storage: OpenRecords) -> SqlAccount:
    """Jane is also known on the other platform, but nobody can tell that it is her."""
    account = await open_account(storage)
    await account.meet(JANES_OTHER, member("somebody"), NOON)
    return account


async def types(storage: OpenRecords, by: Caller, code: str) -> object:
    return await storage.registry.redeem(typed(by, code, LATER))


async def own_code(storage: OpenRecords, by: Caller = JANE) -> str:
    return await a_code(storage, "acme", by, Purpose.PERSON)


async def test_whoever_types_it_becomes_whoever_made_it(storage: OpenRecords) -> None:
    account = await scene(storage)
    jane = await account.who(JANE.identity)
    answer = await types(storage, JANES_OTHER, await own_code(storage))
    assert jane is not None and answer == Linked(jane.person)
    linked = await account.who(JANES_OTHER.identity)
    assert linked is not None and linked.person == jane.person
    assert {known.identity: known.how for known in linked.identities} == {
        JANE.identity: How.MET,
        JANES_OTHER.identity: How.CODE,
    }
    line = (await account.history(1))[0]
    said = (str(line.event), line.who, line.subject, line.after)
    assert said == ("identity_linked", "Jane", "Jane", "Somebody (green)")
    told = {one.lane.address: one.about for _, one in await due(storage, account, LATER)}
    assert told == {"jane": Notice.NEWS, "jj": Notice.NEWS}


async def test_undone_it_is_the_person_that_it_was(storage: OpenRecords) -> None:
    account = await scene(storage)
    before = await account.who(JANES_OTHER.identity)
    await types(storage, JANES_OTHER, await own_code(storage))
    assert isinstance(await account.change(UnlinkSelf(JANES_OTHER, LATER)), Changed)
    after = await account.who(JANES_OTHER.identity)
    assert before is not None and after is not None and after.person == before.person


async def test_a_code_for_a_person_works_in_its_own_account_alone(storage: OpenRecords) -> None:
    await scene(storage)
    await installed(storage, SEA)
    assert await types(storage, SEA.owner, await own_code(storage)) == Hindered(Hindrance.OTHER_ACCOUNT)


async def test_who_is_that_person_already_or_is_not_known_is_told_so(storage: OpenRecords) -> None:
    await scene(storage)
    code = await own_code(storage, DANA)
    assert await types(storage, DANA_ON_GREEN, code) == Hindered(Hindrance.SAME_PERSON)
    assert await types(storage, LEE_ON_GREEN, code) == Strangers((LEE_ON_GREEN.identity,))
    assert await types(storage, JANES_OTHER, code) == Hindered(Hindrance.ALREADY_HERE)
    assert await types(storage, LEE, code) == Hindered(Hindrance.ALREADY_HERE)


async def test_nobody_gets_out_of_what_they_escalated_or_hold_by_becoming_somebody_else(storage: OpenRecords) -> None:
    account = await scene(storage)
    code = await own_code(storage)
    handoff = await recorded(account, new(LEE))
    await made(account, move(CLAIM, handoff.id, JANES_OTHER))
    assert await types(storage, JANES_OTHER, code) == Hindered(Hindrance.STILL_BUSY)
    await recorded(account, new(GUEST, target=DANA_ON_GREEN.identity))
    busy = await types(storage, DANA_ON_GREEN, await own_code(storage, JANE))
    assert busy == Hindered(Hindrance.STILL_BUSY)


async def test_a6_the_last_owner_does_not_become_somebody_who_is_none(storage: OpenRecords) -> None:
    account = await scene(storage)
    await account.change(GiveRole(None, NOON, JANES_OTHER.identity, Role.OWNER))
    code = await own_code(storage)
    assert await types(storage, JANES_OTHER, code) == Hindered(Hindrance.LAST_OWNER)
    await account.change(GiveRole(None, NOON, DANA.identity, Role.OWNER))
    assert isinstance(await types(storage, JANES_OTHER, code), Linked)


async def test_nobody_gets_out_of_a_role_that_was_given_them_by_typing_a_code(storage: OpenRecords) -> None:
    account = await scene(storage)
    await account.change(GiveRole(None, NOON, JANES_OTHER.identity, Role.VIEWER))
    answer = await types(storage, JANES_OTHER, await own_code(storage))
    assert isinstance(answer, Linked) and answer.person.role is Role.VIEWER


async def test_an_owner_among_others_does_not_bring_it_along(storage: OpenRecords) -> None:
    account = await scene(storage)
    for who in (JANES_OTHER, DANA):
        await account.change(GiveRole(None, NOON, who.identity, Role.OWNER))
    answer = await types(storage, JANES_OTHER, await own_code(storage))
    assert isinstance(answer, Linked) and answer.person.role is Role.ENGINEER
