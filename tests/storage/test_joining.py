"""Joining two workspaces to one account and parting them again: no history is ever merged."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from core.access import Right
from core.account import Joined, Parted, Redeem
from core.changes import GiveRole, Hindered, Hindrance, Refresh, ShowRoom
from core.deliveries import Lane
from core.handoff import Notice, Priority
from core.people import Profile, Role, Standing, Strangers
from storage import OpenRecords, open_storage, opened
from storage.account import SqlAccount
from storage.joining import redeem
from tests.storage.cast import BLUE, DANA, LATER, MINUTE, NOON, configuration, due, member, new, open_account, recorded
from tests.storage.installing import HILL, SEA, SKY, TOKEN, Place, a_code, an_install, installed, keyed, typed
from tests.storage.rows import count, rows

__all__ = ["keyed"]

BAD = Hindered(Hindrance.BAD_CODE)
SAM = SEA.somebody("sam")


async def patiently(storage: OpenRecords, asked: Redeem) -> object:
    """The same as the registry's, but nobody gives up early on a slow machine."""
    database = storage._database
    return await database.write(None, lambda: redeem(database.dialect, asked), 60.0)


def a_room(where: Place, address: str) -> Lane:
    return Lane(where.platform, where.workspace, address, private=False)


async def show(account: SqlAccount, where: Place, address: str, least: Priority = Priority.LOW) -> None:
    await account.change(ShowRoom(where.owner, NOON, a_room(where, address), f"#{address}", "the holder", least))


async def joined(storage: OpenRecords, into: SqlAccount, by: Place, what: Place) -> Joined:
    """A workspace is joined to an account, by the owners of both."""
    answer = await storage.registry.redeem(typed(what.owner, await a_code(storage, into._account, by.owner)))
    assert isinstance(answer, Joined), answer
    return answer


async def both(storage: OpenRecords) -> tuple[SqlAccount, SqlAccount]:
    """The accounts of the sea and of the hill, still apart."""
    return await installed(storage, SEA), await installed(storage, HILL)


async def test_joined_it_belongs_to_the_account_of_the_code_and_its_own_is_gone(
    keyed: OpenRecords, storage_url: str
) -> None:
    sea, hill = await installed(keyed, SEA), await installed(keyed, HILL, token=TOKEN)
    await show(hill, HILL, "help", Priority.HIGH)
    answer = await joined(keyed, sea, SEA, HILL)
    assert (answer.account, answer.account_name, answer.issuer) == (sea._account, "Blue Sea", "Olga")
    assert (answer.workspace.name, answer.person.name, answer.person.role) == ("Green Hill", "Gus", Role.ADMIN)
    assert await keyed.registry.account_of(HILL.platform, HILL.workspace) == sea._account
    assert {one.name for one in await sea.workspaces()} == {"Blue Sea", "Green Hill"}
    assert list(await keyed.registry.accounts()) == [sea._account]
    assert await count(storage_url, f"accounts WHERE id = '{hill._account}'", hill._account) == 0
    found = await sea.installation(HILL.platform, HILL.workspace)
    assert found is not None and found.token == TOKEN
    assert [(room.lane, room.name, room.least) for room in await sea.rooms()] == [
        (a_room(HILL, "help"), "#help", Priority.HIGH)
    ]
    gus = await sea.who(HILL.owner.identity)
    assert gus is not None and (gus.person, gus.given) == (answer.person, True)


async def test_the_other_admins_are_told_what_was_joined(storage: OpenRecords) -> None:
    sea, _ = await both(storage)
    await joined(storage, sea, SEA, HILL)
    told = {(one.lane.id, one.about, one.news and one.news.subject, one.news and one.news.after)
            for _, one in await due(storage, sea, LATER)}  # fmt: skip
    news = (Notice.NEWS, "Green Hill", "Blue Sea")
    assert told == {("blue:B7:olga", *news)}


async def test_what_the_old_account_knew_of_who_joined_it_comes_along(storage: OpenRecords) -> None:
    sea = await installed(storage, SEA)
    gus = Profile("Gus Green", "gus@example.com", member=True)
    await storage.registry.install(replace(an_install(HILL), profile=gus))
    await sea.meet(SEA.somebody("gus"), Profile("Gus", "gus@example.com", member=True), NOON)
    answer = await joined(storage, sea, SEA, HILL)
    there = await sea.who(SEA.somebody("gus").identity)
    assert there is not None and there.person == answer.person  # one person, by the address
    assert {known.identity.platform for known in there.identities} == {"blue", "green"}


async def test_a_workspace_whose_account_has_handoffs_is_refused_and_the_code_stays(storage: OpenRecords) -> None:
    sea, hill = await both(storage)
    await recorded(hill, new(HILL.owner))
    code = await a_code(storage, sea._account, SEA.owner)
    assert await storage.registry.redeem(typed(HILL.owner, code)) == Hindered(Hindrance.HAS_HANDOFFS)
    assert await storage.registry.account_of(HILL.platform, HILL.workspace) == hill._account
    await installed(storage, SKY)
    assert isinstance(await storage.registry.redeem(typed(SKY.owner, code)), Joined)


async def test_the_account_of_the_code_may_have_handoffs(storage: OpenRecords) -> None:
    sea, _ = await both(storage)
    await recorded(sea, new(SEA.owner, request="theirs"))
    await joined(storage, sea, SEA, HILL)
    assert await sea.made_by("theirs") is not None


@pytest.mark.parametrize("where", ["of who typed it", "of who made it"])
async def test_only_admins_join_workspaces(storage: OpenRecords, where: str) -> None:
    sea, hill = await both(storage)
    code = await a_code(storage, sea._account, SAM if where == "of who made it" else SEA.owner)
    await sea.meet(SAM, member("sam"), NOON)
    if where == "of who made it":
        assert await storage.registry.redeem(typed(HILL.owner, code)) == BAD
        return
    hilda = HILL.somebody("hilda")
    assert await storage.registry.redeem(typed(hilda, code)) == Strangers((hilda.identity,))
    await hill.meet(hilda, member("hilda"), NOON)
    refused = await storage.registry.redeem(typed(hilda, code))
    assert refused == Hindered(Hindrance.NOT_ALLOWED, Right.JOIN_WORKSPACES)
    assert isinstance(await storage.registry.redeem(typed(HILL.owner, code)), Joined)


async def test_whoever_was_deactivated_joins_nothing(storage: OpenRecords) -> None:
    sea, hill = await both(storage)
    gone = replace(member("gus"), standing=Standing.DEACTIVATED)
    await hill.change(Refresh(HILL.owner.identity, gone, NOON))
    code = await a_code(storage, sea._account, SEA.owner)
    assert await storage.registry.redeem(typed(HILL.owner, code)) == Hindered(Hindrance.DEACTIVATED)


async def test_joined_already_or_configured_by_the_operator_it_stays(storage: OpenRecords) -> None:
    sea = await installed(storage, SEA)
    code = await a_code(storage, sea._account, SEA.owner)
    assert await storage.registry.redeem(typed(SEA.owner, code)) == Hindered(Hindrance.ALREADY_JOINED)
    acme = await open_account(storage)
    await acme.change(GiveRole(None, NOON, DANA.identity, Role.OWNER))
    assert await storage.registry.redeem(typed(DANA, code)) == Hindered(Hindrance.CONFIGURED)


async def test_one_of_several_workspaces_is_joined_elsewhere_and_the_others_are_told(storage: OpenRecords) -> None:
    sea, _ = await both(storage)
    await joined(storage, sea, SEA, HILL)
    await show(sea, SEA, "help")
    sky = await installed(storage, SKY)
    code = await a_code(storage, sky._account, SKY.owner)
    # An owner has to stay with those who stay.
    assert await storage.registry.redeem(typed(SEA.owner, code)) == Hindered(Hindrance.LAST_OWNER)
    await sea.change(GiveRole(None, NOON, HILL.owner.identity, Role.OWNER))
    assert isinstance(await storage.registry.redeem(typed(SEA.owner, code)), Joined)
    assert [one.name for one in await sea.workspaces()] == ["Green Hill"]
    assert await sea.rooms() == []
    assert [room.name for room in await sky.rooms()] == ["#help"]
    lines = [(str(line.event), line.subject, line.who) for line in await sea.history(50)]
    assert ("workspace_parted", "Blue Sea", "Olga") in lines
    told = [one.lane.id for _, one in await due(storage, sea, LATER)]
    assert set(told) == {"green:G7:gus"}


async def test_a_room_that_the_account_had_before_is_shown_in_again(storage: OpenRecords) -> None:
    sea, _ = await both(storage)
    await joined(storage, sea, SEA, HILL)
    await show(sea, HILL, "help")
    [before] = await sea.rooms()
    parted = await storage.registry.part(sea._account, SEA.owner, "Green Hill", LATER)
    assert isinstance(parted, Parted)
    await show(storage.open(parted.account), HILL, "help", Priority.HIGH)
    await joined(storage, sea, SEA, HILL)
    [after] = await sea.rooms()
    assert (after.id, after.least) == (before.id, Priority.HIGH)


async def test_two_who_join_each_other_at_once_end_up_in_one_account(storage: OpenRecords, storage_url: str) -> None:
    sea, hill = await both(storage)
    to_sea, to_hill = await a_code(storage, sea._account, SEA.owner), await a_code(storage, hill._account, HILL.owner)
    async with opened(storage_url) as other:
        answers = await asyncio.gather(
            storage.registry.redeem(typed(HILL.owner, to_sea)), other.registry.redeem(typed(SEA.owner, to_hill))
        )
    assert sorted(type(answer).__name__ for answer in answers) == ["Hindered", "Joined"]
    assert len(await storage.registry.accounts()) == 1


async def test_what_is_escalated_while_its_workspace_is_joined_is_never_lost(
    storage: OpenRecords, storage_url: str
) -> None:
    sea, hill = await both(storage)
    code = await a_code(storage, sea._account, SEA.owner)
    async with opened(storage_url) as other:
        asked = (replace(new(HILL.owner), deadline=60.0) for _ in range(5))
        escalations = [other.open(hill._account).escalate(one) for one in asked]
        answers = await asyncio.gather(*escalations, patiently(storage, typed(HILL.owner, code)))
    recorded_there = sum(type(answer).__name__ == "Recorded" for answer in answers)
    if isinstance(answers[-1], Joined):
        assert recorded_there == 0
    else:
        assert answers[-1] == Hindered(Hindrance.HAS_HANDOFFS)
        assert await count(storage_url, "handoffs", hill._account) == recorded_there == 5


async def test_what_is_escalated_between_the_look_and_the_joining_is_not_removed(postgres_url: str) -> None:
    """Whoever joins is stopped right after they saw that there is no handoff, and then somebody escalates."""
    storage, other = [await open_storage(postgres_url, None) for _ in range(2)]
    sea, hill = await both(storage)
    code = await a_code(storage, sea._account, SEA.owner)
    connection = await asyncpg.connect(postgres_url)
    await other.ping()  # its connection is made by now, and what is waited for here can only be a lock

    async def wait(number: int, *tasks: asyncio.Task[object]) -> None:
        # Of this database alone: other tests use the server as well.
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        while await connection.fetchval(waiting) < number:
            if any(task.done() for task in tasks):
                return

    async with connection.transaction():
        await connection.execute("SELECT 1 FROM workspaces WHERE workspace = 'G7' FOR UPDATE")
        joining = asyncio.create_task(patiently(storage, typed(HILL.owner, code)))
        await wait(1)
        escalation = replace(new(HILL.owner), deadline=60.0)
        escalating = asyncio.create_task(other.open(hill._account).escalate(escalation))
        await wait(2, escalating)
    assert isinstance(await joining, Joined)
    assert await escalating == Strangers((HILL.owner.identity,))
    for one in (connection, storage, other):
        await one.close()


async def test_parted_it_has_an_account_of_its_own_and_the_history_stays(keyed: OpenRecords, storage_url: str) -> None:
    sea, hill = await installed(keyed, SEA), await installed(keyed, HILL, token=TOKEN)
    await joined(keyed, sea, SEA, HILL)
    await show(sea, HILL, "help")
    await recorded(sea, new(HILL.owner, request="together"))
    answer = await keyed.registry.part(sea._account, SEA.owner, " green hill ", LATER)
    assert isinstance(answer, Parted)
    assert answer.account not in (sea._account, hill._account)
    assert answer.workspace.name == "Green Hill"
    assert await keyed.registry.account_of(HILL.platform, HILL.workspace) == answer.account
    own = keyed.open(answer.account)
    assert (await own.name(), [one.name for one in await own.workspaces()]) == ("Green Hill", ["Green Hill"])
    found = await own.installation(HILL.platform, HILL.workspace)
    assert found is not None and found.token == TOKEN
    gus = await own.who(HILL.owner.identity)
    assert gus is not None and gus.person.role is Role.OWNER
    assert (await own.made_by("together"), await own.rooms()) == (None, [])
    assert await sea.made_by("together") is not None
    assert (await sea.rooms(), [one.name for one in await sea.workspaces()]) == ([], ["Blue Sea"])
    assert await sea.installation(HILL.platform, HILL.workspace) is None
    owed = {one.lane.platform for _, one in await due(keyed, sea, LATER + MINUTE)}
    assert owed == {BLUE}
    said = f"SELECT name FROM events WHERE name LIKE 'workspace%' AND account = '{answer.account}'"  # noqa: S608
    assert await rows(storage_url, said, answer.account) == [("workspace_bound",)]


async def test_parting_is_refused_with_the_reason(storage: OpenRecords) -> None:
    sea = await installed(storage, SEA)
    part = storage.registry.part
    assert await part(sea._account, SEA.owner, "Blue Sea", LATER) == Hindered(Hindrance.ONLY_WORKSPACE)
    assert await part(sea._account, SEA.owner, "Atlantis", LATER) == Hindered(Hindrance.NO_SUCH_WORKSPACE)
    assert await part(sea._account, SAM, "Blue Sea", LATER) == Strangers((SAM.identity,))
    await sea.meet(SAM, member("sam"), NOON)
    assert await part(sea._account, SAM, "Blue Sea", LATER) == Hindered(Hindrance.NOT_ALLOWED, Right.JOIN_WORKSPACES)
    await storage.registry.configure(configuration(), NOON)
    acme = storage.open("acme")
    await acme.meet(DANA, member("dana"), NOON)
    await acme.change(GiveRole(None, NOON, DANA.identity, Role.OWNER))
    assert await part("acme", DANA, "B1", LATER) == Hindered(Hindrance.CONFIGURED)


async def test_of_two_workspaces_with_one_name_the_id_says_which(storage: OpenRecords) -> None:
    sea = await installed(storage, SEA)
    await storage.registry.install(replace(an_install(SKY), name="Blue Sea"))
    await joined(storage, sea, SEA, SKY)
    part = storage.registry.part
    assert await part(sea._account, SEA.owner, "Blue Sea", LATER) == Hindered(Hindrance.NO_SUCH_WORKSPACE)
    answer = await part(sea._account, SEA.owner, "b8", LATER)
    assert isinstance(answer, Parted) and answer.workspace.workspace == "B8"


async def test_a_parted_workspace_that_nobody_is_known_to_have_installed_is_owned_by_who_parts_it_from_there(
    storage: OpenRecords,
) -> None:
    sea = await installed(storage, SEA)
    made = await storage.registry.install(replace(an_install(HILL), by=None))
    hill = storage.open(made.account)
    await hill.meet(HILL.owner, member("gus"), NOON)
    await hill.change(GiveRole(None, NOON, HILL.owner.identity, Role.ADMIN))
    await joined(storage, sea, SEA, HILL)
    answer = await storage.registry.part(sea._account, HILL.owner, "Green Hill", LATER)
    assert isinstance(answer, Parted)
    gus = await storage.open(answer.account).who(HILL.owner.identity)
    assert gus is not None and gus.person.role is Role.OWNER
