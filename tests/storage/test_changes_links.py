"""Undoing a link: who becomes a person of their own again, with which role; on both databases."""

import pytest

from core.access import Right, may
from core.changes import GiveRole, Hindrance, UnlinkSelf
from core.events import Event
from core.people import Caller, How, Member, Person, Role, Standing
from core.use_cases.claim import CLAIM
from core.use_cases.resolve import RESOLVE
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    DANA,
    DANA_ON_GREEN,
    GREEN,
    JANE,
    LATER,
    LEE,
    NOON,
    caller,
    done,
    give,
    made,
    member,
    move,
    new,
    open_account,
    recorded,
    stands,
    why_not,
)
from tests.storage.rows import rows

PAT = caller("pat", GREEN)  # another person than Lee, until a code says otherwise


async def who(account: SqlAccount, asked: Caller) -> Member:
    """Somebody who is known."""
    found = await account.who(asked.identity)
    assert found is not None
    return found


async def linked(account: SqlAccount, url: str) -> Person:
    """Pat, met for themselves and then made one with Lee, as a code does it; answers who Pat was."""
    was = await account.meet(PAT, member("pat"), NOON)
    lee = (await who(account, LEE)).person.id
    await rows(url, f"UPDATE identities SET person = '{lee}', how = 'code', met_as = person WHERE user_id = 'pat'")  # noqa: S608
    assert (await who(account, PAT)).person.id == lee
    return was


def unlink(by: Caller) -> UnlinkSelf:
    """Theirs."""
    return UnlinkSelf(by, LATER)


async def test_an_identity_that_was_linked_by_its_address_is_somebody_new(storage: OpenRecords) -> None:
    account = await open_account(storage)
    dana = await who(account, DANA)
    line = await done(account, unlink(DANA_ON_GREEN))
    assert (line.event, line.who, line.platform) == (Event.IDENTITY_UNLINKED, "Dana", GREEN)
    assert (line.subject, line.before) == ("Dana", "address")
    own, old = await who(account, DANA_ON_GREEN), await who(account, DANA)
    assert own.person.id != dana.person.id == old.person.id
    assert (own.person.name, own.person.role, own.given) == ("Dana", Role.ENGINEER, False)
    assert [(known.how, known.identity) for known in own.identities] == [(How.MET, DANA_ON_GREEN.identity)]
    assert [known.identity for known in old.identities] == [DANA.identity]
    # Their address is still the same, and links them to nobody again; nor anybody else to either of them.
    assert (await account.meet(DANA_ON_GREEN, member("dana"), LATER)).id == own.person.id
    other = caller("dana-too")
    assert (await account.meet(other, member("dana"), LATER)).id not in (own.person.id, dana.person.id)
    assert await why_not(account, unlink(DANA_ON_GREEN)) is Hindrance.NOT_LINKED


async def test_an_identity_that_was_linked_by_a_code_is_who_it_was(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    was = await linked(account, storage_url)
    line = await done(account, unlink(PAT))
    assert (line.who, line.subject, line.before) == ("Lee", "Pat", "code")
    again = await who(account, PAT)
    assert again.person == was
    assert [known.how for known in again.identities] == [How.MET]
    assert await account.audit(LATER) == []


async def test_the_first_identity_of_a_person_is_linked_to_nobody(storage: OpenRecords) -> None:
    account = await open_account(storage)
    for by in (DANA, JANE):
        assert await why_not(account, unlink(by)) is Hindrance.NOT_LINKED


@pytest.mark.parametrize("part", ["escalator", "claimer", "target"])
async def test_whoever_has_something_to_do_with_an_open_handoff_stays_who_they_are(
    storage: OpenRecords, part: str
) -> None:
    account = await open_account(storage)
    by, taker = (DANA, LEE) if part == "escalator" else (JANE, DANA)
    handoff = await recorded(account, new(by, target=DANA.identity if part == "target" else None))
    if part == "claimer":
        await made(account, move(CLAIM, handoff.id, DANA))
    assert await why_not(account, unlink(DANA_ON_GREEN)) is Hindrance.STILL_BUSY
    await made(account, move(CLAIM, handoff.id, taker))
    await made(account, move(RESOLVE, handoff.id, taker))
    await done(account, unlink(DANA_ON_GREEN))


async def test_nobody_gets_out_of_a_lower_role_by_it(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    await linked(account, storage_url)
    for whom in (DANA, LEE):
        await done(account, GiveRole(None, NOON, whom.identity, Role.VIEWER))
    for by in (DANA_ON_GREEN, PAT):
        await done(account, unlink(by))
        found = await who(account, by)
        assert not may(found.person.role, Right.CLAIM)
        assert found.given


async def test_a_role_that_was_given_is_had_again(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    await linked(account, storage_url)
    await rows(storage_url, "UPDATE people SET role = 2, given = true WHERE name = 'Pat'")
    await done(account, unlink(PAT))
    found = await who(account, PAT)
    assert (found.person.role, found.given) == (Role.ADMIN, True)


async def test_a6_the_last_owner_stays_one_who_can_act(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await give(account, DANA, Role.OWNER)
    await stands(account, DANA, Standing.DEACTIVATED)
    assert await why_not(account, unlink(DANA_ON_GREEN)) is Hindrance.LAST_OWNER
    await stands(account, DANA, Standing.ACTIVE)
    await done(account, unlink(DANA_ON_GREEN))
    assert (await who(account, DANA)).person.role is Role.OWNER
    assert (await who(account, DANA_ON_GREEN)).person.role is Role.ENGINEER


async def test_whose_code_was_typed_by_somebody_else_takes_it_back(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    was = await linked(account, storage_url)
    line = await done(account, unlink(LEE))
    assert (line.event, line.subject, line.before) == (Event.IDENTITY_UNLINKED, was.name, How.CODE)
    # It was said by Lee, from where Lee is, and not by whom it is about.
    assert (line.who, line.platform) == ("Lee", LEE.identity.platform)
    assert (await who(account, PAT)).person.id == was.id
    assert [known.identity for known in (await who(account, LEE)).identities] == [LEE.identity]
    assert await why_not(account, unlink(LEE)) is Hindrance.NOT_LINKED
