"""The people of an account as they are listed, and its history; on both databases."""

from core.events import Event
from core.people import How, Known, Profile, Role, Standing
from storage.engine import OpenRecords
from tests.storage.cast import (
    BLUE,
    DANA,
    DANA_ON_GREEN,
    GREEN,
    GUEST,
    JANE,
    LATER,
    LEE,
    NOON,
    caller,
    configuration,
    give,
    member,
    open_account,
)
from tests.storage.rows import rows


async def test_everything_that_is_known_of_somebody_is_told(storage: OpenRecords) -> None:
    account = await open_account(storage)
    dana = await account.who(DANA_ON_GREEN.identity)
    assert dana is not None and dana == await account.who(DANA.identity)
    assert (dana.person.name, dana.person.role, dana.given) == ("Dana", Role.ENGINEER, False)
    assert set(dana.identities) == {
        Known(DANA.identity, "dana@example.com", True, Standing.ACTIVE, How.MET, NOON),
        Known(DANA_ON_GREEN.identity, "dana@example.com", True, Standing.ACTIVE, How.ADDRESS, NOON),
    }
    guest = await account.who(GUEST.identity)
    assert guest is not None and (guest.person.role, guest.identities[0].member) == (Role.VIEWER, False)


async def test_a_stranger_is_nobody(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await storage.registry.configure(configuration("rival"), NOON)
    assert await account.who(caller("stranger").identity) is None
    assert await storage.open("rival").who(DANA.identity) is None


async def test_everybody_is_listed_owners_first_then_by_role_and_name(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await give(account, LEE, Role.OWNER)
    await give(account, JANE, Role.VIEWER)
    found = await account.people(10)
    listed = [(one.person.role, one.person.name, len(one.identities)) for one in found]
    assert listed == [
        (Role.OWNER, "Lee", 1),
        (Role.ENGINEER, "Dana", 2),
        (Role.VIEWER, "Guest", 1),
        (Role.VIEWER, "Jane", 1),
    ]
    # The limit counts people and not identities.
    assert await account.people(2) == found[:2]


async def test_whoever_has_no_identity_left_is_not_listed(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    await give(account, LEE, Role.OWNER)
    dana = await account.who(DANA.identity)
    assert dana is not None
    await rows(storage_url, f"UPDATE identities SET person = '{dana.person.id}' WHERE user_id = 'lee'")  # noqa: S608
    assert [one.person.name for one in await account.people(10)] == ["Dana", "Jane", "Guest"]
    assert [one.person.name for one in await account.people(2)] == ["Dana", "Jane"]


async def test_history_is_listed_newest_first_and_without_the_handoffs(storage: OpenRecords) -> None:
    account = await open_account(storage)
    sam = caller("sam", GREEN)
    await account.meet(sam, member("sam"), LATER)
    await account.meet(caller("sam"), Profile("Samuel", "sam@example.com", member=True), LATER.replace(minute=1))
    linked, met, *earlier = await account.history(100)
    assert (linked.event, linked.who, linked.platform) == (Event.IDENTITY_LINKED, "Sam", BLUE)
    assert (linked.subject, linked.after) == ("Sam", "address")
    assert (met.event, met.who, met.subject, met.workspace, met.at) == (Event.PERSON_MET, "Sam", "Sam", "G1", LATER)
    assert [line.who for line in earlier if line.event is Event.ACCOUNT_MADE] == [""]
    assert not any(line.handoff for line in await account.history(100))
    assert await account.history(2) == [linked, met]
