"""Roles: who may give which, and that an account keeps an owner; on both databases."""

import asyncio

import pytest

from core.access import Right
from core.changes import Changed, GiveRole, Hindered, Hindrance, Refresh
from core.events import OPERATOR, Event
from core.handoff import Notice
from core.people import Caller, Identity, Profile, Role, Standing, Strangers
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    BLUE,
    DANA,
    DANA_ON_GREEN,
    GUEST,
    JANE,
    LATER,
    LEE,
    NOON,
    caller,
    done,
    due,
    give,
    member,
    open_account,
    why_not,
)
from tests.storage.rows import count

BOSS, ADMIN = caller("boss"), caller("admin")


async def opened(storage: OpenRecords) -> SqlAccount:
    """The account with an owner and an admin beside everybody else."""
    account = await open_account(storage)
    for who, role in ((BOSS, Role.OWNER), (ADMIN, Role.ADMIN)):
        await account.meet(who, member(who.identity.user), NOON)
        await give(account, who, role)
    return account


async def role_of(account: SqlAccount, who: Caller) -> tuple[Role, bool]:
    """Somebody's role, and whether it was given."""
    found = await account.who(who.identity)
    assert found is not None
    return found.person.role, found.given


# Who gives which role to whom, and what it takes if they may not.
TABLE = [
    (BOSS, LEE, Role.OWNER, None),
    (BOSS, ADMIN, Role.OWNER, None),
    (BOSS, ADMIN, Role.ENGINEER, None),
    (ADMIN, LEE, Role.ADMIN, None),
    (ADMIN, LEE, Role.VIEWER, None),
    (ADMIN, GUEST, Role.ENGINEER, None),
    (ADMIN, ADMIN, Role.ENGINEER, None),
    (ADMIN, LEE, Role.OWNER, Right.GIVE_OWNERSHIP),
    (ADMIN, BOSS, Role.ADMIN, Right.GIVE_OWNERSHIP),
    (LEE, LEE, Role.ADMIN, Right.GIVE_ROLES),
    (LEE, GUEST, Role.ENGINEER, Right.GIVE_ROLES),
    (LEE, BOSS, Role.VIEWER, Right.GIVE_OWNERSHIP),
    (GUEST, GUEST, Role.ENGINEER, Right.GIVE_ROLES),
]


@pytest.mark.parametrize(("by", "whom", "role", "lacks"), TABLE)
async def test_a5_a_role_is_given_by_whoever_may(
    storage: OpenRecords, by: Caller, whom: Caller, role: Role, lacks: Right | None
) -> None:
    account = await opened(storage)
    before, _ = await role_of(account, whom)
    answer = await account.change(GiveRole(by, LATER, whom.identity, role))
    if lacks:
        assert answer == Hindered(Hindrance.NOT_ALLOWED, lacks)
        assert (await role_of(account, whom))[0] is before
        return
    assert isinstance(answer, Changed) and answer.entry is not None
    line = answer.entry
    assert await role_of(account, whom) == (role, True)
    assert (line.event, line.who, line.subject) == (Event.ROLE_CHANGED, by.name, whom.name)
    assert (line.before, line.after) == (before.name.lower(), role.name.lower())
    assert (line.platform, line.workspace, line.at) == (BLUE, "B1", LATER)
    assert (await account.history(1)) == [line]


async def test_whoever_else_changed_it_the_person_is_told_wherever_they_are_known(storage: OpenRecords) -> None:
    account = await opened(storage)
    line = await done(account, GiveRole(ADMIN, LATER, DANA.identity, Role.VIEWER))
    await done(account, GiveRole(ADMIN, LATER, ADMIN.identity, Role.ENGINEER))
    told = {(owed.lane.id, owed.about, owed.news) for _, owed in await due(storage, account, LATER)}
    news = {entry for entry in told if entry[2] == line}
    assert news == {("blue:B1:dana", Notice.NEWS, line), ("green:G1:dana", Notice.NEWS, line)}
    # Of what somebody did themselves they are not told.
    assert {lane for lane, _, entry in told if entry and entry.who == entry.subject} == set()


async def test_the_operator_may_give_any_role_also_by_the_persons_id(storage: OpenRecords) -> None:
    account = await open_account(storage)
    lee = await give(account, LEE, Role.ENGINEER)
    line = await done(account, GiveRole(None, LATER, lee.id, Role.OWNER))
    assert (line.who, line.platform, line.workspace) == ("", OPERATOR, "command line")
    assert await role_of(account, LEE) == (Role.OWNER, True)
    assert await why_not(account, GiveRole(None, LATER, "0000000000nosuchperson0000", Role.ADMIN)) is Hindrance.NOBODY


async def test_a6_the_last_owner_stays_one_until_there_is_another(storage: OpenRecords) -> None:
    account = await opened(storage)
    for by in (BOSS, None):
        assert await why_not(account, GiveRole(by, LATER, BOSS.identity, Role.ADMIN)) is Hindrance.LAST_OWNER
    assert (await role_of(account, BOSS))[0] is Role.OWNER
    await done(account, GiveRole(BOSS, LATER, LEE.identity, Role.OWNER))
    await done(account, GiveRole(BOSS, LATER, BOSS.identity, Role.ADMIN))
    assert await why_not(account, GiveRole(LEE, LATER, LEE.identity, Role.VIEWER)) is Hindrance.LAST_OWNER


async def test_a6_an_owner_who_left_does_not_count_and_the_operator_can_make_another(storage: OpenRecords) -> None:
    account = await opened(storage)
    await done(account, GiveRole(BOSS, LATER, LEE.identity, Role.OWNER))
    await done(account, Refresh(LEE.identity, Profile("Lee", None, False, Standing.DEACTIVATED), LATER))
    assert await why_not(account, GiveRole(BOSS, LATER, BOSS.identity, Role.ADMIN)) is Hindrance.LAST_OWNER
    # The one who left can be demoted: the account has an owner who can act.
    await done(account, GiveRole(BOSS, LATER, LEE.identity, Role.VIEWER))
    await done(account, Refresh(BOSS.identity, Profile("Boss", None, False, Standing.DEACTIVATED), LATER))
    await done(account, GiveRole(None, LATER, ADMIN.identity, Role.OWNER))
    assert (await role_of(account, ADMIN))[0] is Role.OWNER


async def test_a6_of_owners_who_all_step_down_at_once_one_stays(storage: OpenRecords, storage_url: str) -> None:
    account = await opened(storage)
    owners = [BOSS, *(caller(f"owner-{number}") for number in range(9))]
    for who in owners:
        await account.meet(who, member(who.identity.user), NOON)
        await give(account, who, Role.OWNER)
    answers = await asyncio.gather(
        *(account.change(GiveRole(who, LATER, who.identity, Role.VIEWER), 60) for who in owners)
    )
    assert [answer for answer in answers if not isinstance(answer, Changed)] == [Hindered(Hindrance.LAST_OWNER)]
    assert await count(storage_url, "people WHERE role = 3") == 1


async def test_a_bot_or_somebody_who_left_is_raised_to_nothing(storage: OpenRecords) -> None:
    account = await opened(storage)
    for standing in (Standing.BOT, Standing.DEACTIVATED):
        await done(account, Refresh(LEE.identity, Profile("Lee", None, False, standing), LATER))
        assert await why_not(account, GiveRole(BOSS, LATER, LEE.identity, Role.ADMIN)) is Hindrance.CANT_ACT
    await done(account, GiveRole(BOSS, LATER, DANA.identity, Role.ADMIN))
    await done(account, Refresh(DANA.identity, Profile("Dana", None, False, Standing.DEACTIVATED), LATER))
    # Who can still act by another identity is not gone.
    await done(account, GiveRole(BOSS, LATER, DANA_ON_GREEN.identity, Role.OWNER))


async def test_a_role_that_is_given_once_more_is_kept_for_good_and_nothing_else_happens(storage: OpenRecords) -> None:
    account = await opened(storage)
    assert await role_of(account, LEE) == (Role.ENGINEER, False)
    again = GiveRole(ADMIN, LATER, LEE.identity, Role.ENGINEER)
    assert await why_not(account, again) is Hindrance.ALREADY_SO
    assert await role_of(account, LEE) == (Role.ENGINEER, True)
    [line] = await account.history(1)
    assert (line.subject, line.before, line.after) == ("Lee", "default", "engineer")
    assert await why_not(account, again) is Hindrance.ALREADY_SO
    assert await account.history(1) == [line]
    assert "blue:B1:lee" not in {owed.lane.id for _, owed in await due(storage, account, LATER)}


async def test_strangers_are_asked_to_be_met_all_at_once(storage: OpenRecords) -> None:
    account = await opened(storage)
    one, two = caller("one"), Identity(BLUE, "B1", "two")
    assert await account.change(GiveRole(one, LATER, two, Role.ADMIN)) == Strangers((one.identity, two))
    assert await account.change(GiveRole(one, LATER, one.identity, Role.ADMIN)) == Strangers((one.identity,))
    assert await account.change(GiveRole(one, LATER, LEE.identity, Role.ADMIN)) == Strangers((one.identity,))
    assert await account.change(GiveRole(ADMIN, LATER, two, Role.ADMIN)) == Strangers((two,))
    # Who may give no role at all has nobody met for it.
    refused = await account.change(GiveRole(JANE, LATER, two, Role.ADMIN))
    assert refused == Hindered(Hindrance.NOT_ALLOWED, Right.GIVE_ROLES)


@pytest.mark.parametrize(
    ("standing", "why"),
    [(Standing.BOT, Hindrance.BOT), (Standing.DEACTIVATED, Hindrance.DEACTIVATED)],
)
async def test_a5_a_bot_or_somebody_who_left_changes_nothing(
    storage: OpenRecords, standing: Standing, why: Hindrance
) -> None:
    account = await opened(storage)
    await done(account, Refresh(ADMIN.identity, Profile("Admin", None, False, standing), LATER))
    assert await why_not(account, GiveRole(ADMIN, LATER, LEE.identity, Role.ADMIN)) is why
    assert await role_of(account, LEE) == (Role.ENGINEER, False)
